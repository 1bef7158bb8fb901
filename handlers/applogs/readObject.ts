import { createHash } from "node:crypto";
import { AmplifyLogsError, isConflict } from "../../src/errors";
import {
  errorsKey,
  errorsStateKey,
  isApplicationLog,
  partitionValues,
  processedKey,
  processedPrefix,
  type ServiceDay,
} from "../../src/model/applicationKeys";
import type { ApplicationSettings } from "../../src/model/applicationSettingsFile";
import { PREFIXES } from "../../src/model/keys";
import { sourceHash } from "../../src/model/sourceHash";
import { isoDate } from "../../src/model/windows";
import type { Clock, ObjectStore, OpenedObject, PartitionRegistry } from "../../src/ports";
import { uniteErrors } from "../../src/rows/applicationErrors";
import { uniteRows } from "../../src/rows/applicationFile";
import { readContent, type ObjectLimits } from "../../src/rows/applicationObject";
import { RowReader } from "../../src/rows/applicationRow";
import type { ApplicationSpill } from "../../src/rows/applicationSpill";
import { discard, openObject, putFile } from "../../src/rows/largeObjects";
import { TemporaryFolder } from "../../src/rows/temporaryFolder";

export interface ApplicationPorts {
  /** The lake's bucket. */
  readonly store: ObjectStore;
  /** The bucket that applications deliver to. Nothing is written to it. */
  readonly source: ObjectStore;
  readonly catalog: PartitionRegistry;
  readonly clock: Clock;
}

export interface ReaderConfiguration {
  readonly settings: ApplicationSettings;
  readonly salt?: string | undefined;
  /** Name of the source bucket: part of what names an object. */
  readonly sourceBucket: string;
  /** Name of the lake's bucket. */
  readonly bucket: string;
  /** Default: what fits into the function. */
  readonly limits?: ObjectLimits;
}

export interface ReadObject {
  /** `quarantined`: it is no log, or too large; one error row says why. `not-ours`: neither its name nor its place is a log's. */
  readonly outcome: "read" | "quarantined" | "gone" | "not-ours";
  readonly key: string;
  /** Lines that keep all rules. */
  readonly rows: number;
  /** Of them, those that were not stored before. */
  readonly added: number;
  /** Lines that broke a rule, and what is wrong with the whole object. */
  readonly errors: number;
  readonly reason?: string | undefined;
}

/** An object of a gigabyte takes longer than a function runs, and what unpacks to more is a bomb. */
export const OBJECT_LIMITS: ObjectLimits = { objectBytes: 1024 ** 3 };

const ATTEMPTS = 8;
/** Raise when a line becomes another row than before. */
const READER_VERSION = 1;

const nothing = { rows: 0, added: 0, errors: 0 };

/** Where the lake's own objects lie, if applications deliver to its bucket: what is written would be read again, for ever. */
const isLakesOwn = ({ sourceBucket, bucket }: ReaderConfiguration, key: string): boolean =>
  sourceBucket === bucket && Object.values(PREFIXES).some((prefix) => key.startsWith(`${prefix}/`));

/** Reads one object. Idempotent: any number of runs, in any order, end in the same rows, each of the object's lines once. */
export const readApplicationObject = async (
  ports: ApplicationPorts,
  configuration: ReaderConfiguration,
  key: string,
): Promise<ReadObject> => {
  if (!isApplicationLog(key) || isLakesOwn(configuration, key)) {
    const reason =
      "not the name of a log: .log, .json or .ndjson, with .gz or without, outside the lake's own prefixes";
    return { outcome: "not-ours", key, ...nothing, reason };
  }
  const opened = await openObject(ports.source, key);
  if (opened === undefined) return { outcome: "gone", key, ...nothing, reason: "the object is gone" };
  const folder = new TemporaryFolder();
  try {
    const { settings, salt, limits = OBJECT_LIMITS } = configuration;
    const reader = new RowReader(settings, key, salt);
    const privacy = { policy: settings.ipPolicy, salt };
    const { spill, rows, refused } = await readContent(opened, reader, privacy, limits, folder);
    const writer = new ObjectWriter(ports, configuration, key, opened);
    const added = await writer.writeRows(spill);
    if (spill.errors > 0) await writer.writeErrors(spill);
    const outcome = refused === undefined ? "read" : "quarantined";
    return { outcome, key, rows, added, errors: spill.errors, reason: refused };
  } finally {
    discard(opened);
    folder.remove();
  }
};

