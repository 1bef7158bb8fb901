/** `amplify-logs coverage`: which hours are there, and which are not. */
import type { Command } from "commander";
import { InputError } from "../errors";
import { COVERAGE_TABLE, literal, qualify } from "../model/catalog";
import { isoDate } from "../model/windows";
import { systemClock } from "../ports";
import { addDays, checkRange } from "../report/range";
import type { CoverageHour } from "../report/types";
import { DEFAULT_LAKE } from "./defaults";
import { parseFormat, renderResult } from "./output";

interface Options {
  readonly lake: string;
  readonly app?: string;
  readonly from?: string;
  readonly to?: string;
  readonly format: string;
}

/** Days that are shown unless the range is given: two weeks fit on a screen. */
const DEFAULT_DAYS = 14;

export const registerCoverage = (program: Command): void => {
  program
    .command("coverage")
    .description("show which hours of each app are complete, as a calendar")
    .option("--app <name>", "only this app")
    .option("--from <YYYY-MM-DD>", "first day, UTC, included (default: thirteen days before the last)")
    .option("--to <YYYY-MM-DD>", "last day, UTC, included (default: today)")
    .option("--format <format>", "table (the calendar), json or csv (a row for each hour)", "table")
    .option("--lake <DIR>", "directory of the local lake", DEFAULT_LAKE)
    .action(async (options: Options) => {
      checkRange(options);
      const format = parseFormat(options.format);
      const generatedAt = new Date(systemClock.now()).toISOString();
      const to = options.to ?? isoDate(systemClock.now());
      const from = options.from ?? addDays(to, 1 - DEFAULT_DAYS);
      const { openLake } = await import("../local/duckdbLake.js");
      const session = await openLake(options.lake);
      try {
        const table = qualify(session.catalog.database, COVERAGE_TABLE);
        const app = options.app === undefined ? "" : ` and app = ${literal(options.app)}`;
        const result = await session.query(
          `select * from ${table} where date >= '${from}' and date <= '${to}'${app} order by app, hour`,
        );
        if (result.rows.length === 0) {
          throw new InputError("no hour was asked for in this range", {
            field: options.app === undefined ? "--from, --to" : "--app",
            value: options.app ?? `${from} to ${to}`,
            fix: "widen the range; imported files have no coverage, only amplify-logs pull and the pipeline do",
          });
        }
        if (format !== "table") {
          const interactive = process.stdout.isTTY;
          return void process.stdout.write(
            renderResult(result, format, { width: process.stdout.columns, interactive }),
          );
        }
        const { numberOf, numberOrUndefined, textOf, textOrNull } = await import("../report/values.js");
        const coverage = result.rows.map((row): CoverageHour => ({
          app: textOf(row, "app"),
          day: textOf(row, "date"),
          hour: new Date(textOf(row, "hour")).getUTCHours(),
          state: textOf(row, "state"),
          rows: numberOf(row, "rows"),
          error: textOrNull(row, "error") ?? undefined,
          requests: numberOrUndefined(row, "requests"),
        }));
        const { coverageCalendar } = await import("../report/coverageHours.js");
        const { renderCoverage } = await import("./coverageMap.js");
        // Unless they were asked for, days before the first hour say nothing.
        const first = options.from ?? coverage.reduce((day, row) => (row.day < day ? row.day : day), to);
        const range = { from: first, to };
        process.stdout.write(renderCoverage(coverageCalendar({ coverage, range, generatedAt })!));
      } finally {
        session.close();
      }
    });
};
