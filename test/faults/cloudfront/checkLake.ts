/** Whether each request that was delivered is in the table exactly once, and nothing else; and whether bad objects are told of. */
import { gunzipSync } from "node:zlib";
import type { RejectedRow } from "../../../src/model/coverage";
import { parseParquetKey } from "../../../src/model/keys";
import { floorHour } from "../../../src/model/windows";
import { readParquet } from "../../../src/rows/parquetFile";
import type { Verdict } from "../check";
import type { CloudFrontHistory } from "./history";

const lines = async <Line>({ lake }: CloudFrontHistory, prefix: string): Promise<Line[]> => {
  const found: Line[] = [];
  for (const { key } of await lake.list(prefix))
    for (const line of gunzipSync((await lake.get(key))!.body)
      .toString()
      .trim()
      .split("\n"))
      found.push(JSON.parse(line) as Line);
  return found;
};

const checkSource = async ({ source, deliveries }: CloudFrontHistory): Promise<string[]> => {
  const wrong: string[] = [];
  for (const { key, content } of deliveries) {
    const found = await source.get(key);
    if (found === undefined || !Buffer.from(found.body).equals(Buffer.from(content)))
      wrong.push(`${key} is not in the source as it was delivered`);
  }
  return wrong;
};

export const checkLake = async (history: CloudFrontHistory): Promise<Verdict> => {
  const { lake, rows, deliveries, complaints, faults, json } = history;
  const wrong = [...complaints, ...(await checkSource(history))];
  const expected = new Map(rows.map((row) => [row.uri, `${row.app} ${floorHour(row.ms)}`]));
  const stored = new Map<string, number>();
  for (const { key } of await lake.list("access_logs/")) {
    const hour = parseParquetKey(key)!;
    for (const row of await readParquet((await lake.get(key))!.body)) {
      const uri = String(row["uri"]);
      stored.set(uri, (stored.get(uri) ?? 0) + 1);
      if (expected.get(uri) !== `${hour.app} ${hour.hourMs}`) wrong.push(`${uri} lies in ${key}`);
    }
  }
  const rejected = await lines<RejectedRow>(history, "rejected/");
  for (const { key, bad } of deliveries) {
    const told = rejected.filter(({ source }) => source === `s3://cdn-logs/${key}`);
    if (bad && told.length !== 1) wrong.push(`${key} is no log, and ${told.length} lines say so`);
  }
  const aside = await lake.list("quarantine/");
  if (deliveries.some(({ bad }) => bad) !== aside.length > 0 && !deliveries.some(({ broken }) => broken !== undefined))
    wrong.push(`${aside.length} objects were put aside`);
  if (json) {
    const written = await lines<{ readonly "cs-uri-stem": string }>(history, "cloudfront_json/");
    const wanted = deliveries.flatMap((delivery) => delivery.rows.map(({ uri }) => uri));
    const found = written.map((line) => line["cs-uri-stem"]);
    if (JSON.stringify(found.sort()) !== JSON.stringify(wanted.sort()))
      wrong.push(`${found.length} JSON lines, and the objects have ${wanted.length} rows`);
  }
  return {
    served: expected.size,
    stored: [...stored.values()].reduce((sum, count) => sum + count, 0),
    faults,
    lost: [...expected.keys()].filter((uri) => !stored.has(uri)),
    doubled: [...stored].filter(([, count]) => count > 1).map(([uri]) => uri),
    wrong,
  };
};
