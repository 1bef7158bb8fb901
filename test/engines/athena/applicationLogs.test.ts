import path from "node:path";
import { expect } from "chai";
import { packageRoot } from "../../../src/local/bundles";
import { crawl } from "../../../src/local/crawl";
import { openLake } from "../../../src/local/duckdbLake";
import { bucketPath } from "../../../src/local/localCatalog";
import { codeBlocks } from "../../docs/markdown";
import { SOURCE_SERVICE_QUERIES, SOURCE_VALIDATOR_QUERIES } from "../../helpers/sourceStatements";
import { LAKE_BUCKET, Move } from "../../migrate/move";
import { need } from "../tools/missing";
import {
  BAD_LINES,
  DATES,
  declareTables,
  ENTRIES,
  entriesOf,
  openApplicationWorld,
  putServiceFiles,
  SERVICES,
  TEXT_LINES,
  THIS_YEAR,
  type ApplicationWorld,
} from "./applicationWorld";
import { answerOfDuckdb, answerOfTrino, sorted } from "./compare";
import { openEngine, type AthenaEngine } from "./engine";
import { dropDatabase } from "./glueReplay";
import { uploadLake } from "./lakeOnS3";

/** The database that the source's crawler writes into. */
const CRAWLED = "app_logs_db";

describe("application logs, asked as the sources ask", () => {
  let world: ApplicationWorld;
  before(async function () {
    world = await need(this, "Trino with Glue and S3", openApplicationWorld);
  });
  after(async () => {
    if (world === undefined) return;
    world.duckdb.close();
    world.move.remove();
    for (const database of ["log_analytics_db", CRAWLED]) await dropDatabase(world.engine.glue, database);
  });

  /** The statement's rows, which DuckDB has too; of queries with a LIMIT and no order, any ten are right. */
  const rowsOf = async (sql: string, any = false): Promise<unknown[][]> => {
    const trino = answerOfTrino(await world.engine.query(sql));
    const duckdb = answerOfDuckdb(await world.duckdb.query(sql));
    expect(trino.columns).to.deep.equal(duckdb.columns);
    if (any) expect(trino.rows).to.have.length(duckdb.rows.length);
    else expect(sorted(trino)).to.deep.equal(sorted(duckdb));
    return trino.rows.map((row) => JSON.parse(row) as unknown[]);
  };
  const entries = entriesOf("api-gateway");

  describe("by the three queries of glue-log-analysis-pipelines.md, word for word", () => {
    it("counts by service and level", async () => {
      const count = (level: string): number => entries.filter((entry) => entry.level === level).length;
      expect(await rowsOf(SOURCE_SERVICE_QUERIES.levels)).to.deep.equal(
        [
          ["api-gateway", "INFO", count("INFO")],
          ...["ERROR", "WARNING"].map((level) => ["api-gateway", level, count(level)]),
        ].sort((a, b) => Number(b[2]) - Number(a[2])),
      );
    });

    it("finds slow responses, slowest first", async () => {
      const slow = entries.filter((entry) => entry.response_time_ms > 1000);
      const rows = await rowsOf(SOURCE_SERVICE_QUERIES.slow);
      expect(rows).to.have.deep.members(
        slow.map(({ timestamp, endpoint, response_time_ms, status_code }) => [
          timestamp,
          endpoint,
          response_time_ms,
          status_code,
        ]),
      );
      const times = rows.map((row) => Number(row[2]));
      expect(times).to.deep.equal([...times].sort((a, b) => b - a));
    });

    it("analyses errors by hour", async () => {
      const hours = new Map<string, number>();
      for (const { timestamp, service, status_code, level } of entries) {
        const key = JSON.stringify([`${timestamp.slice(0, 10)} ${timestamp.slice(11, 13)}`, service, status_code]);
        if (level === "ERROR") hours.set(key, (hours.get(key) ?? 0) + 1);
      }
      // The hour is an instant with a zone, which the engines write differently.
      const { rows } = await world.engine.query(SOURCE_SERVICE_QUERIES.errors);
      const found = rows.map(([hour, ...rest]) => [String(hour).slice(0, 13), ...rest]);
      expect(found).to.have.deep.members([...hours].map(([key, count]) => [...(JSON.parse(key) as unknown[]), count]));
      const order = found.map(([hour]) => String(hour));
      expect(order).to.deep.equal([...order].sort().reverse());
    });
  });

  describe("by the three queries of event-driven-log-validator.md, word for word", () => {
    const lines = SERVICES.length * DATES.length * ENTRIES + TEXT_LINES.length;

    it("shows processed lines, with the time of that", async () => {
      const rows = await rowsOf(SOURCE_VALIDATOR_QUERIES.first, true);
      expect(rows).to.have.length(10);
      const { columns } = await world.engine.query(SOURCE_VALIDATOR_QUERIES.first);
      const at = columns.findIndex(({ name }) => name === "processed_timestamp");
      expect(columns[at]!.type).to.match(/^timestamp/);
      for (const row of rows) expect(row[at]).to.match(/^20\d\d-/);
    });

    it("counts by level", async () => {
      const rows = await rowsOf(SOURCE_VALIDATOR_QUERIES.levels);
      const counts = Object.fromEntries(rows.map(([level, count]) => [String(level), Number(count)]));
      const all = [...entriesOf(SERVICES[0]), ...entriesOf(SERVICES[1])];
      expect(counts).to.deep.equal({
        INFO: all.filter(({ level }) => level === "INFO").length + 2,
        WARNING: all.filter(({ level }) => level === "WARNING").length,
        ERROR: all.filter(({ level }) => level === "ERROR").length + 1,
      });
      expect(Object.values(counts).reduce((a, b) => a + b, 0)).to.equal(lines);
    });

    it("shows refused lines, with the reason", async () => {
      const rows = await rowsOf(SOURCE_VALIDATOR_QUERIES.errors);
      expect(rows).to.have.length(BAD_LINES.length);
      const { columns } = await world.engine.query(SOURCE_VALIDATOR_QUERIES.errors);
      const of = (name: string): unknown[] =>
        rows.map((row) => row[columns.findIndex((column) => column.name === name)]);
      expect(of("raw")).to.have.members([...BAD_LINES]);
      for (const reason of of("reason")) expect(reason).to.be.a("string").and.not.equal("");
    });
  });

  it("has every declared column in every table, with the same rows as on a laptop", async () => {
    const { tables } = world;
    expect(tables.map(({ name }) => name)).to.have.members([
      "processed_logs",
      "errors_logs",
      "api_gateway",
      "authentication",
    ]);
    for (const { database, name, columns, partitionKeys, projection } of tables) {
      // A projected table without a filter is a listing for each day that there could be.
      const filter = projection === undefined ? "" : `WHERE "year" = '${name === "errors_logs" ? THIS_YEAR : 2025}'`;
      const sql = `SELECT * FROM "${database}"."${name}" ${filter}`;
      expect(await rowsOf(sql), name).to.not.be.empty;
      const described = (await world.engine.query(`DESCRIBE "${database}"."${name}"`)).rows;
      expect(described.map(([column]) => column)).to.deep.equal(
        [...columns, ...partitionKeys].map((column) => column.name),
      );
    }
  });

  it("takes the questions of docs/athena.md, as a laptop does", async () => {
    const questions = codeBlocks(path.join(packageRoot(), "docs", "athena.md"), "sql").filter(
      (sql) => sql.includes("log_analytics_db") && !sql.includes("access_logs"),
    );
    expect(questions).to.have.length(5);
    let rows = 0;
    for (const question of questions) {
      // Our lines are of another month.
      const sql = question
        .replace("year = '2026' AND month = '11'", "year = '2025' AND month = '04'")
        .replace("day = '20'", "day = '01'");
      const trino = await world.engine.query(sql);
      const duckdb = await world.duckdb.query(sql.replace(/;\s*$/, ""));
      expect(trino.rows, sql).to.have.length(duckdb.rows.length);
      expect(trino.columns.map(({ name }) => name)).to.deep.equal(duckdb.columns.map(({ name }) => name));
      rows += trino.rows.length;
    }
    expect(rows).to.be.greaterThan(10);
  });

  it("reads one day's files for a question about a day", async () => {
    world.engine.glueLog.take();
    const day = `service = 'api-gateway' AND year = '2025' AND month = '04' AND day = '01'`;
    const rows = await rowsOf(`SELECT count(*) AS n FROM "log_analytics_db"."processed_logs" WHERE ${day}`);
    expect(rows).to.deep.equal([[ENTRIES]]);
    const asked = world.engine.glueLog.take().flatMap(({ partitions }) => partitions);
    expect([...new Set(asked.map((values) => values.join("/")))]).to.deep.equal(["api-gateway/2025/04/01"]);
  });
});

