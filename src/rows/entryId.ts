/** The id of a line within its object: what it says, and which time the object says it. */
import { createHash } from "node:crypto";

const ID_DIGITS = 32;

const sha256 = (content: string | Uint8Array): string =>
  createHash("sha256").update(content).digest("hex").slice(0, ID_DIGITS);

/** The content's hash; the id of its first occurrence. */
export const contentHash = (content: string | Uint8Array): string => sha256(content);

/** `occurrence` counts from 1. */
export const entryId = (hash: string, occurrence: number): string =>
  occurrence === 1 ? hash : sha256(`${hash} ${occurrence}`);
