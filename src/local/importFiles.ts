/** CSV files from Amplify's console into the local lake: the same raw objects, conversion and partitions as a fetch makes. */
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import path from "node:path";
import { createGunzip, gzipSync } from "node:zlib";
import { InputError, UnknownHeaderError } from "../errors";
import { PREFIXES, type AppHour } from "../model/keys";
import { floorHour } from "../model/windows";
import { systemClock, type ObjectStore } from "../ports";
import { quarantineObject } from "../rows/quarantine";
import { RAW_EXCERPT } from "../rows/hourTable";
import { LineSplitter } from "../rows/lines";
import { mergeHours } from "../rows/mergeHours";
import { RawFileReader } from "../rows/rawFile";
import { RawHours } from "../rows/rawHours";
import { TemporaryFolder } from "../rows/temporaryFolder";
import { bucketPath, declareApps } from "./localCatalog";
import { DirectoryStore } from "./directoryStore";
import { openConverter, registerPartitions, type LocalConverter } from "./lakeWriter";

export interface RejectedLine {
  /** Line in the imported file, the header being 1. */
  readonly line: number;
  readonly reason: string;
}

export interface ImportedFile {
  readonly file: string;
  /** Rows that the file holds. */
  readonly rows: number;
  /** Rows that the lake did not have. */
  readonly added: number;
  readonly rejected: readonly RejectedLine[];
  /** Why the file was not taken, or not in whole. */
  readonly error?: string;
}

/** Raw text that waits in memory before it is written; an hour that is larger itself waits on disk. */
const MAX_WAITING_BYTES = 32 * 1024 ** 2;
const GZIP_MAGIC = [0x1f, 0x8b];
const RANGE = { startMs: -Infinity, endMs: Infinity };

const isGzip = async (file: string): Promise<boolean> => {
  const handle = await open(file);
  try {
    const { buffer } = await handle.read({ buffer: Buffer.alloc(2), length: 2, position: 0 });
    return buffer[0] === GZIP_MAGIC[0] && buffer[1] === GZIP_MAGIC[1];
  } finally {
    await handle.close();
  }
};

const openFile = async (file: string): Promise<AsyncIterable<Buffer>> => {
  // Asked first: a stream that fails to open before anybody listens would end the process.
  const gzip = await isGzip(file);
  const stream = createReadStream(file, { highWaterMark: 1 << 18 });
  if (!gzip) return stream as AsyncIterable<Buffer>;
  const gunzip = createGunzip({ chunkSize: 1 << 18 });
  stream.on("error", (error) => gunzip.destroy(error));
  return stream.pipe(gunzip) as AsyncIterable<Buffer>;
};

interface Lake {
  readonly store: ObjectStore;
  readonly converter: LocalConverter;
}

/** Rejected lines by their text, to be found again in the file for their line numbers. */
type Rejections = Map<string, string>;

class Importer {
  rows = 0;
  added = 0;
  readonly rejections: Rejections = new Map();
  private readonly folder = new TemporaryFolder();
  private readonly hours = new RawHours(this.folder, MAX_WAITING_BYTES);

  constructor(
    private readonly lake: Lake,
    private readonly app: string,
  ) {}

  async read(file: string): Promise<void> {
    const reader = new RawFileReader(this.hours, RANGE, path.basename(file));
    try {
      for await (const chunk of await openFile(file)) {
        reader.push(chunk);
        if (this.hours.memoryBytes > MAX_WAITING_BYTES) await this.flush(reader.currentHourMs);
        this.hours.limitMemory();
      }
      reader.end();
      if (reader.blank || !reader.headerSeen)
        throw new UnknownHeaderError("the file is empty", { field: path.basename(file) });
    } finally {
      this.rows += reader.rows;
      // What was read before the file broke off are rows all the same.
      await this.flush().finally(() => this.folder.remove());
    }
  }

  /** Writes the hours that wait, but the one that rows come into now. */
  private flush(currentMs?: number): Promise<void> {
    return mergeHours(this.hours, {
      store: this.lake.store,
      prefix: PREFIXES.raw,
      hourOf: (hourMs) => ({ app: this.app, hourMs }),
      except: currentMs,
      merged: ({ key }) => this.convert(key),
    });
  }

  private async convert(key: string): Promise<void> {
    const { rejections = [], added } = await this.lake.converter.convert(key);
    this.added += added;
    for (const { raw, reason } of rejections) this.rejections.set(raw, reason);
  }
}

/** Reads the file once more for the lines that were rejected: in the hours' objects they stand elsewhere. */
const locate = async (file: string, rejections: Rejections): Promise<RejectedLine[]> => {
  if (rejections.size === 0) return [];
  const found: RejectedLine[] = [];
  let line = 0;
  const splitter = new LineSplitter((buffer, start, end) => {
    line++;
    const reason =
      line === 1 ? undefined : rejections.get(buffer.toString("utf8", start, Math.min(end, start + RAW_EXCERPT)));
    if (reason !== undefined) found.push({ line, reason });
  });
  for await (const chunk of await openFile(file)) splitter.push(chunk);
  splitter.end();
  return found;
};

const hourOfImport = (app: string): AppHour => ({ app, hourMs: floorHour(systemClock.now()) });

const setAside = async (store: ObjectStore, app: string, file: string, error: UnknownHeaderError): Promise<string> => {
  const parts: Buffer[] = [];
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) parts.push(chunk);
  const content = Buffer.concat(parts);
  const gzipped = (await isGzip(file)) ? content : gzipSync(content);
  const kept = await quarantineObject(store, hourOfImport(app), gzipped, path.basename(file), error.message);
  return `${error.message} The file is kept at ${kept}`;
};

const describe = (file: string, error: unknown): string => {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "ENOENT")
    return new InputError("no such file", { field: "FILE", value: file, fix: "check the path" }).message;
  if (code === "EISDIR")
    return new InputError("a folder, not a file", { field: "FILE", value: file, fix: "name its files" }).message;
  if (code?.startsWith("Z_") === true) {
    return new InputError(`the gzip data is broken (${message})`, {
      field: "FILE",
      value: file,
      fix: "the rows before the break were taken; download the file again and import it, nothing is doubled",
    }).message;
  }
  return message;
};

/** Imports files one by one; one that fails is named and the others go on. The lake is made where there is none. */
export const importFiles = async (
  options: { readonly lake: string; readonly app: string; readonly files: readonly string[] },
  onFile: (done: ImportedFile) => void,
): Promise<void> => {
  const { lake, app } = options;
  declareApps(lake, [app]);
  const store = new DirectoryStore(bucketPath(lake));
  const converter = await openConverter(store);
  for (const file of options.files) {
    const importer = new Importer({ store, converter }, app);
    let error: string | undefined;
    try {
      await importer.read(file);
    } catch (cause) {
      error = cause instanceof UnknownHeaderError ? await setAside(store, app, file, cause) : describe(file, cause);
    }
    const rejected = await locate(file, importer.rejections).catch(() => []);
    onFile({ file, rows: importer.rows, added: importer.added, rejected, ...(error === undefined ? {} : { error }) });
  }
  await registerPartitions(lake, [app]);
};
