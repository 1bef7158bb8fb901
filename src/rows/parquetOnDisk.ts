/** Parquet files that are too large for memory: written to disk and read from it, row group by row group. */
import { closeSync, createWriteStream, fstatSync, openSync, readSync, writeSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { parquetMetadataAsync, parquetSchema, type FileMetaData } from "hyparquet";
import { ByteWriter } from "hyparquet-writer";
import { metered } from "../garbage";
import type { OpenedObject } from "../ports";
import {
  footerValue,
  readColumns,
  readRows,
  type ParquetColumns,
  type ParquetRow,
  type ParquetSource,
} from "./parquetFile";
import { explainFullDisk, type TemporaryFolder } from "./temporaryFolder";

/** What the Parquet writer writes to: a file of which only one row group is in memory. */
export class FileWriter extends ByteWriter {
  readonly path: string;
  private readonly file: number;

  constructor(folder: TemporaryFolder) {
    super();
    this.path = folder.newFile();
    this.file = openSync(this.path, "wx", 0o600);
    folder.closing({ close: () => closeSync(this.file) });
  }

  /** Called after each row group. */
  flush(): void {
    try {
      for (let done = 0; done < this.index;)
        done += writeSync(this.file, new Uint8Array(this.buffer, done, this.index - done));
    } catch (error) {
      throw explainFullDisk(error);
    }
    this.index = 0;
  }

  override finish(): void {
    this.flush();
  }
}

export interface RowRange {
  readonly rowStart: number;
  readonly rowEnd: number;
}

/** A stored file on disk. */
export class ParquetOnDisk {
  /** Its row groups, in its order. */
  readonly groups: readonly RowRange[];
  /** Names of its columns, in its order; of nested ones the outermost. */
  readonly columns: readonly string[];

  private constructor(
    private readonly file: number,
    private readonly bytes: number,
    private readonly metadata: FileMetaData,
  ) {
    this.columns = parquetSchema(metadata).children.map(({ element }) => element.name);
    let rowStart = 0;
    this.groups = metadata.row_groups.map(({ num_rows }) => {
      const rowEnd = rowStart + Number(num_rows);
      const range = { rowStart, rowEnd };
      rowStart = rowEnd;
      return range;
    });
  }

  static async of({ body }: OpenedObject, folder: TemporaryFolder): Promise<ParquetOnDisk> {
    const path = folder.newFile();
    await pipeline(metered(body), createWriteStream(path, { flags: "wx", mode: 0o600 })).catch((error: unknown) => {
      throw explainFullDisk(error);
    });
    const file = openSync(path, "r");
    folder.closing({ close: () => closeSync(file) });
    const bytes = fstatSync(file).size;
    return new ParquetOnDisk(file, bytes, await parquetMetadataAsync(bufferOf(file, bytes)));
  }

  get rows(): number {
    return Number(this.metadata.num_rows);
  }

  /** What the footer says under a name. */
  value(key: string): string | undefined {
    return footerValue(this.metadata, key);
  }

  read(range: RowRange, columns?: readonly string[]): Promise<ParquetRow[]> {
    return readRows(this.source(range), columns);
  }

  /** A whole row group. */
  readColumns(group: RowRange, columns?: readonly string[]): Promise<ParquetColumns> {
    return readColumns(this.source(group), columns);
  }

  private source(range: RowRange): ParquetSource {
    return { file: bufferOf(this.file, this.bytes), metadata: this.metadata, ...range };
  }
}

const bufferOf = (
  file: number,
  byteLength: number,
): { byteLength: number; slice(start: number, end?: number): ArrayBuffer } => ({
  byteLength,
  slice: (start, end = byteLength) => {
    const part = new Uint8Array(end - start);
    for (let done = 0; done < part.length;) {
      const read = readSync(file, part, done, part.length - done, start + done);
      if (read === 0) throw new Error("a temporary file is shorter than it was");
      done += read;
    }
    return part.buffer;
  },
});
