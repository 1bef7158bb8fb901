import { setImmediate as turn } from "node:timers/promises";
import { expect } from "chai";
import { compactionDefinition } from "../../components/compactionDefinition";
import { MAX_DAYS } from "../../handlers/compact/plan";
import { runStep, type CompactEvent } from "../../handlers/compact/handler";
import { MOST_EVENTS, MOST_PAYLOAD_BYTES, problemsOf, runMachine, type MachineRun } from "../helpers/stateMachines";
import { DAY, NOW, openWorld, portsOf, putHour, readTable, stateOf, type World } from "../handlers/compact/world";

const COMPACTOR = "arn:aws:lambda:eu-central-1:123456789012:function:compact";
const definition = compactionDefinition({ compactorArn: COMPACTOR });

/** Of a history: a task takes five events, a Map's item two, any other state its entry and its exit. */
const eventsOf = ({ visits }: MachineRun): number => {
  const tasks = ["Plan", "Start", "Poll", "Verify", "Switch", "Report"];
  const items = visits.filter(({ state }) => state === "Start").length;
  return visits.reduce((sum, { state }) => sum + (tasks.includes(state) ? 5 : 2), 2 + 2 + 2 * items);
};

describe("the compaction's state machine", () => {
  let world: World;
  beforeEach(() => (world = openWorld()));
  afterEach(() => world.remove());

  const run = (work: (event: CompactEvent) => unknown): Promise<MachineRun> =>
    runMachine(definition, { lambdas: { [COMPACTOR]: work } }, {});
  const step = async (event: CompactEvent): Promise<unknown> => {
    await turn(); // No wait takes time here: DuckDB must come to work in between.
    if (event.step !== "plan") return runStep(portsOf(world), world.settings, event);
    // The interpreter's own clock says when the run began.
    expect(event.time).to.match(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    return runStep(portsOf(world), world.settings, { ...event, time: NOW });
  };

  it("passes a validator", () => expect(problemsOf(definition)).to.equal(""));

  it("unites the days with the real function, and reports", async () => {
    for (const date of [DAY, "2026-11-18"])
      for (const hour of ["01", "02"]) await putHour(world, "shop", hour, [{ request_id: hour }], date);
    const before = await readTable(world);
    const { output, error } = await run(step);
    expect(error).to.equal(undefined);
    expect(output).to.deep.equal({ days: 2, switched: 2, kept: 0, changed: 0, rows: 4 });
    expect(await readTable(world)).to.deep.equal(before);
    expect((await run(step)).output).to.include({ switched: 0 });
  });

  it("fails with the day's name when one fails for good, and does the other", async () => {
    for (const date of [DAY, "2026-11-18"])
      for (const hour of ["01", "02"]) await putHour(world, "shop", hour, [{ request_id: hour }], date);
    const { error, retries } = await run((event) => {
      const failing = event.step === "switch" && event.attempt.date === "2026-11-18";
      return failing ? Promise.reject(new Error("S3 is away")) : step(event);
    });
    expect(error?.cause).to.contain("2026-11-18").and.to.not.contain(DAY);
    expect(retries["Switch"]).to.equal(2);
    expect((await stateOf(world, "shop"))["rows"]).to.equal(2);
    expect((await stateOf(world, "shop", "2026-11-18"))["rows"]).to.equal(undefined);
  });

  it("carries on where a step is tried again, and counts nothing twice", async () => {
    for (const hour of ["01", "02"]) await putHour(world, "shop", hour, [{ request_id: hour }]);
    const failed = new Set<string>();
    const { output } = await run((event) => {
      if (failed.has(event.step)) return step(event);
      failed.add(event.step);
      // The work is done, and its answer lost.
      return step(event).then(() => Promise.reject(new Error("time-out")));
    });
    expect(output).to.include({ switched: 1, rows: 2 });
    expect(await readTable(world)).to.have.length(2);
    expect([...failed].sort()).to.deep.equal(["plan", "poll", "report", "start", "switch", "verify"]);
  });

  /** What every step of a day carries, as large as a hundred apps make it. */
  const hundredApps = (): object[] => {
    const etag = `"${"e".repeat(32)}"`;
    const hours = Object.fromEntries(Array.from({ length: 24 }, (_, i) => [String(i).padStart(2, "0"), etag]));
    return Array.from({ length: 100 }, (_, i) => ({
      app: `${"a".repeat(23)}${String(i).padStart(3, "0")}`,
      stateEtag: etag,
      location: `access_logs_compacted/date=${DAY}/20261122T044500Z-00000000/app=${"a".repeat(26)}/`,
      hours,
    }));
  };

  /** So many days, each of whose statements is asked about so many times. */
  const imagined = (days: number, polls: number, apps: readonly object[]): Promise<MachineRun> =>
    run((event) => {
      switch (event.step) {
        case "plan":
          return { days: Array.from({ length: days }, (_, part) => ({ date: DAY, part })), left: 300 };
        case "start":
          return { ...event.day, state: "RUNNING", phase: "unload", waitSeconds: 2, apps, polls: 0 };
        case "verify":
          return { ...event.attempt, state: "RUNNING", phase: "verify", polls: 0 };
        case "poll": {
          const done = (event.attempt as unknown as { polls: number }).polls + 1;
          return { ...event.attempt, polls: done, state: done === polls ? "SUCCEEDED" : "RUNNING" };
        }
        case "switch":
          return { date: DAY, switched: 100, kept: 0, changed: 0, rows: 1_000_000 };
        case "report":
          return { days: event.days.length };
      }
    });

  it("carries a hundred apps' day within what Step Functions takes", async () => {
    const { output, largestBytes } = await imagined(1, 1, hundredApps());
    expect(output).to.deep.equal({ days: 1 });
    expect(largestBytes).to.be.within(100_000, MOST_PAYLOAD_BYTES);
  });

  it("has a history that ends in time, with as many days as a run takes and slow queries", async () => {
    const outcome = await imagined(MAX_DAYS, 10, []);
    expect(outcome.output).to.deep.equal({ days: MAX_DAYS });
    expect(eventsOf(outcome)).to.be.within(10_000, MOST_EVENTS);
  });
});
