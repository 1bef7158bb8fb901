/** `amplify-logs report`: the local lake as one HTML page. */
import { mkdir, rename, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { Command } from "commander";
import { InputError } from "../errors";
import { checkRange } from "../report/range";
import { systemClock, type Clock } from "../ports";
import type { Row } from "../report/values";
import { DEFAULT_LAKE } from "./defaults";

export interface ReportOptions {
  /** Directory of the local lake. Default: ./.amplify-logs. */
  readonly lake?: string | undefined;
  /** Where the page is written. Default: report.html in the lake. */
  readonly out?: string | undefined;
  /** First day, `YYYY-MM-DD` in UTC, included. Default: seven days before the last. */
  readonly from?: string | undefined;
  /** Last day, included. Default: the newest day that has rows. */
  readonly to?: string | undefined;
  /** Says what time it is. Default: the machine's clock. */
  readonly clock?: Clock | undefined;
}

const write = async (file: string, page: string): Promise<void> => {
  const isDirectory = await stat(file).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
  if (isDirectory)
    throw new InputError("is a directory", { field: "out", value: file, fix: "name a file, such as report.html" });
  await mkdir(dirname(file), { recursive: true });
  // Whoever has the old page open, or stops this command, never sees half a page.
  const unfinished = `${file}.${process.pid}.tmp`;
  await writeFile(unfinished, page);
  await rename(unfinished, file);
};

/**
 * Writes the report of a local lake. Returns the file's absolute path and its size.
 * @throws InputError when a date is none, `from` is after `to`, or the lake is empty.
 */
export const writeReport = async (options: ReportOptions = {}): Promise<{ file: string; bytes: number }> => {
  checkRange(options);
  // Loaded only here: no other command should pay for DuckDB's binding.
  const { collectReport } = await import("../report/collect.js");
  const { renderReport } = await import("../report/render.js");
  const { openLake } = await import("../local/duckdbLake.js");
  const { applicationTablesOf, catalogNames } = await import("../local/localCatalog.js");
  const lakeDirectory = options.lake ?? DEFAULT_LAKE;
  const file = resolve(options.out ?? join(lakeDirectory, "report.html"));
  const session = await openLake(lakeDirectory);
  try {
    const query = async (sql: string): Promise<Row[]> => [...(await session.query(sql)).rows];
    const generatedAt = new Date((options.clock ?? systemClock).now()).toISOString();
    const { from, to } = options;
    const { catalog } = session;
    const names = { ...catalogNames(catalog), applications: applicationTablesOf(catalog) };
    const page = renderReport(await collectReport(query, { ...names, from, to, generatedAt }));
    await write(file, page);
    return { file, bytes: Buffer.byteLength(page) };
  } finally {
    session.close();
  }
};

/** Adds `amplify-logs report`. */
export const registerReport = (program: Command): void => {
  program
    .command("report")
    .description("write the report of the local lake: one HTML file that needs no network")
    .option("--from <YYYY-MM-DD>", "first day, UTC, included (default: the seven days before the last one)")
    .option("--to <YYYY-MM-DD>", "last day, UTC, included (default: the newest day that has rows)")
    .option("--out <FILE>", "the file to write (default: report.html in the lake)")
    .option("--lake <DIR>", "directory of the local lake", DEFAULT_LAKE)
    .action(async (options: ReportOptions) => {
      const { file, bytes } = await writeReport(options);
      process.stdout.write(`Report: ${file} (${Math.ceil(bytes / 1000)} kB)\n`);
    });
};
