/** docs/migrate/event-driven-log-validator.md, carried out on the layout of that system. */
import { expect } from "chai";
import { codeBlocks } from "../docs/markdown";
import { SOURCE_VALIDATOR_QUERIES } from "../helpers/sourceStatements";
import { migrationDocument, Move, stepsBelow } from "./move";
import { readApplicationLogs } from "./readers";

const DOCUMENT = migrationDocument("event-driven-log-validator");
const OLD = "my-log-ingestion-raw-bucket-NAME";
const OLD_PROCESSED = "my-log-ingestion-processed-bucket-NAME";
const NEW = "application-bucket";
const YEARS = { first: 2025, last: 2025 };

const pad = (value: number): string => String(value).padStart(2, "0");
const LEVELS = ["INFO", "INFO", "WARNING", "ERROR", "DEBUG"];
const textLine = (day: number, i: number): string =>
  `2025-06-${pad(day)} 10:${pad(Math.floor(i / 60))}:${pad(i % 60)} ${LEVELS[i % LEVELS.length]} request ${i} done`;
const jsonLine = (day: number, i: number): string =>
  JSON.stringify({
    timestamp: `2025-06-${pad(day)}T11:00:${pad(i)}Z`,
    level: LEVELS[i % LEVELS.length],
    message: `entry ${i}`,
  });

const BAD = [
  "no timestamp and no level",
  "2025-06-01 10:00:00 LOUD what level is that",
  '{"timestamp":"2025-06-01T10:00:00Z"',
];

