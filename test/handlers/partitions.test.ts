import { expect } from "chai";
import { updatePartitions, type PartitionsResult, type PartitionsSettings } from "../../handlers/partitions/handler";
import type { QueryEngine, QueryState, StoredObject } from "../../src/ports";
import { temporaryBucket, WatchedStore } from "./folder";

const SETTINGS: PartitionsSettings = {
  bucket: "lake",
  database: "amplify_logs",
  table: "access_logs",
  workgroup: "maintenance",
  apps: ["shop", "blog"],
  timeoutSeconds: 60,
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

/** A store whose objects were written at a time of one's choice. */
class DatedStore extends WatchedStore {
  modifiedMs = Date.parse(TIME);
  override async list(prefix: string): Promise<StoredObject[]> {
    const found = await super.list(prefix);
    return found.map((object) => ({ ...object, modifiedMs: this.modifiedMs }));
  }
}

describe("updatePartitions", () => {
  let dated: DatedStore;
  let bucket: ReturnType<typeof temporaryBucket>;
  beforeEach(() => {
    bucket = temporaryBucket();
    dated = new DatedStore(bucket.store);
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
    const ports = { engine, store: dated, clock: { now: () => now }, sleep };
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
    expect(await update(engine)).to.deep.equal({ partitions: 4, queries: 1 });
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
      await bucket.store.put(`state/${key}`, Buffer.from("{}"));
    const engine = new ScriptedEngine([{ state: "SUCCEEDED" }]);
    expect(await update(engine)).to.deep.equal({ partitions: 5, queries: 1 });
    expect(engine.started[0]).to.contain("s3://lake/access_logs/app=old/date=2026-11-03/");
    dated.modifiedMs = Date.parse(TIME) - 9 * 86_400_000;
    const succeeds = (): ScriptedEngine => new ScriptedEngine([{ state: "SUCCEEDED" }]);
    expect(await update(succeeds())).to.deep.equal({ partitions: 4, queries: 1 });
    expect(await update(succeeds(), { all: true })).to.deep.equal({ partitions: 5, queries: 1 });
  });

  it("makes no query when there is nothing to add", async () => {
    const engine = new ScriptedEngine([]);
    expect(await update(engine, { settings: { ...SETTINGS, apps: [] } })).to.deep.equal({ partitions: 0, queries: 0 });
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
