/** What must have arrived, from the generator of the traffic itself: by another way than any of the functions goes. */
import { hourRows, type SimulatedRow } from "../../../src/local/simulator/traffic";
import type { SimulatedApp } from "../../../src/local/simulator/site";

const HOUR_MS = 3_600_000;

/** A row by what tells it apart, with some of its cells as the table must hold them. */
export interface ExpectedRow {
  readonly app: string;
  /** `2026-08-15T09`. */
  readonly hour: string;
  readonly requestId: string;
  readonly time: string;
  readonly status: number;
  readonly bytes: number;
}

export interface Traffic {
  readonly apps: readonly SimulatedApp[];
  readonly seed: string | number;
  readonly requestsPerDay: number;
}

/** Amplify's file is unquoted, and its values have no commas. */
const cellsOf = (app: string, { line, requestId }: SimulatedRow): ExpectedRow => {
  const cells = line.split(",");
  const [date, time] = [cells[0]!, cells[1]!];
  return {
    app,
    hour: `${date}T${time.slice(0, 2)}`,
    requestId,
    time,
    status: Number(cells[8]),
    bytes: Number(cells[3]),
  };
};

/** The rows of an app's hours that are there at a time. A branch's own domain has the rows of that host alone. */
export const expectedRows = (
  { apps, seed, requestsPerDay }: Traffic,
  { fromMs, toMs, asOfMs }: { readonly fromMs: number; readonly toMs: number; readonly asOfMs: number },
): ExpectedRow[] =>
  apps.flatMap((app) => {
    const rows: ExpectedRow[] = [];
    const isBranch = app.domainName.endsWith(".amplifyapp.com");
    for (let hourMs = fromMs; hourMs < toMs; hourMs += HOUR_MS) {
      const there = hourRows({ seed, app, hourMs, requestsPerDay }).filter(
        ({ visibleAtMs, host }) => visibleAtMs <= asOfMs && (!isBranch || host === app.domainName),
      );
      rows.push(...there.map((row) => cellsOf(app.name, row)));
    }
    return rows;
  });
