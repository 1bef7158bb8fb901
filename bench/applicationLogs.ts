/**
 * `npm run bench -- application`: the application logs' reader on an object of 100 MB, with the memory that its function has, beside
 * the Python that the sources run on it.
 */
import { spawnSync } from "node:child_process";
import { createReadStream, createWriteStream, mkdirSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { SIZING } from "../components/function";
import { packageRoot } from "../src/local/bundles";
import { applicationSettingsKey } from "../src/model/applicationKeys";
import { validateApplication } from "../src/model/applicationSettings";
import { renderApplicationSettings } from "../src/model/applicationSettingsFile";
import { ALLOCATION } from "../components/applicationReader";
import { writeApplicationSample } from "./applicationSample";
import { measure } from "./measure";

const BYTES = 100_000_000;
const LIMIT_MB = SIZING.applogs.memoryMegabytes;
/** As Lambda's runtime starts Node: a tenth is for young objects, of which two spaces exist. */
const YOUNG_MB = Math.floor(LIMIT_MB / 10);
const MEMORY = [
  "--expose-gc",
  `--max-semi-space-size=${Math.floor(YOUNG_MB / 2)}`,
  `--max-old-space-size=${LIMIT_MB - YOUNG_MB}`,
];

interface Result {
  readonly rows: number;
  readonly errors: number;
  readonly seconds: number;
  readonly peakMb: number;
  /** Seconds of a processor: what a small function has little of. */
  readonly cpuSeconds?: number;
}

const show = (what: string, { rows, errors, seconds, peakMb, cpuSeconds }: Result): void => {
  const rate = Math.round((rows + errors) / seconds).toLocaleString("en-US");
  const cpu = cpuSeconds === undefined ? "" : `, ${cpuSeconds.toFixed(1)} s of CPU`;
  console.log(
    `${what.padEnd(58)} ${seconds.toFixed(1).padStart(6)} s  ${String(peakMb).padStart(5)} MB  ${rate} lines/s${cpu}`,
  );
};

const ours = (lake: string, source: string, key: string): Result => {
  const bundle = path.join(packageRoot(), "dist", "bundles", "applogs.js");
  const args = [...MEMORY, path.join(__dirname, "applicationRun.js"), bundle, lake, source, key];
  const { seconds, peakMb, output } = measure(args, ALLOCATION);
  const { rows, errors, cpuSeconds } = JSON.parse(output) as Result;
  return { rows, errors, seconds, peakMb, cpuSeconds };
};

const python = (file: string, scratch: string): Result => {
  const script = path.join(packageRoot(), "bench", "peers", "process_application.py");
  const outputs = ["processed", "errors"].map((name) => path.join(scratch, `${name}.json`));
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync("python3", [script, file, ...outputs], { encoding: "utf8" });
  if (status !== 0) throw new Error(`python3 ${script} failed: ${stderr}`);
  return { ...(JSON.parse(stdout) as Result), seconds: (performance.now() - started) / 1000 };
};

const zip = async (file: string): Promise<void> => {
  await pipeline(createReadStream(file), createGzip(), createWriteStream(`${file}.gz`));
};

export const benchApplicationLogs = async (scratch: string): Promise<void> => {
  const source = path.join(scratch, "logs");
  mkdirSync(source);
  const file = path.join(source, "app.json");
  const { rows, bytes } = writeApplicationSample(file, BYTES);
  await zip(file);
  const sizes = [bytes, statSync(`${file}.gz`).size].map((size) => `${Math.round(size / 1e6)} MB`);
  console.log(`Application logs of a day: ${rows.toLocaleString("en-US")} JSON lines, ${sizes[0]}, gzip ${sizes[1]}`);

  const checked = validateApplication({});
  if (!("settings" in checked)) throw new Error("the defaults are refused");
  const lake = path.join(scratch, "application-lake");
  const settings = path.join(lake, applicationSettingsKey("bench"));
  mkdirSync(path.dirname(settings), { recursive: true });
  writeFileSync(settings, renderApplicationSettings(checked.settings));
  for (const [what, key] of [
    ["one object into Parquet by service and day", "app.json"],
    ["the same again: nothing is new", "app.json"],
    ["the same as gzip", "app.json.gz"],
  ] as const) {
    const result = ours(lake, source, key);
    show(what, result);
    if (result.rows + result.errors !== rows)
      throw new Error(`${what}: ${result.rows} + ${result.errors} of ${rows} lines`);
    if (result.peakMb > LIMIT_MB) throw new Error(`${what}: ${result.peakMb} MB, and ${LIMIT_MB} MB are allowed`);
  }
  for (const name of [file, `${file}.gz`]) {
    const result = python(name, scratch);
    show(`peer: Python's json, line by line, to JSON lines${name.endsWith(".gz") ? ", gzip" : ""}`, result);
    if (result.rows + result.errors !== rows)
      throw new Error(`the peer read ${result.rows + result.errors} of ${rows} lines`);
  }
};
