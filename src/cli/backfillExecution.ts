/** A backfill in AWS: its execution has a name that follows from what is asked for, so that the same command finds it again. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import type { DescribeExecutionCommandOutput, SFNClient } from "@aws-sdk/client-sfn";
import { AmplifyLogsError, InputError } from "../errors";
import type { BackfillInput } from "../model/backfill";
import { summarySchema, type BackfillSummary } from "../model/backfillProgress";
import { visibleText } from "./output";

const MACHINE_ARN = /^arn:[a-z-]+:states:([a-z0-9-]+):\d{12}:stateMachine:[A-Za-z0-9_-]{1,80}$/;

/** @throws InputError unless it is a state machine's ARN */
export const checkMachineArn = (arn: string, field: string): string => {
  if (MACHINE_ARN.test(arn)) return arn;
  const fix = "give what pulumi stack output stateMachineArn says";
  throw new InputError("not the ARN of a state machine", { field, value: arn, fix });
};

/** The ARN in a file that `pulumi stack output --json` wrote. */
export const machineOfOutputs = (file: string): string => {
  const fix = "write it with pulumi stack output --json > FILE";
  let outputs: { readonly stateMachineArn?: unknown };
  try {
    outputs = JSON.parse(readFileSync(file, "utf8")) as typeof outputs;
  } catch (cause) {
    throw new InputError(`cannot be read: ${(cause as Error).message}`, {
      field: "--outputs",
      value: file,
      fix,
      cause,
    });
  }
  const arn = outputs?.stateMachineArn;
  if (typeof arn !== "string") throw new InputError("has no stateMachineArn", { field: "--outputs", value: file, fix });
  return checkMachineArn(arn, `${file}: stateMachineArn`);
};

/** The same request has the same name; the attempts after the first are numbered. */
export const executionName = (input: BackfillInput, attempt: number): string => {
  const { from, to, apps = [], missing } = input;
  const text = JSON.stringify([from, to, [...apps].sort(), missing]);
  const name = `backfill-${createHash("sha256").update(text).digest("hex").slice(0, 16)}`;
  return attempt === 1 ? name : `${name}-${attempt}`;
};

const POLL_MS = [300, 1000, 2000, 5000, 10_000];
/** Somebody who fails so often has another trouble. */
const MOST_ATTEMPTS = 50;

/** What came of it; `alreadyDone`: an earlier run of the same request had succeeded. */
export interface ExecutionEnd {
  readonly summary: BackfillSummary;
  readonly alreadyDone: boolean;
}

const describeError = (error: unknown): AmplifyLogsError => {
  if (error instanceof AmplifyLogsError) return error;
  const { name, message } = error instanceof Error ? error : { name: "Error", message: String(error) };
  return new AmplifyLogsError(`Step Functions cannot be asked (${name}): ${message.replace(/\.$/, "")}`, {
    cause: error,
  });
};

/** One line that rewrites itself for whoever waits at a terminal, and a line for each change elsewhere. */
const progressLine = () => {
  let last = "";
  return {
    show(text: string): void {
      if (text === last) return;
      last = text;
      process.stderr.write(process.stderr.isTTY === true ? `\r${text}\u001b[K` : `${text}\n`);
    },
    end(): void {
      if (process.stderr.isTTY === true && last !== "") process.stderr.write("\r\u001b[K");
    },
  };
};

export class BackfillExecutions {
  private constructor(
    private readonly client: SFNClient,
    private readonly sdk: typeof import("@aws-sdk/client-sfn"),
    private readonly stateMachineArn: string,
  ) {}

  static async open(stateMachineArn: string): Promise<BackfillExecutions> {
    // The README says which versions of Node are supported.
    process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
    const sdk = await import("@aws-sdk/client-sfn");
    const region = MACHINE_ARN.exec(stateMachineArn)![1]!;
    return new BackfillExecutions(new sdk.SFNClient({ region }), sdk, stateMachineArn);
  }

