/** Log files as large as one wants, of one hour, made as they are read: the same every time. */
import { CSV_HEADER } from "../../src/model/columns";
import { HOUR_MS } from "../../src/model/windows";
import type { SimulatedApp } from "../../src/local/simulator/site";
import { hourRows } from "../../src/local/simulator/traffic";

export interface BigHour {
  readonly app: SimulatedApp;
  readonly hourMs: number;
  readonly rows: number;
  /** Leaves out each row whose number this divides. Default: none. */
  readonly lacking?: number;
}

const DATE = 0;
const TIME = 1;
const ADDRESS = 4;
const REQUEST_ID = 14;
const PIECE_BYTES = 1 << 16;

const two = (value: number): string => String(value).padStart(2, "0");

/** Some tens of thousands of the simulator's rows, to be written each several times. */
const samplesOf = ({ app, hourMs }: BigHour): string[][] => {
  const samples: string[][] = [];
  for (let back = 0; back < 12; back++)
    for (const { line } of hourRows({ seed: "busy", app, hourMs: hourMs - back * HOUR_MS, requestsPerDay: 70_000 }))
      samples.push(line.split(","));
  return samples;
};

/** The hour's lines in the order of their time, each with an id, an address and a time of its own. */
export function* bigHourLines(hour: BigHour): Generator<string> {
  const { hourMs, rows, lacking } = hour;
  const samples = samplesOf(hour);
  const start = new Date(hourMs).toISOString();
  for (let row = 0; row < rows; row++) {
    if (lacking !== undefined && row % lacking === 0) continue;
    const cells = [...samples[row % samples.length]!];
    const second = Math.floor((row * 3600) / rows);
    cells[DATE] = start.slice(0, 10);
    cells[TIME] = `${start.slice(11, 13)}:${two(Math.floor(second / 60))}:${two(second % 60)}`;
    cells[ADDRESS] = `198.51.${(row >> 8) % 256}.${row % 256}`;
    cells[REQUEST_ID] = `${String(row).padStart(8, "0")}${cells[REQUEST_ID]!.slice(8)}`;
    yield cells.join(",");
  }
}

/** Amplify's file of the hour, in pieces. */
export function* bigHourFile(hour: BigHour): Generator<Buffer> {
  let text = `${CSV_HEADER}\n`;
  for (const line of bigHourLines(hour)) {
    text += `${line}\n`;
    if (text.length < PIECE_BYTES) continue;
    yield Buffer.from(text, "latin1");
    text = "";
  }
  yield Buffer.from(text, "latin1");
}
