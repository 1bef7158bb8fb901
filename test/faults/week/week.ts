/** A week of 20 apps under random faults, each function in processes of its own, and whether the table is complete in the end. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { SIZING } from "../../../components/function";
import { packageRoot, type FetchEvent } from "../../../src/local/bundles";
import { DirectoryMaintenanceStore } from "../../../src/local/directoryMaintenanceStore";
import { NO_FAULTS, type Faults } from "../../../src/local/simulator/faults";
import { startSimulatedAmplify, type SimulatedAmplify } from "../../../src/local/simulator/amplifyEndpoint";
import { Random, seedOf } from "../../../src/local/simulator/random";
import type { SimulatedApp } from "../../../src/local/simulator/site";
import { DAY_MS, HOUR_MS } from "../../../src/model/windows";
import { checkWeek, type WeekVerdict } from "./checkWeek";
import { Catalogue } from "./catalogue";
import type { Job, Work } from "./jobs";
import { Pool, type Outcome } from "./pool";

/** Ends on a Sunday, and a month ends within. */
const START = Date.parse("2026-10-26T00:00:00Z");
const DAYS = 7;
const APPS = Array.from({ length: 20 }, (_, at): SimulatedApp => {
  const name = `app${String(at + 1).padStart(2, "0")}`;
  return { name, appId: `d1a2b3c4d5${name}`, domainName: `${name}.example` };
});
/** What the simulated Amplify does wrong, each of one request. */
const FAULTS = {
  blank: 0.03,
  partial: 0.08,
  noUrl: 0.02,
  throttle: 0.003,
  downloadError: 0.03,
  timeout: 0.05,
  strayRows: 0.5,
};
const FETCHERS = 2;

export interface WeekOptions {
  readonly seed: number;
  readonly rows: number;
  /** Folder of the functions' bundles. Default: the built ones. */
  readonly bundles?: string;
}

export interface WeekResult extends WeekVerdict {
  readonly runs: number;
  /** Runs that failed or whose process died, conversions among them. */
  readonly failures: number;
  readonly deaths: number;
  readonly peaks: readonly { readonly name: string; readonly peakBytes: number; readonly settingBytes: number }[];
}

export const runWeek = async (options: WeekOptions): Promise<WeekResult> => {
  const folder = mkdtempSync(path.join(tmpdir(), "alp-week-"));
  const socketPath = path.join(folder, "amplify.sock");
  let nowMs = START;
  const traffic = { apps: APPS, seed: options.seed, requestsPerDay: options.rows / APPS.length / DAYS };
  const serve = (faults: Partial<Faults>): Promise<SimulatedAmplify> =>
    startSimulatedAmplify({ ...traffic, clock: { now: () => nowMs }, socketPath, faults });
  let amplify = await serve(FAULTS);
  const week = new Week(options, path.join(folder, "lake"), amplify, socketPath, (ms) => (nowMs = ms));
  try {
    await week.run();
    await amplify.close();
    amplify = await serve(NO_FAULTS);
    await week.settle();
    const { catalogue, store, wrong } = week;
    const verdict = await checkWeek(store, catalogue.athena.registered(), { ...traffic, startMs: START, days: DAYS });
    return { ...verdict, ...week.counts(), wrong: [...wrong, ...catalogue.complaints, ...verdict.wrong] };
  } finally {
    await week.close();
    await amplify.close();
    rmSync(folder, { recursive: true, force: true });
  }
};

class Week {
  readonly store: DirectoryMaintenanceStore;
  readonly catalogue: Catalogue;
  private readonly random: Random;
  private readonly fetchers: Pool;
  private readonly converters: Pool;
  private queue: string[] = [];
  private arrived: () => void = () => undefined;
  private number = 0;
  private failures = 0;
  private nowMs = START;
  private calm = false;
  readonly wrong: string[] = [];

