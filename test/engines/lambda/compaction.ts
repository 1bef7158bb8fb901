/** The compaction's steps, each by the deployed function, in the order of the deployed state machine. */
import { GetObjectTaggingCommand } from "@aws-sdk/client-s3";
import type { CompactEvent } from "../../../handlers/compact/handler";
import { runMachine, type MachineRun } from "../../helpers/stateMachines";
import type { Cloud, Otherwise } from "./cloud";
import { ofType, text, theOne } from "./deployed";
import type { LambdaNode } from "./nodes";
import { answerOf, inSandbox, type Peak } from "./run";
import type { Sandbox } from "./sandbox/sandbox";

export interface CompactionRun extends Otherwise {
  /** When it is scheduled, ISO instant in UTC. */
  readonly time: string;
}

export const runCompaction = async (
  cloud: Cloud,
  node: LambdaNode,
  peaks: Peak[],
  { time, ...otherwise }: CompactionRun,
): Promise<MachineRun> => {
  const machines = ofType(cloud.deployed, "aws:sfn/stateMachine:StateMachine");
  const arn = text(cloud.compactor, "arn");
  const machine = theOne(
    machines.filter((one) => text(one, "definition").includes(arn)),
    "machines that run the compactor",
  );
  const definition = JSON.parse(text(machine, "definition")) as object;
  const run = (sandbox: Sandbox): Promise<MachineRun> => {
    let last: Promise<unknown> = Promise.resolve();
    // The interpreter runs by this machine's clock.
    const eventOf = (event: CompactEvent): CompactEvent => (event.step === "plan" ? { ...event, time } : event);
    const work = async (event: CompactEvent): Promise<unknown> => {
      // In place of the Wait state, which takes no time here; a query that is held ends by being stopped only.
      if (event.step === "poll" && cloud.athena.faults.pending === 0)
        await cloud.athena.executions.find(({ id }) => id === event.attempt.queryId)!.ended;
      // One process takes one event after the other.
      const before = last;
      const answer = before.then(() => sandbox.invoke(eventOf(event)));
      last = answer.catch(() => undefined);
      return answerOf(await answer);
    };
    return runMachine(definition, { lambdas: { [arn]: work } }, {});
  };
  return inSandbox(cloud, cloud.compactor, node, peaks, run, otherwise);
};

/** The tags of an object, as `key=value`. */
export const tagsOf = async ({ s3, dataBucket }: Cloud, Key: string): Promise<string[]> => {
  const { TagSet = [] } = await s3.send(new GetObjectTaggingCommand({ Bucket: dataBucket, Key }));
  return TagSet.map((tag) => `${tag.Key}=${tag.Value}`);
};
