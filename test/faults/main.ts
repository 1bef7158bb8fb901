/** `npm run test:faults -- [--seed S] [--histories N] [--without PART]`: 1 when a row was lost, doubled or out of place. */
import { parseArgs } from "node:util";
import { FAULT_KINDS, History, type FaultKind } from "./history";
import type { Verdict } from "./check";
import { WITHOUT, type Without } from "./without";

const failed = ({ lost, doubled, wrong }: Verdict): boolean => lost.length + doubled.length + wrong.length > 0;

/** Leaves out one kind of fault after the other while the history still fails. */
const shrink = async (seed: number, without: Without | undefined): Promise<FaultKind[]> => {
  let spare: FaultKind[] = [];
  for (const kind of FAULT_KINDS) {
    const fewer = [...spare, kind];
    if (failed(await new History({ seed, without, spare: fewer }).run())) spare = fewer;
  }
  return FAULT_KINDS.filter((kind) => !spare.includes(kind));
};

const number = (text: string | undefined, name: string, least: number): number => {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least) return value;
  throw new Error(`--${name}: not a whole number of at least ${least} (got ${JSON.stringify(text)})`);
};

const main = async (): Promise<void> => {
  const { values } = parseArgs({
    options: {
      seed: { type: "string", default: "1" },
      histories: { type: "string", default: "500" },
      without: { type: "string" },
    },
  });
  const first = number(values.seed, "seed", 0);
  const histories = number(values.histories, "histories", 1);
  const without = WITHOUT.find((part) => part === values.without);
  if (values.without !== undefined && without === undefined)
    throw new Error(
      `--without: no such part (got ${JSON.stringify(values.without)}). Fix: choose one of ${WITHOUT.join(", ")}`,
    );

  const started = Date.now();
  const sum = { served: 0, stored: 0, faults: 0, lost: 0, doubled: 0, wrong: 0 };
  let bad: { seed: number; verdict: Verdict } | undefined;
  for (let seed = first; seed < first + histories; seed++) {
    const verdict = await new History({ seed, without }).run();
    sum.served += verdict.served;
    sum.stored += verdict.stored;
    sum.faults += verdict.faults;
    sum.lost += verdict.lost.length;
    sum.doubled += verdict.doubled.length;
    sum.wrong += verdict.wrong.length;
    if (bad === undefined && failed(verdict)) bad = { seed, verdict };
  }
  if (bad !== undefined) {
    const { lost, doubled, wrong } = bad.verdict;
    console.log(`seed ${bad.seed}, smallest set of faults: ${(await shrink(bad.seed, without)).join(", ") || "none"}`);
    for (const uri of lost.slice(0, 5)) console.log(`  lost: ${uri}`);
    for (const uri of doubled.slice(0, 5)) console.log(`  doubled: ${uri}`);
    for (const text of wrong.slice(0, 5)) console.log(`  wrong: ${text}`);
  }
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(
    `${histories} histories from seed ${first}${without === undefined ? "" : `, without ${without}`}, ${sum.faults} faults, ${seconds} s: ` +
      `${sum.served} served, ${sum.stored} stored, ${sum.lost} lost, ${sum.doubled} doubled, ${sum.wrong} wrong`,
  );
  if (bad !== undefined || sum.served === 0) process.exitCode = 1;
};

main().catch((error: unknown) => {
  console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
