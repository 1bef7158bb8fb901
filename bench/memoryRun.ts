/** One function's work on one large hour, in the very bundle that is deployed, on a directory: `memoryRun.js fetch|convert FOLDER FILE`. */
import { createReadStream } from "node:fs";
import { DirectoryStore } from "../src/local/directoryStore";
import { loadBundle } from "../src/local/bundles";
import { rawKey } from "../src/model/keys";
import { HOUR_MS } from "../src/model/windows";
import { systemClock, type LogSource } from "../src/ports";
import { APP, HOUR } from "./bigFile";

const [work, folder, file] = process.argv.slice(2) as [string, string, string];

const FETCH = {
  APP_NAME: APP.name,
  APP_ID: APP.appId,
  DOMAIN_NAME: APP.domainName,
  RAW_PREFIX: "raw",
  DELAY_MINUTES: "60",
  LOOKBACK_HOURS: "6",
  SETTLING_HOURS: "48",
  CHUNK_DAYS: "14",
};
const CONVERT = { BUCKET: "local", RAW_PREFIX: "raw", IP_POLICY: "truncated" };

const fetch = async (store: DirectoryStore): Promise<unknown> => {
  const source: LogSource = {
    open: () => Promise.resolve({ kind: "file", body: createReadStream(file) as AsyncIterable<Buffer> }),
  };
  const ports = { source, store, clock: systemClock };
  const outcome = await loadBundle("fetch")
    .over(FETCH, ports)
    .fetchHours({ startMs: HOUR, endMs: HOUR + HOUR_MS });
  if (outcome.failures.length > 0) throw outcome.failures[0]!;
  return outcome.hours;
};

const convert = async (store: DirectoryStore): Promise<unknown> => {
  const noSecret = (): Promise<string> => Promise.reject(new Error("no secret is needed"));
  const converter = await loadBundle("convert").local(CONVERT, { store, clock: systemClock }, noSecret);
  const { outcome, rows, added, rejected } = await converter.convert(rawKey("raw", { app: APP.name, hourMs: HOUR }));
  return { outcome, rows, added, rejected };
};

const store = new DirectoryStore(folder);
void (work === "fetch" ? fetch(store) : convert(store)).then((result) => console.log(JSON.stringify(result)));
