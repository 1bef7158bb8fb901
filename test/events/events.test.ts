/** Each event beside this file is one that its function takes: `aws lambda invoke --payload file://test/events/…`. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { backfillDefinition } from "../../components/backfillDefinition";
import { runStep as runCompactionStep, type CompactEvent } from "../../handlers/compact/handler";
import { convertBatch, type SqsEvent } from "../../handlers/convert/handler";
import { fetchBackfill, type BackfillEvent } from "../../handlers/fetch/backfill";
import { fetchRun, type FetchSettings } from "../../handlers/fetch/handler";
import type { FetchEvent } from "../../handlers/fetch/range";
import { fillGaps, type GapsEvent } from "../../handlers/gaps/handler";
import { updatePartitions, type PartitionsEvent } from "../../handlers/partitions/handler";
import { runStep, type PlanEvent, type PlanPorts } from "../../handlers/plan/handler";
import { packageRoot } from "../../src/local/bundles";
import { DirectoryMaintenanceStore } from "../../src/local/directoryMaintenanceStore";
import { bucketPath } from "../../src/local/localCatalog";
import { renderAppList } from "../../src/model/appList";
import type { LogAnswer, QueryEngine } from "../../src/ports";
import { runMachine } from "../helpers/stateMachines";
import { toldTelemetry } from "../helpers/telemetry";
import { Reader } from "../handlers/applogs/reader";
import { Scene } from "../handlers/cloudfront/readers";
import { openWorld, portsOf, type World } from "../handlers/compact/world";
import { request, tsv } from "../rows/cloudFrontFiles";
import { gzipFile, logFile, logLine } from "../rows/logLines";

const FOLDER = path.join(packageRoot(), "test", "events");
const read = <Event>(file: string): Event => JSON.parse(readFileSync(path.join(FOLDER, file), "utf8")) as Event;

const APPS_KEY = "state/pipelines/logs.json";
const FETCHER = "arn:aws:lambda:eu-central-1:123456789012:function:shop";
const PLANNER = "arn:aws:lambda:eu-central-1:123456789012:function:plan";
const FETCH: FetchSettings = {
  app: "shop",
  appId: "d1a2b3c4d5e6f7",
  domainName: "shop.example",
  rawPrefix: "raw",
  delayMinutes: 60,
  lookbackHours: 6,
  settlingHours: 48,
  chunkDays: 14,
};
const file = (): Promise<LogAnswer> =>
  Promise.resolve({
    kind: "file",
    body: (async function* () {
      yield Buffer.from(logFile([]));
    })(),
  });

describe("events that start a function by hand", () => {
  const clock = { now: () => Date.parse("2026-11-20T14:51:00Z") };
  let world: World;
  let store: DirectoryMaintenanceStore;
  beforeEach(async () => {
    world = openWorld(["shop"]);
    store = new DirectoryMaintenanceStore(bucketPath(world.lake));
    const app = { name: "shop", appId: "d1a2b3c4d5e6f7", domains: ["shop.example"], region: "eu-central-1" };
    const list = renderAppList({ apps: [{ ...app, fetcherArn: FETCHER, enabled: true }], retiredApps: [] });
    await store.put(APPS_KEY, Buffer.from(list));
  });
  afterEach(() => world.remove());

  const source = { open: file };
  const plan = (event: PlanEvent): ReturnType<typeof runStep> =>
    runStep({ store, clock } satisfies PlanPorts, { appsKey: APPS_KEY, days: 14 }, event);

  /** By file: what its function does with it. */
  const uses: Readonly<Record<string, () => Promise<void>>> = {
    "fetch.json": async () => {
      const { hours, from, to } = await fetchRun({ source, store, clock }, FETCH, read<FetchEvent>("fetch.json"));
      expect([from, to, hours.length]).to.deep.equal(["2026-11-20T07:00:00.000Z", "2026-11-20T13:00:00.000Z", 6]);
    },
    "convert.json": async () => {
      const key = "raw/app=shop/year=2026/month=11/day=20/access_logs-13-14.csv.gz";
      await store.put(key, gzipFile([logLine({ request_id: "a" })]));
      const told = toldTelemetry();
      const settings = { rawPrefix: "raw", privacy: { policy: "truncated" } } as const;
      const answer = await convertBatch({ store, clock }, settings, read<SqsEvent>("convert.json"), told);
      expect(answer).to.deep.equal({ batchItemFailures: [] });
      expect(told.lines.map(({ event, rows }) => [event, rows])).to.deep.equal([["convert.converted", 1]]);
    },
    "partitions.json": async () => {
      const engine: QueryEngine = {
        start: () => Promise.resolve("q"),
        state: () => Promise.resolve({ state: "SUCCEEDED" }),
        stop: () => Promise.resolve(),
      };
      const settings = { ...world.settings, timeoutSeconds: 60 };
      const ports = { engine, catalog: world.catalog, store, clock, sleep: () => Promise.resolve() };
      const result = await updatePartitions(ports, settings, read<PartitionsEvent>("partitions.json"));
      expect(result).to.include({ partitions: 2, queries: 1 });
    },
    "gaps.json": async () => {
      const backfill = { running: () => Promise.resolve(false), start: () => Promise.resolve() };
      const settings = { appsKey: APPS_KEY, delayMinutes: 60, lookbackHours: 6, settlingHours: 48, gapDays: 14 };
      const ports = { store, clock, backfill };
      const result = await fillGaps(ports, settings, read<GapsEvent>("gaps.json"), toldTelemetry());
      expect(result).to.include({ apps: 1, gaps: 0 });
    },
    "plan.json": async () => {
      const { items } = await plan(read<PlanEvent>("plan.json"));
      const ranges = [{ from: "2026-11-01T00:00:00.000Z", to: "2026-11-15T00:00:00.000Z" }];
      expect(items).to.deep.equal([{ app: "shop", functionArn: FETCHER, ranges, missing: true }]);
    },
    "compact.json": async () => {
      const event = read<CompactEvent>("compact.json");
      const result = await runCompactionStep(portsOf(world), world.settings, event);
      expect(result).to.deep.include({ days: [] });
    },
    "cloudfront.json": async () => {
      const scene = new Scene();
      const event = read<{ readonly keys: readonly string[] }>("cloudfront.json");
      await scene.source.put(event.keys[0]!, gzipSync(tsv([request({ "x-edge-request-id": "1==" })])));
      const { again, told } = await scene.event(event);
      expect([again, told.lines.map(({ event: what, rows }) => [what, rows])]).to.deep.equal([
        [],
        [["cloudfront.read", 1]],
      ]);
      expect(await scene.table()).to.have.length(1);
    },
    "applogs.json": async () => {
      const reader = new Reader();
      const line = { timestamp: "2026-11-20T13:00:00Z", level: "INFO", message: "started" };
      const event = read<{ readonly detail: { readonly object: { readonly key: string } } }>("applogs.json");
      await reader.put(event.detail.object.key, `${JSON.stringify(line)}\n`);
      expect(await reader.batch(event)).to.deep.equal({ batchItemFailures: [] });
      expect(await reader.rows()).to.have.length(1);
    },
    "step_functions_test_event.json": async () => {
      const definition = backfillDefinition({ plannerArn: PLANNER, maxConcurrency: 5, fetchSeconds: 300 });
      const lambdas = {
        [PLANNER]: plan,
        [FETCHER]: (event: BackfillEvent) => fetchBackfill({ source, store, clock }, FETCH, event),
      };
      const { output, error } = await runMachine(definition, { lambdas }, read("step_functions_test_event.json"));
      expect(error).to.equal(undefined);
      expect(output).to.include({ apps: 1, hours: 48, failedHours: 0 });
    },
  };

  for (const [name, use] of Object.entries(uses)) it(name, use);

  it("are all of them", () => {
    expect(readdirSync(FOLDER).filter((name) => name.endsWith(".json"))).to.have.members(Object.keys(uses));
  });
});
