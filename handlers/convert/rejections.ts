import type { RejectedRow } from "../../src/model/coverage";
import { redactAddresses } from "../../src/model/ipPolicy";
import { rejectedKey, type AppHour } from "../../src/model/keys";
import type { ObjectStore } from "../../src/ports";
import { RAW_EXCERPT, type Rejection } from "../../src/rows/hourTable";
import { jsonLines } from "../../src/rows/quarantine";
import type { Privacy } from "./typedHour";

const MAX_REJECTED_CHARS = 4096;

export interface Rejections {
  /** All of them. */
  readonly rejected: number;
  /** The first of them. */
  readonly rejections: readonly Rejection[];
}

/** An excerpt may end within an address, and half of one is no address any more: what could be one is taken off its end. */
const withoutCutAddress = (excerpt: string): string =>
  Buffer.byteLength(excerpt) < RAW_EXCERPT ? excerpt : excerpt.replace(/[0-9A-Fa-f:.%]+$/, "");

/** What was rejected of an object, as the rejected table has it; a last row says how many more there were than are listed. */
export const rejectedRows = (privacy: Privacy, source: string, { rejected, rejections }: Rejections): RejectedRow[] => {
  const rows: RejectedRow[] = rejections.map((rejection) => ({
    ...rejection,
    reason: redactAddresses(privacy.policy, rejection.reason, privacy.salt),
    raw: redactAddresses(privacy.policy, withoutCutAddress(rejection.raw), privacy.salt).slice(0, MAX_REJECTED_CHARS),
    source,
  }));
  const more = rejected - rejections.length;
  if (more > 0) {
    const reason = `${more} more lines were rejected; the first ${rejections.length} are listed`;
    rows.push({ line_number: 0, rule: "more", reason, raw: "", source });
  }
  return rows;
};

/** Writes what was rejected beside the hour. */
export const writeRejections = async (
  store: ObjectStore,
  privacy: Privacy,
  key: string,
  hour: AppHour,
  rejections: Rejections,
): Promise<void> => {
  if (rejections.rejected === 0) return;
  await store.put(rejectedKey(hour), jsonLines(rejectedRows(privacy, key, rejections)));
};
