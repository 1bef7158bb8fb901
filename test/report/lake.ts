/** A table of access logs in memory, as the report's queries expect it: the columns of the model, rows by hand. */
import { DuckDBInstance } from "@duckdb/node-api";
import { COVERAGE_COLUMNS, REJECTED_COLUMNS } from "../../src/model/coverage";
import { duckdbType, TABLE_COLUMNS, TABLE_PARTITION_KEYS, type Column } from "../../src/model/columns";
import type { RunQuery } from "../../src/report/collect";

export type Values = Readonly<Record<string, string | number | boolean | null>>;

export interface TestLake {
  readonly query: RunQuery;
  /** Statements that ran, in order. */
  readonly statements: readonly string[];
  insert(table: string, rows: readonly Values[]): Promise<void>;
  close(): void;
}

export const TABLES = { logs: "access_logs", rejected: "access_logs_rejected", coverage: "fetch_coverage" } as const;

/** A person's view of a page, answered from the cache; `values` say what is different. */
export const pageView = (values: Values): Values => ({
  app: "shop",
  date: "2026-11-20",
  time: "13:05:00",
  location: "FRA56-P1",
  bytes: 1000,
  request_ip: "203.0.113.1",
  method: "GET",
  host: "d1.cloudfront.net",
  uri: "/",
  status: 200,
  referrer: "-",
  query_string: "-",
  user_agent: "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML like Gecko) Chrome/140.0.0.0 Safari/537.36",
  result_type: "Hit",
  host_header: "www.shop.example",
  ssl_protocol: "TLSv1.3",
  http_version: "HTTP/2.0",
  time_taken: 0.1,
  time_to_first_byte: 0.05,
  sc_content_type: "text/html; charset=utf-8",
  is_bot: false,
  bot_reason: null,
  edge_country: "DE",
  ...values,
});

export const bot = (values: Values): Values =>
  pageView({ user_agent: "Examplebot/1.0", is_bot: true, bot_reason: "agent", ...values });

/** Opens an empty lake; with `without`, one of the tables is absent. */
export const openTestLake = async (options: { without?: readonly string[] } = {}): Promise<TestLake> => {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const statements: string[] = [];
  await connection.run("CREATE SCHEMA amplify_logs");
  await connection.run("CREATE MACRO approx_percentile(x, p) AS quantile_cont(x, p)");
  const columns: Record<string, readonly Column[]> = {
    [TABLES.logs]: TABLE_COLUMNS,
    [TABLES.rejected]: REJECTED_COLUMNS,
    [TABLES.coverage]: COVERAGE_COLUMNS,
  };
  for (const [name, own] of Object.entries(columns)) {
    if (options.without?.includes(name)) continue;
    const all = [...own, ...TABLE_PARTITION_KEYS].map((column) => `"${column.name}" ${duckdbType(column.type)}`);
    await connection.run(`CREATE TABLE amplify_logs."${name}" (${all.join(", ")})`);
  }
  return {
    statements,
    query: async (sql) => {
      statements.push(sql);
      return (await connection.runAndReadAll(sql)).getRowObjects();
    },
    insert: async (table, rows) => {
      for (const row of rows) {
        const names = Object.keys(row).map((name) => `"${name}"`);
        const places = names.map((_, index) => `$${index + 1}`);
        await connection.run(
          `INSERT INTO amplify_logs."${table}" (${names.join(", ")}) VALUES (${places.join(", ")})`,
          Object.values(row),
        );
      }
    },
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
};
