/** Objects in pieces, on every store: one that holds everything in memory is asked for the whole. */
import { readFileSync } from "node:fs";
import type { FileBody, ObjectStore, OpenedObject, WriteCondition } from "../ports";

export const openObject = async (store: ObjectStore, key: string): Promise<OpenedObject | undefined> => {
  if (store.open !== undefined) return store.open(key);
  const found = await store.get(key);
  return found === undefined ? undefined : { etag: found.etag, bytes: found.body.byteLength, body: [found.body] };
};

export const putFile = (
  store: ObjectStore,
  key: string,
  file: FileBody,
  condition?: WriteCondition,
): Promise<{ etag: string }> =>
  store.putFile === undefined
    ? store.put(key, readFileSync(file.path), condition)
    : store.putFile(key, file, condition);

/** The whole content. */
export const contentOf = async ({ body }: OpenedObject): Promise<Uint8Array> => {
  const parts: Uint8Array[] = [];
  for await (const part of body) parts.push(part);
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
};

/** Frees the connection of an object that is not read. */
export const discard = ({ body }: OpenedObject): void => {
  // A socket's stream has it; an array of what was read already has nothing to free.
  (body as { destroy?: () => void }).destroy?.();
};
