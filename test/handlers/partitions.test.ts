import { expect } from "chai";
import { updatePartitions, type PartitionsResult, type PartitionsSettings } from "../../handlers/partitions/handler";
import { DirectoryMaintenanceStore } from "../../src/local/directoryMaintenanceStore";
import type { DayPartition, PartitionCatalog, QueryEngine, QueryState, StoredObject } from "../../src/ports";
import { temporaryBucket } from "./folder";

const SETTINGS: PartitionsSettings = {
  bucket: "lake",
  database: "amplify_logs",
  table: "access_logs",
  workgroup: "maintenance",
  apps: ["shop", "blog"],
  timeoutSeconds: 60,
  tableDays: 400,
};
const TIME = "2026-12-31T03:30:00Z";

/** Answers each query with the given states, the last one for ever. */
class ScriptedEngine implements QueryEngine {
  readonly started: string[] = [];
  readonly stopped: string[] = [];
  polls = 0;
  constructor(private readonly states: readonly { state: QueryState; reason?: string }[]) {}
  start(sql: string): Promise<string> {
    return Promise.resolve(`q${this.started.push(sql)}`);
  }
  state(): Promise<{ state: QueryState; reason?: string }> {
    return Promise.resolve(this.states[Math.min(this.polls++, this.states.length - 1)]!);
  }
  stop(queryId: string): Promise<void> {
    this.stopped.push(queryId);
    return Promise.resolve();
  }
}

/** Glue, as far as it is asked here. */
class Catalog implements PartitionCatalog {
  registered: DayPartition[] = [];
  partitions({ from = "", to }: { from?: string; to: string }): Promise<DayPartition[]> {
    return Promise.resolve(this.registered.filter(({ date }) => date >= from && date <= to));
  }
  relocate(moved: readonly DayPartition[]): Promise<void> {
    const at = new Map(moved.map(({ app, date, location }) => [`${app} ${date}`, location]));
    this.registered = this.registered.map((known) => ({
      ...known,
      location: at.get(`${known.app} ${known.date}`) ?? known.location,
    }));
    return Promise.resolve();
  }
  drop(dropped: readonly Pick<DayPartition, "app" | "date">[]): Promise<void> {
    const gone = new Set(dropped.map(({ app, date }) => `${app} ${date}`));
    this.registered = this.registered.filter(({ app, date }) => !gone.has(`${app} ${date}`));
    return Promise.resolve();
  }
}

/** A store whose objects were written at a time of one's choice. */
class DatedStore extends DirectoryMaintenanceStore {
  modifiedMs = Date.parse(TIME);
  override async list(prefix: string): Promise<StoredObject[]> {
    const found = await super.list(prefix);
    return found.map((object) => ({ ...object, modifiedMs: this.modifiedMs }));
  }
}

