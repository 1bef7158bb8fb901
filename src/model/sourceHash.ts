import { createHash } from "node:crypto";

/** Names an object of a source bucket in keys of the lake: 16 hexadecimal digits. */
export const sourceHash = (bucket: string, key: string): string =>
  createHash("sha256").update(`${bucket}/${key}`).digest("hex").slice(0, 16);
