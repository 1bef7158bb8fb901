/** docs/migrate/amplify-logs-processor.md, carried out on the layout of that system. */
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { parsePullConfig } from "../../src/local/pullConfig";
import { validatePipeline } from "../../src/model/configuration";
import { codeBlocks } from "../docs/markdown";
import { SOURCE_DATE_RANGE } from "../helpers/sourceStatements";
import { logFile, logLine } from "../rows/logLines";
import { migrationDocument, Move, requestsIn, stepsBelow } from "./move";

const DOCUMENT = migrationDocument("amplify-logs-processor");
const APPS = { "My-Shop": "my_shop", blog: "blog" } as const;

/** Its config.json, word for word but for the values that it leaves to its reader. */
const CONFIG = {
  applications: Object.keys(APPS).map((appName, i) => ({
    profile: "default",
    region: "eu-central-1",
    appId: `d${i}a2b3c4d5e6f7`,
    domainName: `${appName.toLowerCase()}.example`,
    appName,
  })),
  s3: { bucket: "XXXXXXXXXXXXXXXX", prefix: "amplify_logs" },
  timeChunkSize: 14,
  logRetention: 30,
};

/** Chunks of 14 days at most; Amplify's answers reach into the day after. */
const CHUNKS = [
  ["2023-12-29", "2024-01-11"],
  ["2024-01-12", "2024-01-25"],
  ["2024-01-26", "2024-02-03"],
] as const;

/** Days with visitors: every second one, those that two chunks hold among them. */
const daysFrom = (from: string, to: string): string[] => {
  const days: string[] = [];
  for (let ms = Date.parse(from); ms <= Date.parse(to); ms += 86_400_000)
    if (new Date(ms).getUTCDate() % 2 === 0) days.push(new Date(ms).toISOString().slice(0, 10));
  return days;
};

const linesOf = (app: string, date: string): string[] =>
  ["00:00:00", "23:59:59"].map((time) =>
    logLine({ date, time, request_id: `${app}-${date}-${time}==`, uri: `/${app}` }),
  );

describe("moving over from amplify-logs-processor", function () {
  this.timeout(120_000);
  let move: Move;
  const files: Record<string, string[]> = {};

  before(() => {
    move = new Move();
    for (const app of Object.keys(APPS)) {
      for (const [from, to] of CHUNKS) {
        const next = new Date(Date.parse(to) + 86_400_000).toISOString().slice(0, 10);
        const text = logFile([...daysFrom(from, to).flatMap((date) => linesOf(app, date)), linesOf(app, next)[0]!]);
        (files[app] ??= []).push(text);
        const key = `amplify_logs/${app}/date_export=${to}/access_logs_${from}_${to}.csv`;
        // Some were packed later, by hand.
        if (from === "2024-01-12") move.put("OLD-BUCKET", `${key}.gz`, gzipSync(text));
        else move.put("OLD-BUCKET", key, text);
      }
      move.put("OLD-BUCKET", `amplify_logs/${app}/date_export=2024-02-04/access_logs_blank.csv`, "");
    }
    move.put("OLD-BUCKET", "amplify_logs/README.txt", "not a log");
  });
  after(() => move.remove());

  it("takes its config.json as it is, and says which settings of the stack are the same", () => {
    const config = parsePullConfig(CONFIG, "config.json");
    expect(config).to.deep.include({ chunkDays: 14, s3: { bucket: "XXXXXXXXXXXXXXXX", prefix: "amplify_logs" } });
    expect(config.apps.map(({ name, profile, region }) => [name, profile, region])).to.deep.equal([
      ["my_shop", "default", "eu-central-1"],
      ["blog", "default", "eu-central-1"],
    ]);
    expect(config.notes).to.deep.equal([
      "My-Shop is my_shop in the lake",
      "logRetention (30 days) is the bucket's: deploy it as retention.rawDays; pull deletes nothing",
    ]);
    const validated = validatePipeline(
      {
        apps: config.apps.map(({ name, appId, domainName, region }) => ({ name, appId, domainName, region })),
        rawPrefix: CONFIG.s3.prefix,
        chunkDays: CONFIG.timeChunkSize,
        retention: { rawDays: CONFIG.logRetention },
      },
      "infdev",
    );
    if (!("settings" in validated)) throw new Error(JSON.stringify(validated.problems));
    const { settings } = validated;
    expect([settings.rawPrefix, settings.chunkDays, settings.retention.rawDays, settings.apps.length]).to.deep.equal([
      "amplify_logs",
      14,
      30,
      2,
    ]);
  });

  it("brings each row of its chunks once into the local lake, by the commands of the page", () => {
    const [take, show] = stepsBelow(DOCUMENT, "Bring the old data");
    move.run(take!);
    const counts: Record<string, number> = Object.fromEntries(
      move
        .run(show!.split("\n")[0]!)
        .split("\n")
        .flatMap((line) =>
          [...line.matchAll(/\b(my_shop|blog)\b\D+(\d+)/g)].map(([, app, n]) => [app!, Number(n)] as const),
        ),
    );
    const before = Object.entries(APPS).map(([old, name]) => [name, requestsIn(files[old]!)]);
    // 17 days of two requests, and the first request of the day after; what two chunks hold counts once.
    expect(before).to.deep.equal([
      ["my_shop", 35],
      ["blog", 35],
    ]);
    expect(counts).to.deep.equal(Object.fromEntries(before));
  });

  it("ends in the deployed lake with as many rows as there were, whose table answers its query word for word", async () => {
    const [, show] = stepsBelow(DOCUMENT, "Bring the old data");
    move.run(show!);
    await move.convert(Object.values(APPS));
    const after = await move.query("SELECT app, count(*) AS n FROM access_logs GROUP BY app ORDER BY app");
    expect(after).to.deep.equal([
      { app: "blog", n: requestsIn(files["blog"]!) },
      { app: "my_shop", n: requestsIn(files["My-Shop"]!) },
    ]);
    const january = daysFrom("2024-01-01", "2024-01-31").flatMap((date) =>
      Object.keys(APPS).flatMap((app) => linesOf(app, date)),
    );
    expect(await move.query(SOURCE_DATE_RANGE)).to.have.length(january.length);
    const [verify] = codeBlocks(DOCUMENT, "sql");
    expect(await move.query(verify!)).to.deep.equal([{ requests: january.length }]);
  });

  it("adds nothing when it is done again", async () => {
    for (const block of stepsBelow(DOCUMENT, "Bring the old data")) move.run(block);
    await move.convert(Object.values(APPS));
    expect(await move.query("SELECT count(*) AS n FROM access_logs")).to.deep.equal([{ n: 70 }]);
  });
});