  constructor(
    { seed, bundles = path.join(packageRoot(), "dist", "bundles") }: WeekOptions,
    lake: string,
    { url, logHost }: SimulatedAmplify,
    socketPath: string,
    private readonly wind: (ms: number) => void,
  ) {
    this.random = new Random(seedOf("week", seed));
    this.store = new DirectoryMaintenanceStore(lake);
    this.catalogue = new Catalogue(
      this.store,
      APPS.map(({ name }) => name),
      this.random,
    );
    const environment = {
      RAW_PREFIX: "raw",
      APP_REGION: "eu-central-1",
      DELAY_MINUTES: "60",
      LOOKBACK_HOURS: "6",
      SETTLING_HOURS: "48",
      CHUNK_DAYS: "14",
      IP_POLICY: "truncated",
      PIPELINE: "week",
    };
    const pool = (name: "fetch" | "convert", size: number): Pool => {
      const setup = {
        bundle: path.join(bundles, `${name}.js`),
        seed,
        lake,
        environment,
        amplify: { amplifyUrl: url, logHost, socketPath },
      };
      return new Pool(setup, SIZING[name].memoryMegabytes, size, (key) => {
        if (!key.startsWith("raw/")) return;
        this.queue.push(key);
        this.arrived();
      });
    };
    this.fetchers = pool("fetch", FETCHERS);
    this.converters = pool("convert", 1);
  }

  async run(): Promise<void> {
    for (let hour = 1; hour <= DAYS * 24; hour++) {
      this.setTime(START + hour * HOUR_MS + this.random.below(HOUR_MS / 4));
      const mode = hour % 24 === 5 ? "settle" : "lookback";
      const event = { mode, time: new Date(this.nowMs).toISOString() } as const;
      const asked = APPS.filter(() => !this.random.chance(0.1)).flatMap((app) =>
        this.random.chance(0.05) ? [app, app] : [app],
      );
      await this.work(asked.map((app) => [app, event]));
      if (hour % 24 === 1 || hour % 24 === 3) await this.catalogue.update(this.nowMs, false);
      if (hour % 24 === 4) await this.catalogue.compact(this.nowMs, false);
    }
  }

  counts(): Pick<WeekResult, "runs" | "failures" | "deaths" | "peaks"> {
    const peak = (name: "fetch" | "convert", pool: Pool) => ({
      name,
      peakBytes: pool.peakBytes,
      settingBytes: SIZING[name].memoryMegabytes * 1024 * 1024,
    });
    return {
      runs: this.number,
      failures: this.failures,
      deaths: this.fetchers.deaths + this.converters.deaths,
      peaks: [peak("fetch", this.fetchers), peak("convert", this.converters)],
    };
  }

  async close(): Promise<void> {
    await this.fetchers.close();
    await this.converters.close();
  }

  private setTime(ms: number): void {
    this.nowMs = ms;
    this.wind(ms);
  }

  /** Fetches, and converts what came and what waits, at once. */
  private async work(runs: readonly (readonly [SimulatedApp, FetchEvent])[]): Promise<Outcome[]> {
    let fetching = true;
    const fetched = Promise.all(runs.map(([app, event]) => this.give(this.fetchers, { kind: "fetch", app, event })));
    const over = fetched.finally(() => (fetching = false));
    const late: string[] = [];
    while (fetching || this.queue.length > 0) {
      const key = this.queue.shift();
      if (key === undefined) {
        await Promise.race([over, new Promise<void>((arrived) => (this.arrived = arrived))]);
        continue;
      }
      if (!this.calm && this.random.chance(0.05)) late.push(key, key);
      else if ((await this.give(this.converters, { kind: "convert", key })) !== "done") late.push(key);
    }
    this.queue.push(...late);
    return over;
  }

  private async give(pool: Pool, work: Work): Promise<Outcome> {
    const job: Job = { ...work, number: ++this.number, nowMs: this.nowMs, calm: this.calm };
    const outcome = await pool.run(job);
    if (outcome !== "done") this.failures++;
    return outcome;
  }

  /** No more faults: all is asked for once more, converted, made known, and united; what was before expires. */
  async settle(): Promise<void> {
    this.calm = true;
    this.setTime(START + (DAYS + 2) * DAY_MS);
    for (let day = 0; day < DAYS; day++) {
      const from = START + day * DAY_MS;
      const event = { from: new Date(from).toISOString(), to: new Date(from + DAY_MS).toISOString() };
      const outcomes = await this.work(APPS.map((app) => [app, event]));
      for (const outcome of outcomes)
        if (outcome !== "done") this.wrong.push(`a calm run ended so: ${JSON.stringify(outcome)}`);
    }
    if (this.queue.length > 0)
      this.wrong.push(`${this.queue.length} conversions failed when nothing went wrong any more`);
    for (let day = 3; day <= 5; day++) {
      this.setTime(START + (DAYS + day) * DAY_MS);
      await this.catalogue.compact(this.nowMs, true);
      await this.catalogue.update(this.nowMs, true);
      for (const prefix of ["access_logs/", "access_logs_compacted/"])
        await this.store.expire(prefix, ["state", "superseded"]);
    }
  }
}
