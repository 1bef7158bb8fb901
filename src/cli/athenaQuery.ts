/** A query in Athena, followed to its end: its rows, what it read, and a stop when the user presses Ctrl-C. */
import { setTimeout as wait } from "node:timers/promises";
import type { AthenaEngine, AthenaState } from "../aws/athenaEngine";
import { AmplifyLogsError } from "../errors";
import type { QueryResult } from "../model/queryResult";
import { megabytes } from "./figures";

export interface AthenaTarget {
  readonly database: string;
  readonly workgroup: string;
  /** Default: the AWS SDK's own, from the environment or the profile. */
  readonly region: string | undefined;
}

/** The SDK warns of old versions of Node on stderr: the README says which are supported. */
const QUIET_SDK = "AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED";
const POLL_MS = [200, 500, 1000, 2000];

const describe = (error: unknown): AmplifyLogsError => {
  if (error instanceof AmplifyLogsError) return error;
  const { name, message } = error instanceof Error ? error : { name: "Error", message: String(error) };
  // What Athena says of a query that it does not take is about the SQL; the rest is about the way there.
  const what = name === "InvalidRequestException" ? "Athena refuses the query" : `Athena cannot be asked (${name})`;
  return new AmplifyLogsError(`${what}: ${message.replace(/\.$/, "")}`, { cause: error });
};

/** One line that rewrites itself, for whoever waits at a terminal. */
const showProgress = ({ state, scannedBytes }: AthenaState, startMs: number): void => {
  if (process.stderr.isTTY !== true) return;
  const seconds = Math.round((performance.now() - startMs) / 1000);
  process.stderr.write(`\r${state.toLowerCase()}, ${seconds} s, ${megabytes(scannedBytes ?? 0)} scanned\u001b[K`);
};

const clearProgress = (): void => {
  if (process.stderr.isTTY === true) process.stderr.write("\r\u001b[K");
};

const succeed = async (
  engine: AthenaEngine,
  id: string,
  startMs: number,
  interrupted: AbortSignal,
): Promise<AthenaState> => {
  for (let poll = 0; ; poll++) {
    const status = await engine.state(id);
    switch (status.state) {
      case "SUCCEEDED":
        return status;
      case "FAILED":
      case "CANCELLED":
        throw new AmplifyLogsError(
          `the query ${status.state === "FAILED" ? "failed" : "was cancelled"}: ${status.reason ?? "Athena gives no reason"}`,
        );
      case "QUEUED":
      case "RUNNING":
        break;
      default:
        status.state satisfies never;
    }
    showProgress(status, startMs);
    await wait(POLL_MS[Math.min(poll, POLL_MS.length - 1)], undefined, { signal: interrupted });
  }
};

/** Runs the query and tells on stderr what it cost. @throws AmplifyLogsError with Athena's reason. */
export const queryAthena = async (sql: string, target: AthenaTarget): Promise<QueryResult> => {
  process.env[QUIET_SDK] ??= "true";
  const { AthenaClient } = await import("@aws-sdk/client-athena");
  const { AthenaEngine: Engine } = await import("../aws/athenaEngine.js");
  const engine = new Engine(new AthenaClient(target.region === undefined ? {} : { region: target.region }));
  const interrupt = new AbortController();
  const onInterrupt = (): void => interrupt.abort();
  process.once("SIGINT", onInterrupt);
  const startMs = performance.now();
  let id: string | undefined;
  try {
    id = await engine.start(sql, target);
    const { scannedBytes } = await succeed(engine, id, startMs, interrupt.signal);
    // There is nothing left to stop: from here on Ctrl-C ends the program as ever.
    process.off("SIGINT", onInterrupt);
    const result = await engine.results(id);
    clearProgress();
    const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
    process.stderr.write(`${megabytes(scannedBytes ?? 0)} scanned in ${seconds} s, query ${id}\n`);
    return result;
  } catch (error) {
    clearProgress();
    if (!interrupt.signal.aborted || id === undefined) throw describe(error);
    await engine.stop(id);
    process.stderr.write(`query ${id} was stopped\n`);
    // With nobody listening any more this ends the program as an interrupted one, so that a shell or a script knows.
    process.kill(process.pid, "SIGINT");
    throw new AmplifyLogsError(`query ${id} was stopped`);
  } finally {
    process.off("SIGINT", onInterrupt);
  }
};
