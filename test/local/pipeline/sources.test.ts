import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { matchesKey } from "../../../src/local/deployedSources";
import { readDeployment, type Deployment } from "../../../src/local/deployment";
import { openLake } from "../../../src/local/duckdbLake";
import { replaceDefinitions } from "../../../src/local/localCatalog";
import { sourcePath } from "../../../src/local/localSources";
import { openPipeline, woundClock, type LocalPipeline, type WoundClock } from "../../../src/local/pipeline";
import { startSimulatedAmplify, type SimulatedAmplify } from "../../../src/local/simulator/amplifyEndpoint";
import { NO_FAULTS } from "../../../src/local/simulator/faults";
import { HOUR_MS } from "../../../src/model/windows";

const SHOP = { name: "shop", appId: "d1a2b3c4d5e6f7", domainName: "shop.example" };
const DISTRIBUTION = "E1ABCDEF234567";
const NOW = Date.parse("2026-11-21T00:30:00Z");

describe("the keys that reach a function", () => {
  const cases: readonly [filters: Parameters<typeof matchesKey>[0], key: string, reaches: boolean][] = [
    [[], "anything", true],
    [[{ prefix: "logs/" }], "logs/a.json", true],
    [[{ prefix: "logs/" }], "log/a.json", false],
    [[{ wildcard: "logs/*.json" }], "logs/a/b.json", true],
    [[{ wildcard: "logs/*.json" }], "logs/a.json.gz", false],
    [[{ wildcard: "*.json" }, { wildcard: "*.log" }], "a.log", true],
    [[{ wildcard: "a.b/*.json" }], "aXb/c.json", false],
    [[{ wildcard: "*.json" }], "a\nb.json", true],
  ];
  for (const [filters, key, reaches] of cases)
    it(`${JSON.stringify(key)} ${reaches ? "is" : "is not"} one of ${JSON.stringify(filters)}`, () =>
      expect(matchesKey(filters, key)).to.equal(reaches));
});

