import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { crawl, type Crawl } from "../../../src/local/crawl";
import { openLake } from "../../../src/local/duckdbLake";
import { bucketPath, declareApps, loadCatalog, replaceDefinitions } from "../../../src/local/localCatalog";
import { catalogTables } from "../../../src/model/catalog";
import { fillDays, temporaryLake } from "../lake/fixture";

/** Queries of glue-log-analysis-pipelines.md, as they stand there. */
const BY_SERVICE_AND_LEVEL = `-- Count logs by service and level
SELECT service, level, COUNT(*) as count
FROM "app_logs_db"."api_gateway"
GROUP BY service, level
ORDER BY count DESC;
`;
const SLOW = `-- Find slow API responses
SELECT timestamp, endpoint, response_time_ms, status_code
FROM "app_logs_db"."api_gateway"
WHERE response_time_ms > 1000
ORDER BY response_time_ms DESC
LIMIT 100;
`;
const ERRORS_BY_HOUR = `-- Error analysis
SELECT date_trunc('hour', from_iso8601_timestamp(timestamp)) as hour,
       service, status_code, COUNT(*) as error_count
FROM "app_logs_db"."api_gateway"
WHERE level = 'ERROR'
GROUP BY 1, 2, 3
ORDER BY hour DESC, error_count DESC;
`;

type Line = Readonly<Record<string, unknown>>;

const entry = (hour: string, level: string, status: number, ms: number): Line => ({
  timestamp: `2025-04-03T${hour}:15:00.000Z`,
  level,
  service: "api-gateway",
  endpoint: "/orders",
  status_code: status,
  response_time_ms: ms,
});

