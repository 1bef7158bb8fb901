/** Objects that CloudFront delivered, several at a time: an hour that many of them have rows of is written once. */
import { UnknownHeaderError } from "../../src/errors";
import { cloudFrontJsonKey, cloudFrontRejectedKey, hourInKey } from "../../src/model/cloudFrontKeys";
import { appOfKey, idInKey } from "../../src/model/distributions";
import { redactAddresses } from "../../src/model/ipPolicy";
import { parseRawKey, rawKey, type AppHour } from "../../src/model/keys";
import { floorHour } from "../../src/model/windows";
import type { Clock, ObjectStore, OpenedObject } from "../../src/ports";
import { readDelivery, READ_LIMITS, type ReadLimits } from "../../src/rows/cloudFrontObject";
import { CloudFrontRows } from "../../src/rows/cloudFrontRows";
import { MAX_LISTED_REJECTIONS, type Rejection } from "../../src/rows/hourTable";
import { openObject } from "../../src/rows/largeObjects";
import { mergeHours, type Patience } from "../../src/rows/mergeHours";
import { jsonLines, quarantineStored } from "../../src/rows/quarantine";
import { RawHour } from "../../src/rows/rawHour";
import { RawHours } from "../../src/rows/rawHours";
import { TemporaryFolder } from "../../src/rows/temporaryFolder";
import { rejectedRows } from "../convert/rejections";
import { JsonOutput } from "./jsonOutput";
import type { ReaderSettings } from "./settings";

export interface ReaderPorts {
  /** Of the lake. */
  readonly store: ObjectStore;
  /** Of the bucket that CloudFront delivers to: nothing there is written or deleted. */
  readonly source: ObjectStore;
  readonly clock: Clock;
  /** How long to wait before an hour is merged once more that others wrote at the same time. Default: by the real clock. */
  readonly patience?: Patience;
}

/** What became of an object. */
export interface ReadObject {
  readonly key: string;
  /** ignored: of no distribution of ours, or empty. quarantined: no log, or broken; rows before the break are in the lake. */
  readonly outcome: "read" | "quarantined" | "ignored" | "gone" | "failed";
  readonly app?: string;
  /** Rows that it holds, new or not. */
  readonly rows: number;
  /** Its lines that are no rows. */
  readonly rejected: number;
  /** Keys of the raw hours that its rows belong to. */
  readonly rawKeys: readonly string[];
  readonly reason?: string;
  /** Why it is to be read again. */
  readonly error?: Error;
}

export interface BatchLimits extends ReadLimits {
  /** Of rows that wait for their hour to be written: bytes in memory, and with those on disk. */
  readonly memoryBytes: number;
  readonly waitingBytes: number;
}

const LIMITS: BatchLimits = { ...READ_LIMITS, memoryBytes: 32 * 1024 ** 2, waitingBytes: 512 * 1024 ** 2 };

/** Several runs read objects of one hour, and only one at a time can write it: up to 10 s of trying, at different times. */
const REAL_PATIENCE: Patience = {
  rounds: 5,
  wait: (round) => new Promise((resolve) => setTimeout(resolve, Math.random() * 300 * 2 ** round)),
};

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] };
type Progress = Mutable<Omit<ReadObject, "rawKeys">> & { readonly rawKeys: Set<string> };

export class ObjectBatch {
  /** Rows that the lake did not have. */
  added = 0;
  private readonly folder = new TemporaryFolder();
  private readonly hours: RawHours<string>;
  /** The objects whose rows wait in an hour: all of them are to be read again when it cannot be written. */
  private readonly waiting = new Map<string, Set<Progress>>();
  private readonly objects: Progress[] = [];
  /** Where the row before went: most go where it did. */
  private current: { readonly progress: Progress; readonly hourMs: number; readonly hour: RawHour } | undefined;

  constructor(
    private readonly ports: ReaderPorts,
    private readonly settings: ReaderSettings,
    private readonly limits: BatchLimits = LIMITS,
  ) {
    this.hours = new RawHours(this.folder, limits.memoryBytes);
  }

  /** Reads one object. What fails is told by `finish`; the others go on. */
  async read(key: string): Promise<void> {
    const progress: Progress = { key, outcome: "read", rows: 0, rejected: 0, rawKeys: new Set() };
    this.objects.push(progress);
    try {
      await this.readObject(progress);
    } catch (error) {
      fail(progress, error);
    }
  }

  /** Writes what waits, and says what became of each object, in their order. */
  async finish(): Promise<ReadObject[]> {
    try {
      await this.flush();
    } finally {
      this.folder.remove();
    }
    return this.objects.map((progress) => ({ ...progress, rawKeys: [...progress.rawKeys].sort() }));
  }