/** The deployed program's own functions, on folders. */
describe("the further sources of the local pipeline", function () {
  this.timeout(180_000);
  const root = mkdtempSync(path.join(tmpdir(), "alp-sources-"));
  const lake = path.join(root, "lake");
  const clock: WoundClock = woundClock(NOW);
  let amplify: SimulatedAmplify;
  let deployment: Deployment;
  let pipeline: LocalPipeline;

  before(async () => {
    deployment = await readDeployment("infdev", {
      "aws:region": "eu-central-1",
      "amplify-logs:apps": JSON.stringify([SHOP]),
      "amplify-logs:backfillSchedule": "cron(0 4 * * ? *)",
      "amplify-logs:backfillDays": "1",
      "amplify-logs:cloudFront": JSON.stringify({
        distributions: [{ name: "docs", distributionId: DISTRIBUTION }],
        jsonOutput: true,
      }),
      "amplify-logs:applicationLogs": JSON.stringify({ layout: "perService", services: ["api-gateway"] }),
    });
    replaceDefinitions(lake, deployment);
    const socketPath = path.join(root, "amplify.sock");
    const options = { apps: [SHOP], seed: "sources", requestsPerDay: 200, clock, socketPath, faults: NO_FAULTS };
    amplify = await startSimulatedAmplify(options);
    const { url: amplifyUrl, logHost } = amplify;
    pipeline = await openPipeline({ lake, deployment, clock, amplifyUrl, logHost, socketPath });
  });
  after(async () => {
    await amplify?.close();
    rmSync(root, { recursive: true, force: true });
  });

  const ask = async (sql: string): Promise<unknown[]> => {
    const session = await openLake(lake);
    try {
      return [...(await session.query(sql)).rows];
    } finally {
      session.close();
    }
  };
  const updatePartitions = (): Promise<unknown> =>
    pipeline.fetchAgain({ startMs: NOW - HOUR_MS, endMs: NOW - HOUR_MS });

  it("are read from the program, with the tables of their own databases", () => {
    expect(deployment.cloudFront?.keys).to.deep.equal([]);
    expect(deployment.cloudFront?.bucket).to.equal(deployment.cloudFront?.environment["SOURCE_BUCKET"]);
    expect(deployment.applicationLogs?.keys).to.deep.include({ wildcard: "*.ndjson.gz" });
    expect(
      deployment.tables.flatMap(({ database, name, format }) =>
        database === undefined ? [] : `${database}.${name} ${format}`,
      ),
    ).to.have.members([
      "log_analytics_db.processed_logs parquet",
      "log_analytics_db.errors_logs json",
      "app_logs_db.api_gateway parquet",
    ]);
    expect(deployment.database).to.equal("amplify_logs");
  });

  it("bring CloudFront's rows into the tables of Amplify's, under their distribution's name", async () => {
    const fields = "date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status x-edge-request-id";
    const row = (time: string, id: string): string =>
      `2026-11-20\t${time}\tFRA56-P1\t512\t192.0.2.77\tGET\td1.cloudfront.net\t/guide,1\t200\t${id}`;
    const body = gzipSync(
      `#Version: 1.0\n#Fields: ${fields}\n${row("09:59:58", "one==")}\n${row("10:00:01", "two==")}\n`,
    );
    const objects = [
      { key: `${DISTRIBUTION}.2026-11-20-10.0123abcd.gz`, body },
      { key: "E0SOMEBODYELSE.2026-11-20-10.0123abcd.gz", body },
    ];
    const [ours, others] = await pipeline.cloudFront!.deliver(objects);
    expect(ours).to.include({ outcome: "read", rows: 2, rejected: 0 });
    expect(others).to.include({ outcome: "ignored", rows: 0 });
    await updatePartitions();
    const rows = `SELECT uri, status, request_ip, CAST("timestamp" AS varchar) AS at FROM access_logs WHERE app = 'docs' ORDER BY 4`;
    const expected = [
      { uri: "/guide,1", status: 200, request_ip: "192.0.2.0", at: "2026-11-20 09:59:58" },
      { uri: "/guide,1", status: 200, request_ip: "192.0.2.0", at: "2026-11-20 10:00:01" },
    ];
    expect(await ask(rows)).to.deep.equal(expected);
    await pipeline.cloudFront!.deliver(objects);
    expect(await ask(rows)).to.deep.equal(expected);
    // What was delivered stays as it was.
    const kept = path.join(sourcePath(lake, deployment.cloudFront!.bucket), objects[0]!.key);
    expect(Buffer.compare(readFileSync(kept), body)).to.equal(0);
  });

  it("bring application logs into theirs, and the sources' queries answer as they stand", async () => {
    const lines = [
      {
        timestamp: "2026-11-20T10:00:00Z",
        level: "INFO",
        service: "api-gateway",
        endpoint: "/a",
        status_code: 200,
        response_time_ms: 12.5,
      },
      {
        timestamp: "2026-11-20T10:30:00Z",
        level: "error",
        service: "api-gateway",
        endpoint: "/b",
        status_code: 502,
        response_time_ms: 2000,
        trace: "t1",
      },
      {
        timestamp: "2026-11-20T11:00:00Z",
        level: "ERROR",
        service: "payment",
        endpoint: "/c",
        status_code: 500,
        response_time_ms: 3,
      },
      { timestamp: "2026-11-20T11:00:00Z", level: "ERROR", service: "payment", status_code: 9000 },
    ].map((line) => JSON.stringify(line));
    const key = "logs/any/app.log";
    const deliver = async (content: readonly string[]) =>
      (await pipeline.applicationLogs!.deliver([{ key, body: Buffer.from(`${content.join("\n")}\n`) }]))[0]!;
    expect(await deliver(lines)).to.include({ outcome: "read", rows: 3, added: 3, errors: 1 });
    expect(await deliver(lines)).to.include({ outcome: "read", rows: 3, added: 0 });

    // event-driven-log-validator.md
    expect(await ask(`SELECT * FROM "log_analytics_db"."processed_logs" LIMIT 10;`)).to.have.length(3);
    expect(
      await ask(`SELECT level, COUNT(*) AS log_count FROM "log_analytics_db"."processed_logs" GROUP BY level;`),
    ).to.have.deep.members([
      { level: "INFO", log_count: 1 },
      { level: "ERROR", log_count: 2 },
    ]);
    const errors = (await ask(`SELECT * FROM "log_analytics_db"."errors_logs" LIMIT 10;`)) as Record<string, unknown>[];
    expect(errors.map(({ line_number, rule, source }) => ({ line_number, rule, source }))).to.deep.equal([
      { line_number: 4, rule: "range", source: key },
    ]);

    // glue-log-analysis-pipelines.md, on the table that is declared for the service
    expect(
      await ask(`-- Count logs by service and level
SELECT service, level, COUNT(*) as count
FROM "app_logs_db"."api_gateway"
GROUP BY service, level
ORDER BY count DESC;`),
    ).to.have.deep.members([
      { service: "api-gateway", level: "INFO", count: 1 },
      { service: "api-gateway", level: "ERROR", count: 1 },
    ]);
    expect(
      await ask(`-- Find slow API responses
SELECT timestamp, endpoint, response_time_ms, status_code
FROM "app_logs_db"."api_gateway"
WHERE response_time_ms > 1000
ORDER BY response_time_ms DESC
LIMIT 100;`),
    ).to.deep.equal([
      { timestamp: "2026-11-20T10:30:00.000Z", endpoint: "/b", response_time_ms: 2000, status_code: 502 },
    ]);
    expect(
      await ask(`-- Error analysis
SELECT date_trunc('hour', from_iso8601_timestamp(timestamp)) as hour,
       service, status_code, COUNT(*) as error_count
FROM "app_logs_db"."api_gateway"
WHERE level = 'ERROR'
GROUP BY 1, 2, 3
ORDER BY hour DESC, error_count DESC;`),
    ).to.deep.equal([
      { hour: "2026-11-20 10:00:00.000 UTC", service: "api-gateway", status_code: 502, error_count: 1 },
    ]);
    // A service that nobody declared is found all the same.
    expect(
      await ask(`SELECT service, year, month, day FROM log_analytics_db.processed_logs WHERE service = 'payment'`),
    ).to.deep.equal([{ service: "payment", year: "2026", month: "11", day: "20" }]);
    expect(await ask(`SELECT extra FROM log_analytics_db.processed_logs WHERE extra IS NOT NULL`)).to.deep.equal([
      { extra: '{"trace":"t1"}' },
    ]);
  });

  it("pass by what no rule names", async () => {
    expect(await pipeline.applicationLogs!.deliver([{ key: "logs/image.png", body: Buffer.from("x") }])).to.deep.equal(
      [],
    );
  });

  it("do not keep the backfill from its own schedule", async () => {
    const before = { ...pipeline.counts };
    await pipeline.wind({ startMs: NOW + 3.25 * HOUR_MS, endMs: NOW + 3.75 * HOUR_MS }, () => undefined);
    expect(pipeline.counts.backfillRanges - before.backfillRanges).to.equal(1);
    expect(pipeline.counts.failures).to.equal(before.failures);
    const hours = await ask(
      `SELECT count(*) AS n FROM fetch_coverage WHERE app = 'shop' AND "date" = '2026-11-20' AND state IN ('fetched', 'quiet')`,
    );
    // Of the day before 04:00, the twenty hours from 04:00 on.
    expect(hours).to.deep.equal([{ n: 20 }]);
  });
});
