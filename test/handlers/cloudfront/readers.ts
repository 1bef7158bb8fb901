/** A reader of CloudFront's objects on two buckets in memory, and what it left in the lake. */
import { gunzipSync } from "node:zlib";
import { convertHour } from "../../../handlers/convert/convertHour";
import { readEvent, readObjects } from "../../../handlers/cloudfront/handler";
import type { BatchLimits, ReaderPorts, ReadObject } from "../../../handlers/cloudfront/objectBatch";
import type { ReaderSettings } from "../../../handlers/cloudfront/settings";
import type { RejectedRow } from "../../../src/model/coverage";
import { parseParquetKey, parseRawKey } from "../../../src/model/keys";
import { readParquet, type ParquetRow } from "../../../src/rows/parquetFile";
import { Bucket } from "../../faults/bucket";
import { toldTelemetry, type ToldTelemetry } from "../../helpers/telemetry";

export const ID = "E1ABCDEF234567";
export const NOW = Date.parse("2020-07-17T12:00:00Z");
export const keyOf = (unique: string, hour = "2020-07-16-10"): string => `cdn/${ID}.${hour}.${unique}.gz`;

export const SETTINGS: ReaderSettings = {
  rawPrefix: "raw",
  sourceBucket: "cdn-logs",
  distributions: new Map([
    [ID, "docs"],
    ["E2ABCDEF234567", "shop"],
  ]),
  json: undefined,
  excerpts: { policy: "truncated" },
};

export class Scene {
  readonly source = new Bucket();
  readonly lake = new Bucket();
  readonly settings: ReaderSettings;
  ports: ReaderPorts = { store: this.lake, source: this.source, clock: { now: () => NOW } };

  constructor(settings: Partial<ReaderSettings> = {}) {
    this.settings = { ...SETTINGS, ...settings };
    this.source.nowMs = NOW;
  }

  async read(keys: readonly string[], limits?: BatchLimits): Promise<readonly ReadObject[]> {
    return (await readObjects(this.ports, this.settings, keys, limits)).objects;
  }

  async event(event: unknown, hasTime?: () => boolean): Promise<{ again: string[]; told: ToldTelemetry }> {
    const told = toldTelemetry();
    const { batchItemFailures } = await readEvent(this.ports, this.settings, event, told, hasTime);
    return { again: batchItemFailures.map(({ itemIdentifier }) => itemIdentifier), told };
  }

  async keys(prefix: string): Promise<string[]> {
    return (await this.lake.list(prefix)).map(({ key }) => key);
  }

  async text(key: string): Promise<string> {
    return gunzipSync((await this.lake.get(key))!.body).toString();
  }

  /** Lines of a raw hour, without its header. */
  async rawLines(key: string): Promise<string[]> {
    return (await this.text(key)).trimEnd().split("\n").slice(1);
  }

  /** Rows of access_logs, once all raw hours are converted. */
  async table(): Promise<(ParquetRow & { app: string })[]> {
    for (const key of await this.keys("raw/")) {
      if (parseRawKey("raw", key) === undefined) throw new Error(`no raw hour: ${key}`);
      const settings = { rawPrefix: "raw", privacy: { policy: "truncated" as const } };
      await convertHour({ store: this.lake, clock: { now: () => NOW } }, settings, key);
    }
    const rows: (ParquetRow & { app: string })[] = [];
    for (const key of await this.keys("access_logs/")) {
      const { app } = parseParquetKey(key)!;
      for (const row of await readParquet((await this.lake.get(key))!.body)) rows.push({ ...row, app });
    }
    return rows;
  }

  async rejected(): Promise<RejectedRow[]> {
    const rows: RejectedRow[] = [];
    for (const key of await this.keys("rejected/"))
      for (const line of (await this.text(key)).trim().split("\n")) rows.push(JSON.parse(line) as RejectedRow);
    return rows;
  }
}
