import * as zlib from "node:zlib";
import type { AsyncBuffer, CompressionCodec, Compressors, FileMetaData } from "hyparquet";
import { parquetMetadata, parquetRead, parquetReadObjects } from "hyparquet";
import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import { TABLE_COLUMNS, type Column } from "../model/columns";
import { parquetSchema } from "./parquetSchema";

/** Rows in a row group: some 5 MB compressed, and few enough that one group's columns fit beside the table in memory. */
export const ROW_GROUP_ROWS = 65_536;
/** Characters of text in a row group: twice what that many ordinary rows have, as strangers can make each a hundred times as long. */
export const ROW_GROUP_CHARS = 64 * 1024 ** 2;
/** A group's characters are looked at after so many rows, wherever they were appended. */
const STEP_ROWS = 1024;

export type Cell = string | number | bigint | boolean | null;

const zstd = zlib as unknown as {
  zstdCompressSync?: (data: Uint8Array, options: { readonly pledgedSrcSize: number }) => Buffer;
  zstdDecompressSync?: (data: Uint8Array) => Buffer;
};

/** Node 20 has no zstd; readers take both. */
export const PARQUET_CODEC: CompressionCodec = zstd.zstdCompressSync === undefined ? "GZIP" : "ZSTD";

const { zstdCompressSync } = zstd;
const compressors = {
  // Level 4: twice as fast as the default for some 3 % more bytes.
  GZIP: (data: Uint8Array): Uint8Array => zlib.gzipSync(data, { level: 4 }),
  ...(zstdCompressSync === undefined
    ? {}
    : // Its own tables are then as small as the page, and not as large as any page could want.
      { ZSTD: (data: Uint8Array): Uint8Array => zstdCompressSync(data, { pledgedSrcSize: data.byteLength }) }),
};

const decompressors: Compressors = {
  GZIP: (data) => zlib.gunzipSync(data),
  ZSTD: (data) => {
    if (zstd.zstdDecompressSync === undefined) {
      throw new Error(
        "this Parquet file is compressed with zstd, which needs Node 22.15 or later. Fix: run with Node 22 or 24.",
      );
    }
    return zstd.zstdDecompressSync(data);
  },
};

/** What a file has, where it is not the typed table's. */
export interface ParquetShape {
  readonly columns: readonly Column[];
  /** Rows in a row group, at most. */
  readonly groupRows: number;
  /** Characters of text in a row group; its last rows may go beyond. */
  readonly groupChars: number;
}

const TYPED_TABLE: ParquetShape = {
  columns: TABLE_COLUMNS,
  groupRows: ROW_GROUP_ROWS,
  groupChars: ROW_GROUP_CHARS,
};

const charsOf = (cell: Cell): number => (typeof cell === "string" ? cell.length : 0);

export type CellReader = (column: Column, row: number) => Cell;

/** A Parquet file with typed columns, written row group by row group: what was appended in parts is the same file as in one. */
export class ParquetFileWriter {
  rows = 0;
  private readonly parquet: ParquetWriter;
  private group: Cell[][] = [];
  private groupRows = 0;
  private groupChars = 0;

  constructor(
    writer: ByteWriter,
    metadata: Readonly<Record<string, string>>,
    private readonly shape = TYPED_TABLE,
  ) {
    this.parquet = new ParquetWriter({
      writer,
      schema: parquetSchema(shape.columns),
      codec: PARQUET_CODEC,
      compressors,
      createdBy: "amplify-log-pipeline",
      kvMetadata: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    });
  }

  /** Takes rows in the file's order; `cell` is asked once per cell. */
  append(rows: number, cell: CellReader): void {
    const { columns, groupRows, groupChars } = this.shape;
    for (let first = 0; first < rows;) {
      const toNextStep = STEP_ROWS - (this.groupRows % STEP_ROWS);
      const size = Math.min(toNextStep, groupRows - this.groupRows, rows - first);
      columns.forEach((column, index) => {
        const cells = this.groupRows === 0 ? new Array<Cell>(size) : this.group[index]!;
        for (let row = 0; row < size; row++) {
          const value = cell(column, first + row);
          this.groupChars += charsOf(value);
          cells[this.groupRows + row] = value;
        }
        this.group[index] = cells;
      });
      this.groupRows += size;
      first += size;
      const full = size === toNextStep && this.groupChars >= groupChars;
      if (full || this.groupRows === groupRows) this.writeGroup();
    }
    this.rows += rows;
  }

