import { backfillDefinition } from "../../components/backfillDefinition";
import { runStep } from "../../handlers/plan/handler";
import { renderAppList } from "../../src/model/appList";
import type { BackfillWork } from "../../src/model/backfillProgress";
import { runMachine, type MachineRun } from "../helpers/stateMachines";

export const PLANNER = "arn:aws:lambda:eu-central-1:123456789012:function:plan";
export const NOW = Date.parse("2026-11-21T12:30:00Z");
export const DAY = 86_400_000;
export const HOUR = 3_600_000;

export type Fetcher = (work: BackfillWork, skip: boolean) => unknown;

const arnOf = (app: string): string => `arn:aws:lambda:eu-central-1:123456789012:function:fetch-${app}`;
export const failure = (name: string): Error => Object.assign(new Error(`${name} happened`), { name });
export const fetchTo = (work: BackfillWork, to: string | undefined, more: Partial<BackfillWork> = {}): BackfillWork => {
  const [first, ...later] = work.ranges;
  const ranges = to === undefined ? [] : to === first!.to ? later : [{ from: to, to: first!.to }, ...later];
  const before = work.tally ?? { hours: 0, proven: 0, rows: 0, added: 0, failedHours: 0, failed: [] };
  const tally = { ...before, hours: before.hours + 1, rows: before.rows + 10, added: before.added + 10 };
  const { missing, skipped } = work;
  const next = ranges[0] === undefined ? {} : { nextFrom: ranges[0].from };
  return {
    missing,
    skipped,
    ranges,
    turns: work.turns + 1,
    atMostHours: work.atMostHours * 2,
    tally,
    ...next,
    ...more,
  };
};

/** The machine, with the real planner on a list of apps, and a fetcher for each. */
export const runBackfill = async (
  fetchers: Readonly<Record<string, Fetcher>>,
  input: unknown,
  maxConcurrency = 5,
): Promise<MachineRun> => {
  const list = renderAppList({
    apps: Object.keys(fetchers).map((name) => ({
      name,
      appId: "d1a2b3c4d5e6f7",
      domains: ["example.com"],
      region: "eu-central-1",
      fetcherArn: arnOf(name),
      enabled: name !== "paused",
    })),
    retiredApps: [],
  });
  const store = { get: () => Promise.resolve({ etag: "1", body: Buffer.from(list) }) };
  const ports = { store: store as unknown as Parameters<typeof runStep>[0]["store"], clock: { now: () => NOW } };
  const lambdas = {
    [PLANNER]: (event: Parameters<typeof runStep>[2]) => runStep(ports, { appsKey: "apps.json", days: 14 }, event),
    ...Object.fromEntries(
      Object.entries(fetchers).map(([name, work]) => [
        arnOf(name),
        ({ backfill, skip }: { backfill: BackfillWork; skip?: boolean }) => work(backfill, skip ?? false),
      ]),
    ),
  };
  return runMachine(backfillDefinition({ plannerArn: PLANNER, maxConcurrency, fetchSeconds: 300 }), { lambdas }, input);
};
