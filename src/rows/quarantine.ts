import { createHash } from "node:crypto";
import { createWriteStream, statSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { gzipSync } from "node:zlib";
import { AmplifyLogsError } from "../errors";
import type { RejectedRow } from "../model/coverage";
import { datePrefix, PREFIXES, type AppHour } from "../model/keys";
import type { ObjectStore, OpenedObject } from "../ports";
import { putFile } from "./largeObjects";
import { TemporaryFolder } from "./temporaryFolder";

/** JSON lines, gzip: what the rejected table reads. */
export const jsonLines = (rows: readonly RejectedRow[]): Uint8Array =>
  gzipSync(rows.map((row) => `${JSON.stringify(row)}\n`).join(""));

const idOf = (hash: string): string => hash.slice(0, 16);

const tell = async (
  store: ObjectStore,
  hour: AppHour,
  id: string,
  raw: string,
  reason: string,
  source: string,
): Promise<void> => {
  const row: RejectedRow = { line_number: 1, rule: "header", reason, raw, source };
  await store.put(`${datePrefix(PREFIXES.rejected, hour)}quarantine-${id}.json.gz`, jsonLines([row]));
};

/** Puts a file that is no access log aside, under a name made of its content: the same file again changes nothing. `what` says how much of it. */
export const quarantineObject = async (
  store: ObjectStore,
  hour: AppHour,
  gzipped: Uint8Array,
  source: string,
  reason: string,
  what = "whole file",
): Promise<string> => {
  const id = idOf(createHash("sha256").update(gzipped).digest("hex"));
  const target = quarantineKey(hour, id);
  await store.put(target, gzipped);
  await tell(store, hour, id, `${what} kept at ${target}`, reason, source);
  return target;
};

const CSV = ".csv.gz";
const quarantineKey = (hour: AppHour, id: string, ending = CSV): string =>
  `${datePrefix(PREFIXES.quarantine, hour)}${id}${ending}`;

/** The same of an object of any size. `ending` says by the name what it is. Default: Amplify's CSV, gzip. */
export const quarantineStored = async (
  store: ObjectStore,
  hour: AppHour,
  object: OpenedObject,
  source: string,
  reason: string,
  ending?: string,
): Promise<string> => {
  const folder = new TemporaryFolder();
  try {
    const path = folder.newFile();
    const hash = createHash("sha256");
    async function* hashed(pieces: typeof object.body): AsyncGenerator<Uint8Array> {
      for await (const piece of pieces) {
        hash.update(piece);
        yield piece;
      }
    }
    await pipeline(object.body, hashed, createWriteStream(path, { flags: "wx", mode: 0o600 }));
    const { size } = statSync(path);
    if (size !== object.bytes)
      throw new AmplifyLogsError(`the download ended after ${size} of ${object.bytes} bytes`, {
        field: source,
        retryable: true,
      });
    const id = idOf(hash.digest("hex"));
    const target = quarantineKey(hour, id, ending);
    await putFile(store, target, { path, bytes: object.bytes });
    await tell(store, hour, id, `whole file kept at ${target}`, reason, source);
    return target;
  } finally {
    folder.remove();
  }
};
