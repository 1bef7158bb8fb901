import { HOUR_MS } from "../../model/windows";
import { writeVisit } from "../simulator/people";
import { ROWS_PER_VISIT } from "../simulator/people";
import { seedOf } from "../simulator/random";
import {
  ROWS_PER_CRAWL,
  ROWS_PER_SCAN,
  ROWS_PER_TOOL_RUN,
  UPTIME_CHECKS_PER_HOUR,
  writeCrawl,
  writeScan,
  writeToolRun,
  writeUptimeChecks,
} from "../simulator/robots";
import type { Site } from "../simulator/site";
import { incidentOf } from "../simulator/traffic";
import { AccessRows, type AccessRowStyle } from "./accessRows";
import type { RowLimits, Traffic } from "./traffic";

/** Of the rows, so much is whose; how often each begins follows from the rows that it makes. */
const VISITS = 0.74 / ROWS_PER_VISIT;
const CRAWLS = 0.14 / ROWS_PER_CRAWL;
const TOOL_RUNS = 0.04 / ROWS_PER_TOOL_RUN;
const SCANS = 0.08 / ROWS_PER_SCAN;
const ALL = VISITS + CRAWLS + TOOL_RUNS + SCANS;

/** The requests to a site: those that the simulated Amplify has, as a stream. */
export class AccessTraffic implements Traffic {
  private readonly writer: AccessRows;

  constructor(
    private readonly site: Site,
    style: AccessRowStyle,
    private readonly limits: RowLimits & { readonly rowsPerDay: number },
  ) {
    this.writer = new AccessRows(site, style, limits);
  }

  get rows(): number {
    return this.writer.rows;
  }

  makeMinute(minuteMs: number, goal: number): void {
    const { writer, site } = this;
    if (writer.rows >= goal) return;
    const { rowsPerDay } = this.limits;
    writer.startMinute(minuteMs, seedOf(site.seed, "minute", minuteMs));
    if (minuteMs % HOUR_MS === 0 && rowsPerDay >= 48 * UPTIME_CHECKS_PER_HOUR) writeUptimeChecks(writer, minuteMs);
    const readers = Math.max(20, rowsPerDay / 6);
    const incident = incidentOf(site.seed, minuteMs);
    while (writer.rows < goal) {
      const luck = writer.random.unit() * ALL;
      if (luck < VISITS) writeVisit(writer, readers, incident);
      else if (luck < VISITS + CRAWLS) writeCrawl(writer);
      else if (luck < VISITS + CRAWLS + TOOL_RUNS) writeToolRun(writer);
      else writeScan(writer);
    }
  }

  deliver(minuteMs: number, write: (bytes: Uint8Array, start: number, end: number) => void): void {
    this.writer.deliver(minuteMs, write);
  }
}
