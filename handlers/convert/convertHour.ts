import { ConflictError, isConflict, UnknownHeaderError } from "../../src/errors";
import { redactAddresses } from "../../src/model/ipPolicy";
import {
  datePrefix,
  parquetKey,
  parseRawKey,
  PREFIXES,
  rejectedKey,
  stateKey,
  type AppHour,
} from "../../src/model/keys";
import { isoDate } from "../../src/model/windows";
import type { Clock, ObjectStore } from "../../src/ports";
import { unzipped } from "../../src/rows/gzip";
import { checkHeader } from "../../src/rows/header";
import { HourTable, RAW_EXCERPT, type Rejection } from "../../src/rows/hourTable";
import { LineSplitter } from "../../src/rows/lines";
import { jsonLines, quarantineObject } from "../../src/rows/quarantine";
import { FOOTER_BYTES, footerValue, readFooter, writeParquet } from "../../src/rows/parquetFile";
import { mergeStored } from "./mergeStored";
import { cellReaders, type Privacy } from "./typedHour";

export interface ConvertPorts {
  readonly store: ObjectStore;
  readonly clock: Clock;
}

export interface ConvertSettings {
  readonly rawPrefix: string;
  readonly privacy: Privacy;
}

export interface Conversion {
  readonly outcome: "converted" | "unchanged" | "quarantined" | "gone" | "not-ours";
  readonly key: string;
  readonly rows: number;
  readonly added: number;
  readonly rejected: number;
  readonly kept: number;
  readonly reason?: string;
  /** The rejected lines as they came: for the caller who owns the file, never for a log. */
  readonly rejections?: readonly Rejection[];
}

/** Decompressed bytes of one hour: a larger one is a bomb. CloudFront's busiest published hour is some 150 MB. */
const MAX_HOUR_BYTES = 4 * 1024 ** 3;
const ATTEMPTS = 5;
const MAX_REJECTED_CHARS = 4096;
/** Names the raw object and the rules that a Parquet file was made of: the same again is not written again. */
const SOURCE_MARK = "amplify-logs.source";
/** Raise when conversion gives other cells for the same line. */
const CONVERTER_VERSION = 2;

const nothing = { rows: 0, added: 0, rejected: 0, kept: 0 };

/** Converts one raw object. Idempotent: any number of runs, in any order, end in the same table. */
export const convertHour = async (ports: ConvertPorts, settings: ConvertSettings, key: string): Promise<Conversion> => {
  const hour = parseRawKey(settings.rawPrefix, key);
  if (hour === undefined) return { outcome: "not-ours", key, ...nothing };
  for (let attempt = 1; ; attempt++) {
    try {
      return await convertOnce(ports, settings, key, hour, attempt > 1);
    } catch (error) {
      if (error instanceof UnknownHeaderError) return quarantine(ports, settings, key, hour, error);
      if (!isConflict(error) || attempt === ATTEMPTS) throw error;
    }
  }
};

const convertOnce = async (
  ports: ConvertPorts,
  settings: ConvertSettings,
  key: string,
  hour: AppHour,
  lostRace: boolean,
): Promise<Conversion> => {
  const { store, clock } = ports;
  const target = parquetKey(hour);
  // The stored file is read before raw: a slow old run then fails on its ETag instead of overwriting a newer one.
  const tail = await store.get(target, { lastBytes: FOOTER_BYTES });
  const raw = await store.get(key);
  if (raw === undefined) return { outcome: "gone", key, ...nothing };
  const rules = `${CONVERTER_VERSION} ${settings.privacy.policy} `;
  const mark = `${rules}${raw.etag}`;
  const footer = tail === undefined ? undefined : readFooter(tail.body);
  // After a lost race the rejections are written again: this run's older ones may lie over the winner's.
  const storedMark = footer === undefined ? undefined : footerValue(footer, SOURCE_MARK);
  if (!lostRace && footer !== undefined && storedMark === mark) {
    return { ...nothing, outcome: "unchanged", key, rows: Number(footer.num_rows) };
  }

  const table = await readHour(raw.body, hour, key);
  const stored = tail === undefined ? undefined : await store.get(target);
  if (stored !== undefined && stored.etag !== tail!.etag) throw new ConflictError(target);
  const before =
    stored === undefined ? undefined : { body: stored.body, sameRules: storedMark?.startsWith(rules) === true };
  const merged = await mergeStored(table, cellReaders(table, settings.privacy), before, clock.now());

  // Rejections first: when a run dies in between, the mark of the Parquet file does not yet claim that all is done.
  const rejected = await writeRejections(ports, settings, key, hour, table);
  if (merged.rows > 0) {
    const body = writeParquet(merged.rows, (column, row) => merged.cell(column.name, row), { [SOURCE_MARK]: mark });
    // Before the hour's first file: a run that dies in between leaves a day without files, never files without a day.
    if (stored === undefined) await announceDate(store, hour);
    await store.put(target, body, { ifMatch: stored?.etag ?? null });
  }
  const counts = { rows: merged.rows, added: merged.added, kept: merged.kept, rejected };
  return { outcome: "converted", key, ...counts, rejections: table.rejections };
};

