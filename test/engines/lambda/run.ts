/** One day of a stack's life, event by event, as AWS would send them. */
import { gzipSync } from "node:zlib";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import type { Cloud, Otherwise } from "./cloud";
import { ofType, property, text, theOne, type DeployedResource } from "./deployed";
import { batchOf, objectCreated } from "./events";
import type { LambdaNode } from "./nodes";
import type { Invocation, Sandbox } from "./sandbox/sandbox";

/** Peak of one function's process against its memory setting. */
export interface Peak {
  readonly lambda: string;
  readonly peakBytes: number;
  readonly memoryBytes: number;
}

const megabytes = (bytes: number): number => Math.round(bytes / 1_048_576);

/** The highest peak of each function, printed; of all processes that ran. */
export const highestPeaks = (peaks: readonly Peak[], node: LambdaNode): readonly Peak[] => {
  const highest = new Map<string, Peak>();
  for (const peak of peaks)
    if (peak.peakBytes > (highest.get(peak.lambda)?.peakBytes ?? 0)) highest.set(peak.lambda, peak);
  for (const { lambda, peakBytes, memoryBytes } of highest.values())
    console.log(`      ${lambda}, ${node.version}: ${megabytes(peakBytes)} of ${megabytes(memoryBytes)} MB`);
  return [...highest.values()];
};

export const answerOf = <Answer>(invocation: Invocation): Answer => {
  if ("errorType" in invocation) throw new Error(`${invocation.errorType}: ${invocation.errorMessage}`);
  return invocation.answer as Answer;
};

export const errorOf = (invocation: Invocation): string => {
  if ("answer" in invocation) throw new Error(`it answered ${JSON.stringify(invocation.answer)}`);
  return `${invocation.errorType}: ${invocation.errorMessage}`;
};

export interface FetchAnswer {
  readonly from: string;
  readonly to: string;
  readonly added: number;
  readonly hours: readonly {
    readonly hour: string;
    readonly state: string;
    readonly rows: number;
    readonly late: number;
  }[];
}

export interface BatchAnswer {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/** The event that a schedule of the stack sends to the function at that time. */
export const scheduledEvent = ({ deployed }: Cloud, lambda: DeployedResource, part: string, time: string): unknown => {
  const schedules = ofType(deployed, "aws:scheduler/schedule:Schedule").filter((schedule) => {
    const { arn, input } = property(schedule, "target") as { arn: string; input: string };
    return arn === text(lambda, "arn") && input.includes(part);
  });
  const { input } = property(schedules[0] ?? theOne(schedules, `schedules with ${part}`), "target") as {
    input: string;
  };
  return JSON.parse(input.replaceAll("<aws.scheduler.scheduled-time>", time)) as unknown;
};

/** Runs a function's events in one process and notes what it took. */
export const inSandbox = async <Result>(
  cloud: Cloud,
  lambda: DeployedResource,
  node: LambdaNode,
  peaks: Peak[],
  use: (sandbox: Sandbox) => Promise<Result>,
  otherwise?: Otherwise,
): Promise<Result> => {
  const sandbox = await cloud.start(lambda, node, otherwise);
  try {
    return await use(sandbox);
  } finally {
    peaks.push({ lambda: text(lambda, "name"), peakBytes: sandbox.peakBytes, memoryBytes: sandbox.memoryBytes });
    await sandbox.close();
  }
};

/** Each app's function on its own schedule's event; by app. */
export const fetchAll = async (
  cloud: Cloud,
  node: LambdaNode,
  peaks: Peak[],
  mode: "lookback" | "settle",
  time: string,
): Promise<ReadonlyMap<string, FetchAnswer>> => {
  const answers = new Map<string, FetchAnswer>();
  for (const [app, lambda] of cloud.fetchers) {
    const event = scheduledEvent(cloud, lambda, mode, time);
    const invocation = await inSandbox(cloud, lambda, node, peaks, (sandbox) => sandbox.invoke(event));
    answers.set(app, answerOf<FetchAnswer>(invocation));
  }
  return answers;
};

const batchSizeOf = ({ deployed }: Cloud): number =>
  Number(
    property(
      theOne(ofType(deployed, "aws:lambda/eventSourceMapping:EventSourceMapping"), "event source mappings"),
      "batchSize",
    ),
  );

/** Empties the queue into the converter, in batches as deployed; returns how many messages there were. */
export const drain = async (cloud: Cloud, sandbox: Sandbox): Promise<number> => {
  const messages = await cloud.messages();
  const size = batchSizeOf(cloud);
  for (let at = 0; at < messages.length; at += size) {
    const { batchItemFailures } = answerOf<BatchAnswer>(
      await sandbox.invoke(batchOf(messages.slice(at, at + size), cloud.queueArn)),
    );
    if (batchItemFailures.length > 0)
      throw new Error(
        `the converter gave back ${batchItemFailures.length} messages: ${JSON.stringify(sandbox.logs.slice(-size))}`,
      );
  }
  return messages.length;
};

export const messageOf = (cloud: Cloud, key: string): string =>
  JSON.stringify(objectCreated(cloud.dataBucket, key, 1000, "eu-central-1", cloud.authority.account));

/** Puts an object past the functions and past IAM. */
export const place = async ({ s3, dataBucket }: Cloud, key: string, content: string | Buffer): Promise<void> => {
  await s3.send(new PutObjectCommand({ Bucket: dataBucket, Key: key, Body: content }));
};

export const gzipped = (lines: readonly string[]): Buffer => gzipSync(lines.map((line) => `${line}\n`).join(""));
