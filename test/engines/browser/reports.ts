/** Lakes on this machine and their reports, both made by the real command line in processes of their own. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { packageRoot } from "../../../src/local/bundles";
import { encodeField } from "../../../src/model/escapes";
import { logFile, logLine } from "../../rows/logLines";
import { mustRun } from "../tools/processes";
import { hostileLines } from "./hostileLines";

/** Beside this file in the build that runs. */
const COMMAND = path.resolve(__dirname, "../../../src/cli/main.js");

export const amplifyLogs = async (...args: string[]): Promise<string> => {
  const env = { ...process.env, NO_COLOR: "1", TZ: "Pacific/Kiritimati" };
  return (await mustRun(process.execPath, [COMMAND, ...args], { cwd: packageRoot(), env })).stdout;
};

export interface Report {
  readonly name: string;
  readonly lake: string;
  readonly file: string;
  readonly url: string;
}

const report = (name: string, lake: string, file = path.join(lake, "report.html")): Report => ({
  name,
  lake,
  file,
  url: pathToFileURL(file).href,
});

/** Rows of one SQL statement over a report's lake, through the command line. */
export const ask = async (lake: string, sql: string): Promise<Record<string, unknown>[]> =>
  JSON.parse(await amplifyLogs("query", "--lake", lake, "--format", "json", "--sql", sql)) as Record<string, unknown>[];

const importLines = async (folder: string, lake: string, app: string, lines: readonly string[]): Promise<void> => {
  const file = path.join(folder, `${path.basename(lake)}-${app}.csv`);
  writeFileSync(file, logFile(lines));
  await amplifyLogs("import", "--app", app, "--lake", lake, file);
};

const DAYS = ["2026-11-18", "2026-11-19", "2026-11-20"];

/** A quiet site: on each day a page an hour, one dead link and one server error. */
const quietLines = (): string[] =>
  DAYS.flatMap((date) =>
    Array.from({ length: 24 }, (_, hour) => {
      const status = hour === 3 ? "404" : hour === 4 ? "503" : "200";
      return logLine({
        date,
        time: `${String(hour).padStart(2, "0")}:00:00`,
        request_id: `${date}-${hour}`,
        request_ip: `203.0.113.${hour}`,
        uri: status === "200" ? "/" : "/old-address",
        status,
        sc_content_type: encodeField("text/html"),
        result_type: status === "200" ? "Hit" : "Error",
        referrer: "https://blog.example/",
      });
    }),
  );

/** As long as an app's name may be. */
const LONG_APP = "an_app_with_a_name_of_26_c";

export interface Reports {
  readonly demo: Report;
  readonly empty: Report;
  readonly oneApp: Report;
  readonly hostile: Report;
  remove(): void;
}

export const writeReports = async (): Promise<Reports> => {
  const folder = mkdtempSync(path.join(tmpdir(), "amplify-logs-reports-"));
  const lakeOf = (name: string): string => path.join(folder, name);
  const written = async (name: string, ...args: string[]): Promise<Report> => {
    await amplifyLogs("report", "--lake", lakeOf(name), ...args);
    return report(name, lakeOf(name));
  };
  await amplifyLogs("demo", "--all", "--lake", lakeOf("demo"), "--requests", "800");
  await importLines(folder, lakeOf("one-app"), "shop", quietLines());
  await importLines(folder, lakeOf("hostile"), "shop", hostileLines());
  await importLines(folder, lakeOf("hostile"), LONG_APP, hostileLines().slice(0, 40));
  const emptyFile = path.join(folder, "empty.html");
  await amplifyLogs(
    "report",
    "--lake",
    lakeOf("one-app"),
    "--out",
    emptyFile,
    "--from",
    "2026-10-01",
    "--to",
    "2026-10-02",
  );
  return {
    // As the demo itself wrote it.
    demo: report("demo", lakeOf("demo")),
    empty: report("empty", lakeOf("one-app"), emptyFile),
    oneApp: await written("one-app"),
    hostile: await written("hostile"),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
};
