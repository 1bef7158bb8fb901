/** Copies of raw files that DuckDB refuses to read: bytes that are not UTF-8, lines that are too long. Hive reads both. */
import { isUtf8 } from "node:buffer";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { InputError } from "../errors";
import { MAX_LINE_BYTES, type TableFiles } from "./duckdbTables";

/** Characters that a line keeps; a character has at most four bytes. */
const CUT_CHARACTERS = Math.floor(MAX_LINE_BYTES / 4) - 16;

const hasLongLine = (content: Buffer): boolean => {
  for (let start = 0; start < content.length;) {
    const next = content.indexOf(0x0a, start);
    const end = next === -1 ? content.length : next;
    if (end - start > CUT_CHARACTERS) return true;
    start = end + 1;
  }
  return false;
};

const contentOf = (file: string): Buffer => {
  const bytes = readFileSync(file);
  if (!file.endsWith(".gz")) return bytes;
  try {
    return gunzipSync(bytes);
  } catch (cause) {
    throw new InputError(`this file of the lake cannot be unpacked: ${(cause as Error).message}`, {
      field: file,
      fix: "delete it, and import or fetch its hour again",
      cause,
    });
  }
};

/** U+FFFD for each byte that is not UTF-8, as Hive has it; lines cut at a million characters, below DuckDB's limit. */
const repair = (content: Buffer): string | undefined => {
  const long = hasLongLine(content);
  if (isUtf8(content) && !long) return undefined;
  const text = content.toString("utf8");
  if (!long) return text;
  const lines = text.split(/\r\n|\n|\r/);
  return lines.map((line) => line.slice(0, CUT_CHARACTERS)).join("\n");
};

/** The same files, those that need it replaced by copies below `directory`. The path of a copy spells the same keys. */
export const repairRawFiles = (groups: readonly TableFiles[], bucket: string, directory: string): TableFiles[] =>
  groups.map(({ files, values }) => ({
    values,
    files: files.map((file) => {
      const repaired = repair(contentOf(file));
      if (repaired === undefined) return file;
      const copy = path.join(directory, path.relative(bucket, file)).replace(/\.gz$/, "");
      mkdirSync(path.dirname(copy), { recursive: true, mode: 0o700 });
      writeFileSync(copy, repaired, { mode: 0o600 });
      return copy;
    }),
  }));
