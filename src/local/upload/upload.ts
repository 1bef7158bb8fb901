import type { FileBody, TaggedObject } from "../../ports";
import { inParallel } from "../../parallel";
import type { RefusedFile, TreeEntry, TreeFile } from "./tree";

/** A bucket, as narrow as an upload needs it. */
export interface UploadTarget {
  isThere(file: FileBody, object: TaggedObject | undefined): Promise<boolean>;
  send(key: string, file: FileBody): Promise<void>;
}

export type Outcome =
  | { readonly kind: "sent" | "unchanged"; readonly file: TreeFile; readonly key: string }
  | { readonly kind: "failed"; readonly file: RefusedFile };

export interface UploadOptions {
  /** What stands before each path: empty, or with a slash at its end. */
  readonly prefix: string;
  readonly concurrency: number;
  /** Sends nothing. */
  readonly dryRun: boolean;
  /** What is there, by key. */
  readonly stored: ReadonlyMap<string, TaggedObject>;
}

/** S3's own limits. */
const MOST_KEY_BYTES = 1024;
const MOST_FILE_BYTES = 5 * 1024 ** 3;

const refusalOf = (key: string, { bytes }: TreeFile): string | undefined => {
  if (Buffer.byteLength(key) > MOST_KEY_BYTES) return `its key would have more than ${MOST_KEY_BYTES} bytes`;
  if (bytes > MOST_FILE_BYTES) return "S3 takes at most 5 GB at once: split the file";
  return undefined;
};

const describe = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);

const sendOne = async (entry: TreeEntry, target: UploadTarget, options: UploadOptions): Promise<Outcome> => {
  const { relative } = entry;
  if ("reason" in entry) return { kind: "failed", file: entry };
  const key = options.prefix + relative;
  const body = { path: entry.file, bytes: entry.bytes };
  const reason = refusalOf(key, entry);
  if (reason !== undefined) return { kind: "failed", file: { relative, reason } };
  try {
    if (await target.isThere(body, options.stored.get(key))) return { kind: "unchanged", file: entry, key };
    if (!options.dryRun) await target.send(key, body);
    return { kind: "sent", file: entry, key };
  } catch (error) {
    return { kind: "failed", file: { relative, reason: describe(error) } };
  }
};

/** Sends what is not there yet. Files are begun, and told of, in the order in which they are given; one that fails stops no other. */
export const uploadFiles = async (
  entries: readonly TreeEntry[],
  target: UploadTarget,
  options: UploadOptions,
  tell: (outcome: Outcome) => void,
): Promise<void> => {
  const waiting = new Map<number, Outcome>();
  let next = 0;
  await inParallel([...entries.keys()], options.concurrency, async (index) => {
    waiting.set(index, await sendOne(entries[index]!, target, options));
    for (let outcome = waiting.get(next); outcome !== undefined; outcome = waiting.get(next)) {
      waiting.delete(next++);
      tell(outcome);
    }
  });
};
