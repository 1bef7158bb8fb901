import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { AthenaClient } from "@aws-sdk/client-athena";
import { expect } from "chai";
import { updatePartitions } from "../../../handlers/partitions/handler";
import { AthenaEngine } from "../../../src/aws/athenaEngine";
import { GlueCatalog } from "../../../src/aws/glueCatalog";
import { S3MaintenanceStore } from "../../../src/aws/s3MaintenanceStore";
import { renderJson } from "../../../src/cli/output";
import { openLake, type LakeSession } from "../../../src/local/duckdbLake";
import { PERIODS, qualify } from "../../../src/model/catalog";
import { findQuery, QUERIES } from "../../../src/model/queries";
import type { QueryResult } from "../../../src/model/queryResult";
import { systemClock } from "../../../src/ports";
import { MOTO_CREDENTIALS, MOTO_REGION } from "../tools/moto";
import { need } from "../tools/missing";
import { run, type RunResult } from "../tools/processes";
import { MAIN, sharedLake } from "./lake";
import { openWorld, type World } from "./world";

const APPS = ["shop", "blog"];
const VIEWS = ["logs", ...["access_logs", ...APPS].flatMap((of) => PERIODS.map((period) => `${of}_${period}`))];

/** Its percentiles are approximate in Athena: a digest that keeps each of a few values, and interpolates between many. */
const APPROXIMATE = "slow-pages";
const EXACT_VALUES = 20;

