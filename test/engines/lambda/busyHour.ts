/** A log file as large as the largest hour that was ever reported: 337,334 requests, some 150 MB. */
import { CSV_HEADER } from "../../../src/model/columns";
import { hourRows } from "../../../src/local/simulator/traffic";
import type { SimulatedApp } from "../../../src/local/simulator/site";

export const BUSY_ROWS = 337_334;

const HOUR_MS = 3_600_000;
const DATE = 0;
const TIME = 1;
const ADDRESS = 4;
const REQUEST_ID = 14;

const two = (value: number): string => String(value).padStart(2, "0");

/** Some tens of thousands of the simulator's rows, each several times: with an id, an address and a time of its own. */
const busyLines = (app: SimulatedApp, hourMs: number): string[] => {
  const samples: string[][] = [];
  for (let back = 0; back < 12; back++)
    for (const { line } of hourRows({ seed: "busy", app, hourMs: hourMs - back * HOUR_MS, requestsPerDay: 70_000 }))
      samples.push(line.split(","));
  const start = new Date(hourMs).toISOString();
  return Array.from({ length: BUSY_ROWS }, (_, row) => {
    const cells = [...samples[row % samples.length]!];
    const second = Math.floor((row * 3600) / BUSY_ROWS);
    cells[DATE] = start.slice(0, 10);
    cells[TIME] = `${start.slice(11, 13)}:${two(Math.floor(second / 60))}:${two(second % 60)}`;
    cells[ADDRESS] = `198.51.${(row >> 8) % 256}.${row % 256}`;
    cells[REQUEST_ID] = `${String(row).padStart(8, "0")}${cells[REQUEST_ID]!.slice(8)}`;
    return cells.join(",");
  });
};

/** The file as it is at first, with one row of a hundred missing, and as it is later. */
export const busyFiles = (app: SimulatedApp, hourMs: number): { readonly first: Buffer; readonly later: Buffer } => {
  const lines = busyLines(app, hourMs);
  const file = (of: readonly string[]): Buffer => Buffer.from(`${CSV_HEADER}\n${of.join("\n")}\n`, "latin1");
  return { first: file(lines.filter((_, row) => row % 100 !== 0)), later: file(lines) };
};
