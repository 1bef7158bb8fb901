/** What the demo's further sources deliver: made by the generator, a day at a time, so that a day's objects are the same in each run. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { hourInKey } from "../model/cloudFrontKeys";
import { DAY_MS, floorDay, HOUR_MS, isoDate } from "../model/windows";
import type { TimeRange } from "../ports";
import { distributionOf, type GeneratedFormat } from "./generator/formats";
import { generate } from "./generator/generate";
import type { DeliveredObject } from "./localSources";

const SEED = "amplify-logs demo";
export const DEMO_DISTRIBUTION = { name: "docs", distributionId: distributionOf({ name: "docs", seed: SEED }) };
export const DEMO_SERVICES = ["api-gateway", "authentication", "payment"];

/** Where the services' files lie in their bucket, as in the source: `logs/SERVICE/year=…`. */
const SERVICE_PREFIX = "logs";
/** Rows a day of a service, for each row of an app. */
const SERVICE_SHARE = 0.25;
/** CloudFront delivers an hour's file within the hour after it. */
const DELIVERY_MS = 2 * HOUR_MS;

export interface DemoDelivery extends DeliveredObject {
  /** When it is delivered, ms. */
  readonly dueMs: number;
}

export interface DemoDeliveries {
  readonly cloudFront: readonly DemoDelivery[];
  readonly applicationLogs: readonly DemoDelivery[];
}

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join("/"))
    .sort();

/** A week has quieter days; each day is made by itself. */
const rowsOn = (dayMs: number, average: number): number =>
  Math.round(average * [0.7, 1.05, 1.15, 1.1, 1.1, 1.05, 0.85][new Date(dayMs).getUTCDay()]!);

const makeDay = async (
  folder: string,
  format: GeneratedFormat,
  streams: readonly string[],
  { dayMs, rows }: { readonly dayMs: number; readonly rows: number },
): Promise<DeliveredObject[]> => {
  const day = path.join(folder, format, isoDate(dayMs));
  const range = { startMs: dayMs, endMs: dayMs + DAY_MS };
  await generate({ format, streams, range, entries: rowsOn(dayMs, rows), seed: SEED }, { path: day }, () => undefined);
  return filesBelow(day).map((key) => ({ key, body: readFileSync(path.join(day, key)) }));
};

/** What goes wrong in any bucket: lines that are no rows, a field line without a date, a distribution of somebody else's. */
const brokenDeliveries = (dayMs: number): DemoDelivery[] => {
  const day = isoDate(dayMs);
  const { distributionId } = DEMO_DISTRIBUTION;
  const dueMs = dayMs + 12 * HOUR_MS;
  const object = (key: string, lines: readonly string[]): DemoDelivery => ({
    key,
    body: gzipSync(`#Version: 1.0\n${lines.join("\n")}\n`),
    dueMs,
  });
  switch ((dayMs / DAY_MS) % 4) {
    case 0:
      return [
        object(`${distributionId}.${day}-09.0badf00d.gz`, [
          "#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status",
          `${day}\t09:59:58\tFRA56-P1\tmany\t192.0.2.7\tGET\td1.cloudfront.net\t/\t200`,
          `${day}\t25:00:00\tFRA56-P1\t512\t192.0.2.7\tGET\td1.cloudfront.net\t/\t200`,
          "cut off",
        ]),
      ];
    case 1:
      return [object(`${distributionId}.${day}-09.0badcafe.gz`, ["#Fields: time sc-status", "09:59:58\t200"])];
    case 2:
      return [object(`E0SOMEBODYELSE.${day}-09.0badc0de.gz`, ["#Fields: date time", `${day}\t09:59:58`])];
    default:
      return [];
  }
};

/** A service that writes plain lines, some of which are none. */
const plainLines = (dayMs: number): DemoDelivery => {
  const [year, month, day] = isoDate(dayMs).split("-");
  const at = (minute: number): string => new Date(dayMs + 10 * HOUR_MS + minute * 60_000).toISOString();
  const good = Array.from(
    { length: 24 },
    (_, i) =>
      `${at(i)} ${i % 8 === 7 ? "ERROR" : "INFO"} [payment] ${i % 8 === 7 ? "card refused" : "settled"} status_code=${i % 8 === 7 ? 402 : 200} response_time_ms=${20 + ((i * 37) % 90)}`,
  );
  const bad = [
    "Traceback (most recent call last):",
    `${year}-${month}-${day}T10:61:00Z INFO [payment] a minute that no hour has`,
    `${at(40)} INFO [payment] settled status_code=9000`,
    '{"timestamp": "',
  ];
  return {
    key: `${SERVICE_PREFIX}/payment/year=${year}/month=${month}/day=${day}/settlement.log`,
    body: Buffer.from(`${[...good, ...bad].join("\n")}\n`),
    dueMs: dayMs + DAY_MS,
  };
};

/** Everything that is due within the range, by days that it touches. */
export const makeDeliveries = async ({ startMs, endMs }: TimeRange, rowsPerDay: number): Promise<DemoDeliveries> => {
  const folder = mkdtempSync(path.join(tmpdir(), "amplify-logs-"));
  const cloudFront: DemoDelivery[] = [];
  const applicationLogs: DemoDelivery[] = [];
  try {
    for (let dayMs = floorDay(startMs); dayMs < endMs; dayMs += DAY_MS) {
      const docs = await makeDay(folder, "cloudfront", [DEMO_DISTRIBUTION.name], { dayMs, rows: rowsPerDay });
      cloudFront.push(
        ...docs.map((object) => ({ ...object, dueMs: (hourInKey(object.key) ?? dayMs) + DELIVERY_MS })),
        ...brokenDeliveries(dayMs),
      );
      // A day's file is delivered when the day is over.
      if (dayMs + DAY_MS > endMs) continue;
      const rows = Math.max(1, rowsPerDay * SERVICE_SHARE);
      const services = await makeDay(folder, "application", DEMO_SERVICES, { dayMs, rows });
      applicationLogs.push(
        ...services.map(({ key, body }) => ({ key: `${SERVICE_PREFIX}/${key}`, body, dueMs: dayMs + DAY_MS })),
        plainLines(dayMs),
      );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const isDue = ({ dueMs }: DemoDelivery): boolean => dueMs <= endMs;
  return { cloudFront: cloudFront.filter(isDue), applicationLogs: applicationLogs.filter(isDue) };
};
