import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { RejectedRow } from "../model/coverage";
import { datePrefix, PREFIXES, type AppHour } from "../model/keys";
import type { ObjectStore } from "../ports";

/** JSON lines, gzip: what the rejected table reads. */
export const jsonLines = (rows: readonly RejectedRow[]): Uint8Array =>
  gzipSync(rows.map((row) => `${JSON.stringify(row)}\n`).join(""));

/** Puts a file that is no access log aside, under a name made of its content: the same file again changes nothing. */
export const quarantineObject = async (
  store: ObjectStore,
  hour: AppHour,
  gzipped: Uint8Array,
  source: string,
  reason: string,
): Promise<string> => {
  const id = createHash("sha256").update(gzipped).digest("hex").slice(0, 16);
  const target = `${datePrefix(PREFIXES.quarantine, hour)}${id}.csv.gz`;
  await store.put(target, gzipped);
  const row: RejectedRow = { line_number: 1, rule: "header", reason, raw: `whole file kept at ${target}`, source };
  await store.put(`${datePrefix(PREFIXES.rejected, hour)}quarantine-${id}.json.gz`, jsonLines([row]));
  return target;
};
