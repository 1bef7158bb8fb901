import { expect } from "chai";
import { backfillDefinition } from "../../components/backfillDefinition";
import { MOST_EVENTS, problemsOf } from "../helpers/stateMachines";
import { failure, fetchTo, HOUR, PLANNER, runBackfill as run, type Fetcher } from "./backfillRun";

const WEEK = { from: "2026-11-01", to: "2026-11-08" };
const all: Fetcher = (work) => fetchTo(work, undefined);

describe("the backfill's state machine", () => {
  it("passes a validator, which refuses it with a state that does not exist", () => {
    const definition = backfillDefinition({ plannerArn: PLANNER, maxConcurrency: 5, fetchSeconds: 300 });
    expect(problemsOf(definition)).to.equal("");
    const broken = JSON.parse(JSON.stringify(definition).replace('"Next":"SumUp"', '"Next":"SumUpp"')) as object;
    expect(problemsOf(broken)).to.contain("SumUpp");
  });

  it("runs each app as a child in distributed mode, a few at one time, and waits longer than a fetcher may run", () => {
    const { FetchApps: map } = backfillDefinition({ plannerArn: PLANNER, maxConcurrency: 7, fetchSeconds: 300 }).States;
    expect(map.ItemProcessor.ProcessorConfig).to.deep.equal({ Mode: "DISTRIBUTED", ExecutionType: "STANDARD" });
    expect(map.MaxConcurrency).to.equal(7);
    expect(map.ItemProcessor.States.Fetch.TimeoutSeconds).to.be.above(300);
  });

  it("plans, fetches each enabled app once and sums up", async () => {
    const { output, error } = await run({ shop: all, blog: all, paused: all }, WEEK);
    expect(error).to.equal(undefined);
    expect(output).to.deep.equal({
      apps: 2,
      hours: 2,
      proven: 0,
      rows: 20,
      added: 20,
      failedHours: 0,
      failures: [],
    });
  });

  it("never runs more apps at one time than it may", async () => {
    let [running, most] = [0, 0];
    const slow: Fetcher = async (work) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      return fetchTo(work, undefined);
    };
    const apps = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`app_${i}`, slow]));
    expect((await run(apps, WEEK, 3)).output).to.include({ apps: 12 });
    expect(most).to.equal(3);
  });

  it("goes on where the fetcher stopped, until it says of nothing more", async () => {
    const asked: string[] = [];
    const stops = ["2026-11-03T00:00:00.000Z", "2026-11-06T00:00:00.000Z", undefined];
    const { output } = await run(
      {
        shop: (work) => {
          asked.push(work.ranges[0]!.from);
          return fetchTo(work, stops[asked.length - 1]);
        },
      },
      WEEK,
    );
    expect(asked).to.deep.equal(["2026-11-01T00:00:00.000Z", ...stops.slice(0, 2)]);
    expect(output).to.include({ hours: 3, rows: 30 });
  });

  it("begins a further round with what is left after as many turns as a history holds", async () => {
    let turns = 0;
    const hourly: Fetcher = (work) => {
      turns++;
      const next = Date.parse(work.ranges[0]!.from) + HOUR;
      return fetchTo(work, next >= Date.parse(work.ranges[0]!.to) ? undefined : new Date(next).toISOString());
    };
    const { output, visits, mostEvents } = await run(
      { shop: hourly, blog: all },
      { from: "2026-10-01", to: "2026-11-01" },
    );
    expect(turns).to.equal(31 * 24);
    expect(output).to.include({ apps: 2, hours: 31 * 24 + 1 });
    expect(visits.filter(({ state }) => state === "FetchApps")).to.have.length(Math.ceil((31 * 24) / 300));
    expect(mostEvents)
      .to.be.above(300 * 7)
      .and.below(MOST_EVENTS / 4);
  });

  it("asks for ranges of one's own, each app its own, joined where they touch", async () => {
    const asked: Record<string, unknown> = {};
    const noting =
      (app: string): Fetcher =>
      (work) => {
        asked[app] = work.ranges;
        return all(work, false);
      };
    await run(
      { shop: noting("shop"), blog: noting("blog"), docs: noting("docs") },
      {
        ranges: [
          { app: "shop", from: "2026-11-02T05:00:00Z", to: "2026-11-02T06:00:00Z" },
          { app: "blog", from: "2026-11-03", to: "2026-11-04" },
          { app: "shop", from: "2026-11-02T04:00:00Z", to: "2026-11-02T05:00:00Z" },
          { app: "shop", from: "2026-11-02T09:00:00Z", to: "2026-11-02T10:00:00Z" },
        ],
      },
    );
    expect(asked).to.deep.equal({
      shop: [
        { from: "2026-11-02T04:00:00.000Z", to: "2026-11-02T06:00:00.000Z" },
        { from: "2026-11-02T09:00:00.000Z", to: "2026-11-02T10:00:00.000Z" },
      ],
      blog: [{ from: "2026-11-03T00:00:00.000Z", to: "2026-11-04T00:00:00.000Z" }],
    });
  });

  describe("when something fails", () => {
    it("tries again what Lambda says of itself, and what the function did", async () => {
      for (const name of ["Lambda.TooManyRequestsException", "SlowDown"]) {
        let calls = 0;
        const { output, retries } = await run(
          { shop: (work) => (++calls < 3 ? Promise.reject(failure(name)) : all(work, false)) },
          WEEK,
        );
        expect(output, name).to.include({ hours: 1, failedHours: 0 });
        expect(retries, name).to.deep.equal({ Fetch: 2 });
      }
    });

    it("does not try bad input again, and says what is bad", async () => {
      const { error, retries } = await run({ shop: all }, { from: "2026-11-01", untill: "2026-11-02" });
      expect(error?.name).to.equal("InputError");
      expect(error?.cause).to.contain("untill: is not a setting of a backfill");
      expect(retries).to.deep.equal({});
    });

    it("finds the one hour that ends the function, gives it up alone and fetches all others", async () => {
      const poisoned = Date.parse("2026-11-04T13:00:00Z");
      const done = new Set<number>();
      let crashes = 0;
      const shop: Fetcher = (work, skip) => {
        const startMs = Date.parse(work.ranges[0]!.from);
        const limit = skip ? 1 : work.atMostHours === 0 ? Infinity : work.atMostHours;
        const endMs = Math.min(Date.parse(work.ranges[0]!.to), startMs + limit * HOUR);
        for (let ms = startMs; ms < endMs; ms += HOUR) {
          if (ms === poisoned && !skip) {
            crashes++;
            throw failure("Runtime.ExitError");
          }
          done.add(ms);
        }
        const next = endMs >= Date.parse(work.ranges[0]!.to) ? undefined : new Date(endMs).toISOString();
        if (!skip) return fetchTo(work, next);
        const from = new Date(startMs).toISOString();
        const failed = [{ from, to: new Date(endMs).toISOString(), why: "failed" }];
        return fetchTo(work, next, {
          atMostHours: 0,
          skipped: work.skipped + 1,
          tally: { hours: 168, proven: 0, rows: 0, added: 0, failedHours: 1, failed },
        });
      };
      const { error } = await run({ shop, blog: all }, WEEK);
      expect(error).to.deep.equal({
        name: "BackfillIncomplete",
        cause: "1 hours were not fetched: shop, 2026-11-04 13:00 to 2026-11-04 14:00 UTC: failed",
      });
      expect(done.size).to.equal(7 * 24);
      // Each crash is tried twice again; a search by halves would not need more.
      expect(crashes).to.be.below(60);
    });

    it("gives up an app whose fetcher answers nothing, fetches the others, and names it with its hours", async () => {
      const names = Array.from({ length: 20 }, (_, i) => `app_${i}`);
      const broken = failure("AccessDenied");
      const apps = Object.fromEntries(
        names.map((name): [string, Fetcher] => [name, name === "app_7" ? () => Promise.reject(broken) : all]),
      );
      const { error, visits } = await run(apps, WEEK);
      expect(error?.name).to.equal("BackfillIncomplete");
      expect(error?.cause).to.equal(
        "168 hours were not fetched: app_7, 2026-11-01 00:00 to 2026-11-08 00:00 UTC: its fetcher gave no answer (AccessDenied); its log says more",
      );
      expect(visits.filter(({ state }) => state === "Done")).to.have.length(19);
    });

    it("ends well over such hours where the gap finder asks, who counts them itself", async () => {
      const broken = failure("AccessDenied");
      const apps = {
        shop: all,
        blog: (): never => {
          throw broken;
        },
      };
      const ranges = ["shop", "blog"].map((app) => ({
        app,
        from: "2026-11-01T03:00:00.000Z",
        to: "2026-11-01T05:00:00.000Z",
      }));
      const { error, output } = await run(apps, { missing: true, tolerant: true, ranges });
      expect(error).to.equal(undefined);
      expect(output).to.include({ apps: 2, failedHours: 2 });
      const strict = await run(apps, { missing: true, tolerant: false, ranges });
      expect(strict.error?.name).to.equal("BackfillIncomplete");
    });

    it("stops when every hour ends the function", async () => {
      let skips = 0;
      const shop: Fetcher = (work, skip) => {
        if (!skip) throw failure("Runtime.ExitError");
        skips++;
        const next = new Date(Date.parse(work.ranges[0]!.from) + HOUR).toISOString();
        return fetchTo(work, next, { atMostHours: 0, skipped: work.skipped + 1 });
      };
      const { error } = await run({ shop }, WEEK);
      expect(error?.cause).to.contain("2026-11-01 10:00 to 2026-11-08 00:00 UTC: its fetcher gave no answer");
      expect(skips).to.equal(10);
    });
  });
});
