/** The commands of glue-log-analysis-pipelines.md in their order, with ours where the documents' were: from nothing to its answers. */
import { readdirSync } from "node:fs";
import path from "node:path";
import { expect } from "chai";
import { SOURCE_SERVICE_QUERIES } from "../helpers/sourceStatements";
import { Move } from "./move";
import { readApplicationLogs } from "./readers";

const BUCKET = "hack-with-harsha-logs";
const DAYS = 7;
const ENTRIES = 1000;

describe("the commands of glue-log-analysis-pipelines, from sample logs to answers", function () {
  this.timeout(120_000);
  let move: Move;
  let services: string[];

  const filesOf = (folder: string): string[] =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));

  before(() => {
    move = new Move();
    move.make(BUCKET);
    // Its defaults: days = 7, entries = 1000, output-dir = ./logs.
    move.run("amplify-logs generate --format application --end 2025-04-03");
    services = readdirSync(path.join(move.folder, "logs")).sort();
  });
  after(() => move.remove());

  it("write a file for each service and day, in its folders and by its names", () => {
    expect(services).to.include.members(["api-gateway", "authentication"]);
    const files = filesOf(path.join(move.folder, "logs"));
    expect(files).to.have.length(services.length * DAYS);
    expect(files).to.include("api-gateway/year=2025/month=04/day=03/logs_api-gateway_20250403.json");
    for (const file of files) {
      const [, service, year, month, day, name] =
        /^([a-z-]+)\/year=(\d{4})\/month=(\d\d)\/day=(\d\d)\/(.*)$/.exec(file) ?? [];
      expect(name, file).to.equal(`logs_${service}_${year}${month}${day}.json`);
    }
  });

  it("take other days, entries and folders as its main.py does", () => {
    move.run("amplify-logs generate --format application --days 30 --entries 50 --output-dir ./other --end 2025-04-30");
    const counts = move.run("for service in other/*; do find $service -name '*.json' -exec cat {} + | wc -l; done");
    expect(counts.trim().split(/\s+/).map(Number)).to.deep.equal(services.map(() => 30 * 50));
    expect(filesOf(path.join(move.folder, "other"))).to.have.length(services.length * 30);
  });

  it("upload them by its own command, and end in its tables and answers", async () => {
    move.run(`aws s3 sync ./logs s3://${BUCKET}/logs/ --exclude "*" --include "*.json"`);
    await readApplicationLogs(move, BUCKET, { services, years: { first: 2025, last: 2026 } });
    const all = await move.query(
      'SELECT service, count(*) AS n FROM "log_analytics_db"."processed_logs" GROUP BY service ORDER BY service',
    );
    expect(all).to.deep.equal(services.map((service) => ({ service, n: DAYS * ENTRIES })));
    const levels = await move.query(SOURCE_SERVICE_QUERIES.levels);
    expect(levels.reduce((sum, row) => sum + Number(row["count"]), 0)).to.equal(DAYS * ENTRIES);
    const slow = await move.query(SOURCE_SERVICE_QUERIES.slow);
    expect(slow).to.not.be.empty;
    for (const row of slow) expect(row["response_time_ms"]).to.be.greaterThan(1000);
    const errors = await move.query(SOURCE_SERVICE_QUERIES.errors);
    const [counted] = levels.filter((row) => row["level"] === "ERROR");
    expect(errors.reduce((sum, row) => sum + Number(row["error_count"]), 0)).to.equal(counted!["count"]);
    for (const service of services) {
      const table = service.replaceAll("-", "_");
      const [row] = await move.query(`SELECT count(*) AS n FROM "app_logs_db"."${table}"`);
      expect(row, service).to.deep.equal({ n: DAYS * ENTRIES });
    }
  });
});
