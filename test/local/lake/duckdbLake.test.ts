import { appendFileSync, mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { EmptyLakeError, hasData, openLake, QueryFailedError, type QueryResult } from "../../../src/local/duckdbLake";
import { addPartitions, declareApps, loadCatalog, replaceDefinitions } from "../../../src/local/localCatalog";
import { catalogTables, catalogViews } from "../../../src/model/catalog";
import {
  CSV_HEADER,
  RAW_COLUMNS,
  TABLE_COLUMNS,
  TABLE_PARTITION_KEYS,
  VIEW_COLUMNS,
  duckdbType,
} from "../../../src/model/columns";
import { csvLine, fillDays, putObject, putParquet, putRaw, temporaryLake } from "./fixture";

const rejection = async (work: Promise<unknown>): Promise<Error> =>
  work.then(
    () => expect.fail("nothing was thrown"),
    (error: unknown) => error as Error,
  );

const RAW = "raw/app=shop/year=2026/month=11/day=20/access_logs-13-14.csv.gz";

describe("the local lake in DuckDB", () => {
  let lake: string;
  let remove: () => void;
  beforeEach(() => ({ lake, remove } = temporaryLake()));
  afterEach(() => remove());

  const ask = async (sql: string, today?: string): Promise<QueryResult> => {
    const session = await openLake(lake, today === undefined ? {} : { today });
    try {
      return await session.query(sql);
    } finally {
      session.close();
    }
  };
  const types = (result: QueryResult): [string, string][] => result.columns.map(({ name, type }) => [name, type]);

  it("says that there is no lake, and what to run", async () => {
    const error = await rejection(openLake(lake));
    expect(error).to.be.instanceOf(EmptyLakeError);
    expect(error.message).to.contain("amplify-logs demo").and.contain("amplify-logs import --app NAME FILE");
    expect(hasData(lake)).to.equal(false);
  });

  it("has every table and view with its declared columns before there is a file", async () => {
    declareApps(lake, ["shop"]);
    expect(hasData(lake)).to.equal(false);
    const session = await openLake(lake);
    for (const table of session.catalog.tables) {
      const result = await session.query(`SELECT * FROM ${table.name}`);
      const declared = [...table.columns, ...table.partitionKeys].map(({ name, type }) => [name, duckdbType(type)]);
      expect(types(result), table.name).to.deep.equal(
        declared.map(([name, type]) => [name, type === "real" ? "float" : type]),
      );
      expect(result.rows).to.deep.equal([]);
    }
    for (const view of session.catalog.views) {
      const result = await session.query(`SELECT * FROM ${view.name}`);
      expect(types(result), view.name).to.deep.equal(view.columns.map(({ name, type }) => [name, duckdbType(type)]));
    }
    session.close();
  });

  it("keeps names and types when there are files", async () => {
    await fillDays(lake, "shop", ["2026-11-20"]);
    expect(types(await ask("SELECT * FROM access_logs"))).to.deep.equal(
      [...TABLE_COLUMNS, ...TABLE_PARTITION_KEYS].map(({ name, type }) => [name, duckdbType(type)]),
    );
    expect(types(await ask("SELECT * FROM access_logs_raw")).slice(0, 33)).to.deep.equal(
      RAW_COLUMNS.map(({ name, type }) => [name, type === "float" ? "float" : duckdbType(type)]),
    );
    expect(types(await ask("SELECT * FROM access_logs_week"))).to.deep.equal(
      VIEW_COLUMNS.map(({ name, type }) => [name, duckdbType(type)]),
    );
    expect(hasData(lake)).to.equal(true);
  });

  it("finds a table by every name that Athena knows", async () => {
    await fillDays(lake, "shop", ["2026-11-20"]);
    for (const name of [
      "access_logs",
      "amplify_logs.access_logs",
      '"amplify_logs"."logs"',
      "awsdatacatalog.amplify_logs.logs",
      "AwsDataCatalog.amplify_logs.logs",
    ]) {
      expect((await ask(`SELECT uri FROM ${name}`)).rows, name).to.deep.equal([{ uri: "/2026-11-20" }]);
    }
  });

  it("works in the database default, quoted and bare, and leaves the word alone elsewhere", async () => {
    const names = { database: "default", table: "loshadki_access_logs" };
    const options = { ...names, bucket: "b", rawPrefix: "raw", apps: ["shop"], years: { first: 2026, last: 2026 } };
    replaceDefinitions(lake, {
      database: "default",
      tables: catalogTables(options),
      views: catalogViews(names, ["shop"]),
    });
    putRaw(lake, "shop", "2026-11-20", [{ uri: "/x" }]);
    for (const name of [
      "default.loshadki_access_logs_raw",
      '"default"."loshadki_access_logs_raw"',
      "awsdatacatalog.default.loshadki_access_logs_raw",
    ]) {
      expect((await ask(`SELECT uri, 'default.x' AS word FROM ${name} -- default.y`)).rows, name).to.deep.equal([
        { uri: "/x", word: "default.x" },
      ]);
    }
    expect((await ask("SELECT count(*) AS n FROM default.loshadki_access_logs_today")).rows).to.deep.equal([{ n: 0 }]);
  });

  it("reads a registered partition only, once, and no file that is being written", async () => {
    await fillDays(lake, "shop", ["2026-11-20"]);
    putObject(lake, "access_logs/app=shop/date=2026-11-21/hour-01.parquet", "not registered, not Parquet");
    putObject(lake, "access_logs/app=shop/date=2026-11-20/.hour-14.parquet.tmp", "half a file");
    putObject(lake, "access_logs/app=shop/date=2026-11-20/hour-15.parquet", "");
    addPartitions(lake, "access_logs", [{ values: { app: "shop", date: "2026-11-22" } }]);
    expect((await ask('SELECT app, "date", count(*) AS n FROM access_logs GROUP BY ALL')).rows).to.deep.equal([
      { app: "shop", date: "2026-11-20", n: 1 },
    ]);
  });

  it("takes a partition's values from the catalogue, not from the name of its folder", async () => {
    declareApps(lake, ["shop"]);
    await putParquet(
      lake,
      "shop",
      "2026-11-19",
      [{ uri: "/a" }],
      "access_logs_compacted/date=2026-11-19/x1/app=shop/part.parquet",
    );
    await putParquet(lake, "shop", "2026-11-20", [{ uri: "/b" }], "elsewhere/o'brien/part.parquet");
    expect((await ask('SELECT uri, app, "date" FROM access_logs ORDER BY uri')).rows).to.deep.equal([
      { uri: "/a", app: "shop", date: "2026-11-19" },
      { uri: "/b", app: "shop", date: "2026-11-20" },
    ]);
  });

  it("lies anywhere: with = and globs and quotes in its path, and with siblings that a glob would match", async () => {
    const odd = path.join(lake, `a=b/date=1999-01-01/app=no/s*ar?[ab] 'q" {x}`);
    const sibling = path.join(lake, `a=b/date=1999-01-01/app=no/star a 'q" {x}`);
    await fillDays(odd, "shop", ["2026-11-20"]);
    await fillDays(sibling, "shop", ["2026-11-20", "2026-11-21"]);
    for (const table of ["access_logs", "access_logs_raw"]) {
      const session = await openLake(odd);
      const { rows } = await session.query(`SELECT uri, app FROM ${table}`);
      session.close();
      expect(rows, table).to.deep.equal([{ uri: "/2026-11-20", app: "shop" }]);
    }
  });

  it("gives a column that old files lack as NULL", async () => {
    await fillDays(lake, "shop", ["2026-11-20", "2026-11-21"]);
    const catalog = loadCatalog(lake)!;
    const tables = catalog.tables.map((table) =>
      table.name === "access_logs"
        ? { ...table, columns: [...table.columns, { name: "added_later", type: "int" as const, comment: "" }] }
        : table,
    );
    replaceDefinitions(lake, { ...catalog, tables });
    expect((await ask("SELECT uri, added_later FROM access_logs ORDER BY 1")).rows).to.deep.equal([
      { uri: "/2026-11-20", added_later: null },
      { uri: "/2026-11-21", added_later: null },
    ]);
  });

  describe("the raw table", () => {
    const putLines = (lines: readonly (string | Buffer)[], key = RAW): void => {
      declareApps(lake, ["shop"]);
      const body = Buffer.concat([CSV_HEADER, ...lines].flatMap((line) => [Buffer.from(line), Buffer.from("\n")]));
      putObject(lake, key, key.endsWith(".gz") ? gzipSync(body) : body);
    };

    it("splits at commas by position: missing NULL, further ones ignored, quotes and backslashes data", async () => {
      putLines([
        csvLine({ date: "2026-11-20", uri: '/"quoted', user_agent: "A%20\\(B)", query_string: "a\\=1" }) +
          ",extra,more",
        "2026-11-20,13:00:01,FRA56-P1",
        csvLine({ date: "2026-11-20", uri: '/closed"', status: "\\N", referrer: "\\N", host: "" }),
      ]);
      const { rows } = await ask(
        "SELECT uri, user_agent, query_string, status, referrer, host, sc_range_end, time FROM access_logs_raw ORDER BY uri NULLS LAST",
      );
      expect(rows).to.deep.equal([
        {
          uri: '/"quoted',
          user_agent: "A%20\\(B)",
          query_string: "a\\=1",
          status: 200,
          referrer: "https://news.example/",
          host: "d1.cloudfront.net",
          sc_range_end: null,
          time: "13:00:00",
        },
        {
          uri: '/closed"',
          user_agent: "Mozilla",
          query_string: "-",
          status: null,
          referrer: null,
          host: "",
          sc_range_end: null,
          time: "13:00:00",
        },
        {
          uri: null,
          user_agent: null,
          query_string: null,
          status: null,
          referrer: null,
          host: null,
          sc_range_end: null,
          time: "13:00:01",
        },
      ]);
    });

    for (const [value, expected] of [
      ["12", 12],
      ["-", null],
      ["-0", 0],
      ["1.5", null],
      ["1e3", null],
      [" 7", null],
      ["", null],
      ["99999999999", null],
      ["0x1F", null],
    ] as const) {
      it(`reads ${JSON.stringify(value)} as the int ${expected}`, async () => {
        putLines([csvLine({ date: "2026-11-20", status: value })]);
        expect((await ask("SELECT status FROM access_logs_raw")).rows).to.deep.equal([{ status: expected }]);
      });
    }

    it("gives floats as short as they were written, dates as dates, and bad ones as NULL", async () => {
      putLines([
        csvLine({ date: "2026-11-20", time_taken: "0.093" }),
        csvLine({ date: "2026-02-30", time_taken: "nan" }),
      ]);
      expect(
        (await ask('SELECT "date", time_taken, app, year, month, day FROM access_logs_raw ORDER BY 1')).rows,
      ).to.deep.equal([
        { date: "2026-11-20", time_taken: 0.093, app: "shop", year: 2026, month: 11, day: 20 },
        { date: null, time_taken: null, app: "shop", year: 2026, month: 11, day: 20 },
      ]);
    });

    it("reads bytes that are not UTF-8, NUL and text beyond ASCII, and leaves other files as they are", async () => {
      putLines([
        Buffer.concat([
          Buffer.from("2026-11-20,13:00:00,A,1,ip,GET,h,/"),
          Buffer.from([0xff, 0x80]),
          Buffer.from(",200"),
        ]),
        "2026-11-20,13:00:00,A,1,ip,GET,h,/é€😀,200",
        "2026-11-20,13:00:00,A,1,ip,GET,h,/nul\u0000,200",
      ]);
      putLines(["2026-11-20,13:00:00,A,1,ip,GET,h,/plain,200"], RAW.replace("13-14.csv.gz", "14-15.csv"));
      const { rows } = await ask("SELECT uri, status, app FROM access_logs_raw ORDER BY uri");
      expect(rows).to.deep.equal(
        ["/nul\u0000", "/plain", "/é€😀", "/\ufffd\ufffd"].map((uri) => ({ uri, status: 200, app: "shop" })),
      );
    });

    it("reads a line of a megabyte, and one that is longer than DuckDB takes", async () => {
      putLines([
        csvLine({ date: "2026-11-20", uri: `/${"u".repeat(1_000_000)}` }),
        csvLine({ date: "2026-11-20", uri: `/${"v".repeat(6_000_000)}` }),
      ]);
      const { rows } = await ask(
        "SELECT substr(uri, 1, 2) AS u, length(uri) > 1000000 - 100 AS long FROM access_logs_raw ORDER BY 1",
      );
      expect(rows).to.deep.equal([
        { u: "/u", long: true },
        { u: "/v", long: true },
      ]);
    });

    it("skips the header of each file, whatever the line ends; empty and header-only files hold nothing", async () => {
      declareApps(lake, ["shop"]);
      putObject(
        lake,
        RAW,
        gzipSync([CSV_HEADER, csvLine({ date: "2026-11-20", uri: "/crlf", sc_range_end: "5" }), ""].join("\r\n")),
      );
      putObject(lake, RAW.replace("13-14", "14-15"), gzipSync(`${CSV_HEADER}\n`));
      putObject(lake, RAW.replace("13-14", "15-16"), gzipSync(""));
      putObject(lake, RAW.replace("13-14", "16-17"), "");
      putObject(
        lake,
        RAW.replace("13-14", "17-18"),
        gzipSync(`${CSV_HEADER}\n${csvLine({ date: "2026-11-20", uri: "/last" })}`),
      );
      putObject(lake, "raw/app=shop/year=2026/notes.csv", "h\nnot in a day\n");
      putObject(lake, "raw/app=shop/year=x/month=11/day=20/a.csv", "h\nno year\n");
      expect((await ask("SELECT uri, sc_range_end FROM access_logs_raw ORDER BY uri")).rows).to.deep.equal([
        { uri: "/crlf", sc_range_end: 5 },
        { uri: "/last", sc_range_end: null },
      ]);
    });

    it("names a file that cannot be unpacked", async () => {
      const file = putRaw(lake, "shop", "2026-11-20", [{ uri: "/x" }]);
      declareApps(lake, ["shop"]);
      rmSync(file);
      mkdirSync(path.dirname(file), { recursive: true });
      appendFileSync(file, "this is not gzip");
      const error = await rejection(ask("SELECT count(*) FROM access_logs_raw"));
      expect(error.message).to.contain("access_logs-13-14.csv.gz").and.contain("Fix: ");
    });
  });

  it("reads JSON lines, plain and gzip; a line that is none does no harm", async () => {
    declareApps(lake, ["shop"]);
    const row = { line_number: 7, rule: "columns", reason: "32 fields", raw: 'a,"b"', source: "raw/x" };
    putObject(lake, "rejected/app=shop/date=2026-11-20/hour-13.json.gz", gzipSync(`${JSON.stringify(row)}\n`));
    putObject(
      lake,
      "coverage/app=shop/date=2026-11-20/hours.json",
      `${JSON.stringify({ hour: "2026-11-20T13:00:00.000Z", state: "quiet", rows: 0, unknown: [1] })}\n{broken\n`,
    );
    expect((await ask("SELECT * FROM access_logs_rejected")).rows).to.deep.equal([
      { ...row, app: "shop", date: "2026-11-20" },
    ]);
    expect(
      (await ask('SELECT hour, state, rows, error, app, "date" FROM fetch_coverage WHERE state IS NOT NULL')).rows,
    ).to.deep.equal([
      { hour: "2026-11-20T13:00:00.000Z", state: "quiet", rows: 0, error: null, app: "shop", date: "2026-11-20" },
    ]);
  });

  it("gives values as JSON: dates, timestamps, large numbers, equal names", async () => {
    declareApps(lake, ["shop"]);
    const sql = `SELECT DATE '2026-11-20' AS d, TIMESTAMP '2026-11-20 13:00:00.1' AS t, CAST(1 AS hugeint) AS h,
      9007199254740993 AS big, 1 AS n, 2 AS n, CAST('nan' AS double) AS nan, CAST(1.50 AS decimal(10,2)) AS dec, [1, 2] AS list, {'a': DATE '2026-11-20'} AS struct`;
    expect((await ask(sql)).rows).to.deep.equal([
      {
        d: "2026-11-20",
        t: "2026-11-20 13:00:00.100",
        h: 1,
        big: "9007199254740993",
        n: 1,
        n_2: 2,
        nan: "NaN",
        dec: 1.5,
        list: [1, 2],
        struct: { a: "2026-11-20" },
      },
    ]);
  });

  it("reaches nothing but the bucket, writes nothing and keeps its settings", async () => {
    await fillDays(lake, "shop", ["2026-11-20"]);
    const refused: [string, RegExp][] = [
      [`SELECT * FROM read_text('${path.join(lake, "catalog.json")}')`, /disabled by configuration/],
      ["SELECT * FROM read_csv('/etc/passwd')", /disabled by configuration/],
      [`COPY (SELECT 1) TO '${path.join(lake, "bucket", "x.csv")}'`, /COPY is not for queries/],
      ["ATTACH 'x.db'", /ATTACH is not for queries/],
      ["SET TimeZone = 'Asia/Tokyo'", /not for queries/],
      ["INSTALL httpfs", /not for queries/],
      ["SELECT 1; COPY (SELECT 1) TO 'x.csv'", /disabled by configuration/],
    ];
    for (const [sql, message] of refused) expect((await rejection(ask(sql))).message, sql).to.match(message);
  });

  it("tells what is wrong with a query, and where", async () => {
    declareApps(lake, ["shop"]);
    const error = await rejection(ask("SELECT nothing_such FROM access_logs"));
    expect(error).to.be.instanceOf(QueryFailedError);
    expect(error.message).to.contain("nothing_such").and.contain("LINE 1");
    expect((await rejection(ask("SELEC"))).message).to.match(/^the query failed: Parser Error/);
  });

  it("refuses a day that is none", async () => {
    declareApps(lake, ["shop"]);
    expect((await rejection(openLake(lake, { today: "2026-02-30" }))).message).to.contain("today");
    expect((await rejection(openLake(lake, { today: "tomorrow" }))).message).to.contain("YYYY-MM-DD");
  });
});
