/** What CloudFront delivers in a history: each request in one object or two, in any form, among objects that are none of its logs. */
import { gzipSync } from "node:zlib";
import type { Random } from "../../../src/local/simulator/random";
import { HOUR_MS } from "../../../src/model/windows";
import { CLOUDFRONT_FIELDS, jsonLog, parquetLog, request, tsv, type Request } from "../../rows/cloudFrontFiles";

export const IDS = { docs: "E1ABCDEF234567", shop: "E2ABCDEF234567" } as const;
export type App = keyof typeof IDS;
/** Ends on 31 July: prefixes change within. */
export const START = Date.parse("2026-07-31T23:00:00Z");
const HOURS = 2;

export interface TrueRow {
  readonly app: App;
  readonly ms: number;
  /** Decoded, and unlike any other row's: how rows are told apart when all is over. */
  readonly uri: string;
  readonly request: Request;
}

export interface Delivery {
  readonly key: string;
  /** As it is to be in the end. */
  readonly content: Uint8Array;
  /** As it is at first, where it is broken. */
  readonly broken?: Uint8Array;
  /** Rows that it holds when it is whole. */
  readonly rows: readonly TrueRow[];
  readonly bad: boolean;
}

/** The end of a path: as CloudFront or a stranger's client has it, and decoded. */
const ENDS: readonly (readonly [written: string, told: string])[] = [
  ["", ""],
  ["", ""],
  ["%3Cscript%3E", "<script>"],
  ["a,b", "a,b"],
  ["\\(x\\)", "\\(x\\)"],
  ["=cmd|'/C calc'!A0", "=cmd|'/C calc'!A0"],
  ['"quoted"', '"quoted"'],
  ["é😀", "é😀"],
  ["%FF%00", "%FF\u0000"],
  ["%2522", "%22"],
  ["x".repeat(5000), "x".repeat(5000)],
];

const makeRow = (random: Random, number: number): TrueRow => {
  const app = random.pick(["docs", "shop"] as const);
  const second = random.pick([0, 3599, random.below(3600)]);
  const ms = START + random.below(HOURS) * HOUR_MS + second * 1000;
  const iso = new Date(ms).toISOString();
  const [written, told] = random.pick(ENDS);
  return {
    app,
    ms,
    uri: `/r/${number}${told}`,
    request: request({
      date: iso.slice(0, 10),
      time: iso.slice(11, 19),
      "cs-uri-stem": `/r/${number}${written}`,
      "x-edge-request-id": random.chance(0.15) ? "-" : `id${number}==`,
    }),
  };
};

const shuffled = <Value>(random: Random, values: readonly Value[]): Value[] => {
  const left = [...values];
  return values.map(() => left.splice(random.below(left.length), 1)[0]!);
};

/** Fields that two lines of one request may have apart: all of them are of one request id. */
const fieldsFor = (random: Random, rows: readonly TrueRow[]): string[] => {
  const order = shuffled(random, CLOUDFRONT_FIELDS);
  if (random.chance(0.7) || rows.some((row) => row.request["x-edge-request-id"] === "-")) return order;
  const needed = ["date", "time", "x-edge-request-id", "cs-uri-stem"];
  return order.filter((name) => needed.includes(name) || random.chance(0.7));
};

const render = (random: Random, rows: readonly TrueRow[]): readonly [ending: string, content: Uint8Array] => {
  const requests = rows.map((row) => row.request);
  const fields = fieldsFor(random, rows);
  switch (random.below(5)) {
    case 0:
      return [".json", Buffer.from(jsonLog(requests, fields))];
    case 1:
      return [".gz", gzipSync(jsonLog(requests, fields))];
    case 2:
      return [".parquet", parquetLog(requests, fields)];
    default:
      return [".gz", gzipSync(tsv(requests, fields))];
  }
};

const BAD: readonly (readonly [ending: string, content: Uint8Array])[] = [
  [".gz", Buffer.from("<html>not gzip</html>")],
  [".gz", gzipSync("<html>a page</html>")],
  [".gz", gzipSync(tsv([request()], ["time", "cs-uri-stem"]))],
  [".parquet", Buffer.from("PAR1 and no more")],
  [".json", gzipSync(jsonLog([request()]))],
  [".log", Buffer.from(`\ufeff${tsv([request()])}`, "utf16le")],
];

/** Odd characters of keys: events encode them, or do not. */
const FOLDERS = ["", "cdn/", "a+b/100% c/", "ü/"];

export const makeDeliveries = (random: Random): { rows: TrueRow[]; deliveries: Delivery[] } => {
  const rows = Array.from({ length: 15 + random.below(30) }, (_, number) => makeRow(random, number));
  const deliveries: Delivery[] = [];
  const keyOf = (app: App, ending: string): string => {
    const id = IDS[app];
    const unique = `u${deliveries.length}`;
    const folder = random.pick(FOLDERS);
    return random.chance(0.3)
      ? `${folder}AWSLogs/123456789012/CloudFront/DistributionId=${id}/${unique}${ending}`
      : `${folder}${id}.2026-07-31-23.${unique}${ending}`;
  };
  for (const app of ["docs", "shop"] as const) {
    // A request may be in a second object, as when a delivery is repeated.
    const left = shuffled(
      random,
      rows.filter((row) => row.app === app).flatMap((row) => (random.chance(0.2) ? [row, row] : [row])),
    );
    while (left.length > 0) {
      const some = [...new Set(left.splice(0, 1 + random.below(6)))];
      const [ending, content] = render(random, some);
      const broken =
        ending === ".gz" && random.chance(0.15) ? { broken: content.subarray(0, content.length - 12) } : {};
      deliveries.push({ key: keyOf(app, ending), content, rows: some, bad: false, ...broken });
    }
    for (let bad = random.below(3); bad > 0; bad--) {
      const [ending, content] = random.pick(BAD);
      deliveries.push({ key: keyOf(app, ending), content, rows: [], bad: true });
    }
  }
  return { rows, deliveries: shuffled(random, deliveries) };
};
