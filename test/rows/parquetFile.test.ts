import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { expect } from "chai";
import { TABLE_COLUMNS, duckdbType, type Column } from "../../src/model/columns";
import { footerValue, readFooter, readParquet, writeParquet, type Cell } from "../../src/rows/parquetFile";

const sample = ({ type }: Column, row: number): Cell => {
  switch (type) {
    case "string":
      return `text ${row} \u00e9\u0000`;
    case "bigint":
      return 2n ** 62n + BigInt(row);
    case "int":
      return 200 + row;
    case "boolean":
      return row % 2 === 0;
    case "timestamp":
      return BigInt(Date.parse("2026-11-20T13:00:00Z") + row);
    default:
      return row;
  }
};

const describeInDuckdb = async (file: Uint8Array): Promise<{ types: Record<string, string>; rows: unknown[] }> => {
  const folder = mkdtempSync(path.join(tmpdir(), "alp-parquet-"));
  const instance = await DuckDBInstance.create(":memory:");
  try {
    const name = path.join(folder, "hour.parquet");
    writeFileSync(name, file);
    const connection = await instance.connect();
    const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM read_parquet('${name}')`);
    const data = await connection.runAndReadAll(
      `SELECT "time", bytes, time_taken, epoch_ms("timestamp") AS ms FROM read_parquet('${name}')`,
    );
    const types = described
      .getRowObjects()
      .map((row) => [String(row["column_name"]), String(row["column_type"]).toLowerCase()]);
    connection.closeSync();
    return { types: Object.fromEntries(types) as Record<string, string>, rows: data.getRowObjects() };
  } finally {
    instance.closeSync();
    rmSync(folder, { recursive: true, force: true });
  }
};

const declared = Object.fromEntries(TABLE_COLUMNS.map(({ name, type }) => [name, duckdbType(type)]));

describe("Parquet files", () => {
  it("give every cell back", async () => {
    const file = writeParquet(3, sample, { mark: "m" });
    const rows = await readParquet(file);
    rows.forEach((row, index) => {
      for (const column of TABLE_COLUMNS) expect(row[column.name], column.name).to.equal(sample(column, index));
    });
    expect(rows).to.have.length(3);
    expect(footerValue(readFooter(file)!, "mark")).to.equal("m");
    expect(footerValue(readFooter(file)!, "other")).to.equal(undefined);
  });

  for (const [title, count, cell] of [
    ["whole numbers in double columns", 2, sample],
    ["nothing but nulls", 2, () => null],
    ["no rows", 0, sample],
  ] as const) {
    it(`have the declared types with ${title}, as DuckDB reads them`, async () => {
      const { types, rows } = await describeInDuckdb(writeParquet(count, cell, {}));
      expect(types).to.deep.equal(declared);
      expect(rows).to.have.length(count);
      if (count > 0 && cell === sample) {
        expect(rows[1]).to.deep.equal({
          time: "text 1 \u00e9\u0000",
          bytes: 2n ** 62n + 1n,
          time_taken: 1,
          ms: 1795179600001n,
        });
      }
    });
  }

  it("say nothing of a footer that is not all there", () => {
    const file = writeParquet(1, sample, {});
    expect(readFooter(file.subarray(file.length - 100))).to.equal(undefined);
    expect(readFooter(new Uint8Array(4))).to.equal(undefined);
  });
});