describe("the local crawler", () => {
  let lake: string;
  let logs: string;
  let remove: () => void;
  beforeEach(() => {
    ({ lake, remove } = temporaryLake());
    logs = path.join(lake, "..", "logs");
  });
  afterEach(() => remove());

  const put = (file: string, body: string | Uint8Array): void => {
    const full = path.join(logs, file);
    mkdirSync(path.dirname(full), { recursive: true });
    writeFileSync(full, body);
  };
  const putLines = (file: string, lines: readonly Line[]): void => {
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
    put(file, file.endsWith(".gz") ? gzipSync(text) : text);
  };
  const run = (options: { tableLevel?: number; database?: string; path?: string } = {}): Promise<Crawl> =>
    crawl({ lake, database: "app_logs_db", path: logs, ...options });
  const ask = async (sql: string): Promise<unknown[]> => {
    const session = await openLake(lake);
    try {
      return [...(await session.query(sql)).rows];
    } finally {
      session.close();
    }
  };
  const names = ({ tables }: Crawl): string[] => tables.map(({ table }) => table.name);

  it("makes a table for each service, and the source's queries answer as they stand", async () => {
    const day = "year=2025/month=04/day=03";
    putLines(`api-gateway/${day}/logs_api-gateway_20250403.json`, [
      entry("10", "INFO", 200, 12.5),
      entry("10", "ERROR", 500, 1500),
      entry("11", "ERROR", 502, 2500.25),
      entry("11", "ERROR", 502, 1),
    ]);
    putLines(`authentication/${day}/logs_authentication_20250403.json`, [{ level: "INFO", attempts: 3 }]);
    const found = await run();
    expect(found.problems).to.deep.equal([]);
    expect(names(found)).to.deep.equal(["api_gateway", "authentication"]);
    expect(await ask(BY_SERVICE_AND_LEVEL)).to.deep.equal([
      { service: "api-gateway", level: "ERROR", count: 3 },
      { service: "api-gateway", level: "INFO", count: 1 },
    ]);
    expect(await ask(SLOW)).to.deep.equal([
      { timestamp: "2025-04-03T11:15:00.000Z", endpoint: "/orders", response_time_ms: 2500.25, status_code: 502 },
      { timestamp: "2025-04-03T10:15:00.000Z", endpoint: "/orders", response_time_ms: 1500, status_code: 500 },
    ]);
    expect(await ask(ERRORS_BY_HOUR)).to.deep.equal([
      { hour: "2025-04-03 11:00:00.000 UTC", service: "api-gateway", status_code: 502, error_count: 2 },
      { hour: "2025-04-03 10:00:00.000 UTC", service: "api-gateway", status_code: 500, error_count: 1 },
    ]);
    const { partitionKeys, columns } = found.tables[0]!.table;
    expect(partitionKeys.map(({ name, type }) => `${name} ${type}`)).to.deep.equal([
      "year string",
      "month string",
      "day string",
    ]);
    expect(columns.map(({ name, type }) => `${name} ${type}`)).to.deep.equal([
      "timestamp string",
      "level string",
      "service string",
      "endpoint string",
      "status_code int",
      "response_time_ms double",
    ]);
    expect(await ask(`SELECT DISTINCT year, month, day FROM app_logs_db.api_gateway`)).to.deep.equal([
      { year: "2025", month: "04", day: "03" },
    ]);
  });

  it("stands beside the lake's own database, whose names need no prefix", async () => {
    await fillDays(lake, "shop", ["2024-03-01"]);
    putLines("api-gateway/a.json", [{ status: 1 }]);
    await run();
    expect(
      await ask(`SELECT l.uri, a.status FROM access_logs l CROSS JOIN "app_logs_db"."api_gateway" a`),
    ).to.deep.equal([{ uri: "/2024-03-01", status: 1 }]);
  });

  it("unites what the files have, and keeps as text what does not go together", async () => {
    putLines("s/year=2024/a.json", [{ n: 1, both: 1, big: 1, only: "x", nothing: null }]);
    putLines("s/year=2025/b.json.gz", [{ n: 1.5, both: "text", big: 3_000_000_000, requestId: "r", deep: { a: [1] } }]);
    putLines("s/year=2025/c.json", [{ RequestID: "R", day: "2025-04-03", flag: true, "a.b": 7, huge: 10 ** 30 }]);
    await run();
    const [first] = loadCatalog(lake)!.tables.filter(({ name }) => name === "s");
    const types = Object.fromEntries(first!.columns.map(({ name, type }) => [name, type]));
    expect(types).to.deep.equal({
      n: "double",
      both: "string",
      big: "bigint",
      only: "string",
      nothing: "string",
      requestid: "string",
      deep: "string",
      day: "string",
      flag: "boolean",
      "a.b": "int",
      huge: "double",
    });
    expect(
      await ask(`SELECT n, "both", big, requestid, deep, "a.b" AS ab, year FROM app_logs_db.s ORDER BY n`),
    ).to.deep.equal([
      { n: 1, both: "1", big: 1, requestid: null, deep: null, ab: null, year: "2024" },
      { n: 1.5, both: "text", big: 3_000_000_000, requestid: "r", deep: '{"a":[1]}', ab: null, year: "2025" },
      { n: null, both: null, big: null, requestid: "R", deep: null, ab: 7, year: "2025" },
    ]);
  });

  it("tells folders apart that have one name as tables, and keeps the names on the next run", async () => {
    putLines("api-gateway/a.json", [{ n: 1 }]);
    putLines("api_gateway/a.json", [{ n: 2 }]);
    const first = names(await run());
    expect(first[0]).to.equal("api_gateway");
    expect(first[1]).to.match(/^api_gateway_[0-9a-f]{32}$/);
    putLines("Api.Gateway/a.json", [{ n: 3 }]);
    const second = names(await run());
    expect(second).to.have.length(3).and.to.include.members(first);
    expect(await ask(`SELECT n FROM app_logs_db.api_gateway`)).to.deep.equal([{ n: 1 }]);
    expect(loadCatalog(lake)!.tables.filter(({ crawled }) => crawled !== undefined)).to.have.length(3);
  });

  it("passes hidden and empty files by, and says what it could not take", async () => {
    putLines("s/a.json", [{ n: 1 }]);
    put("s/_SUCCESS", "x");
    put("s/_tmp/b.json", '{"n": 9}\n');
    put("s/.c.json", '{"n": 9}\n');
    put("s/empty.json", "");
    put("s/array.json", '[{"n": 9}]');
    put("s/zip.json.gz", '{"n": 9}\n');
    put("s/cut.json.gz", gzipSync('{"n": 9}\n'.repeat(9)).subarray(0, 20));
    put("s/utf16.json", Buffer.from('{"n": 9}\n', "utf16le"));
    put("s/words.log", "some words\nand more words\n");
    put("s/stray.json", '{"n": 2}\nno json\n');
    put("above.json", '{"n": 9}\n');
    const { problems } = await run();
    expect(await ask(`SELECT n FROM app_logs_db.s ORDER BY n`)).to.deep.equal([{ n: 1 }, { n: 2 }]);
    const reasons = Object.fromEntries(problems.map(({ file, reason }) => [file.replace("logs/", ""), reason]));
    expect(Object.keys(reasons)).to.have.members([
      "above.json",
      "s/array.json",
      "s/zip.json.gz",
      "s/cut.json.gz",
      "s/utf16.json",
      "s/words.log",
      "s/a.json",
    ]);
    expect(reasons["above.json"]).to.include("level 2");
    expect(reasons["s/zip.json.gz"]).to.include("not gzip");
    expect(reasons["s/utf16.json"]).to.include("UTF-8");
    expect(reasons["s/array.json"]).to.include("JSON array");
    expect(reasons["s/a.json"]).to.include("1 line is no JSON object");
  });

  it("makes a table for each format of a folder; the most frequent one has the folder's name", async () => {
    putLines("s/a.json", [{ n: 1 }]);
    putLines("s/b.json", [{ n: 2 }]);
    put("s/2025/c.csv", "Time,Level,n\n2025-01-01,INFO,3\n2025-01-02,WARN,4\n");
    const [json, csv] = names(await run());
    expect(json).to.equal("s");
    expect(await ask(`SELECT sum(n) AS n FROM app_logs_db.s`)).to.deep.equal([{ n: 3 }]);
    expect(await ask(`SELECT time, level, n, partition_0 FROM app_logs_db.${csv} ORDER BY n`)).to.deep.equal([
      { time: "2025-01-01", level: "INFO", n: 3, partition_0: "2025" },
      { time: "2025-01-02", level: "WARN", n: 4, partition_0: "2025" },
    ]);
  });

  it("sees new columns and days when it runs again, and files in known folders at once", async () => {
    putLines("s/day=01/a.json", [{ n: 1 }]);
    await run();
    putLines("s/day=01/b.json", [{ n: 2 }]);
    putLines("s/day=02/c.json", [{ n: 3, m: "x" }]);
    const days = `SELECT day, count(*) AS n FROM app_logs_db.s GROUP BY day ORDER BY day`;
    expect(await ask(days)).to.deep.equal([{ day: "01", n: 2 }]);
    await run();
    expect(await ask(days)).to.deep.equal([
      { day: "01", n: 2 },
      { day: "02", n: 1 },
    ]);
    expect(await ask(`SELECT m FROM app_logs_db.s WHERE n = 3`)).to.deep.equal([{ m: "x" }]);
  });

  it("takes the level of the tables as the bucket's folders have it", async () => {
    putLines("s/year=2025/a.json", [{ n: 1 }]);
    putLines("t/year=2025/b.json", [{ n: 2 }]);
    expect(names(await run({ tableLevel: 1 }))).to.deep.equal(["logs"]);
    expect(await ask(`SELECT partition_0, year, n FROM app_logs_db.logs ORDER BY n`)).to.deep.equal([
      { partition_0: "s", year: "2025", n: 1 },
      { partition_0: "t", year: "2025", n: 2 },
    ]);
    expect(names(await run({ tableLevel: 3, database: "deep" }))[0]).to.equal("year_2025");
  });

  it("crawls the lake's own bucket by its prefixes", async () => {
    logs = path.join(bucketPath(lake), "cloudfront_json");
    putLines("app=docs/date=2026-11-20/x.json.gz", [{ status: 200 }]);
    const found = await run();
    expect(found.tables.map(({ table }) => `${table.name} ${table.prefix}`)).to.deep.equal([
      "app_docs cloudfront_json/app=docs",
    ]);
    expect(await ask(`SELECT status, date FROM app_logs_db.app_docs`)).to.deep.equal([
      { status: 200, date: "2026-11-20" },
    ]);
  });

  it("keeps its tables when the program's take the place of others, and when apps are added", async () => {
    putLines("s/a.json", [{ n: 1 }]);
    await run();
    declareApps(lake, ["shop"]);
    const options = { database: "other", table: "access_logs", bucket: "b", rawPrefix: "raw", apps: ["shop"] };
    replaceDefinitions(lake, {
      database: "other",
      tables: catalogTables({ ...options, years: { first: 2026, last: 2027 } }),
      views: [],
    });
    expect(await ask(`SELECT n FROM app_logs_db.s`)).to.deep.equal([{ n: 1 }]);
    expect(await ask(`SELECT count(*) AS n FROM access_logs`)).to.deep.equal([{ n: 0 }]);
  });

  it("keeps a table whose files are gone, with no rows", async () => {
    putLines("s/a.json", [{ n: 1 }]);
    putLines("t/a.json", [{ n: 1 }]);
    await run();
    rmSync(path.join(logs, "s"), { recursive: true });
    await run();
    expect(await ask(`SELECT count(*) AS n FROM app_logs_db.s`)).to.deep.equal([{ n: 0 }]);
  });

  it("gives queries no way to the folders beside the crawled one", async () => {
    putLines("s/a.json", [{ n: 1 }]);
    const secret = path.join(logs, "..", "secret.json");
    writeFileSync(secret, '{"n": 1}\n');
    await run();
    const refused = await ask(`SELECT * FROM read_text('${secret}')`).catch((error: Error) => error.message);
    expect(refused).to.be.a("string").that.includes("Permission Error");
  });

  for (const [what, options, message] of [
    ["a folder that is none", { path: "/nowhere/at/all" }, "not a folder here"],
    ["a database that is none", { database: "App Logs" }, "not the name of a database"],
    ["a level above the folder", { tableLevel: 0 }, "not a level that tables can be at"],
  ] as const) {
    it(`refuses ${what}`, async () => {
      putLines("s/a.json", [{ n: 1 }]);
      const refused = await run(options).catch((error: Error) => error.message);
      expect(refused).to.be.a("string").that.includes(message);
    });
  }
});