  private async readObject(progress: Progress): Promise<void> {
    const { key } = progress;
    const app = appOfKey(this.settings.distributions, key);
    if (app === undefined) {
      const id = idInKey(key);
      return ignore(
        progress,
        id === undefined ? "no distribution's id in the key" : `${id} is no distribution of ours`,
      );
    }
    progress.app = app;
    const opened = await openObject(this.ports.source, key);
    if (opened === undefined) progress.outcome = "gone";
    else if (opened.bytes === 0) ignore(progress, "the object is empty");
    else await this.take(progress, app, opened);
  }

  private async take(progress: Progress, app: string, opened: OpenedObject): Promise<void> {
    const { store } = this.ports;
    const { json: privacy, sourceBucket } = this.settings;
    const { key } = progress;
    const folder = new TemporaryFolder();
    const json = privacy === undefined ? undefined : new JsonOutput(folder, privacy);
    const rejections: Rejection[] = [];
    const rows = new CloudFrontRows({
      row: (line, end, ms) => {
        this.hourOf(progress, app, floorHour(ms)).add(line, 0, end);
        json?.add(line, end, ms);
      },
      reject: (rejection) => {
        if (rejections.length < MAX_LISTED_REJECTIONS) rejections.push(rejection);
      },
    });
    const between = async (): Promise<void> => {
      await this.relieve();
      await json?.relieve();
    };
    try {
      const broken = await readDelivery(key, opened, rows, folder, between, this.limits).catch((error: unknown) => {
        if (error instanceof UnknownHeaderError) return error;
        throw error;
      });
      progress.rows = rows.rows;
      progress.rejected = rows.rejected;
      await json?.write(store, (hourMs) => cloudFrontJsonKey({ app, hourMs }, sourceBucket, key));
      await this.tellRejections(app, key, { rejected: rows.rejected, rejections });
      if (broken !== undefined) await this.quarantine(progress, app, broken);
    } finally {
      folder.remove();
    }
  }

  private hourOf(progress: Progress, app: string, hourMs: number): RawHour {
    if (this.current?.progress === progress && this.current.hourMs === hourMs) return this.current.hour;
    const key = rawKey(this.settings.rawPrefix, { app, hourMs });
    let hour = this.hours.get(key);
    if (hour === undefined) {
      this.hours.set(key, (hour = new RawHour()));
      this.waiting.set(key, new Set());
    }
    this.waiting.get(key)!.add(progress);
    progress.rawKeys.add(key);
    this.current = { progress, hourMs, hour };
    return hour;
  }

  private async relieve(): Promise<void> {
    let bytes = 0;
    for (const hour of this.hours.values()) bytes += hour.bytes;
    if (bytes > this.limits.waitingBytes) await this.flush();
    else this.hours.limitMemory();
  }

  private async flush(): Promise<void> {
    const { rawPrefix } = this.settings;
    this.current = undefined;
    await mergeHours(this.hours, {
      store: this.ports.store,
      patience: this.ports.patience ?? REAL_PATIENCE,
      prefix: rawPrefix,
      hourOf: (key) => parseRawKey(rawPrefix, key)!,
      merged: ({ added }) => void (this.added += added),
      failed: (key, error) => this.waiting.get(key)!.forEach((progress) => fail(progress, error)),
    });
    this.waiting.clear();
    this.folder.remove();
  }

  /** Where its rejected lines are listed: by the key's own hour, or by when it was delivered. The same each time it is read. */
  private async listedUnder(app: string, key: string): Promise<AppHour> {
    const named = hourInKey(key);
    if (named !== undefined) return { app, hourMs: named };
    const found = (await this.ports.source.list(key)).find((object) => object.key === key);
    return { app, hourMs: floorHour(found?.modifiedMs ?? this.ports.clock.now()) };
  }

  private async tellRejections(
    app: string,
    key: string,
    found: { readonly rejected: number; readonly rejections: readonly Rejection[] },
  ): Promise<void> {
    if (found.rejected === 0) return;
    const { sourceBucket, excerpts } = this.settings;
    const target = cloudFrontRejectedKey(await this.listedUnder(app, key), sourceBucket, key);
    await this.ports.store.put(target, jsonLines(rejectedRows(excerpts, `s3://${sourceBucket}/${key}`, found)));
  }

  private async quarantine(progress: Progress, app: string, error: UnknownHeaderError): Promise<void> {
    const { store, source } = this.ports;
    const { excerpts, sourceBucket } = this.settings;
    const { key } = progress;
    progress.outcome = "quarantined";
    progress.reason = redactAddresses(excerpts.policy, error.message, excerpts.salt);
    const opened = await openObject(source, key);
    if (opened === undefined) return;
    const hour = await this.listedUnder(app, key);
    const ending = /\.[a-z0-9]{1,8}$/i.exec(key)?.[0] ?? "";
    await quarantineStored(store, hour, opened, `s3://${sourceBucket}/${key}`, progress.reason, ending);
  }
}

const ignore = (progress: Progress, reason: string): void => {
  progress.outcome = "ignored";
  progress.reason = reason;
};

const fail = (progress: Progress, error: unknown): void => {
  progress.outcome = "failed";
  progress.error ??= error instanceof Error ? error : new Error(String(error));
};