describe("moving over from event-driven-log-validator", function () {
  this.timeout(120_000);
  let move: Move;

  const count = async (): Promise<unknown> => (await move.query(codeBlocks(DOCUMENT, "sql")[0]!))[0];

  beforeEach(() => {
    move = new Move({ applicationLogsBucketName: NEW });
    move.make(NEW);
    const lines = [1, 2].flatMap((day) => Array.from({ length: 100 }, (_, i) => textLine(day, i)));
    move.put(OLD, "sample_log.log", `${[...lines, "", ...BAD].join("\n")}\n`);
    move.put(OLD, "more/app two+1.log", `${Array.from({ length: 50 }, (_, i) => jsonLine(3, i)).join("\n")}\n`);
    move.put(OLD, "notes.txt", "not a log\n");
    // Its own output: what it validated, with the time of that.
    move.put(
      OLD_PROCESSED,
      "processed/sample.json",
      `${Array.from({ length: 20 }, (_, i) => jsonLine(4, i).replace("}", ',"processed_timestamp":"2025-06-05T00:00:00Z"}')).join("\n")}\n`,
    );
  });
  afterEach(() => move.remove());

  it("ends with as many rows and refused lines as there were lines, and answers its queries word for word", async () => {
    const [verify] = stepsBelow(DOCUMENT, "Verify");
    const before = Number(move.run(verify!).trim());
    expect(before).to.equal(200 + BAD.length + 50);
    move.run(stepsBelow(DOCUMENT, "Bring the old data")[0]!);
    await readApplicationLogs(move, NEW, { years: YEARS });
    expect(await count()).to.deep.equal({ processed: before - BAD.length, refused: BAD.length });

    const levels = await move.query(SOURCE_VALIDATOR_QUERIES.levels);
    expect(Object.fromEntries(levels.map((row) => [row["level"], row["log_count"]]))).to.deep.equal({
      INFO: 100,
      WARNING: 50,
      ERROR: 50,
      DEBUG: 50,
    });
    const first = await move.query(SOURCE_VALIDATOR_QUERIES.first);
    expect(first).to.have.length(10);
    for (const row of first) expect(row["processed_timestamp"]).to.match(/^20\d\d-\d\d-\d\d /);
    const errors = await move.query(SOURCE_VALIDATOR_QUERIES.errors);
    expect(errors.map((row) => row["raw"])).to.have.members(BAD);
    for (const row of errors) expect(row["reason"]).to.be.a("string").and.not.equal("");
  });

  it("takes what it had processed, where the raw logs are gone", async () => {
    move.run(stepsBelow(DOCUMENT, "Bring the old data")[1]!);
    await readApplicationLogs(move, NEW, { years: YEARS });
    expect(await count()).to.deep.equal({ processed: 20, refused: 0 });
  });

  it("adds nothing when an object comes again, and its new lines when it has grown", async () => {
    const [take] = stepsBelow(DOCUMENT, "Bring the old data");
    move.run(take!);
    await readApplicationLogs(move, NEW, { years: YEARS });
    await readApplicationLogs(move, NEW, { years: YEARS });
    expect(await count()).to.deep.equal({ processed: 250, refused: BAD.length });
    move.put(OLD, "more/app two+1.log", `${Array.from({ length: 60 }, (_, i) => jsonLine(3, i)).join("\n")}\n`);
    move.run(take!);
    await readApplicationLogs(move, NEW, { years: YEARS });
    expect(await count()).to.deep.equal({ processed: 260, refused: BAD.length });
  });

  it("lays rows into processed/ by service and day, as Parquet, and refused lines into errors/", async () => {
    move.run(stepsBelow(DOCUMENT, "Bring the old data")[0]!);
    await readApplicationLogs(move, NEW, { years: YEARS });
    const folders = async (prefix: string): Promise<string[]> => [
      ...new Set((await move.store().list(prefix)).map(({ key }) => key.replace(/[0-9a-f]{16}(\.[a-z.]+)$/, "HASH$1"))),
    ];
    expect(await folders("processed/")).to.deep.equal(
      ["01", "02", "03"].map((day) => `processed/service=unknown/year=2025/month=06/day=${day}/HASH.parquet`),
    );
    const [errors, ...others] = await folders("errors/");
    expect(errors).to.match(/^errors\/year=20\d\d\/month=\d\d\/day=\d\d\/HASH\.json\.gz$/);
    expect(others).to.deep.equal([]);
  });

  it("reads JSON lines, and other lines by a pattern with named groups", async () => {
    move.make("own-format");
    move.put(
      "own-format",
      "a.log",
      [
        "<11> 2025-06-09T01:02:03Z api: it happened",
        '{"timestamp":"2025-06-09T01:02:04Z","level":"info","message":"m"}',
        "",
      ].join("\n"),
    );
    const pattern = "^<(?<level>\\d+)> (?<timestamp>\\S+) (?<service>\\w+): (?<message>.*)$";
    const rules = [{ rule: "required", field: "timestamp" }];
    await readApplicationLogs(move, "own-format", { years: YEARS, more: { pattern, rules } });
    const sql =
      'SELECT service, level, message, "timestamp" FROM "log_analytics_db"."processed_logs" ORDER BY "timestamp"';
    expect(await move.query(sql)).to.deep.equal([
      { service: "api", level: "11", message: "it happened", timestamp: "2025-06-09T01:02:03.000Z" },
      { service: "unknown", level: "INFO", message: "m", timestamp: "2025-06-09T01:02:04.000Z" },
    ]);
  });

  it("refuses by each kind of rule, and says which", async () => {
    const good = {
      timestamp: "2025-06-09T00:00:00Z",
      level: "INFO",
      status_code: 200,
      response_time_ms: 5,
      user_id: "u-1",
      endpoint: "/a",
    };
    const lines = [
      good,
      { ...good, user_id: undefined },
      { ...good, status_code: "two hundred" },
      { ...good, level: "LOUD" },
      { ...good, endpoint: "no path" },
      { ...good, status_code: 99 },
      { ...good, response_time_ms: 300 },
    ];
    move.make("rules");
    move.put("rules", "a.ndjson", `${lines.map((line) => JSON.stringify(line)).join("\n")}\n`);
    const rules = [
      { rule: "required", field: "user_id" },
      { rule: "type", field: "status_code", type: "integer" },
      { rule: "enum", field: "level", values: ["INFO"] },
      { rule: "regex", field: "endpoint", pattern: "^/" },
      { rule: "range", field: "status_code", min: 100, max: 599 },
      { rule: "cross", field: "response_time_ms", operator: "<", other: "status_code" },
    ];
    await readApplicationLogs(move, "rules", { years: YEARS, more: { rules } });
    const refused = await move.query(
      'SELECT line_number, rule FROM "log_analytics_db"."errors_logs" ORDER BY line_number',
    );
    expect(refused.map((row) => [row["line_number"], row["rule"]])).to.deep.equal([
      [2, "required"],
      [3, "type"],
      [4, "enum"],
      [5, "regex"],
      [6, "range"],
      [7, "cross"],
    ]);
    expect(await count()).to.deep.equal({ processed: 1, refused: 6 });
  });
});
