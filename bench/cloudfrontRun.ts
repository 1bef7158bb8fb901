/** The reader of CloudFront's objects, in the very bundle that is deployed, on directories: `cloudfrontRun.js LAKE SOURCE JSON KEY...`. */
import { DirectoryStore } from "../src/local/directoryStore";
import { loadBundle } from "../src/local/bundles";
import { systemClock } from "../src/ports";

const [lake, source, json, ...keys] = process.argv.slice(2) as [string, string, string, ...string[]];
const environment = {
  RAW_PREFIX: "raw",
  SOURCE_BUCKET: "cdn-logs",
  DISTRIBUTIONS: '[{"app":"shop","distributionId":"E1ABCDEF234567"}]',
  IP_POLICY: "truncated",
  JSON_OUTPUT: json,
};
const ports = { store: new DirectoryStore(lake), source: new DirectoryStore(source), clock: systemClock };
const noSecret = (): Promise<string> => Promise.reject(new Error("no secret is needed"));

void loadBundle("cloudfront")
  .local(environment, ports, noSecret)
  .read(keys)
  .then((objects) => {
    const bad = objects.find(({ outcome }) => outcome !== "read");
    if (bad !== undefined) throw new Error(`${bad.key}: ${bad.outcome} ${bad.reason ?? bad.error?.message ?? ""}`);
    console.log(objects.reduce((sum, { rows }) => sum + rows, 0));
  });
