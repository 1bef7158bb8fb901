import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { expect } from "chai";
import { parquetMetadata } from "hyparquet";
import { ByteWriter } from "hyparquet-writer";
import { TABLE_COLUMNS, duckdbType, type Column } from "../../src/model/columns";
import {
  footerValue,
  ParquetFileWriter,
  readColumns,
  readFooter,
  readParquet,
  writeParquet,
  type Cell,
} from "../../src/rows/parquetFile";

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

type Connection = Awaited<ReturnType<DuckDBInstance["connect"]>>;

/** Runs with a connection of DuckDB's and the name of a file, of which neither stays. */
const withDuckdb = async <T>(run: (connection: Connection, file: string) => Promise<T>): Promise<T> => {
  const folder = mkdtempSync(path.join(tmpdir(), "alp-parquet-"));
  const instance = await DuckDBInstance.create(":memory:");
  try {
    const connection = await instance.connect();
    const result = await run(connection, path.join(folder, "hour.parquet"));
    connection.closeSync();
    return result;
  } finally {
    instance.closeSync();
    rmSync(folder, { recursive: true, force: true });
  }
};

const describeInDuckdb = (file: Uint8Array): Promise<{ types: Record<string, string>; rows: unknown[] }> =>
  withDuckdb(async (connection, name) => {
    writeFileSync(name, file);
    const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM read_parquet('${name}')`);
    const data = await connection.runAndReadAll(
      `SELECT "time", bytes, time_taken, epoch_ms("timestamp") AS ms FROM read_parquet('${name}')`,
    );
    const types = described
      .getRowObjects()
      .map((row) => [String(row["column_name"]), String(row["column_type"]).toLowerCase()]);
    return { types: Object.fromEntries(types) as Record<string, string>, rows: data.getRowObjects() };
  });

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

  it("give times of every unit in milliseconds, as DuckDB writes them, and nulls", async () => {
    const at = "2026-11-20 13:00:00.123";
    const file = await withDuckdb(async (connection, name) => {
      await connection.run(
        `COPY (SELECT t::TIMESTAMP_MS AS ms, t::TIMESTAMP AS us, t::TIMESTAMP_NS AS ns, (t || '+00')::TIMESTAMPTZ AS utc, t::DATE AS day
               FROM (VALUES ('${at}'), (NULL)) v(t)) TO '${name}' (FORMAT parquet)`,
      );
      return readFileSync(name);
    });
    const ms = BigInt(Date.parse("2026-11-20T13:00:00.123Z"));
    const day = BigInt(Date.parse("2026-11-20"));
    const nothing = { ms: null, us: null, ns: null, utc: null, day: null };
    expect(await readParquet(file)).to.deep.equal([{ ms, us: ms, ns: ms, utc: ms, day }, nothing]);
  });

  it("give the same by columns as by rows, however many pages a column has", async () => {
    const columns: readonly Column[] = [
      { name: "text", type: "string", comment: "" },
      { name: "count", type: "bigint", comment: "" },
      { name: "none", type: "int", comment: "" },
    ];
    // A page has 1 MB, and a group of these 3.
    const cells = (row: number): Cell[] => [`${row} `.repeat(2000), row % 7 === 0 ? null : BigInt(row), null];
    const writer = new ByteWriter();
    const parquet = new ParquetFileWriter(writer, {}, { columns, groupRows: 300, groupChars: Infinity });
    for (let row = 0; row < 400; row++) parquet.appendRow(cells(row));
    parquet.append(100, ({ name }, row) => cells(400 + row)[columns.findIndex((column) => column.name === name)]!);
    parquet.finish();
    const file = Uint8Array.from(writer.getBytes()).buffer;
    expect(parquet.rows).to.equal(500);
    expect(parquetMetadata(file).row_groups.map(({ num_rows }) => Number(num_rows))).to.deep.equal([300, 200]);
    for (const [rowStart, rowEnd] of [
      [0, 300],
      [300, 500],
    ] as const) {
      const found = await readColumns({ file, rowStart, rowEnd });
      expect([...found.keys()]).to.deep.equal(columns.map(({ name }) => name));
      columns.forEach(({ name }, index) => {
        const expected = Array.from({ length: rowEnd - rowStart }, (_, row) => cells(rowStart + row)[index]);
        expect(Array.from(found.get(name)!, (cell) => cell ?? null)).to.deep.equal(expected);
      });
      expect([...(await readColumns({ file, rowStart, rowEnd }, ["count"])).keys()]).to.deep.equal(["count"]);
    }
  });

  describe("of long texts", () => {
    const columns: readonly Column[] = [{ name: "text", type: "string", comment: "" }];
    const text = (row: number): string => `${row}`.padEnd(1000, "x");
    const written = (groupChars: number, write: (parquet: ParquetFileWriter) => void): Uint8Array => {
      const writer = new ByteWriter();
      const parquet = new ParquetFileWriter(writer, {}, { columns, groupRows: 65_536, groupChars });
      write(parquet);
      parquet.finish();
      return writer.getBytes();
    };
    const groupsOf = (file: Uint8Array): number[] =>
      readFooter(file)!.row_groups.map(({ num_rows }) => Number(num_rows));

    it("have smaller row groups, row by row", () => {
      const file = written(100_000, (parquet) => {
        for (let row = 0; row < 250; row++) parquet.appendRow([text(row)]);
      });
      expect(groupsOf(file)).to.deep.equal([100, 100, 50]);
    });

    it("have the same ones in however many parts they are appended", async () => {
      const rows = 5000;
      const inParts = (part: number): Uint8Array =>
        written(1_500_000, (parquet) => {
          for (let first = 0; first < rows; first += part)
            parquet.append(Math.min(part, rows - first), (_, row) => text(first + row));
        });
      const file = inParts(rows);
      expect(groupsOf(file)).to.deep.equal([2048, 2048, 904]);
      expect((await readParquet(file)).map((row) => row["text"])).to.deep.equal(
        Array.from({ length: rows }, (_, row) => text(row)),
      );
      for (const part of [1, 999, 1024, 3000])
        expect(Buffer.compare(inParts(part), file), `parts of ${part}`).to.equal(0);
    });
  });

  it("say nothing of a footer that is not all there", () => {
    const file = writeParquet(1, sample, {});
    expect(readFooter(file.subarray(file.length - 100))).to.equal(undefined);
    expect(readFooter(new Uint8Array(4))).to.equal(undefined);
  });
});
