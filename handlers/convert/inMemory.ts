/** Conversion of an hour in memory, as of nearly all hours. */
import { UnknownHeaderError } from "../../src/errors";
import { unzipped } from "../../src/rows/gzip";
import { checkHeader } from "../../src/rows/header";
import { HourTable } from "../../src/rows/hourTable";
import { LineSplitter } from "../../src/rows/lines";
import { writeParquet } from "../../src/rows/parquetFile";
import { mergeStored } from "./mergeStored";
import { storedInMemory } from "./storedHour";
import type { ConvertJob, TypedFile } from "./typedFile";
import { cellReaders } from "./typedHour";

/** Undefined when the raw object is larger than `maxBytes` unpacked. @throws UnknownHeaderError */
export const readHour = async (
  gzipped: Uint8Array,
  { hour, key }: ConvertJob,
  maxBytes: number,
): Promise<HourTable | undefined> => {
  const table = new HourTable(hour.hourMs);
  let line = 0;
  const splitter = new LineSplitter((buffer, start, end, cut) => {
    line++;
    if (line === 1) checkHeader(buffer.toString("utf8", start, Math.min(end, start + 4096)), key);
    else if (end > start) table.add(buffer, start, end, line, cut);
  });
  let bytes = 0;
  for await (const chunk of unzipped(gzipped)) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) return undefined;
    splitter.push(chunk);
  }
  splitter.end();
  if (line === 0) throw new UnknownHeaderError("the file is empty", { field: key });
  return table;
};

export const convertInMemory = async (
  table: HourTable,
  { privacy, nowMs, metadata }: ConvertJob,
  stored: { readonly body: Uint8Array; readonly sameRules: boolean } | undefined,
): Promise<TypedFile> => {
  const before = stored && storedInMemory(stored.body, stored.sameRules);
  const { rows, added, kept, cell } = await mergeStored(table, cellReaders(table, privacy), before, nowMs);
  const body = rows === 0 ? undefined : writeParquet(rows, (column, row) => cell(column.name, row), metadata);
  return { rows, added, kept, rejected: table.rejected, rejections: table.rejections, body };
};
