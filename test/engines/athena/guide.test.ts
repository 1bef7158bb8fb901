import path from "node:path";
import { expect } from "chai";
import { packageRoot } from "../../../src/local/bundles";
import { codeBlocks } from "../../docs/markdown";
import { need } from "../tools/missing";
import { daysBefore, YESTERDAY } from "./sample";
import { openWorld, type World } from "./world";

const GUIDE = path.join(packageRoot(), "docs", "athena.md");

describe("the questions of docs/athena.md about access logs", () => {
  let world: World;
  before(async function () {
    world = await need(this, "Trino with Glue and S3", openWorld);
  });

  it("are taken by Trino as by the local lake", async () => {
    const questions = codeBlocks(GUIDE, "sql").filter((sql) => !sql.includes("log_analytics_db"));
    expect(questions.length).to.be.greaterThan(8);
    let rows = 0;
    for (const question of questions) {
      // The guide has the default's name, and days of another month.
      const sql = question
        .replace('"amplify_logs"', `"${world.catalog.database}"`)
        .replaceAll("2026-11-14", daysBefore(YESTERDAY, 6))
        .replaceAll("2026-11-20", YESTERDAY)
        .replace("month = 11 AND day = 20", "month = 10 AND day = 16");
      const trino = await world.engine.query(sql, { schema: world.catalog.database });
      const duckdb = await world.duckdb.query(sql.replace(/;\s*$/, ""));
      expect(
        trino.columns.map(({ name }) => name),
        sql,
      ).to.deep.equal(duckdb.columns.map(({ name }) => name));
      expect(trino.rows, sql).to.have.length(duckdb.rows.length);
      rows += trino.rows.length;
    }
    expect(rows).to.be.greaterThan(50);
  });
});
