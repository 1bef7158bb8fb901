import { expect } from "chai";
import { DuckDBInstance } from "@duckdb/node-api";
import path from "node:path";
import { bucketPath } from "../../../src/local/localCatalog";
import { LOG_COLUMNS } from "../../../src/model/columns";
import { parquetKey } from "../../../src/model/keys";
import { need } from "../tools/missing";
import { daysBefore, TODAY, UNIFORM_HOURS, YESTERDAY } from "./sample";
import { openWorld, type World } from "./world";

/** What conversion changes: text that is decoded, addresses that are cut. */
const DECODED = ["uri", "referrer", "user_agent", "query_string"];
const CHANGED = [...DECODED, "request_ip", "xforwarded_for"];
const REAL = ["time_taken", "time_to_first_byte"];

describe("the raw table and the typed one", () => {
  let world: World;
  before(async function () {
    world = await need(this, "Trino with Glue and S3", openWorld);
  });

  const objectsOf = async (sql: string): Promise<Record<string, unknown>[]> => {
    const { columns, rows } = await world.engine.query(sql, { schema: world.catalog.database });
    return rows.map((row) => Object.fromEntries(columns.map(({ name }, index) => [name, row[index]])));
  };
  /** A few days of both, by request id. */
  const both = async () => {
    const day = (sign: string, text: string): string => {
      const [year, month, date] = text.split("-").map(Number);
      return `"year" * 10000 + "month" * 100 + "day" ${sign} ${year! * 10000 + month! * 100 + date!}`;
    };
    const since = daysBefore(TODAY, 2);
    const raw = await objectsOf(
      `SELECT * FROM "${world.table}_raw" WHERE "year" = 2026 AND "month" = 10 AND ${day(">=", since)} AND ${day("<=", TODAY)}`,
    );
    const select = LOG_COLUMNS.map(({ name }) =>
      REAL.includes(name) ? `CAST("${name}" AS real) AS "${name}"` : `"${name}"`,
    );
    const table = await objectsOf(
      `SELECT ${select.join(", ")} FROM "${world.table}" WHERE "date" >= '${since}' AND "date" <= '${TODAY}'`,
    );
    const byId = new Map(raw.map((row) => [String(row["request_id"]), row]));
    return { raw, table, byId };
  };

  it("agree, numbers as REAL, and the rest to the letter", async () => {
    const { raw, table, byId } = await both();
    expect(table.length).to.be.greaterThan(100);
    // Two lines of the sample are no rows; Athena shows them with what it could read.
    expect(raw).to.have.length(table.length + 2);
    for (const row of table) {
      const came = byId.get(String(row["request_id"]))!;
      for (const { name } of LOG_COLUMNS) {
        if (!CHANGED.includes(name)) expect(row[name], `${name} of ${String(row["request_id"])}`).to.equal(came[name]);
      }
    }
    for (const name of REAL) expect(table.filter((row) => row[name] !== null).length, name).to.be.greaterThan(40);
  });

  it("differ in what is decoded, as an address decodes", async () => {
    const { table, byId } = await both();
    let changed = 0;
    for (const row of table) {
      const came = byId.get(String(row["request_id"]))!;
      for (const name of DECODED) {
        const text = String(came[name]);
        if (/%F[EF]|%255B|\\N$/.test(text)) continue; // Not UTF-8, or no escape of Amplify's: its own tests say what becomes of it.
        const expected = decodeURIComponent(text.replaceAll("\\", ""));
        expect(row[name], `${name} of ${text}`).to.equal(expected);
        if (expected !== text) changed++;
      }
    }
    expect(changed).to.be.greaterThan(10);
  });

  it("hold hours of whole numbers in the declared types", async () => {
    const rows = await objectsOf(
      `SELECT "time_taken", "time_to_first_byte", "bytes", "sc_content_len", "sc_range_start", "c_port", "time_taken" / 2 AS "half"
       FROM "${world.table}" WHERE "app" = 'shop' AND "date" = '${YESTERDAY}' AND substr("time", 1, 2) = '07' ORDER BY 1`,
    );
    const names = ["time_taken", "time_to_first_byte", "bytes", "sc_content_len", "sc_range_start", "c_port", "half"];
    expect(rows.map((row) => names.map((name) => row[name]))).to.deep.equal([
      [1, 2, 3, 4, 5, 6, 0.5],
      [7, 8, 9, 10, 11, 12, 3.5],
    ]);
  });

  it("hold hours without a value as nulls of the declared types", async () => {
    const numbers = LOG_COLUMNS.filter(({ type }) => type !== "string" && type !== "date").map(({ name }) => name);
    const select = numbers.map(
      (name) => `typeof("${name}") || coalesce(CAST("${name}" AS varchar), ' null') AS "${name}"`,
    );
    const rows = await objectsOf(
      `SELECT ${select.join(", ")} FROM "${world.table}" WHERE "app" = 'shop' AND "date" = '${YESTERDAY}' AND substr("time", 1, 2) = '08'`,
    );
    const trinoTypes: Record<string, string> = { int: "integer" };
    const expected = Object.fromEntries(
      LOG_COLUMNS.filter(({ name }) => numbers.includes(name as never)).map(({ name, type }) => [
        name,
        `${trinoTypes[type] ?? type} null`,
      ]),
    );
    expect(rows).to.deep.equal([expected, expected]);
  });

  it("hold no file of an hour without a row", () => {
    const keys = world.objects.map(({ key }) => key);
    expect(keys).to.include(parquetKey(UNIFORM_HOURS.whole));
    expect(keys).to.not.include(parquetKey(UNIFORM_HOURS.none));
  });

  it("lie in files whose own types are the same in every hour", async () => {
    const instance = await DuckDBInstance.create(":memory:");
    const connection = await instance.connect();
    const file = (hour: (typeof UNIFORM_HOURS)["whole"]): string =>
      path.join(bucketPath(world.lake.folder), parquetKey(hour)).replaceAll("'", "''");
    const schema = async (hour: (typeof UNIFORM_HOURS)["whole"]) =>
      (
        await connection.runAndReadAll(
          `SELECT name, type, converted_type, repetition_type FROM parquet_schema('${file(hour)}') WHERE num_children IS NULL`,
        )
      ).getRows();
    const [whole, empty] = [await schema(UNIFORM_HOURS.whole), await schema(UNIFORM_HOURS.empty)];
    connection.closeSync();
    instance.closeSync();
    expect(whole).to.deep.equal(empty);
    const types = Object.fromEntries(whole.map(([name, type]) => [String(name), type]));
    expect(types).to.include({
      time_taken: "DOUBLE",
      bytes: "INT64",
      c_port: "INT32",
      uri: "BYTE_ARRAY",
      is_bot: "BOOLEAN",
    });
  });
});