  /** Takes the next row, its cells in the columns' order. */
  appendRow(cells: readonly Cell[]): void {
    const { columns, groupRows, groupChars } = this.shape;
    if (this.groupRows === 0) this.group = columns.map(() => []);
    cells.forEach((cell, index) => {
      this.group[index]!.push(cell);
      this.groupChars += charsOf(cell);
    });
    this.rows++;
    if (++this.groupRows === groupRows || this.groupChars >= groupChars) this.writeGroup();
  }

  finish(): void {
    if (this.groupRows > 0) this.writeGroup();
    void this.parquet.finish();
  }

  private writeGroup(): void {
    const columnData = this.shape.columns.map(({ name }, index) => ({ name, data: this.group[index]! }));
    void this.parquet.write({ columnData, rowGroupSize: this.groupRows });
    this.group = [];
    this.groupRows = 0;
    this.groupChars = 0;
  }
}

/** A Parquet file in memory. */
export const writeParquet = (
  rows: number,
  cell: CellReader,
  metadata: Readonly<Record<string, string>>,
): Uint8Array => {
  const writer = new ByteWriter();
  const parquet = new ParquetFileWriter(writer, metadata);
  parquet.append(rows, cell);
  parquet.finish();
  return writer.getBytes();
};

export const FOOTER_BYTES = 65_536;

/** Bytes from a footer's start to the file's end; undefined when these are not the last bytes of a Parquet file. */
export const footerBytes = (tail: Uint8Array): number | undefined => {
  if (tail.byteLength < 12) return undefined;
  return new DataView(tail.buffer, tail.byteOffset, tail.byteLength).getUint32(tail.byteLength - 8, true) + 8;
};

/** The footer of a file from its last bytes; undefined when those do not hold all of it. */
export const readFooter = (tail: Uint8Array): FileMetaData | undefined => {
  const bytes = footerBytes(tail);
  return bytes === undefined || bytes > tail.byteLength ? undefined : parquetMetadata(Uint8Array.from(tail).buffer);
};

export const footerValue = (footer: FileMetaData, key: string): string | undefined =>
  footer.key_value_metadata?.find((entry) => entry.key === key)?.value;

/** Times as ms in a bigint: a Date would be one object more for each. */
const parsers = {
  timestampFromMilliseconds: (millis: bigint): bigint => millis,
  timestampFromMicroseconds: (micros: bigint): bigint => micros / 1000n,
  timestampFromNanoseconds: (nanos: bigint): bigint => nanos / 1_000_000n,
  dateFromDays: (days: number): bigint => BigInt(days) * 86_400_000n,
};

export type ParquetRow = Record<string, Cell>;

/** Rows as objects, timestamps as ms in a bigint, in the file's order. */
export const readParquet = (file: Uint8Array, columns?: readonly string[]): Promise<ParquetRow[]> =>
  readRows({ file: Uint8Array.from(file).buffer }, columns);

export interface ParquetSource {
  readonly file: AsyncBuffer | ArrayBuffer;
  readonly metadata?: FileMetaData;
  readonly rowStart?: number;
  readonly rowEnd?: number;
}

const readOptions = (source: ParquetSource, columns: readonly string[] | undefined) => ({
  ...source,
  compressors: decompressors,
  parsers,
  ...(columns ? { columns: [...columns] } : {}),
});

/** The same of some rows of a file that is not in memory. */
export const readRows = async (source: ParquetSource, columns?: readonly string[]): Promise<ParquetRow[]> => {
  const rows = await parquetReadObjects(readOptions(source, columns));
  const names = Object.keys(rows[0] ?? {});
  for (const row of rows) for (const name of names) row[name] ??= null;
  return rows as ParquetRow[];
};

/** Cells of a row group by their columns' names; undefined is null, too. */
export type ParquetColumns = ReadonlyMap<string, readonly (Cell | undefined)[]>;

/** A whole row group column by column, which leaves far less behind than rows do. */
export const readColumns = async (source: ParquetSource, columns?: readonly string[]): Promise<ParquetColumns> => {
  const cells = new Map<string, (Cell | undefined)[]>();
  await parquetRead({
    ...readOptions(source, columns),
    onChunk: ({ columnName, columnData }) => {
      const before = cells.get(columnName);
      const more = Array.from(columnData as ArrayLike<Cell | undefined>);
      cells.set(columnName, before === undefined ? more : before.concat(more));
    },
  });
  return cells;
};