describe("application logs that a crawler found", () => {
  let engine: AthenaEngine;
  let move: Move;
  before(async function () {
    engine = await need(this, "Trino with Glue and S3", openEngine);
    move = new Move();
    putServiceFiles(move, LAKE_BUCKET);
  });
  after(async () => {
    if (move === undefined) return;
    move.remove();
    await dropDatabase(engine.glue, CRAWLED);
  });

  it("have a table for each service, which answers the same three, as on a laptop", async () => {
    const { tables } = await crawl({ lake: move.lake, database: CRAWLED, path: `${bucketPath(move.lake)}/logs` });
    expect(tables.map(({ table, partitions }) => [table.name, table.prefix, partitions.length])).to.deep.equal([
      ["api_gateway", "logs/api-gateway", DATES.length],
      ["authentication", "logs/authentication", DATES.length],
    ]);
    const bucket = "hack-with-harsha-logs";
    await uploadLake(engine.s3, move.lake, bucket);
    await declareTables(
      engine,
      move.lake,
      tables.map(({ table }) => table),
      bucket,
    );
    const local = await openLake(move.lake);
    try {
      const entries = entriesOf("api-gateway");
      const counts = { levels: 3, slow: entries.filter((entry) => entry.response_time_ms > 1000).length };
      for (const [name, sql] of Object.entries(SOURCE_SERVICE_QUERIES)) {
        const trino = await engine.query(sql);
        const duckdb = await local.query(sql);
        expect(trino.rows, name).to.have.length(duckdb.rows.length);
        if (name === "errors") {
          const errors = trino.rows.reduce((sum, row) => sum + Number(row[3]), 0);
          expect(errors).to.equal(entries.filter(({ level }) => level === "ERROR").length);
        } else {
          expect(trino.rows, name).to.have.length(counts[name as keyof typeof counts]);
          expect(sorted(answerOfTrino(trino))).to.deep.equal(sorted(answerOfDuckdb(duckdb)));
        }
      }
    } finally {
      local.close();
    }
  });
});
