/** `npm run bench -- cloudfront`: rows a second and memory of the reader of CloudFront's objects, beside the Python that teams write for it. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { DirectoryStore } from "../src/local/directoryStore";
import { packageRoot } from "../src/local/bundles";
import { megabytes } from "../src/cli/figures";
import { LOG_COLUMNS } from "../src/model/columns";
import { measure, type Measure } from "./measure";
import { writeSample } from "./sample";

const ROWS = 500_000;
/** Objects of an hour or so of a busy distribution. */
const OBJECTS = 40;
const ID = "E1ABCDEF234567";

/** A day's rows as CloudFront's text: tabs, and none of Amplify's backslashes. */
const cloudFrontText = (csv: string): { head: string; lines: string[] } => {
  const lines = readFileSync(csv, "latin1").trimEnd().split("\n").slice(1);
  return {
    head: `#Version: 1.0\n#Fields: ${LOG_COLUMNS.map(({ header }) => header).join(" ")}\n`,
    lines: lines.map((line) => line.replaceAll(",", "\t").replaceAll("\\", "")),
  };
};

const countLines = (gzipped: Uint8Array): number => {
  const text = gunzipSync(gzipped);
  let lines = 0;
  for (let at = text.indexOf(10); at !== -1; at = text.indexOf(10, at + 1)) lines++;
  return lines;
};

/** Rows in the lake, counted in its files. */
const stored = async (lake: string, prefix: string, headers: number): Promise<number> => {
  const store = new DirectoryStore(lake);
  let rows = 0;
  for (const { key } of await store.list(prefix)) rows += countLines((await store.get(key))!.body) - headers;
  return rows;
};

const python = (args: readonly string[]): Measure & { readonly rows: number } => {
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync("python3", args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`python3 ${args.join(" ")} failed: ${stderr}`);
  const { rows, peakMb } = JSON.parse(stdout) as { readonly rows: number; readonly peakMb: number };
  return { seconds: (performance.now() - started) / 1000, peakMb, output: stdout, rows };
};

export const benchCloudFront = async (scratch: string): Promise<void> => {
  const csv = path.join(scratch, "day.csv");
  writeSample(csv, ROWS);
  const { head, lines } = cloudFrontText(csv);
  const source = path.join(scratch, "source");
  mkdirSync(source);
  const write = (key: string, some: readonly string[]): string => {
    writeFileSync(path.join(source, key), gzipSync(`${head}${some.join("\n")}\n`));
    return key;
  };
  const whole = write(`${ID}.2026-11-20-00.whole.gz`, lines);
  const size = Math.ceil(lines.length / OBJECTS);
  const parts = Array.from({ length: OBJECTS }, (_, at) =>
    write(`${ID}.2026-11-20-00.part${at}.gz`, lines.slice(at * size, (at + 1) * size)),
  );
  const text = `${lines.length.toLocaleString("en-US")} rows`;
  console.log(
    `CloudFront's standard log of one day: ${text}, ${megabytes(head.length + lines.join("\n").length)} of text`,
  );

  const show = (what: string, { seconds, peakMb }: Measure, rows: number): void => {
    const rate = Math.round(rows / seconds).toLocaleString("en-US");
    console.log(
      `${what.padEnd(58)} ${seconds.toFixed(1).padStart(6)} s  ${String(peakMb).padStart(5)} MB  ${rate} rows/s`,
    );
    if (rows !== lines.length) throw new Error(`${what}: ${rows} rows came out of ${lines.length}`);
  };
  const run = (lake: string, json: boolean, keys: readonly string[]): Measure =>
    measure([path.join(__dirname, "cloudfrontRun.js"), path.join(scratch, lake), source, String(json), ...keys]);

  show("one object into hours", run("whole", false, [whole]), await stored(path.join(scratch, "whole"), "raw/", 1));
  show(
    `${OBJECTS} objects into hours`,
    run("parts", false, parts),
    await stored(path.join(scratch, "parts"), "raw/", 1),
  );
  show(
    "the same again: nothing is new",
    run("parts", false, parts),
    await stored(path.join(scratch, "parts"), "raw/", 1),
  );
  const json = run("json", true, [whole]);
  show("one object into hours, and JSON lines", json, await stored(path.join(scratch, "json"), "cloudfront_json/", 0));

  const out = path.join(scratch, "peer.json.gz");
  const peer = python([
    path.join(packageRoot(), "bench", "peers", "process_cloudfront.py"),
    path.join(source, whole),
    out,
  ]);
  show("peer: Python's gzip, csv and json, JSON lines only", peer, countLines(readFileSync(out)));
};
