/** `amplify-logs redrive`: what was given up is tried again, once its cause is mended. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import type { Command } from "commander";
import type { DeadLetters } from "../aws/deadLetters";
import { describeAwsError } from "../aws/errors";
import { InputError } from "../errors";
import { readFailedRun, repairOf, type FailedRun } from "../model/failedRuns";
import type { BackfillRanges } from "../ports";
import { visibleText } from "./output";
import { many } from "./figures";

/** Queues of objects: what reads them, and the outputs that name the queue and its dead letters. */
const OBJECTS = {
  convert: { reader: "converter", queue: "convertQueueArn", deadLetters: "convertDeadLettersArn" },
  cloudfront: {
    reader: "reader of CloudFront's logs",
    queue: "cloudFrontQueueArn",
    deadLetters: "cloudFrontDeadLettersArn",
  },
  applogs: {
    reader: "reader of application logs",
    queue: "applicationLogsQueueArn",
    deadLetters: "applicationLogsDeadLettersArn",
  },
} as const;
type ObjectQueueName = keyof typeof OBJECTS;
const QUEUES = [...(Object.keys(OBJECTS) as ObjectQueueName[]), "runs"] as const;

interface Options {
  readonly outputs: string;
  readonly queue?: string;
  readonly dryRun?: boolean;
}

const OUTPUTS = ["convertQueueArn", "convertDeadLettersArn", "failedRunsArn", "stateMachineArn"] as const;
/** Empty, or absent, where the stack has no such source. */
const SOURCE_OUTPUTS = [
  ...[OBJECTS.cloudfront.queue, OBJECTS.cloudfront.deadLetters],
  ...[OBJECTS.applogs.queue, OBJECTS.applogs.deadLetters],
] as const;
type Outputs = Readonly<
  Record<(typeof OUTPUTS)[number], string> & Partial<Record<(typeof SOURCE_OUTPUTS)[number], string>>
>;

const QUEUE_ARN = /^arn:[a-z-]+:(sqs|states):([a-z0-9-]+):\d{12}:\S+$/;

/** The stack's outputs, from a file that Pulumi wrote. @throws InputError */
const readOutputs = (file: string): Outputs => {
  const fix = "write it with pulumi stack output --json > FILE";
  let outputs: Readonly<Record<string, unknown>>;
  try {
    outputs = JSON.parse(readFileSync(file, "utf8")) as typeof outputs;
  } catch (cause) {
    const reason = `cannot be read: ${(cause as Error).message}`;
    throw new InputError(reason, { field: "--outputs", value: file, fix, cause });
  }
  const given = SOURCE_OUTPUTS.filter((name) => (outputs?.[name] ?? "") !== "");
  const entries = [...OUTPUTS, ...given].map((name) => {
    const value = outputs?.[name];
    if (typeof value !== "string" || !QUEUE_ARN.test(value))
      throw new InputError(`has no ${name}`, { field: "--outputs", value: file, fix });
    return [name, value] as const;
  });
  return Object.fromEntries(entries) as unknown as Outputs;
};

const POLL_MS = [300, 1000, 2000, 5000];
/** Of messages, so many are shown. */
const SHOWN = 10;
/** Most that are dealt with at a time; the command says when there are more. */
const MOST_RUNS = 5000;
/** Most ranges of one backfill (src/model/backfill.ts takes 500). */
const RANGES_AT_ONCE = 400;

const say = (line: string): void => console.log(visibleText(line));

/** The object that a message is about; EventBridge's event has its key. */
const keyOf = (body: string): string => /"key":"([^"]*)"/.exec(body)?.[1] ?? body.slice(0, 200);

interface Destination {
  readonly arn: string;
  /** What reads from it. */
  readonly reader: string;
}

const redriveObjects = async (letters: DeadLetters, { arn, reader }: Destination, dryRun: boolean): Promise<void> => {
  const waiting = await letters.count();
  say(`${many(waiting, "object")} in ${letters.name}`);
  if (waiting === 0) return;
  if (dryRun) {
    const held = await letters.hold(SHOWN);
    await letters.release(held);
    for (const { body } of held) say(`  ${keyOf(body)}`);
    return;
  }
  await letters.startMove(arn);
  for (let poll = 0; ; poll++) {
    const { moved, total, done } = await letters.progress();
    if (done) return say(`${moved} sent back to the ${reader}; the log of its function says what becomes of them`);
    process.stderr.write(`${moved} of ${total} sent back\n`);
    await wait(POLL_MS[Math.min(poll, POLL_MS.length - 1)]);
  }
};

