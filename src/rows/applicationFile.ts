/** A service's file of one object and day: what is stored, united with the rows that the object has now. */
import { applicationColumns, type ApplicationField } from "../model/applicationColumns";
import type { Column } from "../model/columns";
import { AmplifyLogsError } from "../errors";
import type { FileBody, OpenedObject } from "../ports";
import type { SpilledRow } from "./applicationSpill";
import { entryId } from "./entryId";
import { GarbageMeter } from "./garbage";
import { IdTable, OccurrenceTable } from "./idTable";
import { ParquetFileWriter, type Cell, type ParquetRow } from "./parquetFile";
import { FileWriter, ParquetOnDisk, type RowRange } from "./parquetOnDisk";
import type { TemporaryFolder } from "./temporaryFolder";
import { statSync } from "node:fs";

/** Rows in a row group: few enough that one fits into a function of 128 MB, beside all else. */
const GROUP_ROWS = 2048;
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

type Row = Readonly<Record<string, Cell>>;

const valueOf = (type: Column["type"], value: SpilledRow["values"][number]): Cell =>
  type === "bigint" && value !== null ? BigInt(value) : value;

const rowOf = (job: ApplicationFileJob, { lineNumber, extra, values }: SpilledRow, id: string): Row => {
  const row: Record<string, Cell> = {};
  job.fields.forEach(({ name, type }, index) => (row[name] = valueOf(type, values[index]!)));
  row["service"] = job.service;
  row["extra"] = extra;
  row["processed_timestamp"] = BigInt(job.nowMs);
  row["source"] = job.source;
  row["line_number"] = BigInt(lineNumber);
  row["entry_id"] = id;
  return row;
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

/** A Parquet file that is begun when its first row comes. */
class RowFile {
  rows = 0;
  private readonly writer: FileWriter;
  private readonly parquet: ParquetFileWriter;
  private readonly columns: readonly Column[];
  private waiting: Row[] = [];

  constructor(job: ApplicationFileJob, folder: TemporaryFolder) {
    this.writer = new FileWriter(folder);
    this.columns = applicationColumns(job.fields);
    const metadata = { [RULES_MARK]: job.rules };
    this.parquet = new ParquetFileWriter(this.writer, metadata, { columns: this.columns, groupRows: GROUP_ROWS });
  }

  add(row: Row): void {
    this.waiting.push(row);
    if (this.waiting.length === 256) this.append();
  }

  addStored(row: ParquetRow): void {
    const fitting: Record<string, Cell> = {};
    for (const { name, type } of this.columns) fitting[name] = fitted(type, row[name]);
    this.add(fitting);
  }

  finish(): FileBody {
    this.append();
    this.parquet.finish();
    this.rows = this.parquet.rows;
    return { path: this.writer.path, bytes: statSync(this.writer.path).size };
  }

  private append(): void {
    const { waiting } = this;
    this.parquet.append(waiting.length, ({ name }, row) => waiting[row]![name]!);
    this.waiting = [];
  }
}

/** Each row of the object with its id, in its order. */
const visitEntries = (fresh: FreshRows, visit: (row: SpilledRow, id: string) => void): void => {
  const occurrences = new OccurrenceTable(fresh.count);
  fresh.visit((row) => visit(row, entryId(row.hash, occurrences.count(row.hash))));
};

/** What the meter counts for a stored row, of which all or the id is read: as much as for a line that leaves as much behind. */
const STORED_ROW_BYTES = 768;
const ID_BYTES = 64;
const rowsOf = ({ rowStart, rowEnd }: RowRange): number => rowEnd - rowStart;

/** Stored rows stay; of the object's rows those are added that are not among them. */
export const uniteRows = async (
  job: ApplicationFileJob,
  fresh: FreshRows,
  stored: OpenedObject | undefined,
  folder: TemporaryFolder,
): Promise<UnitedFile> => {
  const before = stored === undefined ? undefined : await openStored(stored, folder);
  const known = new IdTable(before?.rows ?? 0);
  const garbage = new GarbageMeter();
  for (const range of before?.groups ?? []) {
    for (const { entry_id: id } of await before!.read(range, ["entry_id"])) known.add(String(id));
    garbage.add(rowsOf(range) * ID_BYTES);
  }
  const sameRules = before === undefined || before.value(RULES_MARK) === job.rules;
  let added = before === undefined ? fresh.count : 0;
  if (before !== undefined) visitEntries(fresh, (_, id) => (added += known.has(id) ? 0 : 1));
  if (added === 0 && sameRules) return { rows: before?.rows ?? 0, added, body: undefined };

  const file = new RowFile(job, folder);
  const replaced = new IdTable(sameRules ? 0 : fresh.count);
  if (!sameRules) visitEntries(fresh, (_, id) => void replaced.add(id));
  for (const range of before?.groups ?? []) {
    for (const row of await before!.read(range)) if (!replaced.has(String(row["entry_id"]))) file.addStored(row);
    garbage.add(rowsOf(range) * STORED_ROW_BYTES);
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
