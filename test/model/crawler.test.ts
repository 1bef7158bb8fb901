import { expect } from "chai";
import {
  crawlerConfiguration,
  crawlerLogGroup,
  crawlPolicies,
  sharedTableLevel,
  tableLevelOf,
} from "../../src/model/crawler";

describe("how a crawler is set up", () => {
  const LEVELS = [
    ["logs", "tables", 2],
    ["a/b/logs", "tables", 4],
    ["access_logs", "partitions", 1],
    ["cloudfront/example.com", "partitions", 2],
    ["", "tables", 1],
    ["", "partitions", 1],
  ] as const;
  for (const [prefix, below, level] of LEVELS)
    it(`puts tables at level ${level} where ${below} lie below ${JSON.stringify(prefix)}`, () => {
      expect(tableLevelOf({ prefix, below })).to.equal(level);
    });

  it("has one level for all prefixes, or none where they differ", () => {
    const at = (...prefixes: string[]) => sharedTableLevel(prefixes.map((prefix) => ({ prefix, below: "partitions" })));
    expect([at("access_logs", "raw"), at("access_logs", "cloudfront/example.com"), at("a/b")]).to.deep.equal([
      1,
      undefined,
      2,
    ]);
  });

  it("makes a single schema for each path, at the level, and leaves the level out where there is none", () => {
    const of = (level: number | undefined) =>
      JSON.parse(JSON.stringify(crawlerConfiguration(level))) as { Version: number; Grouping: object };
    expect(of(2)).to.deep.include({
      Version: 1,
      Grouping: { TableGroupingPolicy: "CombineCompatibleSchemas", TableLevelConfiguration: 2 },
    });
    expect(of(undefined).Grouping).to.deep.equal({ TableGroupingPolicy: "CombineCompatibleSchemas" });
  });

  it("deletes nothing, and writes no schema where only new folders are looked at, as Glue wants it", () => {
    expect([crawlPolicies(false), crawlPolicies(true)]).to.deep.equal([
      { recrawlBehavior: "CRAWL_EVERYTHING", deleteBehavior: "LOG", updateBehavior: "UPDATE_IN_DATABASE" },
      { recrawlBehavior: "CRAWL_NEW_FOLDERS_ONLY", deleteBehavior: "LOG", updateBehavior: "LOG" },
    ]);
  });

  it("knows the log group that Glue writes to with a security configuration", () => {
    expect(crawlerLogGroup("role", "security")).to.equal("/aws-glue/crawlers-role/role-security");
  });
});
