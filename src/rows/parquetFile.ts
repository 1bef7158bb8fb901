import * as zlib from "node:zlib";
import type { CompressionCodec } from "hyparquet";
import { parquetMetadata, parquetReadObjects, type AsyncBuffer, type Compressors, type FileMetaData } from "hyparquet";
import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import { TABLE_COLUMNS, type Column } from "../model/columns";
import { parquetSchema } from "./parquetSchema";

/** Rows in a row group: some 5 MB compressed, and few enough that one group's columns fit beside the table in memory. */
export const ROW_GROUP_ROWS = 65_536;

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
  /** Rows in a row group. */
  readonly groupRows: number;
}

const TYPED_TABLE: ParquetShape = { columns: TABLE_COLUMNS, groupRows: ROW_GROUP_ROWS };

export type CellReader = (column: Column, row: number) => Cell;

/** A Parquet file with typed columns, written row group by row group: what was appended in parts is the same file as in one. */
export class ParquetFileWriter {
  rows = 0;
  private readonly parquet: ParquetWriter;
  private group: Cell[][] = [];
  private groupRows = 0;

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
    const { columns, groupRows } = this.shape;
    for (let first = 0; first < rows;) {
      const size = Math.min(groupRows - this.groupRows, rows - first);
      columns.forEach((column, index) => {
        const cells = this.groupRows === 0 ? new Array<Cell>(size) : this.group[index]!;
        for (let row = 0; row < size; row++) cells[this.groupRows + row] = cell(column, first + row);
        this.group[index] = cells;
      });
      this.groupRows += size;
      first += size;
      if (this.groupRows === groupRows) this.writeGroup();
    }
    this.rows += rows;
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

export type ParquetRow = Record<string, Cell>;

/** Rows as objects, timestamps as ms in a bigint, in the file's order. */
export const readParquet = (file: Uint8Array, columns?: readonly string[]): Promise<ParquetRow[]> =>
  readRows({ file: Uint8Array.from(file).buffer }, columns);

/** The same of some rows of a file that is not in memory. */
export const readRows = async (
  source: {
    readonly file: AsyncBuffer | ArrayBuffer;
    readonly metadata?: FileMetaData;
    readonly rowStart?: number;
    readonly rowEnd?: number;
  },
  columns?: readonly string[],
): Promise<ParquetRow[]> => {
  const rows = await parquetReadObjects({
    ...source,
    compressors: decompressors,
    ...(columns ? { columns: [...columns] } : {}),
  });
  for (const row of rows) {
    for (const [name, value] of Object.entries(row)) {
      if (value instanceof Date) row[name] = BigInt(value.getTime());
      else if (value === undefined) row[name] = null;
    }
  }
  return rows as ParquetRow[];
};
