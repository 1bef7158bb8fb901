/** CloudFront's Parquet, delivered: its columns by name, row group by row group. */
import { AmplifyLogsError, UnknownHeaderError } from "../errors";
import { isKnownField, normaliseFieldName, planFields } from "../model/cloudFrontFields";
import { isoDate } from "../model/windows";
import type { OpenedObject } from "../ports";
import type { CloudFrontRows } from "./cloudFrontRows";
import { RAW_EXCERPT } from "./hourTable";
import { ParquetOnDisk } from "./parquetOnDisk";
import type { Cell } from "./parquetFile";
import type { TemporaryFolder } from "./temporaryFolder";

/** Rows that are objects in memory at a time; a row group of another writer may have a million. */
const ROWS_AT_A_TIME = 16_384;

const excerptOf = (row: object): string =>
  JSON.stringify(row, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value)).slice(0, RAW_EXCERPT);

/** A column of the type date is read as midnight, in ms. */
const cellOf = (name: string, value: Cell | undefined): Cell | undefined =>
  typeof value === "bigint" && normaliseFieldName(name) === "date" ? isoDate(Number(value)) : value;

/** Whatever the Parquet reader throws is about the content; what we throw on purpose is not. */
const aboutContent = (source: string, error: unknown): Error => {
  if (error instanceof AmplifyLogsError) return error;
  return new UnknownHeaderError(`the Parquet file is broken (${(error as Error).message})`, {
    field: source,
    fix: "put the object there again, whole; what was read of it is not doubled",
    cause: error,
  });
};

/**
 * Reads the whole file, which waits on disk meanwhile. `between` is called as rows come.
 * @throws UnknownHeaderError when no column says when a request was; errors of the Parquet reader as they come
 */
export const readCloudFrontParquet = async (
  object: OpenedObject,
  rows: CloudFrontRows,
  source: string,
  folder: TemporaryFolder,
  between: () => Promise<void>,
): Promise<void> => {
  const fail = (error: unknown): never => {
    throw aboutContent(source, error);
  };
  const file = await ParquetOnDisk.of(object, folder).catch(fail);
  const names = file.columns.filter(isKnownField);
  const plan = planFields(names, source);
  let line = 0;
  for (const { rowStart: first, rowEnd: last } of file.groups) {
    for (let rowStart = first; rowStart < last; rowStart += ROWS_AT_A_TIME) {
      const range = { rowStart, rowEnd: Math.min(last, rowStart + ROWS_AT_A_TIME) };
      for (const row of await file.read(range, names).catch(fail)) {
        const values = names.map((name) => cellOf(name, row[name]));
        rows.addValues(plan, values, ++line, () => excerptOf(row));
      }
      await between();
    }
  }
};
