/** docs/migrate/glue-log-analysis-pipelines.md, carried out on the layout of that system. */
import { expect } from "chai";
import { codeBlocks } from "../docs/markdown";
import { jsonLines, serviceEntries, serviceKey, type ServiceEntry } from "../helpers/serviceLogs";
import { SOURCE_SERVICE_QUERIES } from "../helpers/sourceStatements";
import { migrationDocument, Move, stepsBelow } from "./move";
import { readApplicationLogs } from "./readers";

const DOCUMENT = migrationDocument("glue-log-analysis-pipelines");
const OLD = "hack-with-harsha-logs";
const NEW = "application-bucket";
const SERVICES = ["api-gateway", "authentication"] as const;
const DATES = ["2025-03-31", "2025-04-01", "2025-04-03"];
const ENTRIES = 40;

const entriesOf = (service: string): ServiceEntry[] => DATES.flatMap((date) => serviceEntries(service, date, ENTRIES));

describe("moving over from glue-log-analysis-pipelines", function () {
  this.timeout(120_000);
  let move: Move;
  /** Lines by service, as the page counts them in the old bucket. */
  let counted: Record<string, number>;

  before(async () => {
    move = new Move({ applicationLogsBucketName: NEW });
    for (const service of SERVICES) {
      for (const date of DATES)
        move.put(OLD, `logs/${serviceKey(service, date)}`, jsonLines(serviceEntries(service, date, ENTRIES)));
    }
    // A line that its crawler would have taken, and that says nothing.
    move.put(
      OLD,
      "logs/api-gateway/year=2025/month=04/day=03/logs_broken.json",
      '{"level":"INFO","service":"api-gateway"}\n',
    );
    move.put(OLD, "query-results/a.csv", "not a log");
    move.make(NEW);
    const [count] = stepsBelow(DOCUMENT, "Verify");
    const lines = move.run(count!).trim().split("\n");
    counted = Object.fromEntries(lines.map((line) => [line.split(" ")[0]!, Number(line.split(" ").at(-1))]));
    for (const block of stepsBelow(DOCUMENT, "Bring the old data")) move.run(block);
    await readApplicationLogs(move, NEW, { services: SERVICES, years: { first: 2025, last: 2025 } });
  });
  after(() => move.remove());

  it("ends with as many rows and refused lines as there were lines, by service", async () => {
    expect(counted).to.deep.equal({ "api-gateway": 121, authentication: 120 });
    const [count] = codeBlocks(DOCUMENT, "sql");
    expect(await move.query(count!)).to.deep.equal([
      { service: "api-gateway", lines: 121, refused: 1 },
      { service: "authentication", lines: 120, refused: 0 },
    ]);
    const [refused] = await move.query('SELECT rule, reason, raw FROM "log_analytics_db"."errors_logs"');
    expect(refused).to.include({ rule: "required", raw: '{"level":"INFO","service":"api-gateway"}' });
    expect(refused!["reason"]).to.match(/timestamp/);
  });

  it("answers its three queries word for word, on a table for each service", async () => {
    const entries = entriesOf("api-gateway");
    const levels = ["INFO", "WARNING", "ERROR"].map((level) => entries.filter((entry) => entry.level === level).length);
    expect(await move.query(SOURCE_SERVICE_QUERIES.levels)).to.have.deep.members([
      { service: "api-gateway", level: "INFO", count: levels[0]! },
      { service: "api-gateway", level: "WARNING", count: levels[1]! },
      { service: "api-gateway", level: "ERROR", count: levels[2]! },
    ]);
    const slow = entries.filter((entry) => entry.response_time_ms > 1000);
    const found = await move.query(SOURCE_SERVICE_QUERIES.slow);
    expect(found.map((row) => row["timestamp"])).to.have.members(slow.map(({ timestamp }) => timestamp));
    const times = found.map((row) => Number(row["response_time_ms"]));
    expect(times).to.deep.equal([...times].sort((a, b) => b - a));
    const errors = await move.query(SOURCE_SERVICE_QUERIES.errors);
    const bad = entries.filter(({ level }) => level === "ERROR");
    expect(errors.reduce((sum, row) => sum + Number(row["error_count"]), 0)).to.equal(bad.length);
    expect(errors).to.have.length(
      new Set(bad.map(({ timestamp, status_code }) => `${timestamp.slice(0, 13)} ${status_code}`)).size,
    );
  });

  it("adds nothing when it is done again", async () => {
    for (const block of stepsBelow(DOCUMENT, "Bring the old data")) move.run(block);
    await readApplicationLogs(move, NEW, { services: SERVICES, years: { first: 2025, last: 2025 } });
    const sql = 'SELECT count(*) AS n, count(DISTINCT entry_id) AS ids FROM "app_logs_db"."authentication"';
    expect(await move.query(sql)).to.deep.equal([{ n: 120, ids: 120 }]);
  });

  it("leaves the old bucket as it was", async () => {
    const keys = (await move.store(OLD).list("")).map(({ key }) => key);
    expect(keys).to.have.length(SERVICES.length * DATES.length + 2);
  });
});