  /**
   * Starts the execution of a request, or finds it, and follows it to its end. One that failed is begun anew under the next number;
   * one that succeeded is done, unless `again` is set.
   */
  async run(input: BackfillInput, again: boolean): Promise<ExecutionEnd> {
    try {
      for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
        const name = executionName(input, attempt);
        const before = await this.startOrFind(name, input);
        if (before === undefined) return { summary: await this.follow(name), alreadyDone: false };
        if (before.status === "SUCCEEDED" && !again) return { summary: summaryOf(before), alreadyDone: true };
      }
    } catch (error) {
      throw describeError(error);
    }
    throw new AmplifyLogsError(`this backfill has run ${MOST_ATTEMPTS} times`, {
      fix: "look into the failed executions, mend the cause, or change the range",
    });
  }

  /** Undefined where it runs now; else the earlier execution of that name, which has ended. */
  private async startOrFind(name: string, input: BackfillInput): Promise<DescribeExecutionCommandOutput | undefined> {
    const { StartExecutionCommand, ExecutionAlreadyExists } = this.sdk;
    const { stateMachineArn } = this;
    try {
      // While it runs, the same name with the same input is answered as if it were started now.
      await this.client.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }));
      return undefined;
    } catch (error) {
      if (!(error instanceof ExecutionAlreadyExists)) throw error;
    }
    const before = await this.describe(name);
    return before.status === "RUNNING" || before.status === "PENDING_REDRIVE" ? undefined : before;
  }

  private describe(name: string): Promise<DescribeExecutionCommandOutput> {
    return this.client.send(new this.sdk.DescribeExecutionCommand({ executionArn: this.arnOf(name) }));
  }

  private arnOf(name: string): string {
    return `${this.stateMachineArn.replace(":stateMachine:", ":execution:")}:${name}`;
  }

  private async follow(name: string): Promise<BackfillSummary> {
    process.stderr.write(`following ${name}; Ctrl-C leaves it running, and the same command follows it again\n`);
    const line = progressLine();
    for (let poll = 0; ; poll++) {
      const execution = await this.describe(name);
      if (execution.status !== "RUNNING" && execution.status !== "PENDING_REDRIVE") {
        line.end();
        return summaryOf(execution);
      }
      line.show(await this.progress(name));
      await wait(POLL_MS[Math.min(poll, POLL_MS.length - 1)]);
    }
  }

  /** The newest Map's children are apps. */
  private async progress(name: string): Promise<string> {
    const { ListMapRunsCommand, DescribeMapRunCommand } = this.sdk;
    const { mapRuns = [] } = await this.client.send(new ListMapRunsCommand({ executionArn: this.arnOf(name) }));
    const [newest] = [...mapRuns].sort((a, b) => Number(b.startDate) - Number(a.startDate));
    if (newest === undefined) return "planning";
    const { itemCounts } = await this.client.send(new DescribeMapRunCommand({ mapRunArn: newest.mapRunArn }));
    const { total = 0, pending = 0, running = 0 } = itemCounts ?? {};
    const round = mapRuns.length > 1 ? `, round ${mapRuns.length}` : "";
    return `${total - pending - running} of ${total} apps done, ${running} running${round}`;
  }
}

/** @throws AmplifyLogsError with what failed */
const summaryOf = ({ status, output, error, cause, name }: DescribeExecutionCommandOutput): BackfillSummary => {
  if (status === "SUCCEEDED") {
    const summary = summarySchema.safeParse(JSON.parse(output ?? "null"));
    if (summary.success) return summary.data;
    throw new AmplifyLogsError(`execution ${name} succeeded, but says something else than a backfill`, {
      field: "--state-machine",
      fix: "give what pulumi stack output stateMachineArn says, of a stack of this version",
    });
  }
  const why = visibleText(cause ?? error ?? "no reason given");
  throw new AmplifyLogsError(`execution ${name} ${(status ?? "ended").toLowerCase().replaceAll("_", " ")}: ${why}`, {
    fix: "run the same command again: it asks for what is missing; docs/operations.md says what the reasons mean",
  });
};
