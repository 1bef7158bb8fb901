/** A small lake in a folder of its own, with Parquet and CSV of the same requests. */
import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { DuckDBInstance } from "@duckdb/node-api";
import { CSV_HEADER, LOG_COLUMNS, TABLE_COLUMNS, duckdbType } from "../../../src/model/columns";
import { parquetKey, rawKey } from "../../../src/model/keys";
import { addPartitions, bucketPath, declareApps } from "../../../src/local/localCatalog";

export type Fields = Partial<Record<(typeof LOG_COLUMNS)[number]["name"], string>>;

export const temporaryLake = (): { lake: string; remove: () => void } => {
  const root = mkdtempSync(path.join(tmpdir(), "alp-lake-"));
  return { lake: path.join(root, "lake"), remove: () => rmSync(root, { recursive: true, force: true }) };
};

const DEFAULTS: Fields = {
  time: "13:00:00",
  location: "FRA56-P1",
  bytes: "1000",
  request_ip: "192.0.2.0",
  method: "GET",
  host: "d1.cloudfront.net",
  uri: "/",
  status: "200",
  referrer: "https://news.example/",
  user_agent: "Mozilla",
  host_header: "shop.example",
  time_taken: "0.093",
  sc_content_type: "text/html",
};

export const csvLine = (fields: Fields): string =>
  LOG_COLUMNS.map(({ name }) => fields[name] ?? DEFAULTS[name] ?? "-").join(",");

export const putObject = (lake: string, key: string, body: string | Uint8Array): string => {
  const file = path.join(bucketPath(lake), key);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, body);
  return file;
};

const hourOf = (app: string, date: string): { app: string; hourMs: number } => ({
  app,
  hourMs: Date.parse(`${date}T13:00:00Z`),
});

export const putRaw = (lake: string, app: string, date: string, rows: readonly Fields[]): string =>
  putObject(
    lake,
    rawKey("raw", hourOf(app, date)),
    gzipSync([CSV_HEADER, ...rows.map((row) => csvLine({ date, ...row })), ""].join("\n")),
  );

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/** The typed rows of the same requests, written by DuckDB; the partition is registered. */
export const putParquet = async (
  lake: string,
  app: string,
  date: string,
  rows: readonly Fields[],
  key = parquetKey(hourOf(app, date)),
): Promise<void> => {
  // Beside the bucket first: an object appears whole, as every store writes it, also to whoever reads meanwhile.
  const file = path.join(lake, `${randomUUID()}.parquet`);
  mkdirSync(lake, { recursive: true });
  const selects = rows.map((row) => {
    const values: Record<string, string | undefined> = { ...DEFAULTS, ...row };
    const cells = TABLE_COLUMNS.map(({ name, type }) => {
      const given = values[name] ?? (type === "string" ? "-" : undefined);
      if (name === "timestamp") return `TIMESTAMP '${date} ${values["time"]}' AS "timestamp"`;
      if (name === "is_bot") return `false AS "is_bot"`;
      return `TRY_CAST(${given === undefined ? "NULL" : text(given)} AS ${duckdbType(type)}) AS "${name}"`;
    });
    return `SELECT ${cells.join(", ")}`;
  });
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run(`COPY (${selects.join(" UNION ALL ")}) TO ${text(file)} (FORMAT parquet)`);
  connection.closeSync();
  instance.closeSync();
  const target = path.join(bucketPath(lake), key);
  mkdirSync(path.dirname(target), { recursive: true });
  renameSync(file, target);
  addPartitions(lake, "access_logs", [{ values: { app, date }, location: `s3://any/${path.posix.dirname(key)}/` }]);
};

/** One request a day, whose path is the day, raw and typed. */
export const fillDays = async (lake: string, app: string, dates: readonly string[]): Promise<void> => {
  declareApps(lake, [app]);
  for (const date of dates) {
    putRaw(lake, app, date, [{ uri: `/${date}` }]);
    await putParquet(lake, app, date, [{ uri: `/${date}` }]);
  }
};