const readHour = async (gzipped: Uint8Array, hour: AppHour, key: string): Promise<HourTable> => {
  const table = new HourTable(hour.hourMs);
  let line = 0;
  const splitter = new LineSplitter((buffer, start, end, cut) => {
    line++;
    if (line === 1) checkHeader(buffer.toString("utf8", start, Math.min(end, start + 4096)), key);
    else if (end > start) table.add(buffer, start, end, line, cut);
  });
  let bytes = 0;
  for await (const chunk of unzipped(gzipped)) {
    bytes += chunk.byteLength;
    if (bytes > MAX_HOUR_BYTES)
      throw new UnknownHeaderError(`more than ${MAX_HOUR_BYTES} bytes in one hour`, { field: key });
    splitter.push(chunk);
  }
  splitter.end();
  if (line === 0) throw new UnknownHeaderError("the file is empty", { field: key });
  return table;
};

/** An excerpt may end within an address, and half of one is no address any more: what could be one is taken off its end. */
const withoutCutAddress = (excerpt: string): string =>
  Buffer.byteLength(excerpt) < RAW_EXCERPT ? excerpt : excerpt.replace(/[0-9A-Fa-f:.%]+$/, "");

const writeRejections = async (
  { store }: ConvertPorts,
  { privacy }: ConvertSettings,
  key: string,
  hour: AppHour,
  table: HourTable,
): Promise<number> => {
  if (table.rejections.length === 0) return 0;
  const rows = table.rejections.map((rejection) => ({
    ...rejection,
    reason: redactAddresses(privacy.policy, rejection.reason, privacy.salt),
    raw: redactAddresses(privacy.policy, withoutCutAddress(rejection.raw), privacy.salt).slice(0, MAX_REJECTED_CHARS),
    source: key,
  }));
  await store.put(rejectedKey(hour), jsonLines(rows));
  return rows.length;
};

/** Keeps the whole object where it does not expire with raw/, and says so in the rejected table. */
const quarantine = async (
  { store }: ConvertPorts,
  { privacy }: ConvertSettings,
  key: string,
  hour: AppHour,
  error: UnknownHeaderError,
): Promise<Conversion> => {
  const raw = await store.get(key);
  if (raw === undefined) return { outcome: "gone", key, ...nothing };
  await quarantineObject(store, hour, raw.body, key, redactAddresses(privacy.policy, error.message, privacy.salt));
  return { ...nothing, outcome: "quarantined", key, rejected: 1, reason: error.message };
};

/** Tells the partition updater that this day has files. Written once: nothing in it changes with more hours. */
const announceDate = async (store: ObjectStore, hour: AppHour): Promise<void> => {
  const location = datePrefix(PREFIXES.accessLogs, hour);
  const body = Buffer.from(`${JSON.stringify({ app: hour.app, date: isoDate(hour.hourMs), location })}\n`);
  await store.put(stateKey(hour), body, { ifMatch: null }).catch((error: unknown) => {
    if (!isConflict(error)) throw error;
  });
};
