/** A service's file of one object and day: what is stored, united with the rows that the object has now. */
import { applicationColumns, type ApplicationField } from "../model/applicationColumns";
import type { Column } from "../model/columns";
import { AmplifyLogsError } from "../errors";
import type { FileBody, OpenedObject } from "../ports";
import type { SpilledRow } from "./applicationSpill";
import { entryId } from "./entryId";
import { collectGrowth } from "../garbage";
import { IdTable, OccurrenceTable } from "./idTable";
import { ParquetFileWriter, type Cell, type ParquetColumns } from "./parquetFile";
import { FileWriter, ParquetOnDisk, type RowRange } from "./parquetOnDisk";
import type { TemporaryFolder } from "./temporaryFolder";
import { statSync } from "node:fs";

/** Rows and characters of a row group: few enough that one fits into a function of 128 MB, beside all else. */
const GROUP = { groupRows: 2048, groupChars: 2 * 1024 ** 2 };
/** The heap is looked at after so many rows. */
const ROWS_A_LOOK = 256;
/** Names the rules that rows were read by. */
const RULES_MARK = "amplify-logs.rules";

export interface ApplicationFileJob {
  readonly fields: readonly ApplicationField[];
  readonly service: string;
  /** Key of the object that the rows came in. */
  readonly source: string;
  readonly nowMs: number;
  /** Rows that other rules wrote are written anew where the object still has their lines. */
  readonly rules: string;
}

export interface FreshRows {
  readonly count: number;
  visit(visit: (row: SpilledRow) => void): void;
}

export interface UnitedFile {
  readonly rows: number;
  /** Rows that were not stored before. */
  readonly added: number;
  /** Undefined when nothing has changed. */
  readonly body: FileBody | undefined;
}

const valueOf = (type: Column["type"], value: SpilledRow["values"][number]): Cell =>
  type === "bigint" && value !== null ? BigInt(value) : value;

/** A row's cells, in the order of `applicationColumns`. */
const rowOf = (job: ApplicationFileJob, { lineNumber, extra, values }: SpilledRow, id: string): Cell[] => {
  const cells = job.fields.map(({ type }, index) => valueOf(type, values[index]!));
  cells.push(job.service, extra, BigInt(job.nowMs), job.source, BigInt(lineNumber), id);
  return cells;
};

/** A stored cell under a column whose type has been changed since; null where it does not fit. */
const fitted = (type: Column["type"], cell: Cell | undefined): Cell => {
  if (cell === undefined || cell === null) return null;
  switch (type) {
    case "string":
      return String(cell);
    case "int":
      return Number.isInteger(Number(cell)) && Math.abs(Number(cell)) < 2 ** 31 ? Number(cell) : null;
    case "bigint":
    case "timestamp":
      return typeof cell === "bigint" ? cell : Number.isSafeInteger(Number(cell)) ? BigInt(Number(cell)) : null;
    case "double":
      return Number.isNaN(Number(cell)) ? null : Number(cell);
    case "boolean":
      return typeof cell === "boolean" ? cell : null;
    default:
      return null;
  }
};

/** The file that is written. */
class RowFile {
  private readonly writer: FileWriter;
  private readonly parquet: ParquetFileWriter;
  private readonly columns: readonly Column[];

  constructor(job: ApplicationFileJob, folder: TemporaryFolder) {
    this.writer = new FileWriter(folder);
    this.columns = applicationColumns(job.fields);
    const metadata = { [RULES_MARK]: job.rules };
    this.parquet = new ParquetFileWriter(this.writer, metadata, { columns: this.columns, ...GROUP });
  }

  get rows(): number {
    return this.parquet.rows;
  }

  add(cells: readonly Cell[]): void {
    this.parquet.appendRow(cells);
    if (this.rows % ROWS_A_LOOK === 0) collectGrowth();
  }

  /** A row of a stored file's row group, by its place. */
  addStored(group: ParquetColumns, row: number): void {
    this.add(this.columns.map(({ name, type }) => fitted(type, group.get(name)?.[row])));
  }

  finish(): FileBody {
    this.parquet.finish();
    return { path: this.writer.path, bytes: statSync(this.writer.path).size };
  }
}

/** Each row of the object with its id, in its order. */
const visitEntries = (fresh: FreshRows, visit: (row: SpilledRow, id: string) => void): void => {
  const occurrences = new OccurrenceTable(fresh.count);
  fresh.visit((row) => visit(row, entryId(row.hash, occurrences.count(row.hash))));
};

/** An id for each row, whether or not the file has that column. */
const idsOf = (group: ParquetColumns, { rowStart, rowEnd }: RowRange): readonly string[] => {
  const ids = group.get("entry_id");
  return Array.from({ length: rowEnd - rowStart }, (_, row) => String(ids?.[row]));
};

/** Stored rows stay; of the object's rows those are added that are not among them. */
export const uniteRows = async (
  job: ApplicationFileJob,
  fresh: FreshRows,
  stored: OpenedObject | undefined,
  folder: TemporaryFolder,
): Promise<UnitedFile> => {
  const before = stored === undefined ? undefined : await openStored(stored, folder);
  const known = new IdTable(before?.rows ?? 0);
  for (const range of before?.groups ?? []) {
    for (const id of idsOf(await before!.readColumns(range, ["entry_id"]), range)) known.add(id);
    collectGrowth();
  }
  const sameRules = before === undefined || before.value(RULES_MARK) === job.rules;
  let added = before === undefined ? fresh.count : 0;
  if (before !== undefined) visitEntries(fresh, (_, id) => (added += known.has(id) ? 0 : 1));
  if (added === 0 && sameRules) return { rows: before?.rows ?? 0, added, body: undefined };

  const file = new RowFile(job, folder);
  const replaced = new IdTable(sameRules ? 0 : fresh.count);
  if (!sameRules) visitEntries(fresh, (_, id) => void replaced.add(id));
  for (const range of before?.groups ?? []) {
    const group = await before!.readColumns(range);
    idsOf(group, range).forEach((id, row) => {
      if (!replaced.has(id)) file.addStored(group, row);
    });
    collectGrowth();
  }
  visitEntries(fresh, (row, id) => {
    if (!sameRules || !known.has(id)) file.add(rowOf(job, row, id));
  });
  const body = file.finish();
  return { rows: file.rows, added, body };
};

const openStored = async (stored: OpenedObject, folder: TemporaryFolder): Promise<ParquetOnDisk> => {
  try {
    return await ParquetOnDisk.of(stored, folder);
  } catch (cause) {
    throw new AmplifyLogsError(`a stored file cannot be read: ${String(cause)}`, {
      cause,
      retryable: true,
      fix: "if it stays so, delete the file and start the reader on its object again",
    });
  }
};