describe("updatePartitions", () => {
  let dated: DatedStore;
  let catalog: Catalog;
  let bucket: ReturnType<typeof temporaryBucket>;
  beforeEach(() => {
    bucket = temporaryBucket();
    dated = new DatedStore(bucket.folder);
    catalog = new Catalog();
  });
  afterEach(() => bucket.remove());

  const update = (
    engine: ScriptedEngine,
    options: { time?: string; all?: boolean; settings?: PartitionsSettings } = {},
  ): Promise<PartitionsResult> => {
    let now = Date.parse(TIME);
    const sleep = (ms: number): Promise<void> => {
      now += ms;
      return Promise.resolve();
    };
    const ports = { engine, store: dated, catalog, clock: { now: () => now }, sleep };
    const { time = TIME, all, settings = SETTINGS } = options;
    return updatePartitions(ports, settings, { time, ...(all === undefined ? {} : { all }) });
  };
  const failure = async (engine: ScriptedEngine): Promise<Error> =>
    (await update(engine).then(
      () => expect.fail("it did not fail"),
      (error: unknown) => error,
    )) as Error;

  it("adds today and tomorrow for every app in one statement, over a year's end", async () => {
    const engine = new ScriptedEngine([{ state: "QUEUED" }, { state: "RUNNING" }, { state: "SUCCEEDED" }]);
    expect(await update(engine)).to.deep.equal({ partitions: 4, queries: 1, moved: 0, dropped: 0 });
    const at = (app: string, date: string): string =>
      `PARTITION (\`app\`='${app}', \`date\`='${date}') LOCATION 's3://lake/access_logs/app=${app}/date=${date}/'`;
    expect(engine.started).to.deep.equal([
      [
        "ALTER TABLE `amplify_logs`.`access_logs` ADD IF NOT EXISTS",
        ...["shop", "blog"].flatMap((app) => [at(app, "2026-12-31"), at(app, "2027-01-01")]),
      ].join("\n"),
    ]);
    expect(engine.polls).to.equal(3);
  });

  it("repairs the days that state/ knows, also of apps that were removed, and each once", async () => {
    for (const key of [
      "app=old/date=2026-11-03.json",
      "app=shop/date=2026-12-31.json",
      "app=shop/width.json",
      "app=shop/date=x.json",
    ])
      await bucket.store.put(
        `state/${key}`,
        Buffer.from(JSON.stringify({ location: `access_logs/${key.replace(".json", "/")}` })),
      );
    const engine = new ScriptedEngine([{ state: "SUCCEEDED" }]);
    expect(await update(engine)).to.deep.equal({ partitions: 5, queries: 1, moved: 0, dropped: 0 });
    expect(engine.started[0]).to.contain("s3://lake/access_logs/app=old/date=2026-11-03/");
    dated.modifiedMs = Date.parse(TIME) - 9 * 86_400_000;
    const succeeds = (): ScriptedEngine => new ScriptedEngine([{ state: "SUCCEEDED" }]);
    expect(await update(succeeds())).to.deep.equal({ partitions: 4, queries: 1, moved: 0, dropped: 0 });
    expect(await update(succeeds(), { all: true })).to.deep.equal({ partitions: 5, queries: 1, moved: 0, dropped: 0 });
  });

  it("makes no query when there is nothing to add", async () => {
    const engine = new ScriptedEngine([]);
    expect(await update(engine, { settings: { ...SETTINGS, apps: [] } })).to.deep.equal({
      partitions: 0,
      queries: 0,
      moved: 0,
      dropped: 0,
    });
  });

  const putState = (app: string, date: string, location: string): Promise<unknown> =>
    bucket.store.put(`state/app=${app}/date=${date}.json`, Buffer.from(JSON.stringify({ app, date, location })));

  it("registers a compacted day where its state says, and moves a partition that points elsewhere", async () => {
    const compacted = "access_logs_compacted/date=2026-12-20/20261223T044500Z-00000001/app=shop/";
    await putState("shop", "2026-12-20", compacted);
    catalog.registered = [{ app: "shop", date: "2026-12-20", location: "access_logs/app=shop/date=2026-12-20/" }];
    const engine = new ScriptedEngine([{ state: "SUCCEEDED" }]);
    expect(await update(engine)).to.include({ moved: 1 });
    expect(engine.started[0]).to.contain(`LOCATION 's3://lake/${compacted}'`);
    expect(catalog.registered).to.deep.equal([{ app: "shop", date: "2026-12-20", location: compacted }]);
    expect(await update(new ScriptedEngine([{ state: "SUCCEEDED" }]))).to.include({ moved: 0 });
  });

  it("moves a partition on when its day is switched while it is being moved", async () => {
    const first = "access_logs_compacted/date=2026-12-20/20261223T044500Z-00000001/app=shop/";
    const second = "access_logs_compacted/date=2026-12-20/20261224T044500Z-00000002/app=shop/";
    await putState("shop", "2026-12-20", first);
    catalog.registered = [{ app: "shop", date: "2026-12-20", location: "access_logs/app=shop/date=2026-12-20/" }];
    const relocate = catalog.relocate.bind(catalog);
    let switched = false;
    catalog.relocate = async (moved) => {
      if (!switched) await putState("shop", "2026-12-20", second);
      switched = true;
      await relocate(moved);
    };
    await update(new ScriptedEngine([{ state: "SUCCEEDED" }]));
    expect(catalog.registered[0]!.location).to.equal(second);
  });

  it("drops what is beyond retention, with its files and its state, wherever they lie, and nothing younger", async () => {
    const settings = { ...SETTINGS, tableDays: 30 };
    const day = (date: string): string[] => [
      `access_logs/app=shop/date=${date}/hour-01.parquet`,
      `access_logs_compacted/date=${date}/20261203T044500Z-00000001/app=shop/part.parquet`,
    ];
    for (const date of ["2026-12-01", "2026-12-02"]) {
      await putState("shop", date, `access_logs/app=shop/date=${date}/`);
      for (const key of day(date)) await bucket.store.put(key, Buffer.from("x"));
    }
    catalog.registered = ["2026-11-30", "2026-12-01", "2026-12-02"].map((date) => ({
      ...{ app: "shop", date },
      location: `access_logs/app=shop/date=${date}/`,
    }));
    expect(await update(new ScriptedEngine([{ state: "SUCCEEDED" }]), { settings })).to.include({ dropped: 2 });
    expect(catalog.registered.map(({ date }) => date)).to.deep.equal(["2026-12-02"]);
    const left = (await bucket.store.list("")).map(({ key }) => key);
    expect(left).to.have.members([...day("2026-12-02"), "state/app=shop/date=2026-12-02.json"]);
    const again = new ScriptedEngine([{ state: "SUCCEEDED" }]);
    expect(await update(again, { settings, all: true })).to.include({ dropped: 0, partitions: 5 });
  });

  for (const state of ["FAILED", "CANCELLED"] as const) {
    it(`fails with Athena's reason when a query is ${state}`, async () => {
      const error = await failure(new ScriptedEngine([{ state: "RUNNING" }, { state, reason: "Access Denied: glue" }]));
      expect(error.message).to.contain(`q1 is ${state}: Access Denied: glue`);
    });
  }

  it("stops a query on the deadline, and fails", async () => {
    const engine = new ScriptedEngine([{ state: "RUNNING" }]);
    expect((await failure(engine)).message).to.contain("still RUNNING after 60 s and was stopped");
    expect(engine.stopped).to.deep.equal(["q1"]);
    expect(engine.polls).to.be.within(30, 40);
  });

  it("refuses an event without a time", async () => {
    const engine = new ScriptedEngine([]);
    const error = (await update(engine, { time: "<aws.scheduler.scheduled-time>" }).catch(
      (caught: unknown) => caught,
    )) as Error;
    expect(error.message).to.contain("event.time: not a date or an ISO instant in UTC");
    expect(engine.started).to.deep.equal([]);
  });
});
