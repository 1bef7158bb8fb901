import { expect } from "chai";
import { collectReport } from "../../../src/report/collect";
import { daysQuery, REPORT_QUERIES, type ReportScope } from "../../../src/report/queries";
import { QUERIES } from "../../../src/model/queries";
import { need } from "../tools/missing";
import { answerOfDuckdb, answerOfTrino, EXACT_PERCENTILES, shiftPercentiles, sorted, type Answer } from "./compare";
import { daysBefore, NOW, TODAY, YESTERDAY } from "./sample";
import { openWorld, type World } from "./world";

describe("Trino and DuckDB", () => {
  let world: World;
  before(async function () {
    world = await need(this, "Trino with Glue and S3", openWorld);
  });

  const ask = async (sql: string): Promise<{ trino: Answer; duckdb: Answer }> => {
    const trino = answerOfTrino(await world.engine.query(sql, { schema: world.catalog.database }));
    return { trino, duckdb: answerOfDuckdb(await world.duckdb.query(sql)) };
  };

  describe("hold the same rows", () => {
    // Those over days: a projected table without a filter is thousands of listings.
    const since = `"date" >= '${daysBefore(TODAY, 60)}' AND "date" <= '${TODAY}'`;

    it("in every table", async () => {
      const filters: Record<string, string> = {
        raw: `"year" = 2026 AND "month" >= 8`,
        rejected: since,
        coverage: since,
        hourly: since,
      };
      // What a compaction wrote takes a query that names the compaction; test/engines/athenaApi has those.
      const tables = world.catalog.tables.filter(({ name }) => !name.endsWith("_compactions"));
      for (const { name, partitionKeys = [], storageDescriptor } of tables) {
        const filter = Object.entries(filters).find(([end]) => name.endsWith(end))?.[1] ?? "true";
        const { trino, duckdb } = await ask(`SELECT * FROM "${name}" WHERE ${filter}`);
        expect(trino.rows, name).to.not.be.empty;
        expect(sorted(trino), name).to.deep.equal(sorted(duckdb));
        const declared = [...storageDescriptor!.columns!, ...partitionKeys].map((column) => column.name);
        expect(trino.columns, name).to.deep.equal(declared);
      }
      expect(tables).to.have.length(5);
    });

    it("in every view, in the declared types", async () => {
      for (const { name, storageDescriptor } of world.catalog.views) {
        const { trino, duckdb } = await ask(`SELECT * FROM "${name}"`);
        expect(trino.rows, name).to.not.be.empty;
        expect(sorted(trino), name).to.deep.equal(sorted(duckdb));
        const described = await world.engine.query(`DESCRIBE "${world.catalog.database}"."${name}"`);
        const trinoTypes: Record<string, string> = { string: "varchar", int: "integer", timestamp: "timestamp(3)" };
        expect(
          described.rows.map(([column, type]) => [column, type]),
          name,
        ).to.deep.equal(
          storageDescriptor!.columns!.map((column) => [column.name, trinoTypes[column.type!] ?? column.type]),
        );
      }
      expect(world.catalog.views).to.have.length(13);
    });
  });

  describe("answer alike, in the same order", () => {
    it("every named query", async () => {
      expect(world.catalog.namedQueries.map(({ name }) => name)).to.have.members(QUERIES.map(({ name }) => name));
      for (const { name, query } of world.catalog.namedQueries) {
        const { trino, duckdb } = await ask(query);
        expect(trino.rows, name).to.not.be.empty;
        expect(trino, name).to.deep.equal(duckdb);
      }
    });

    /** Exact where Trino's digest still holds each value; where it doesn't, within its bound. */
    const compareLatency = async (sql: string): Promise<void> => {
      const { trino, duckdb } = await ask(sql);
      const [low, high] = [
        answerOfDuckdb(await world.duckdb.query(shiftPercentiles(sql, -1))),
        answerOfDuckdb(await world.duckdb.query(shiftPercentiles(sql, 1))),
      ];
      expect(trino.columns).to.deep.equal(duckdb.columns);
      const firstPercentile = trino.columns.indexOf("total_p50");
      const values = (answer: Answer, row: number): (number | string | null)[] =>
        JSON.parse(answer.rows[row]!) as (number | string | null)[];
      let [exact, within] = [0, 0];
      for (const [row, text] of trino.rows.entries()) {
        const found = values(trino, row);
        if (Number(found[trino.columns.indexOf("requests")]) <= EXACT_PERCENTILES) {
          expect(text).to.equal(duckdb.rows[row]);
          exact++;
          continue;
        }
        expect(found.slice(0, firstPercentile)).to.deep.equal(values(duckdb, row).slice(0, firstPercentile));
        found.slice(firstPercentile).forEach((value, index) => {
          expect(Number(value)).to.be.within(
            Number(values(low, row)[firstPercentile + index]),
            Number(values(high, row)[firstPercentile + index]),
          );
          within++;
        });
      }
      expect(trino.rows).to.have.length(duckdb.rows.length);
      expect(exact).to.be.greaterThan(3);
      expect(within).to.be.greaterThan(0);
    };

    const scopes: Record<string, Omit<ReportScope, "database" | "table">> = {
      "by hour, with a period before": {
        range: { from: YESTERDAY, to: TODAY },
        previous: { from: daysBefore(TODAY, 3), to: daysBefore(TODAY, 2), untilTime: "14:20:00" },
        bucket: "hour",
      },
      "by day, of one app": { range: { from: daysBefore(TODAY, 20), to: TODAY }, bucket: "day", apps: ["shop"] },
    };
    for (const [title, scope] of Object.entries(scopes)) {
      it(`every query of the report ${title}`, async () => {
        const whole = { ...scope, database: world.catalog.database, table: world.table };
        for (const [name, sql] of Object.entries(REPORT_QUERIES)) {
          if (name === "latency") continue;
          const { trino, duckdb } = await ask(sql(whole));
          expect(trino.rows, name).to.not.be.empty;
          expect(trino, name).to.deep.equal(duckdb);
        }
        await compareLatency(REPORT_QUERIES.latency(whole));
        const days = await ask(daysQuery(whole, daysBefore(TODAY, 40)));
        expect(days.trino.rows).to.not.be.empty;
        expect(days.trino).to.deep.equal(days.duckdb);
      });
    }

    it("the whole report", async () => {
      const options = { database: world.catalog.database, table: world.table, generatedAt: NOW };
      const duckdb = await collectReport(async (sql) => [...(await world.duckdb.query(sql)).rows], options);
      const trino = await collectReport(async (sql) => {
        const { columns, rows } = await world.engine.query(sql);
        return rows.map((row) => Object.fromEntries(columns.map(({ name }, index) => [name, row[index]])));
      }, options);
      expect(trino.totals.requests).to.be.greaterThan(100);
      // Percentiles of many values are compared above.
      expect({ ...trino, latency: [] }).to.deep.equal({ ...duckdb, latency: [] });
      expect(trino.latency.map(({ requests }) => requests)).to.deep.equal(
        duckdb.latency.map(({ requests }) => requests),
      );
    });
  });
});
