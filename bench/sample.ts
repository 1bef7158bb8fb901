import { closeSync, openSync, statSync, writeSync } from "node:fs";
import { CSV_HEADER } from "../src/model/columns";
import { HOUR_MS } from "../src/model/windows";
import { hourRows } from "../src/local/simulator/traffic";

const DAY = Date.parse("2026-11-20T00:00:00Z");

/** One day of some `rows` rows as Amplify's console would give it; the same every time. */
export const writeSample = (file: string, rows: number): { rows: number; bytes: number } => {
  const app = { name: "shop", appId: "d1a2b3c4d5e6f7", domainName: "shop.example" };
  const out = openSync(file, "w");
  writeSync(out, `${CSV_HEADER}\n`);
  let written = 0;
  for (let hour = 0; hour < 24; hour++) {
    const lines = hourRows({ seed: "bench", app, hourMs: DAY + hour * HOUR_MS, requestsPerDay: rows }).map(
      ({ line }) => line,
    );
    written += lines.length;
    writeSync(out, `${lines.join("\n")}\n`);
  }
  closeSync(out);
  return { rows: written, bytes: statSync(file).size };
};