describe("amplify-logs query --athena, against Athena's API on Trino", function () {
  let world: World;
  let engine: AthenaEngine;
  let local: LakeSession;

  before(async function () {
    world = await need(this, "Athena's API on Trino", openWorld);
    const client = new AthenaClient({ endpoint: world.athena.url, region: MOTO_REGION, credentials: MOTO_CREDENTIALS });
    engine = new AthenaEngine(client);
    const lake = await sharedLake(world);
    const ports = {
      engine,
      store: new S3MaintenanceStore(world.services.s3, world.bucket),
      catalog: new GlueCatalog(world.services.glue, { ...world, table: "access_logs" }),
      clock: systemClock,
      sleep: (ms: number): Promise<void> => wait(ms / 20),
    };
    const { database, bucket, maintenance } = world;
    const limits = { timeoutSeconds: 60, tableDays: 400 };
    const settings = { database, bucket, table: "access_logs", workgroup: maintenance.name, ...limits };
    await updatePartitions(ports, { ...settings, apps: APPS }, { time: new Date().toISOString() });
    const { rows } = await world.engine.run("SELECT current_date", undefined).done;
    local = await openLake(lake, { today: String(rows[0]![0]) });
  });
  after(() => local?.close());
  beforeEach(() => world.athena.clear());

  const ask = (...args: string[]): Promise<RunResult> =>
    run(
      process.execPath,
      [MAIN, "query", "--athena", "--database", world.database, "--workgroup", world.users.name, ...args],
      { env: world.childEnvironment },
    );

  /** By the same port as the command, without a process for each query. */
  const inAthena = async (sql: string): Promise<QueryResult> => {
    const id = await engine.start(sql, { database: world.database, workgroup: world.users.name });
    const execution = world.athena.executions.find((one) => one.id === id)!;
    await execution.ended;
    expect(execution.state, execution.reason).to.equal("SUCCEEDED");
    return engine.results(id);
  };

  it("gives the same rows of every view as the local lake, to the value", async () => {
    const counts: number[] = [];
    for (const view of VIEWS) {
      const sql = (database: string): string => `SELECT * FROM ${qualify(database, view)} ORDER BY "request_id", "app"`;
      const [here, there] = [await local.query(sql(world.database)), await inAthena(sql(world.database))];
      expect(there.columns.map(({ name }) => name)).to.deep.equal(here.columns.map(({ name }) => name));
      expect(there.rows, view).to.deep.equal(here.rows);
      counts.push(here.rows.length);
    }
    expect(Math.max(...counts), "rows").to.be.greaterThan(100);
    expect(counts.filter((count) => count === 0).length, "empty views").to.be.at.most(3);
  });

  for (const { name, sql } of QUERIES.filter((query) => query.name !== APPROXIMATE)) {
    it(`prints the same JSON for ${name} over the week as the local lake`, async () => {
      const { code, stdout, stderr } = await ask(name, "--view", "week", "--format", "json");
      expect(code, stderr).to.equal(0);
      const here = renderJson(await local.query(sql(qualify(world.database, "access_logs_week"))));
      expect(JSON.parse(here), "rows").to.not.be.empty;
      expect(stdout).to.equal(here);
      const { id } = world.athena.executions.at(-1)!;
      expect(stderr).to.match(new RegExp(`^\\d+\\.\\d MB scanned in \\d+\\.\\d s, query ${id}\\n$`));
    });
  }

  it(`prints the same JSON for ${APPROXIMATE} over the week, but for percentiles of many values`, async () => {
    const { code, stdout, stderr } = await ask(APPROXIMATE, "--view", "week", "--format", "json");
    expect(code, stderr).to.equal(0);
    const { sql } = findQuery(APPROXIMATE)!;
    const { rows: here } = await local.query(sql(qualify(world.database, "access_logs_week")));
    const there = JSON.parse(stdout) as typeof here;
    const few = (rows: typeof here): typeof here => rows.filter(({ requests }) => (requests as number) <= EXACT_VALUES);
    const pages = (rows: typeof here): string[] =>
      rows.map(({ app, uri, requests }) => JSON.stringify([app, uri, requests])).sort();
    expect(here).to.not.be.empty;
    expect(pages(there)).to.deep.equal(pages(here));
    expect(few(there)).to.deep.equal(few(here));
    for (const row of there)
      expect(row["p95_seconds"])
        .to.be.a("number")
        .and.to.be.at.least(row["median_seconds"] as number);
  });

  it("prints every kind of value as the local lake does", async () => {
    const sql = `SELECT 9007199254740993 AS "big", -5 AS "small", CAST(NULL AS varchar) AS "nothing", '' AS "empty", true AS "yes",
      1.5E0 AS "x", 1E21 AS "huge", CAST('NaN' AS double) AS "nan", CAST(0.093 AS real) AS "single",
      CAST(1.50 AS decimal(10,2)) AS "money", CAST('12345678901234567.25' AS decimal(20,2)) AS "much",
      TIMESTAMP '2026-11-20 10:00:00' AS "t", DATE '2026-11-20' AS "d", 'a"b,=c' AS "text", 1 AS "twice", 2 AS "twice"`;
    const { code, stdout, stderr } = await ask("--sql", sql, "--format", "json");
    expect(code, stderr).to.equal(0);
    expect(JSON.parse(stdout)).to.deep.equal([
      {
        big: "9007199254740993",
        small: -5,
        nothing: null,
        empty: "",
        yes: true,
        x: 1.5,
        huge: 1e21,
        nan: "NaN",
        single: 0.093,
        money: 1.5,
        much: "12345678901234567.25",
        t: "2026-11-20 10:00:00.000",
        d: "2026-11-20",
        text: 'a"b,=c',
        twice: 1,
        twice_2: 2,
      },
    ]);
    expect(stdout).to.equal(renderJson(await local.query(sql)));
  });

  it("fetches all pages, and an answer without rows is an empty list", async () => {
    const { stdout } = await ask(
      "--sql",
      `SELECT n FROM UNNEST(sequence(1, 2500)) AS t (n) ORDER BY n`,
      "--format",
      "json",
    );
    expect((JSON.parse(stdout) as { n: number }[]).map(({ n }) => n)).to.deep.equal(
      [...Array(2500).keys()].map((index) => index + 1),
    );
    expect(world.athena.requests.filter(({ operation }) => operation === "GetQueryResults")).to.have.length(3);
    const none = await ask("--sql", "SELECT 1 AS n WHERE false", "--format", "json");
    expect(none).to.include({ code: 0, stdout: "[]\n" });
  });

  it("has the other formats, and says what a statement without rows did", async () => {
    const sql = `SELECT '=1+1' AS "formula", 7 AS "n"`;
    expect((await ask("--sql", sql, "--format", "csv")).stdout).to.equal("formula,n\r\n'=1+1,7\r\n");
    expect((await ask("--sql", sql)).stdout)
      .to.contain("│ =1+1    │ 7 │")
      .and.contain("1 row\n");
    expect((await ask("--sql", "SHOW PARTITIONS access_logs", "--format", "json")).stdout).to.match(
      /"partition":"app=blog\/date=\d{4}-\d\d-\d\d"/,
    );
    const ddl = "ALTER TABLE access_logs ADD IF NOT EXISTS PARTITION (app='shop', `date`='2001-01-01')";
    expect(await ask("--sql", ddl)).to.include({ code: 0, stdout: "done\n" });
  });

  it("goes on through throttling, lost answers and failing servers", async () => {
    const { faults } = world.athena;
    faults.onRequest("StartQueryExecution", { kind: "throttle" });
    faults.onRequest("GetQueryExecution", { kind: "reset" });
    faults.onRequest("GetQueryResults", { kind: "status", status: 500 });
    expect(await ask("--sql", "SELECT 1 AS n", "--format", "json")).to.include({
      code: 0,
      stdout: '[\n  {"n":1}\n]\n',
    });
    expect(faults.pending).to.equal(0);
  });

  describe("ends with 1, Athena's reason and nothing on stdout", () => {
    const CASES: readonly (readonly [label: string, args: readonly string[], message: RegExp])[] = [
      [
        "for SQL that is none",
        ["--sql", "selec 1"],
        /^error: Athena refuses the query: line 1:1: mismatched input 'selec'/,
      ],
      [
        "for a table that is none",
        ["--sql", "SELECT * FROM nope"],
        /^error: the query failed: TABLE_NOT_FOUND: line 1:15/,
      ],
      ["for a view that is none", ["bots", "--view", "nope"], /^error: the query failed: TABLE_NOT_FOUND: line 2:6/],
      ["for a column that is none", ["--sql", "SELECT x FROM logs"], /^error: the query failed: COLUMN_NOT_FOUND/],
      [
        "for another workgroup",
        ["bots", "--workgroup", "nope"],
        /^error: Athena refuses the query: WorkGroup nope is not/,
      ],
      ["for another database", ["bots", "--database", "nope"], /^error: the query failed: SCHEMA_NOT_FOUND/],
      [
        "beyond the scan limit",
        ["bots", "--workgroup", "tight"],
        /^error: the query was cancelled: Bytes scanned limit/,
      ],
    ];
    for (const [label, args, message] of CASES) {
      it(label, async () => {
        const { code, stdout, stderr } = await ask("--format", "json", ...args);
        expect(code, stderr).to.equal(1);
        expect(stdout).to.equal("");
        expect(stderr)
          .to.match(message)
          .and.to.not.match(/\n\s+at /);
      });
    }

    it("when Athena cannot be reached", async () => {
      const { code, stderr } = await run(process.execPath, [MAIN, "query", "bots", "--athena", "--workgroup", "w"], {
        env: { ...world.childEnvironment, AWS_ENDPOINT_URL_ATHENA: "http://127.0.0.1:1" },
      });
      expect(code).to.equal(1);
      expect(stderr).to.match(/^error: Athena cannot be asked \(.*ECONNREFUSED/);
    });
  });

  it("stops the query on Ctrl-C, and ends as an interrupted program does", async () => {
    world.athena.faults.onQuery(/interrupt me/, { kind: "hold", state: "RUNNING" });
    const polled = world.athena.arrival("GetQueryExecution");
    const { database, users } = world;
    const child = spawn(
      process.execPath,
      [MAIN, "query", "--athena", "--database", database, "--workgroup", users.name, "--sql", "SELECT 'interrupt me'"],
      { env: world.childEnvironment, stdio: ["ignore", "pipe", "pipe"] },
    );
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    await polled;
    child.kill("SIGINT");
    const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
    const execution = world.athena.executions.at(-1)!;
    expect({ code, signal }, stderr).to.deep.equal({ code: null, signal: "SIGINT" });
    expect(stderr).to.equal(`query ${execution.id} was stopped\n`);
    expect(world.athena.requests.at(-1)!.operation).to.equal("StopQueryExecution");
    expect(execution).to.include({ state: "CANCELLED", reason: "Query cancelled by user" });
  });
});
