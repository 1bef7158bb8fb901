/** One query, from QUEUED to its end. */
import { randomUUID } from "node:crypto";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { carryOut, hasHeader, statementType, type CarryOutContext, type Outcome } from "./carryOut";
import { QueryFailure } from "./ddl/refusals";
import type { Statement } from "./ddl/statement";
import type { QueryFault } from "./faults";
import { SqlError, type SqlEngine, type SqlRun } from "./sql/engine";
import type { Services } from "./tables";
import { manifestOf } from "./unload";

export type State = "QUEUED" | "RUNNING" | "SUCCEEDED" | "FAILED" | "CANCELLED";

/** A workgroup as the program deployed it. */
export interface Workgroup {
  readonly name: string;
  /** Whether its settings hold over its clients'. */
  readonly enforced: boolean;
  /** `s3://bucket/folder/`. */
  readonly outputLocation: string | undefined;
  /** The query is cancelled when it has read more. */
  readonly scanLimitBytes?: number;
}

export interface ExecutionRequest {
  readonly sql: string;
  readonly statement: Statement;
  readonly database: string | undefined;
  readonly workgroup: Workgroup;
  /** Folder of the results; ends with a slash. */
  readonly outputFolder: string;
}

const csvText = (outcome: Outcome): string =>
  [outcome.columns.map(({ Name }): string | undefined => Name), ...outcome.rows]
    .map((cells) => cells.map((cell) => (cell === undefined ? "" : `"${cell.replaceAll('"', '""')}"`)).join(","))
    .map((line) => `${line}\n`)
    .join("");

export class Execution {
  readonly id = randomUUID();
  readonly submitted = Date.now();
  completed: number | undefined;
  state: State = "QUEUED";
  reason: string | undefined;
  outcome: Outcome | undefined;
  /** When it has ended, whatever its end. */
  readonly ended: Promise<void>;
  private run: SqlRun | undefined;
  private end: () => void = () => undefined;
  /** Resolves when somebody stops it. */
  private readonly stopped: Promise<void>;
  private stopNow: () => void = () => undefined;

  constructor(
    readonly request: ExecutionRequest,
    private readonly services: Services,
    private readonly engine: SqlEngine,
  ) {
    this.ended = new Promise((resolve) => (this.end = resolve));
    this.stopped = new Promise((resolve) => (this.stopNow = resolve));
  }

  get type(): ReturnType<typeof statementType> {
    return statementType(this.request.statement);
  }

  get header(): boolean {
    return hasHeader(this.request.statement);
  }

  get outputLocation(): string {
    const extension = this.header ? "csv" : "txt";
    return `${this.request.outputFolder}${this.id}.${extension}`;
  }

  /** List of what an UNLOAD wrote; undefined for other statements. */
  get manifestLocation(): string | undefined {
    const { statement, outputFolder } = this.request;
    return statement.kind === "unload" ? manifestOf({ outputFolder, queryId: this.id }) : undefined;
  }

  get scannedBytes(): number {
    return this.outcome?.scannedBytes ?? this.run?.scannedBytes() ?? 0;
  }

  /** Begins; never rejects: what goes wrong is the query's state. */
  async start(fault: QueryFault | undefined): Promise<void> {
    try {
      if (fault?.kind === "hold" && fault.state === "QUEUED") await this.hold(fault.until);
      if (this.state !== "QUEUED") return;
      this.state = "RUNNING";
      if (fault?.kind === "fail") throw new QueryFailure(fault.reason);
      if (fault?.kind === "hold") await this.hold(fault.until);
      if (this.isOver) return;
      const outcome = await carryOut(this.context(), this.request.statement);
      if (fault?.kind === "failLate") throw new QueryFailure(fault.reason);
      await this.finish(outcome);
    } catch (error) {
      if (error instanceof SqlError) this.close("FAILED", `${error.code}: ${error.message}`);
      else this.close("FAILED", error instanceof Error ? error.message : String(error));
    }
  }

  /** Nothing happens to a query that is over. */
  async stop(): Promise<void> {
    this.close("CANCELLED", "Query cancelled by user");
    this.stopNow();
    await this.run?.cancel();
  }

  private get isOver(): boolean {
    return this.completed !== undefined;
  }

  private hold(until: Promise<unknown> = new Promise(() => undefined)): Promise<unknown> {
    return Promise.race([until, this.stopped]);
  }

  private context(): CarryOutContext {
    const { database, workgroup, outputFolder } = this.request;
    return {
      services: this.services,
      engine: this.engine,
      database,
      enforced: workgroup.enforced,
      outputFolder,
      queryId: this.id,
      running: (run) => (this.run = run),
    };
  }

  private async finish(outcome: Outcome): Promise<void> {
    const { scanLimitBytes = Infinity } = this.request.workgroup;
    if (outcome.scannedBytes > scanLimitBytes) {
      this.close("CANCELLED", `Bytes scanned limit was exceeded: ${scanLimitBytes}`);
      return;
    }
    if (this.isOver) return;
    const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.*)$/.exec(this.outputLocation)!;
    const text = this.header ? csvText(outcome) : outcome.rows.map((cells) => `${cells[0] ?? ""}\n`).join("");
    await this.services.s3.send(new PutObjectCommand({ Bucket, Key, Body: Buffer.from(text) }));
    this.outcome = outcome;
    this.close("SUCCEEDED");
  }

  private close(state: State, reason?: string): void {
    if (this.isOver) return;
    this.state = state;
    this.reason = reason;
    this.completed = Date.now();
    this.end();
  }
}
