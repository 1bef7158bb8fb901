/** `npm run bench -- memory`: the peak memory of the functions on large hours, each run in a process of its own, against its setting. */
import path from "node:path";
import { SIZING } from "../components/function";
import { writeBigFile } from "./bigFile";
import { measure } from "./measure";

/** The busiest hour that was ever reported, and one of 1 GB. */
const HOURS = [337_334, 2_300_000];
/** The fetcher has more than it needs, for the CPU that comes with it: it must do with this. */
const LIMIT_MB = { fetch: 256, convert: SIZING.convert.memoryMegabytes };
/** What Lambda leaves of it to JavaScript's own objects. */
const HEAP_SHARE = 0.7;

type Work = keyof typeof LIMIT_MB;

const run = (what: string, work: Work, args: readonly string[]): void => {
  const heap = `--max-old-space-size=${Math.round(LIMIT_MB[work] * HEAP_SHARE)}`;
  const { seconds, peakMb } = measure([heap, path.join(__dirname, "memoryRun.js"), work, ...args]);
  const limit = LIMIT_MB[work];
  console.log(`${what.padEnd(58)} ${seconds.toFixed(1).padStart(6)} s  ${String(peakMb).padStart(5)} of ${limit} MB`);
  if (peakMb > limit) throw new Error(`${what}: ${peakMb} MB, and ${limit} MB are allowed`);
};

export const benchMemory = (scratch: string): void => {
  for (const rows of HOURS) {
    const [first, later] = ["first", "later"].map((name) => path.join(scratch, `${rows}-${name}.csv`)) as [
      string,
      string,
    ];
    writeBigFile(first, rows, 100);
    const megabytes = Math.round(writeBigFile(later, rows) / 1e6);
    console.log(`\nAn hour of ${rows.toLocaleString("en-US")} rows, ${megabytes} MB of CSV`);
    const bucket = path.join(scratch, `${rows}`);
    run("fetch: the hour without every hundredth row", "fetch", [bucket, first]);
    run("convert", "convert", [bucket]);
    run("fetch: the whole hour, merged with what is stored", "fetch", [bucket, later]);
    run("convert: merged with what is stored", "convert", [bucket]);
    run("fetch: the same again, nothing is new", "fetch", [bucket, later]);
  }
};
