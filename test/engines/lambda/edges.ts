/** What seldom happens: files and messages that are wrong, a query that does not end. */
import { CSV_HEADER } from "../../../src/model/columns";
import type { Cloud } from "./cloud";
import { batchOf } from "./events";
import type { LambdaNode } from "./nodes";
import { errorOf, gzipped, messageOf, place } from "./run";

const HOUR = "raw/app=shop/year=2026/month=08/day=09/access_logs";
const RAW = {
  odd: `${HOUR}-01-02.csv.gz`,
  poison: `${HOUR}-02-03.csv.gz`,
  gone: `${HOUR}-03-04.csv.gz`,
  unknown: `${HOUR}-04-05.csv.gz`,
  notOurs: "raw/app=shop/README.txt",
} as const;

/** One good row of that hour; the status of the second is none. */
const rows = (good: string): string[] => {
  const cells = good.split(",");
  const on = (more: Readonly<Record<number, string>>): string =>
    cells.map((cell, index) => more[index] ?? cell).join(",");
  return [
    on({ 0: "2026-08-09", 1: "01:10:00", 14: "good==" }),
    on({ 0: "2026-08-09", 1: "01:20:00", 8: "=cmd|' /C calc'!A0", 14: "bad==" }),
  ];
};

const GOOD_ROW =
  "2026-08-09,01:00:00,FRA56-P1,6110,203.0.113.40,GET,d1a2b3c4d5e6f7.cloudfront.net,/,200,-,curl/8.5.0,-,-,Miss,x==," +
  "shop.example,https,827,0.093,-,TLSv1.3,TLS_AES_128_GCM_SHA256,Miss,HTTP/2.0,-,-,60221,0.093,Miss,text/html,-,-,-";

/** Raw objects that no fetcher writes. */
export const hostileRaw = async (cloud: Cloud): Promise<void> => {
  await place(cloud, RAW.odd, gzipped([CSV_HEADER, ...rows(GOOD_ROW)]));
  await place(cloud, RAW.poison, Buffer.from("this is no gzip"));
  await place(cloud, RAW.unknown, gzipped(["when,who", "2026-08-09,somebody"]));
};

/** A batch of all of them, with a duplicate, a key of somebody else's and a message that is no event. */
export const hostileMessages = (
  cloud: Cloud,
): { readonly batch: ReturnType<typeof batchOf>; readonly poisonId: string } => {
  const keys = [RAW.odd, RAW.odd, RAW.poison, RAW.notOurs, RAW.gone, RAW.unknown];
  const batch = batchOf([...keys.map((key) => messageOf(cloud, key)), "{ not an event"], cloud.queueArn);
  return { batch, poisonId: batch.Records[2]!.messageId };
};

/** The updater, with its deadline brought forward, on a query that goes on; what it says. */
export const runPastItsDeadline = async (cloud: Cloud, node: LambdaNode): Promise<string> => {
  cloud.athena.faults.onQuery(/ADD IF NOT EXISTS/, { kind: "hold", state: "RUNNING" });
  const sandbox = await cloud.start(cloud.updater, node, { variables: { QUERY_TIMEOUT_SECONDS: "0" } });
  try {
    return errorOf(await sandbox.invoke({ time: "2026-08-15T13:05:00Z" }));
  } finally {
    await sandbox.close();
  }
};