/** Puts what was read of an object into the lake. */
class ObjectWriter {
  private readonly hash: string;
  private readonly rules: string;

  constructor(
    private readonly ports: ApplicationPorts,
    private readonly configuration: ReaderConfiguration,
    private readonly key: string,
    private readonly opened: OpenedObject,
  ) {
    const { fields, rules, pattern, defaultService, years, ipPolicy } = configuration.settings;
    const all = JSON.stringify({ fields, rules, pattern, defaultService, years, ipPolicy });
    this.rules = `${READER_VERSION} ${createHash("sha256").update(all).digest("hex").slice(0, 16)}`;
    this.hash = sourceHash(configuration.sourceBucket, key);
  }

  /** Returns how many rows are new. */
  async writeRows(spill: ApplicationSpill): Promise<number> {
    // Before their files, and all of them each time: a partition without a file is nothing to a query, but a file without its partition
    // is not seen, and after a run that died nobody may come by again for rows that the object has no longer.
    await this.ports.catalog.add(
      spill.partitions.map(({ day }) => ({ values: partitionValues(day), location: processedPrefix(day) })),
    );
    let added = 0;
    for (const { day, rows } of spill.partitions) added += await this.writeDay(day, rows, spill);
    return added;
  }

  /** Beside the object's earlier error rows, on the day of its first ones: an object that comes again next week has one file. */
  async writeErrors(spill: ApplicationSpill): Promise<void> {
    const target = errorsKey(await this.errorsDate(), this.hash);
    await this.unite(target, async (stored, folder) => uniteErrors(this.key, spill, stored, folder));
  }

  private async writeDay(day: ServiceDay, count: number, spill: ApplicationSpill): Promise<number> {
    const { fields } = this.configuration.settings;
    const nowMs = this.ports.clock.now();
    const job = { fields, service: day.service, source: this.key, nowMs, rules: this.rules };
    const fresh = { count, visit: spill.visitRows.bind(spill, day) };
    const { added } = await this.unite(processedKey(day, this.hash), (stored, folder) =>
      uniteRows(job, fresh, stored, folder),
    );
    return added;
  }

  /** Writes an object anew unless somebody else does meanwhile: then it is read again, and united with that. */
  private async unite<United extends { readonly body: { readonly path: string; readonly bytes: number } | undefined }>(
    target: string,
    work: (stored: OpenedObject | undefined, folder: TemporaryFolder) => Promise<United>,
  ): Promise<United> {
    const { store } = this.ports;
    for (let attempt = 1; ; attempt++) {
      const folder = new TemporaryFolder();
      try {
        const stored = await openObject(store, target);
        const united = await work(stored, folder);
        if (united.body !== undefined) await putFile(store, target, united.body, { ifMatch: stored?.etag ?? null });
        return united;
      } catch (error) {
        if (!isConflict(error) || attempt === ATTEMPTS) throw error;
      } finally {
        folder.remove();
      }
    }
  }

  /** The day on which the object's error rows are; fixed by whoever writes the first of them. */
  private async errorsDate(): Promise<string> {
    const { store, clock } = this.ports;
    const stateKey = errorsStateKey(this.hash);
    for (let attempt = 1; ; attempt++) {
      const found = await store.get(stateKey);
      if (found !== undefined) return dateIn(found.body, stateKey);
      const date = isoDate(this.opened.modifiedMs ?? clock.now());
      const state = { date, bucket: this.configuration.sourceBucket, key: this.key };
      try {
        await store.put(stateKey, Buffer.from(`${JSON.stringify(state)}\n`), { ifMatch: null });
        return date;
      } catch (error) {
        if (!isConflict(error) || attempt === ATTEMPTS) throw error;
      }
    }
  }
}

const dateIn = (body: Uint8Array, key: string): string => {
  let date: unknown;
  try {
    date = (JSON.parse(Buffer.from(body).toString("utf8")) as { readonly date?: unknown }).date;
  } catch {
    date = undefined;
  }
  if (typeof date === "string" && /^\d{4}-\d\d-\d\d$/.test(date)) return date;
  throw new AmplifyLogsError("not the state of an object's error rows", {
    field: key,
    fix: "delete it: the object's error rows are then written on the day of its next delivery",
  });
};
