import { CSV_HEADER, LOG_COLUMNS } from "../../model/columns";
import { DAY_MS, HOUR_MS, isoDate, isoHour } from "../../model/windows";
import { seedOf } from "../simulator/random";
import { siteOf, type SimulatedApp } from "../simulator/site";
import { AMPLIFY_STYLE, CLOUDFRONT_STYLE } from "./accessRows";
import { AccessTraffic } from "./accessTraffic";
import { DEFAULT_SERVICES } from "./applicationServices";
import { ApplicationTraffic } from "./applicationTraffic";
import { ascii } from "./lineBuffer";
import type { RowLimits, Traffic } from "./traffic";

export const GENERATED_FORMATS = ["amplify", "cloudfront", "application"] as const;
export type GeneratedFormat = (typeof GENERATED_FORMATS)[number];

/** How a source lays out its files. */
export interface LogFormat {
  /** What a stream is of: in help and progress. */
  readonly streams: "app" | "service";
  readonly defaults: readonly string[];
  /** The time that a file is for, ms. */
  readonly fileMs: number;
  readonly gzip: boolean;
  readonly header: Uint8Array;
  /** Whether a time without rows has a file with only a header. */
  readonly keepsEmpty: boolean;
  /** Beyond so many bytes of rows the time gets another file. */
  readonly mostBytes: number;
  /** Path below the output folder, with `/`. `part` counts the files of one time. */
  fileName(stream: StreamName, startMs: number, part: number): string;
  /** What the stream is to be called by whoever reads its files. */
  note(stream: StreamName): string | undefined;
  traffic(stream: StreamName, limits: RowLimits & { readonly rowsPerDay: number }): Traffic;
}

export interface StreamName {
  readonly name: string;
  readonly seed: string;
}

const LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const DISTRIBUTION_ID = /^E[0-9A-Z]{12,13}$/;

/** Text of so many characters that the parts decide. */
const drawn = (length: number, base: number, ...parts: readonly (string | number)[]): string =>
  Array.from({ length }, (_, at) => LETTERS[seedOf(...parts, at) % base]!).join("");

const appOf = ({ name, seed }: StreamName): SimulatedApp => ({
  name,
  appId: `d${drawn(13, 36, seed, name, "app").toLowerCase()}`,
  domainName: `${name.toLowerCase().replaceAll("_", "-")}.example`,
});

/** The distribution of an app; a name that is a distribution's id is its own. */
export const distributionOf = ({ name, seed }: StreamName): string =>
  DISTRIBUTION_ID.test(name) ? name : `E${drawn(13, 36, seed, name, "distribution")}`;

const dayFolder = (startMs: number): string => {
  const [year, month, day] = isoDate(startMs).split("-");
  return `year=${year}/month=${month}/day=${day}`;
};

const amplify: LogFormat = {
  streams: "app",
  defaults: ["shop"],
  fileMs: HOUR_MS,
  gzip: false,
  header: ascii(`${CSV_HEADER}\n`),
  // A quiet hour's download has its header: that is what proves it quiet.
  keepsEmpty: true,
  mostBytes: Infinity,
  fileName: ({ name }, startMs) =>
    `${name}/${dayFolder(startMs)}/access_logs-${isoHour(startMs)}-${isoHour(startMs + HOUR_MS)}.csv`,
  note: () => undefined,
  traffic: (stream, limits) => new AccessTraffic(siteOf(stream.seed, appOf(stream)), AMPLIFY_STYLE, limits),
};

const cloudfront: LogFormat = {
  streams: "app",
  defaults: ["shop"],
  fileMs: HOUR_MS,
  gzip: true,
  header: ascii(`#Version: 1.0\n#Fields: ${LOG_COLUMNS.map(({ header }) => header).join(" ")}\n`),
  keepsEmpty: false,
  mostBytes: 32 * 1024 ** 2,
  fileName: (stream, startMs, part) => {
    const id = distributionOf(stream);
    const hash = drawn(8, 16, stream.seed, id, startMs, part).toLowerCase();
    return `${id}.${isoDate(startMs)}-${isoHour(startMs)}.${hash}.gz`;
  },
  note: (stream) => `${stream.name} is distribution ${distributionOf(stream)}`,
  traffic: (stream, limits) => new AccessTraffic(siteOf(stream.seed, appOf(stream)), CLOUDFRONT_STYLE, limits),
};

const application: LogFormat = {
  streams: "service",
  defaults: DEFAULT_SERVICES,
  fileMs: DAY_MS,
  gzip: false,
  header: ascii(""),
  keepsEmpty: false,
  mostBytes: Infinity,
  fileName: ({ name }, startMs) =>
    `${name}/${dayFolder(startMs)}/logs_${name}_${isoDate(startMs).replaceAll("-", "")}.json`,
  note: () => undefined,
  traffic: ({ seed, name }, limits) => new ApplicationTraffic({ seed, service: name }, limits),
};

export const FORMATS: Readonly<Record<GeneratedFormat, LogFormat>> = { amplify, cloudfront, application };
