import { z } from "zod";
import { CSV_HEADER } from "../../model/columns";
import { DAY_MS, HOUR_MS, floorHour, hoursOf } from "../../model/windows";
import { mishapOf, timesOut, type Faults, type Mishap } from "./faults";
import { HourFiles, type Piece } from "./hourFiles";
import { Random, seedOf } from "./random";
import { expectedRows, type SimulatedApp } from "./traffic";

/** A refusal as the service words it. */
export interface ServiceError {
  readonly httpStatus: number;
  readonly type: string;
  readonly message: string;
}

/** What GenerateAccessLogs decided on: which rows a download will give. */
export interface LogFile {
  readonly app: SimulatedApp;
  readonly hours: readonly number[];
  /** Rows that become visible later are not in the file. */
  readonly asOfMs: number;
  readonly host: string | undefined;
  readonly mishap: Mishap;
}

export type Decision = { readonly error: ServiceError } | { readonly noUrl: true } | { readonly file: LogFile };

export interface ServiceOptions {
  readonly apps: readonly SimulatedApp[];
  readonly seed: string | number;
  readonly requestsPerDay: number;
  readonly faults: Faults;
  /** Windows of more than an hour with more rows than that are refused. */
  readonly maxRowsPerAnswer: number;
}

const TOO_WIDE = "Unable to complete request for the given time range";
const TOO_MUCH = [TOO_WIDE, "Please reduce time range and try again", "Too many records"] as const;
const TWO_WEEKS_MS = 14 * DAY_MS;

const badRequest = (message: string): Decision => ({
  error: { httpStatus: 400, type: "BadRequestException", message },
});
const notFound = (message: string): Decision => ({ error: { httpStatus: 404, type: "NotFoundException", message } });

const REQUEST = z.object({
  domainName: z.string().min(1).max(64),
  startTime: z.number().optional(),
  endTime: z.number().optional(),
});

const parseBody = (body: string): z.infer<typeof REQUEST> | undefined => {
  try {
    return REQUEST.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
};

/** Amplify's side of GenerateAccessLogs, without HTTP: deterministic in the seed, the requests and the times at which they come. */
export class AccessLogService {
  private readonly files: HourFiles;
  private readonly counts = new Map<string, number>();

  constructor(private readonly options: ServiceOptions) {
    this.files = new HourFiles(options);
  }

  generate(appId: string, body: string, nowMs: number): Decision {
    const app = this.options.apps.find((candidate) => candidate.appId === appId);
    if (app === undefined) return notFound(`App ${appId} not found`);
    const request = parseBody(body);
    if (request === undefined) return badRequest("1 validation error detected: invalid request body");
    const { domainName } = request;
    const isBranch = domainName.endsWith(`.${appId}.amplifyapp.com`);
    // Only domain associations have logs: a www. name reads as if they were missing.
    if (domainName !== app.domainName && !isBranch) return notFound(`Domain ${domainName} not found`);

    const endMs = (request.endTime ?? nowMs / 1000) * 1000;
    const startMs = request.startTime === undefined ? endMs - HOUR_MS : request.startTime * 1000;
    if (startMs > endMs) return badRequest("Start time must not be after end time");
    return this.decide(app, isBranch ? domainName : undefined, startMs, endMs, nowMs);
  }

  /** The file's content, in pieces that are written as they stand. */
  content({ app, hours, asOfMs, host, mishap }: LogFile): Buffer[] {
    if (mishap.fault === "blank") return [];
    const header = Buffer.from(`${CSV_HEADER}\n`);
    if (mishap.fault === "headerOnly") return [header];
    const pieces: Piece[] = hours.map((hour) => this.files.visible(app, hour, asOfMs, host));
    if (mishap.strayRows > 0) {
      pieces.unshift(this.files.visibleUpTo(app, hours[0]! - HOUR_MS, asOfMs, mishap.strayRows, host));
    }
    if (mishap.fault !== "partial") return [header, ...pieces.map((piece) => piece.bytes)];
    const kept = Math.floor(mishap.keep * pieces.reduce((sum, piece) => sum + piece.rows, 0));
    return [header, ...cutRows(pieces, kept)];
  }

  private decide(app: SimulatedApp, host: string | undefined, startMs: number, endMs: number, nowMs: number): Decision {
    const { faults, seed, requestsPerDay, maxRowsPerAnswer } = this.options;
    const window = `${app.appId} ${host ?? ""} ${startMs} ${endMs}`;
    const count = this.counts.get(window) ?? 0;
    this.counts.set(window, count + 1);
    const mishap = mishapOf(faults, seed, window, count);

    if (mishap.fault === "throttle") {
      return { error: { httpStatus: 429, type: "TooManyRequestsException", message: "Too Many Requests" } };
    }
    if (endMs - startMs > TWO_WEEKS_MS) return badRequest(TOO_WIDE);
    // Both ends are inclusive, and every hour that is touched comes whole.
    const hours = hoursOf({ startMs: floorHour(startMs), endMs: endMs + 1 });
    const rows = hours.reduce(
      (sum, hourMs) => sum + (hourMs < nowMs ? expectedRows({ hourMs, requestsPerDay }) : 0),
      0,
    );
    if (hours.length > 2 && rows > maxRowsPerAnswer) return badRequest(new Random(seedOf(seed, window)).pick(TOO_MUCH));
    if (endMs - startMs >= DAY_MS - 1000 && timesOut(faults, seed, window)) {
      return {
        error: { httpStatus: 504, type: "InternalServerErrorException", message: "Endpoint request timed out" },
      };
    }
    if (mishap.fault === "noUrl") return { noUrl: true };
    return { file: { app, hours, asOfMs: nowMs, host, mishap } };
  }
}

const LINE_END = 10;

/** The first `rows` lines of the pieces. */
const cutRows = (pieces: readonly Piece[], rows: number): Buffer[] => {
  const kept: Buffer[] = [];
  let left = rows;
  for (const piece of pieces) {
    if (left >= piece.rows) kept.push(piece.bytes);
    else {
      let end = 0;
      for (let row = 0; row < left; row++) end = piece.bytes.indexOf(LINE_END, end) + 1;
      kept.push(piece.bytes.subarray(0, end));
    }
    left = Math.max(0, left - piece.rows);
  }
  return kept;
};
