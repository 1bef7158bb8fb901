/**
 * `npm run bench`: speed and memory, each in a process of its own, beside what others take for the same on this machine.
 * `npm run bench -- memory`: the functions on the largest hours, against their settings.
 * `npm run bench -- policy`: the policy packs on 200 resources.
 * `npm run bench -- cloudfront`: the reader of CloudFront's objects, beside a script in Python.
 * `npm run bench -- application`: the reader of application logs within its function's memory, beside a script in Python.
 * `npm run bench -- generate`: how fast sample logs are made, and in how much memory.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import path from "node:path";
import { LOG_COLUMNS } from "../src/model/columns";
import { packageRoot } from "../src/local/bundles";
import { benchApplicationLogs } from "./applicationLogs";
import { benchCloudFront } from "./cloudfront";
import { benchGenerate } from "./generate";
import { measure, type Measure } from "./measure";
import { benchMemory } from "./memory";
import { benchPolicy } from "./policy";
import { writeSample } from "./sample";

const ROWS = 1_000_000;
const scratch = mkdtempSync(path.join(tmpdir(), "amplify-logs-bench-"));
const cli = path.join(packageRoot(), "dist", "src", "cli", "main.js");

const show = (what: string, { seconds, peakMb }: Measure, more = ""): void =>
  console.log(`${what.padEnd(58)} ${seconds.toFixed(1).padStart(6)} s  ${String(peakMb).padStart(5)} MB  ${more}`);

/** The peers run as scripts: the same file, to one Parquet file, typed as far as each can. */
const duckdbPeer = (csv: string): string => `
const { DuckDBInstance } = require("@duckdb/node-api");
(async () => {
  const db = await (await DuckDBInstance.create(":memory:")).connect();
  const names = ${JSON.stringify(LOG_COLUMNS.map(({ name }) => name))};
  const columns = Object.fromEntries(names.map((name) => [name, "VARCHAR"]));
  const decode = (name) => "url_decode(replace(replace(replace(\\"" + name + "\\", '\\\\\\\\(', '('), '\\\\\\\\)', ')'), '\\\\\\\\=', '=')) AS \\"" + name + "\\"";
  await db.run("COPY (SELECT " + names.map(decode).join(", ") + " FROM read_csv('${csv}', columns=" + JSON.stringify(columns).replaceAll('"', "'") + ", delim=',', quote='', escape='', header=true) ORDER BY \\"time\\") TO '${csv}.duckdb.parquet' (FORMAT parquet, COMPRESSION zstd)");
})();`;

const csvParsePeer = (csv: string): string => `
const { parse } = require("csv-parse");
let n = 0;
require("node:fs").createReadStream("${csv}").pipe(parse({ quote: false, relax_column_count: true })).on("data", () => n++).on("end", () => console.log(n));`;

const script = (name: string, text: string): string => {
  const file = path.join(packageRoot(), "dist", "bench", `${name}.peer.js`);
  writeFileSync(file, text);
  return file;
};

const benchSpeed = (): void => {
  const csv = path.join(scratch, "day.csv");
  const { rows, bytes } = writeSample(csv, ROWS);
  const rate = ({ seconds }: Measure): string => `${(bytes / 1e6 / seconds).toFixed(1)} MB/s`;
  console.log(`One day: ${rows.toLocaleString("en-US")} rows, ${(bytes / 1e6).toFixed(0)} MB of CSV`);
  const lake = path.join(scratch, "lake");
  const imported = measure([cli, "import", "--app", "shop", "--lake", lake, csv]);
  show("amplify-logs import: split, merge, gzip, convert to Parquet", imported, rate(imported));
  const again = measure([cli, "import", "--app", "shop", "--lake", lake, csv]);
  show("the same file again: nothing new", again, rate(again));
  const question = ["query", "top-referrers", "--view", "logs", "--format", "json", "--lake", lake];
  show("amplify-logs query top-referrers over the day", measure([cli, ...question]));
  const duckdb = measure([script("duckdb", duckdbPeer(csv))]);
  show("peer: DuckDB, CSV to decoded Parquet, no merge, 2 threads", duckdb, rate(duckdb));
  const reader = measure([script("csvparse", csvParsePeer(csv))]);
  show("peer: csv-parse, reading only", reader, rate(reader));

  console.log("\nThe demo: two apps, eight days, from the program to the report");
  const demo = path.join(scratch, "demo");
  show("first run", measure([cli, "demo", "--lake", demo]));
  show("second run", measure([cli, "demo", "--lake", demo]));

  console.log("\nThe program");
  for (const apps of [1, 50])
    show(`evaluation for ${apps} app(s)`, measure([path.join(__dirname, "evaluate.js"), String(apps)]));
};

const main = async (): Promise<void> => {
  console.log(`Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model ?? "unknown processor"}\n`);
  if (process.argv[2] === "memory") benchMemory(scratch);
  else if (process.argv[2] === "policy") await benchPolicy(scratch);
  else if (process.argv[2] === "cloudfront") await benchCloudFront(scratch);
  else if (process.argv[2] === "application") await benchApplicationLogs(scratch);
  else if (process.argv[2] === "generate") benchGenerate(scratch);
  else benchSpeed();
};

main()
  .catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  })
  .finally(() => rmSync(scratch, { recursive: true, force: true }));
