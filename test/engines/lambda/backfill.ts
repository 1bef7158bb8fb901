/** The backfill's steps, each by the deployed function that the state machine would ask. */
import type { BackfillItem } from "../../../src/model/backfill";
import type { BackfillEnd, BackfillWork, SummedUp } from "../../../src/model/backfillProgress";
import type { Cloud } from "./cloud";
import type { LambdaNode } from "./nodes";
import { answerOf, inSandbox, type Peak } from "./run";

export const runBackfill = async (
  cloud: Cloud,
  node: LambdaNode,
  peaks: Peak[],
  input: unknown,
): Promise<{ items: readonly BackfillItem[]; ends: readonly BackfillEnd[]; sum: SummedUp }> => {
  const plan = <Answer>(event: unknown): Promise<Answer> =>
    inSandbox(cloud, cloud.planner, node, peaks, async (sandbox) => answerOf<Answer>(await sandbox.invoke(event)));
  const { items, summary } = await plan<SummedUp>({ step: "plan", input });
  const ends: BackfillEnd[] = [];
  for (const { app, functionArn, ranges, missing } of items) {
    let work: BackfillWork = { ranges, missing, atMostHours: 0, turns: 0, skipped: 0 };
    await inSandbox(cloud, cloud.fetchers.get(app)!, node, peaks, async (sandbox) => {
      do work = answerOf<BackfillWork>(await sandbox.invoke({ backfill: work }));
      while (work.nextFrom !== undefined);
    });
    ends.push({ app, functionArn, work });
  }
  return { items, ends, sum: await plan<SummedUp>({ step: "sum", items, ends, summary }) };
};
