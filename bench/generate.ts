/** `npm run bench -- generate`: how fast sample logs are made, and in how much memory. */
import { readdirSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { measure } from "./measure";

const cli = path.join(__dirname, "../src/cli/main.js");
const FORMATS = ["application", "cloudfront", "amplify"];
/** One day of so many rows. */
const ROWS = [1_000_000, 10_000_000];
const LEAST_RATE = 200_000;
const MOST_MEGABYTES = 512;

const sizeOf = (folder: string): number =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(path.join(entry.parentPath, entry.name)).size, 0);

export const benchGenerate = (scratch: string): void => {
  console.log("amplify-logs generate, one app or service");
  for (const format of FORMATS) {
    for (const rows of ROWS) {
      const folder = path.join(scratch, "generated");
      const options = ["--services", "shop", "--days", "1", "--end", "2026-11-20", "--output-dir", folder];
      const { seconds, peakMb } = measure([cli, "generate", "--format", format, "--entries", String(rows), ...options]);
      const rate = Math.round(rows / seconds);
      const what = `${format}: ${rows.toLocaleString("en-US")} rows, ${Math.round(sizeOf(folder) / 1e6)} MB`;
      const figures = `${rate.toLocaleString("en-US")} rows/s, of ${LEAST_RATE.toLocaleString("en-US")} wanted`;
      console.log(
        `${what.padEnd(58)} ${seconds.toFixed(1).padStart(6)} s  ${String(peakMb).padStart(5)} MB  ${figures}`,
      );
      rmSync(folder, { recursive: true });
      if (peakMb > MOST_MEGABYTES) throw new Error(`${what}: ${peakMb} MB, and ${MOST_MEGABYTES} MB are allowed`);
    }
  }
};
