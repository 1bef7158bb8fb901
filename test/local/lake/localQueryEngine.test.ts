import { expect } from "chai";
import { parseAddPartitions } from "../../../src/local/addPartition";
import { addPartitions, declareApps, loadCatalog } from "../../../src/local/localCatalog";
import { LocalQueryEngine } from "../../../src/local/localQueryEngine";
import { renderAddPartitions } from "../../../src/model/partitions";
import type { QueryState } from "../../../src/ports";
import { temporaryLake } from "./fixture";

const WHERE = { database: "amplify_logs", workgroup: "maintenance" };

describe("the local query engine", () => {
  let lake: string;
  let remove: () => void;
  let engine: LocalQueryEngine;
  beforeEach(() => {
    ({ lake, remove } = temporaryLake());
    engine = new LocalQueryEngine(lake);
    declareApps(lake, ["shop"]);
  });
  afterEach(() => remove());

  const finish = async (sql: string, where = WHERE): Promise<{ state: QueryState; reason?: string }> => {
    const id = await engine.start(sql, where);
    for (;;) {
      const answer = await engine.state(id);
      if (answer.state !== "RUNNING" && answer.state !== "QUEUED") return answer;
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const registered = (): unknown => loadCatalog(lake)!.partitions["access_logs"];

  it("registers what renderAddPartitions says, and once", async () => {
    const [sql] = renderAddPartitions("amplify_logs", "access_logs", [
      {
        values: { app: "shop", date: "2026-11-20" },
        location: "s3://some-bucket/access_logs/app=shop/date=2026-11-20/",
      },
      { values: { app: "shop", date: "2026-11-21" } },
    ]);
    expect(await finish(sql!)).to.deep.equal({ state: "SUCCEEDED" });
    const once = [
      { values: { app: "shop", date: "2026-11-20" }, location: "access_logs/app=shop/date=2026-11-20/" },
      { values: { app: "shop", date: "2026-11-21" }, location: "access_logs/app=shop/date=2026-11-21/" },
    ];
    expect(registered()).to.deep.equal(once);
    expect(await finish(sql!)).to.deep.equal({ state: "SUCCEEDED" });
    expect(registered()).to.deep.equal(once);
  });

  const FAILURES: readonly (readonly [sql: string, reason: RegExp, database?: string])[] = [
    ["ALTER TABLE access_logs ADD PARTITION", /mismatched input/],
    ["ALTER TABLE access_logs DROP PARTITION (app='x')", /mismatched input/],
    ["ALTER TABLE nothing ADD IF NOT EXISTS PARTITION (app='shop', `date`='2026-11-20')", /the table does not exist/],
    ["ALTER TABLE access_logs ADD IF NOT EXISTS PARTITION (app='shop')", /partition keys app, date/],
    [
      "ALTER TABLE access_logs ADD IF NOT EXISTS PARTITION (app='shop', `date`='2026-11-20')",
      /the database does not exist/,
      "other",
    ],
    [
      "ALTER TABLE access_logs ADD PARTITION (app='shop', `date`='2026-11-20') LOCATION 's3://b/../x/'",
      /not a location/,
    ],
    ["SELECT * FROM nothing", /nothing does not exist/],
  ];
  for (const [sql, reason, database] of FAILURES) {
    it(`fails with the reason: ${sql}`, async () => {
      const answer = await finish(sql, { ...WHERE, ...(database === undefined ? {} : { database }) });
      expect(answer.state).to.equal("FAILED");
      expect(answer.reason).to.match(reason);
      expect(registered()).to.equal(undefined);
    });
  }

  it("adds a partition that exists only IF NOT EXISTS", async () => {
    const sql = "ALTER TABLE `access_logs` ADD PARTITION (`app`='shop', `date`='2026-11-20');";
    expect((await finish(sql)).state).to.equal("SUCCEEDED");
    expect((await finish(sql)).reason).to.contain("exists already");
  });

  it("runs SQL, gives each query an id, knows no other, and stops", async () => {
    expect(await finish("SELECT count(*) FROM access_logs")).to.deep.equal({ state: "SUCCEEDED" });
    const ids = await Promise.all([engine.start("SELECT 1", WHERE), engine.start("SELECT 1", WHERE)]);
    expect(new Set(ids).size).to.equal(2);
    await engine.stop(ids[0]);
    expect((await engine.state(ids[0])).state).to.equal("CANCELLED");
    expect(await engine.state("nope").catch((error: Error) => error)).to.be.instanceOf(Error);
    await finish("SELECT 1");
  });

  it("reads many clauses, whatever the spaces, and leaves other statements alone", () => {
    expect(
      parseAddPartitions(
        "alter  table db.t\nadd partition (a = 'x',b=7)\n  LOCATION 's3://b/p/' PARTITION(`a`='y', b='8')",
      ),
    ).to.deep.equal({
      database: "db",
      table: "t",
      ifNotExists: false,
      partitions: [{ values: { a: "x", b: "7" }, location: "s3://b/p/" }, { values: { a: "y", b: "8" } }],
    });
    expect(parseAddPartitions("SELECT 'ALTER TABLE x ADD PARTITION'")).to.equal(undefined);
  });

  it("keeps both of two additions in one turn", () => {
    addPartitions(lake, "access_logs", [{ values: { app: "shop", date: "2026-11-20" } }]);
    addPartitions(lake, "access_logs", [{ values: { app: "blog", date: "2026-11-20" } }]);
    expect(registered()).to.have.length(2);
  });
});
