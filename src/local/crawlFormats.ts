/** What a file is, by its content: a crawler does not believe names. */
import { isUtf8 } from "node:buffer";
import { closeSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import { constants, gunzipSync } from "node:zlib";
import type { TableFormat } from "../model/catalog";

export type FileFormat = { readonly format: TableFormat } | { readonly problem: string };

const HEAD_BYTES = 1 << 16;
/** Gzip files up to this size are unpacked whole: DuckDB takes one that breaks off for one that ends. */
const WHOLE_BYTES = 1 << 26;
const PARQUET_MAGIC = "PAR1";
const UTF8_MARK = "\uFEFF";

const headOf = (file: string): Buffer => {
  const handle = openSync(file, "r");
  try {
    const head = Buffer.alloc(HEAD_BYTES);
    return head.subarray(0, readSync(handle, head, 0, HEAD_BYTES, 0));
  } finally {
    closeSync(handle);
  }
};

const isGzip = (bytes: Buffer): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** The last character may be cut in two: up to three bytes of it are no fault. */
const isText = (bytes: Buffer): boolean =>
  [0, 1, 2, 3].some((cut) => isUtf8(bytes.subarray(0, Math.max(0, bytes.length - cut)))) && !bytes.includes(0);

const formatOfText = (bytes: Buffer): FileFormat => {
  if (!isText(bytes)) return { problem: "is neither Parquet nor text in UTF-8" };
  const text = bytes.toString("utf8").replace(UTF8_MARK, "").trimStart();
  if (text === "") return { problem: "holds no line" };
  if (text.startsWith("[")) {
    return { problem: "is one JSON array, of which Glue makes a single column; write one object a line" };
  }
  return { format: text.startsWith("{") ? "json" : "csv" };
};

/** Looks at the file's beginning. A name that ends in .gz and a content that is none, or the other way round, is a problem. */
export const formatOfFile = (file: string): FileFormat => {
  const head = headOf(file);
  if (head.toString("latin1", 0, PARQUET_MAGIC.length) === PARQUET_MAGIC) return { format: "parquet" };
  const zipped = isGzip(head);
  if (zipped !== file.endsWith(".gz")) {
    return {
      problem: zipped ? "is gzip, though its name does not end in .gz" : "is not gzip, though its name says so",
    };
  }
  if (!zipped) return formatOfText(head);
  try {
    const isSmall = statSync(file).size <= WHOLE_BYTES;
    const text = isSmall ? gunzipSync(readFileSync(file)) : gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH });
    return formatOfText(text.subarray(0, HEAD_BYTES));
  } catch (error) {
    return { problem: `is broken gzip: ${(error as Error).message}` };
  }
};
