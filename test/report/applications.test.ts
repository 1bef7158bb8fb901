import { mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { expect } from "chai";
import { writeReport } from "../../src/cli/reportCommand";
import { openLake, type LakeSession } from "../../src/local/duckdbLake";
import { addPartitions, bucketPath, replaceDefinitions } from "../../src/local/localCatalog";
import { applicationColumns, DEFAULT_FIELDS, type ApplicationField } from "../../src/model/applicationColumns";
import { applicationTables } from "../../src/model/applicationCatalog";
import { catalogTables, literal } from "../../src/model/catalog";
import { duckdbType } from "../../src/model/columns";
import { collectApplications, type ApplicationsData } from "../../src/report/applications";
import type { Row } from "../../src/report/values";
import { putObject, putParquet, temporaryLake } from "../local/lake/fixture";

const DATABASE = "log_analytics_db";
const TABLES = { database: DATABASE, processed: "processed_logs", errors: "errors_logs" };
const YEARS = { first: 2020, last: 2040 };
const DAY = { from: "2026-11-20", to: "2026-11-20" };

type Line = Readonly<Record<string, string | number>>;

describe("report: application logs", () => {
  let lake: string;
  let remove: () => void;
  beforeEach(() => ({ lake, remove } = temporaryLake()));
  afterEach(() => remove());

  const declare = (fields?: readonly ApplicationField[]): void => {
    const options = { database: "amplify_logs", table: "access_logs", bucket: "b", rawPrefix: "raw", apps: ["shop"] };
    const applications =
      fields === undefined
        ? []
        : applicationTables({ bucket: "b", fields, years: YEARS }).map((table) => ({ ...table, database: DATABASE }));
    const tables = [...catalogTables({ ...options, years: YEARS }), ...applications];
    replaceDefinitions(lake, { database: "amplify_logs", tables, views: [] });
  };

  const put = async (service: string, date: string, lines: readonly Line[], fields = DEFAULT_FIELDS): Promise<void> => {
    const [year, month, day] = date.split("-") as [string, string, string];
    const prefix = `processed/service=${service}/year=${year}/month=${month}/day=${day}/`;
    const folder = path.join(bucketPath(lake), prefix);
    mkdirSync(folder, { recursive: true });
    const rows = lines.map((line) => {
      const cells = applicationColumns(fields).map(({ name, type }) => {
        const value = line[name];
        const text = value === undefined ? "NULL" : literal(String(value));
        return `CAST(${text} AS ${duckdbType(type)}) AS "${name}"`;
      });
      return `SELECT ${cells.join(", ")}`;
    });
    const instance = await DuckDBInstance.create(":memory:");
    const connection = await instance.connect();
    await connection.run(
      `COPY (${rows.join(" UNION ALL ")}) TO ${literal(path.join(folder, "0.parquet"))} (FORMAT parquet)`,
    );
    connection.closeSync();
    instance.closeSync();
    addPartitions(lake, "processed_logs", [{ values: { service, year, month, day }, location: prefix }], DATABASE);
  };

  const collect = async (): Promise<ApplicationsData> => {
    const session: LakeSession = await openLake(lake);
    try {
      const ask = (sql: string): Promise<Row[] | undefined> =>
        session.query(sql).then(
          ({ rows }) => [...rows],
          () => undefined,
        );
      return await collectApplications(ask, TABLES, DAY);
    } finally {
      session.close();
    }
  };

  const page = async (): Promise<string> => readFileSync((await writeReport({ lake })).file, "utf8");

  it("counts levels by service, in the report's days alone", async () => {
    declare(DEFAULT_FIELDS);
    const levels = ["DEBUG", "INFO", "WARN", "WARNING", "ERROR", "FATAL"];
    await put(
      "api",
      "2026-11-20",
      levels.map((level) => ({ level })),
    );
    await put("auth", "2026-11-20", [{ level: "INFO" }]);
    await put("auth", "2026-11-19", [{ level: "ERROR" }]);
    await put("auth", "2026-10-20", [{ level: "ERROR" }]);
    expect((await collect()).services).to.deep.equal([
      { service: "api", rows: 6, details: 1, warnings: 2, errors: 2 },
      { service: "auth", rows: 1, details: 0, warnings: 0, errors: 0 },
    ]);
  });

  it("has the slowest endpoints of those that were asked for often enough, whatever the numbers in their paths", async () => {
    declare(DEFAULT_FIELDS);
    const calls = (path: (i: number) => string, count: number, ms: number): Line[] =>
      Array.from({ length: count }, (_, i) => ({ level: "INFO", endpoint: path(i), response_time_ms: ms }));
    await put("api", "2026-11-20", [
      ...calls((i) => `/orders/${i}/items`, 10, 900),
      ...calls((i) => `/v2/users/${i}`, 10, 50),
      ...calls(() => "/once", 9, 99_000),
      { level: "INFO", endpoint: "/untimed" },
    ]);
    expect((await collect()).slow).to.deep.equal([
      { service: "api", endpoint: "/orders/{id}/items", requests: 10, p50: 900, p95: 900 },
      { service: "api", endpoint: "/v2/users/{id}", requests: 10, p50: 50, p95: 50 },
    ]);
  });

  it("sums refused lines by reason, without the value that each had", async () => {
    declare(DEFAULT_FIELDS);
    const refused = (service: string | null, reason: string): string =>
      JSON.stringify({ line_number: 1, service, rule: "range", reason, raw: "x", source: "k" });
    const lines = [
      refused("api", 'status_code is not from 100 to 599: "9000"'),
      refused("api", 'status_code is not from 100 to 599: "9001"'),
      refused(null, "no time"),
    ];
    putObject(lake, "errors/year=2026/month=11/day=20/a.json", `${lines.join("\n")}\n`);
    // A file may come after the days that the page is about, never before its lines.
    putObject(lake, "errors/year=2026/month=11/day=21/a.json", `${lines[2]}\n`);
    putObject(lake, "errors/year=2026/month=11/day=19/a.json", `${lines[2]}\n`);
    expect((await collect()).refused).to.deep.equal([
      { service: "-", rule: "range", reason: "no time", lines: 2 },
      { service: "api", rule: "range", reason: "status_code is not from 100 to 599", lines: 2 },
    ]);
  });

  it("are a section of the page, in which no value is markup", async () => {
    const hostile = `"><img src=x onerror=alert(1)>`;
    declare(DEFAULT_FIELDS);
    await putParquet(lake, "shop", "2026-11-20", [{ uri: "/" }]);
    await put(
      "api",
      "2026-11-20",
      Array.from({ length: 10 }, () => ({ level: "INFO", endpoint: hostile, response_time_ms: 5 })),
    );
    const line = { line_number: 1, service: hostile, rule: hostile, reason: hostile, raw: "x", source: "k" };
    putObject(lake, "errors/year=2026/month=11/day=20/a.json", `${JSON.stringify(line)}\n`);
    const text = await page();
    expect(text).to.include('<a href="#applications">Applications</a>').and.include('<h2 id="applications">');
    expect(text).to.include("&lt;img src=x").and.not.include("<img");
  });

  it("are not spoken of where the lake has none", async () => {
    declare();
    await putParquet(lake, "shop", "2026-11-20", [{ uri: "/" }]);
    expect(await page())
      .to.include('<h2 id="quality">')
      .and.not.include("applications");
  });

  it("say so where fields are others, and keep the rest", async () => {
    const fields: readonly ApplicationField[] = [{ name: "timestamp", type: "string" }];
    declare(fields);
    await putParquet(lake, "shop", "2026-11-20", [{ uri: "/" }]);
    await put("api", "2026-11-20", [{ timestamp: "2026-11-20T00:00:00.000Z" }], fields);
    const data = await collect();
    expect([data.services, data.slow, data.refused]).to.deep.equal([undefined, undefined, []]);
    const text = await page();
    expect(text.split("Could not be read")).to.have.length(3);
    expect(text).to.include("every line kept the rules");
  });
});
