/** "A copy of a whole stack of ours" in docs/migrate/README.md: the data's part. The state's is in test/engines/pulumi. */
import { readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { expect } from "chai";
import { local as updater } from "../../handlers/partitions";
import { DirectoryMaintenanceStore } from "../../src/local/directoryMaintenanceStore";
import { catalogPath, declareApps, loadCatalog } from "../../src/local/localCatalog";
import { LocalPartitions } from "../../src/local/localPartitions";
import { LocalQueryEngine } from "../../src/local/localQueryEngine";
import { rawKey } from "../../src/model/keys";
import { packageRoot } from "../../src/local/bundles";
import { gzipFile, logLine } from "../rows/logLines";
import { LAKE_BUCKET, Move, stepsBelow } from "./move";

const DOCUMENT = path.join(packageRoot(), "docs", "migrate", "README.md");
const DATES = ["2026-10-01", "2026-10-02", "2026-11-20"];

describe("a copy of a lake's data", () => {
  let move: Move;
  beforeEach(async () => {
    move = new Move();
    for (const date of DATES) {
      const hour = { app: "shop", hourMs: Date.parse(`${date}T10:00:00Z`) };
      const lines = [1, 2, 3].map((i) => logLine({ date, time: `10:00:0${i}`, request_id: `${date}-${i}==` }));
      move.put(LAKE_BUCKET, rawKey("raw", hour), gzipFile(lines));
    }
    await move.convert(["shop"]);
  });
  afterEach(() => move.remove());

  const rows = (): Promise<unknown> =>
    move.query("SELECT date, count(*) AS n FROM access_logs GROUP BY date ORDER BY date");
  const files = (): string[] =>
    readdirSync(move.bucket(LAKE_BUCKET), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(move.bucket(LAKE_BUCKET), path.join(entry.parentPath, entry.name)))
      .sort();

  it("brings a lake back with all of its rows, by the commands of the page", async () => {
    const [before, keys] = [await rows(), files()];
    expect(before).to.deep.equal(DATES.map((date) => ({ date, n: 3 })));
    const [copy, back] = stepsBelow(DOCUMENT, "A copy of a whole stack of ours");
    move.run(copy!);
    // The bucket and Glue's tables are gone, with all partitions, and are made anew.
    rmSync(move.bucket(LAKE_BUCKET), { recursive: true });
    rmSync(catalogPath(move.lake));
    move.make(LAKE_BUCKET);
    declareApps(move.lake, ["shop"]);
    move.run(back!);
    expect(files()).to.deep.equal(keys);
    expect(loadCatalog(move.lake)!.partitions).to.deep.equal({});

    const environment = {
      BUCKET: LAKE_BUCKET,
      DATABASE: "amplify_logs",
      TABLE: "access_logs",
      WORKGROUP: "maintenance",
      APPS: "shop",
      QUERY_TIMEOUT_SECONDS: "60",
      TABLE_DAYS: "400",
    };
    // A year later by the clock of the event: no day is young any more.
    const time = "2027-09-30T03:30:00Z";
    await updater(environment, {
      engine: new LocalQueryEngine(move.lake),
      store: new DirectoryMaintenanceStore(move.bucket(LAKE_BUCKET)),
      catalog: new LocalPartitions(move.lake, "access_logs"),
      clock: { now: () => Date.parse(time) },
      sleep: () => Promise.resolve(),
    }).update({ time, all: true });
    expect(await rows()).to.deep.equal(before);
  });
});
