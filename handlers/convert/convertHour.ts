import { ConflictError, isConflict, UnknownHeaderError } from "../../src/errors";
import { redactAddresses } from "../../src/model/ipPolicy";
import { hourlyLocation, renderDayState } from "../../src/model/dayState";
import { parquetKey, parseRawKey, stateKey, type AppHour } from "../../src/model/keys";
import { isoDate } from "../../src/model/windows";
import type { Clock, ObjectStore, OpenedObject } from "../../src/ports";
import type { Rejection } from "../../src/rows/hourTable";
import { contentOf, discard, openObject, putFile } from "../../src/rows/largeObjects";
import { footerValue } from "../../src/rows/parquetFile";
import { quarantineStored } from "../../src/rows/quarantine";
import { TemporaryFolder } from "../../src/rows/temporaryFolder";
import { convertInMemory, readHour } from "./inMemory";
import { CONVERT_LIMITS, type ConvertLimits } from "./limits";
import { convertOnDisk } from "./onDisk";
import { writeRejections } from "./rejections";
import { storedFooter, type StoredFooter } from "./storedHour";
import type { ConvertJob, TypedFile } from "./typedFile";
import type { Privacy } from "./typedHour";

export interface ConvertPorts {
  readonly store: ObjectStore;
  readonly clock: Clock;
}

export interface ConvertSettings {
  readonly rawPrefix: string;
  readonly privacy: Privacy;
  /** Default: what fits into the function. */
  readonly limits?: ConvertLimits;
}

export interface Conversion {
  readonly outcome: "converted" | "unchanged" | "quarantined" | "gone" | "not-ours";
  readonly key: string;
  readonly rows: number;
  readonly added: number;
  readonly rejected: number;
  readonly kept: number;
  readonly reason?: string;
  /** The first rejected lines as they came: for the caller who owns the file, never for a log. */
  readonly rejections?: readonly Rejection[];
}

const ATTEMPTS = 5;
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
  { store, clock }: ConvertPorts,
  { privacy, limits = CONVERT_LIMITS }: ConvertSettings,
  key: string,
  hour: AppHour,
  lostRace: boolean,
): Promise<Conversion> => {
  const target = parquetKey(hour);
  // The stored file is read before raw: a slow old run then fails on its ETag instead of overwriting a newer one.
  const stored = await storedFooter(store, target);
  const raw = await openObject(store, key);
  if (raw === undefined) return { outcome: "gone", key, ...nothing };
  const rules = `${CONVERTER_VERSION} ${privacy.policy} `;
  const mark = `${rules}${raw.etag}`;
  const footer = stored?.footer;
  // After a lost race the rejections are written again: this run's older ones may lie over the winner's.
  const storedMark = footer === undefined ? undefined : footerValue(footer, SOURCE_MARK);
  if (!lostRace && footer !== undefined && storedMark === mark) {
    discard(raw);
    return { ...nothing, outcome: "unchanged", key, rows: Number(footer.num_rows) };
  }
  const job = { key, hour, privacy, nowMs: clock.now(), metadata: { [SOURCE_MARK]: mark } };
  const before = stored && { ...stored, target, sameRules: storedMark?.startsWith(rules) === true };
  const folder = new TemporaryFolder();
  try {
    const file = await makeFile(store, job, raw, before, limits, folder);
    // Rejections first: when a run dies in between, the mark of the Parquet file does not yet claim that all is done.
    await writeRejections(store, privacy, key, hour, file);
    const condition = { ifMatch: stored?.etag ?? null };
    // Before the hour's first file: a run that dies in between leaves a day without files, never files without a day.
    if (file.body !== undefined && stored === undefined) await announceDate(store, hour);
    if (file.body instanceof Uint8Array) await store.put(target, file.body, condition);
    else if (file.body !== undefined) await putFile(store, target, file.body, condition);
    const { rows, added, kept, rejected, rejections } = file;
    return { outcome: "converted", key, rows, added, kept, rejected, rejections };
  } finally {
    folder.remove();
  }
};

interface StoredBefore extends StoredFooter {
  readonly target: string;
  readonly sameRules: boolean;
}

/** In memory where the raw object and the stored file fit into it. */
const makeFile = async (
  store: ObjectStore,
  job: ConvertJob,
  opened: OpenedObject,
  stored: StoredBefore | undefined,
  limits: ConvertLimits,
  folder: TemporaryFolder,
): Promise<TypedFile> => {
  let raw = opened;
  // Whole, or not at all: what is stored may have been written anew since its footer was read.
  const sameAs = <Found extends { readonly etag: string }>(found: Found | undefined): Found => {
    if (found?.etag !== stored!.etag) throw new ConflictError(stored!.target);
    return found;
  };
  if (raw.bytes <= limits.rawGzipBytes && Number(stored?.footer?.num_rows ?? 0) <= limits.storedRows) {
    const content = await contentOf(raw);
    raw = { ...raw, body: [content] };
    const table = await readHour(content, job, limits.rawBytes);
    if (table !== undefined) {
      const before = stored && { ...stored, body: sameAs(await store.get(stored.target)).body };
      return convertInMemory(table, job, before);
    }
  }
  const before = stored && { ...stored, open: async () => sameAs(await openObject(store, stored.target)) };
  return convertOnDisk(job, raw, before, limits, folder);
};

/** Keeps the whole object where it does not expire with raw/, and says so in the rejected table. */
const quarantine = async (
  { store }: ConvertPorts,
  { privacy }: ConvertSettings,
  key: string,
  hour: AppHour,
  error: UnknownHeaderError,
): Promise<Conversion> => {
  const raw = await openObject(store, key);
  if (raw === undefined) return { outcome: "gone", key, ...nothing };
  const reason = redactAddresses(privacy.policy, error.message, privacy.salt);
  await quarantineStored(store, hour, raw, key, reason);
  return { ...nothing, outcome: "quarantined", key, rejected: 1, reason: error.message };
};

/** Tells the partition updater that this day has files. Written once: nothing in it changes with more hours. */
const announceDate = async (store: ObjectStore, hour: AppHour): Promise<void> => {
  const { app } = hour;
  const date = isoDate(hour.hourMs);
  const state = renderDayState({ app, date, location: hourlyLocation(app, date) });
  await store.put(stateKey(hour), state, { ifMatch: null }).catch((error: unknown) => {
    // Only who knows that it is there may leave it at that: another's write of this moment may still fail, and the day be never shown.
    if (!isConflict(error) || error.undecided) throw error;
  });
};