/** Starts backfills that make up for the runs; the same runs again are the same backfills. */
const askAgain = async (runs: readonly FailedRun[], stateMachineArn: string, dryRun: boolean): Promise<void> => {
  const ranges = repairOf(runs);
  for (const { app, from, to } of ranges.slice(0, SHOWN)) say(`  ${app}: ${from} to ${to}, what is missing of it`);
  if (ranges.length > SHOWN) say(`  and ${many(ranges.length - SHOWN, "range")} more`);
  if (dryRun || ranges.length === 0) return;
  const { SFNClient } = await import("@aws-sdk/client-sfn");
  const { BackfillMachine } = await import("../aws/backfillMachine.js");
  const machine = new BackfillMachine(new SFNClient({ region: stateMachineArn.split(":")[3]! }), stateMachineArn);
  for (let at = 0; at < ranges.length; at += RANGES_AT_ONCE) {
    const input: BackfillRanges = { ranges: ranges.slice(at, at + RANGES_AT_ONCE), missing: true, tolerant: false };
    const name = `redrive-${createHash("sha256").update(JSON.stringify(input)).digest("hex").slice(0, 16)}`;
    await machine.start(name, input);
    say(`backfill ${name} asks for them`);
  }
};

const redriveRuns = async (letters: DeadLetters, stateMachineArn: string, dryRun: boolean): Promise<void> => {
  const held = (await letters.hold(MOST_RUNS)).map((letter) => ({ letter, run: readFailedRun(letter.body) }));
  const of = (kind: FailedRun["kind"]) => held.filter(({ run }) => run.kind === kind).map(({ letter }) => letter);
  say(`${many(held.length, "run")} in ${letters.name}`);
  try {
    await askAgain(
      held.map(({ run }) => run),
      stateMachineArn,
      dryRun,
    );
  } catch (error) {
    await letters.release(held.map(({ letter }) => letter));
    throw error;
  }
  const [unknown, repeated] = [of("unknown"), of("repeated")];
  if (repeated.length > 0) say(`${many(repeated.length, "run")} of other functions: their next one does the same`);
  if (unknown.length > 0) {
    say(`${many(unknown.length, "message")} of another kind: left in the queue`);
    for (const { body } of unknown.slice(0, SHOWN)) say(`  ${body.slice(0, 200)}`);
  }
  await letters.release(dryRun ? held.map(({ letter }) => letter) : unknown);
  if (!dryRun) await letters.remove([...of("fetch"), ...repeated]);
  if (held.length === MOST_RUNS) say("there are more: run the same again");
};

const redrive = async ({ outputs: file, queue, dryRun = false }: Options): Promise<void> => {
  if (queue !== undefined && !(QUEUES as readonly string[]).includes(queue))
    throw new InputError("no such queue", { field: "--queue", value: queue, fix: `use ${QUEUES.join(", ")}` });
  const outputs = readOutputs(file);
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
  const { SQSClient } = await import("@aws-sdk/client-sqs");
  const { DeadLetters: Letters } = await import("../aws/deadLetters.js");
  const open = (arn: string) => new Letters(new SQSClient({ region: QUEUE_ARN.exec(arn)![2]! }), arn);
  const wants = (name: (typeof QUEUES)[number]): boolean => queue === undefined || queue === name;
  try {
    for (const [name, of] of Object.entries(OBJECTS) as [ObjectQueueName, (typeof OBJECTS)[ObjectQueueName]][]) {
      const [arn, deadLettersArn] = [outputs[of.queue], outputs[of.deadLetters]];
      if (!wants(name)) continue;
      if (arn !== undefined && deadLettersArn !== undefined)
        await redriveObjects(open(deadLettersArn), { arn, reader: of.reader }, dryRun);
      else if (queue !== undefined)
        throw new InputError(`the stack has no ${of.reader}`, { field: "--queue", value: queue, fix: "leave it out" });
    }
    if (wants("runs")) await redriveRuns(open(outputs.failedRunsArn), outputs.stateMachineArn, dryRun);
  } catch (error) {
    throw describeAwsError(error);
  }
};

export const registerRedrive = (program: Command): void => {
  program
    .command("redrive")
    .description(
      "try again what a deployed pipeline has given up: objects that were not read or converted, runs that failed",
    )
    .requiredOption("--outputs <file>", "the stack's outputs: pulumi stack output --json > FILE")
    .option("--queue <name>", `only one of them: ${QUEUES.join(", ")}`)
    .option("--dry-run", "say what waits there, and change nothing")
    .action(redrive);
};
