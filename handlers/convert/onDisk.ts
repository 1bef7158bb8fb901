/** Conversion of an hour that is too large for memory: the same file as in memory, slice by slice of its time. */
import { statSync } from "node:fs";
import { UnknownHeaderError } from "../../src/errors";
import { hasRequestId } from "../../src/model/rowIdentity";
import type { OpenedObject } from "../../src/ports";
import { unzippedStream } from "../../src/rows/gzip";
import { checkHeader } from "../../src/rows/header";
import { HourTable, MAX_LISTED_REJECTIONS, type Rejection } from "../../src/rows/hourTable";
import { LineSplitter, MAX_LINE_BYTES } from "../../src/rows/lines";
import { ParquetFileWriter, type Cell } from "../../src/rows/parquetFile";
import { FileWriter, ParquetOnDisk } from "../../src/rows/parquetOnDisk";
import { HOUR_SLICES, SlicedLines, timeSlice } from "../../src/rows/slicedLines";
import type { TemporaryFolder } from "../../src/rows/temporaryFolder";
import type { ConvertLimits } from "./limits";
import { mergeStored } from "./mergeStored";
import { idOfLine, judgeMoved, NONE_MOVED, SeenIds, type MovedIds } from "./movedIds";
import { sliceOfTime, storedOnDisk, type StoredGroup } from "./storedHour";
import type { ConvertJob, TypedFile } from "./typedFile";
import { cellReaders } from "./typedHour";

/** The raw object's lines by their time, each with its number. */
interface SlicedRaw {
  readonly lines: SlicedLines;
  readonly numbers: readonly number[][];
  readonly seen: SeenIds;
}

interface SlicedStored {
  readonly file: ParquetOnDisk;
  readonly groups: readonly StoredGroup[];
  /** Rows of each slice. */
  readonly rows: readonly number[];
  /** When rows of ids were first converted whose line is in another slice now. */
  readonly convertedAt: ReadonlyMap<string, Cell>;
}

export const convertOnDisk = async (
  job: ConvertJob,
  raw: OpenedObject,
  stored: { readonly open: () => Promise<OpenedObject>; readonly sameRules: boolean } | undefined,
  limits: ConvertLimits,
  folder: TemporaryFolder,
): Promise<TypedFile> => {
  const sliced = await sliceRaw(job, raw, limits.hourBytes, folder);
  const before = stored === undefined ? undefined : await sliceStored(await stored.open(), sliced.seen, folder);
  const { moved: movedIds } = sliced.seen;
  const moved =
    movedIds.size === 0
      ? NONE_MOVED
      : judgeMoved(job.hour.hourMs, sliced.lines, movedIds, before?.convertedAt ?? new Map<string, Cell>());
  const writer = new FileWriter(folder);
  const parquet = new ParquetFileWriter(writer, job.metadata);
  const totals = { rows: 0, added: 0, kept: 0, rejected: 0 };
  let rejections: Rejection[] = [];
  for (const bin of binsOf(sliced.lines, before?.rows, limits)) {
    const table = tableOf(job, sliced, bin, moved);
    const rows = before && storedOnDisk(before.file, before.groups, bin, stored!.sameRules);
    const merged = await mergeStored(table, cellReaders(table, job.privacy), rows, job.nowMs, moved);
    parquet.append(merged.rows, (column, row) => merged.cell(column.name, row));
    totals.rows += merged.rows;
    totals.added += merged.added;
    totals.kept += merged.kept;
    totals.rejected += table.rejected;
    rejections = [...rejections, ...table.rejections]
      .sort((left, right) => left.line_number - right.line_number)
      .slice(0, MAX_LISTED_REJECTIONS);
  }
  if (totals.rows === 0) return { ...totals, rejections, body: undefined };
  parquet.finish();
  return { ...totals, rejections, body: { path: writer.path, bytes: statSync(writer.path).size } };
};

const sliceRaw = async (
  { key }: ConvertJob,
  raw: OpenedObject,
  maxBytes: number,
  folder: TemporaryFolder,
): Promise<SlicedRaw> => {
  const lines = new SlicedLines(folder, HOUR_SLICES);
  const numbers = Array.from({ length: HOUR_SLICES }, (): number[] => []);
  const seen = new SeenIds();
  let line = 0;
  const splitter = new LineSplitter((buffer, start, end) => {
    line++;
    if (line === 1) return checkHeader(buffer.toString("utf8", start, Math.min(end, start + 4096)), key);
    if (end === start) return;
    const slice = timeSlice(buffer, start, end);
    lines.add(slice, buffer, start, end);
    numbers[slice]!.push(line);
    const id = idOfLine(buffer, start, end);
    if (id !== undefined) seen.see(id, slice);
  });
  let bytes = 0;
  for await (const chunk of unzippedStream(raw.body)) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw new UnknownHeaderError(`more than ${maxBytes} bytes in one hour`, { field: key });
    splitter.push(chunk);
  }
  splitter.end();
  if (line === 0) throw new UnknownHeaderError("the file is empty", { field: key });
  return { lines, numbers, seen };
};

const sliceStored = async (opened: OpenedObject, seen: SeenIds, folder: TemporaryFolder): Promise<SlicedStored> => {
  const file = await ParquetOnDisk.of(opened, folder);
  const rows = new Array<number>(HOUR_SLICES).fill(0);
  const convertedAt = new Map<string, Cell>();
  const groups: StoredGroup[] = [];
  for (const range of file.groups) {
    let [first, last] = [Infinity, -Infinity];
    for (const row of await file.read(range, ["time", "request_id", "processed_timestamp"])) {
      const slice = sliceOfTime(row["time"]);
      rows[slice]!++;
      first = Math.min(first, slice);
      last = Math.max(last, slice);
      const id = row["request_id"];
      if (hasRequestId(id) && seen.compare(id, slice)) convertedAt.set(id, row["processed_timestamp"] ?? null);
    }
    groups.push({ range, first, last });
  }
  return { file, groups, rows, convertedAt };
};

interface Bin {
  readonly first: number;
  readonly end: number;
}

/** Neighbouring slices that are worked on together. */
const binsOf = (lines: SlicedLines, stored: readonly number[] | undefined, limits: ConvertLimits): Bin[] => {
  const bins: Bin[] = [];
  let [first, bytes, rows] = [0, 0, 0];
  for (let slice = 0; slice < HOUR_SLICES; slice++) {
    const [moreBytes, moreRows] = [lines.bytes[slice]!, stored?.[slice] ?? 0];
    if (slice > first && (bytes + moreBytes > limits.binBytes || rows + moreRows > limits.binRows)) {
      bins.push({ first, end: slice });
      [first, bytes, rows] = [slice, 0, 0];
    }
    bytes += moreBytes;
    rows += moreRows;
  }
  return [...bins, { first, end: HOUR_SLICES }];
};

const tableOf = ({ hour }: ConvertJob, { lines, numbers }: SlicedRaw, bin: Bin, moved: MovedIds): HourTable => {
  const table = new HourTable(hour.hourMs);
  for (let slice = bin.first; slice < bin.end; slice++) {
    let at = 0;
    lines.visit(slice, (buffer, start, end) => {
      const number = numbers[slice]![at++]!;
      if (!moved.isOutranked(buffer, start, end)) table.add(buffer, start, end, number, end - start > MAX_LINE_BYTES);
    });
  }
  return table;
};
