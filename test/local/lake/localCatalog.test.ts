import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { expect } from "chai";
import {
  addPartitions,
  catalogApps,
  catalogNames,
  catalogPath,
  declareApps,
  loadCatalog,
  replaceDefinitions,
} from "../../../src/local/localCatalog";
import { catalogTables, catalogViews } from "../../../src/model/catalog";
import { temporaryLake } from "./fixture";

describe("the local catalogue", () => {
  let lake: string;
  let remove: () => void;
  beforeEach(() => ({ lake, remove } = temporaryLake()));
  afterEach(() => remove());

  it("is made with the first app, and is the component's", () => {
    expect(loadCatalog(lake)).to.equal(undefined);
    const catalog = declareApps(lake, ["shop"]);
    expect(catalog.database).to.equal("amplify_logs");
    expect(catalog.tables.map(({ name }) => name)).to.deep.equal([
      "access_logs_raw",
      "access_logs",
      "access_logs_rejected",
      "fetch_coverage",
    ]);
    expect(catalog.views).to.deep.equal(catalogViews({ database: "amplify_logs", table: "access_logs" }, ["shop"]));
    expect(loadCatalog(lake)).to.deep.equal(catalog);
    expect(readdirSync(lake)).to.deep.equal(["catalog.json"]);
  });

  it("grows by apps and forgets none, nor any partition", () => {
    declareApps(lake, ["shop"]);
    addPartitions(lake, "access_logs", [{ values: { app: "shop", date: "2026-11-20" } }]);
    declareApps(lake, ["blog", "shop"]);
    const catalog = declareApps(lake, ["blog"]);
    expect(catalogApps(catalog)).to.deep.equal(["shop", "blog"]);
    expect(catalog.views.filter(({ name }) => name === "logs")).to.have.length(1);
    expect(catalog.views.map(({ name }) => name)).to.include.members(["shop_today", "blog_month"]);
    expect(catalog.partitions["access_logs"]).to.have.length(1);
  });

  it("takes other definitions and keeps the partitions of tables that stay", () => {
    declareApps(lake, ["shop"]);
    addPartitions(lake, "access_logs", [{ values: { app: "shop", date: "2026-11-20" } }]);
    const names = { database: "other", table: "access_logs" };
    const options = {
      ...names,
      bucket: "b",
      rawPrefix: "logs/raw",
      apps: ["shop", "blog"],
      years: { first: 2026, last: 2027 },
    };
    replaceDefinitions(lake, {
      database: "other",
      tables: catalogTables(options),
      views: catalogViews(names, options.apps),
    });
    const catalog = declareApps(lake, ["third"]);
    expect(catalog.database).to.equal("other");
    expect(catalog.tables[0]!.prefix).to.equal("logs/raw");
    expect(catalogApps(catalog)).to.deep.equal(["shop", "blog", "third"]);
    expect(catalog.partitions["access_logs"]).to.have.length(1);
  });

  it("holds tables of several databases, which may have the same names", () => {
    const options = { database: "amplify_logs", table: "access_logs", bucket: "b", rawPrefix: "raw", apps: ["shop"] };
    const tables = catalogTables({ ...options, years: { first: 2026, last: 2027 } });
    const [, typed] = tables;
    const other = { ...typed!, database: "other_db", prefix: "elsewhere" };
    // First, so that only its database tells it from the lake's own.
    replaceDefinitions(lake, { database: "amplify_logs", tables: [other, ...tables], views: [] });
    expect(catalogNames(loadCatalog(lake)!)).to.deep.equal({ database: "amplify_logs", table: "access_logs" });
    const partition = { values: { app: "shop", date: "2026-11-20" } };
    expect(addPartitions(lake, "access_logs", [partition])).to.equal(1);
    expect(addPartitions(lake, "access_logs", [partition], "other_db")).to.equal(1);
    expect(addPartitions(lake, "access_logs", [partition], "other_db")).to.equal(0);
    expect(loadCatalog(lake)!.partitions).to.deep.equal({
      access_logs: [{ ...partition, location: "access_logs/app=shop/date=2026-11-20/" }],
      "other_db.access_logs": [{ ...partition, location: "elsewhere/app=shop/date=2026-11-20/" }],
    });
    expect(() => addPartitions(lake, "access_logs", [partition], "third_db")).to.throw("other_db.access_logs");
  });

  it("sees what another process wrote since it was last read", () => {
    declareApps(lake, ["shop"]);
    const before = loadCatalog(lake)!;
    writeFileSync(catalogPath(lake), JSON.stringify({ ...before, database: "theirs" }));
    expect(loadCatalog(lake)!.database).to.equal("theirs");
    expect(before.database).to.equal("amplify_logs");
  });

  for (const [content, problem] of [
    ["{", "cannot be read"],
    ['{"version": 2}', "not a catalogue of version 1"],
    ["[]", "not a catalogue of version 1"],
  ] as const) {
    it(`names the file and what to do when it holds ${content}`, () => {
      mkdirSync(lake, { recursive: true });
      writeFileSync(catalogPath(lake), content);
      expect(() => loadCatalog(lake))
        .to.throw(problem)
        .with.property("message")
        .that.contains(catalogPath(lake))
        .and.contains("Fix: ");
    });
  }

  for (const [app, problem] of [
    ["Shop", "not a name"],
    ["1shop", "not a name"],
    ["a".repeat(27), "not a name"],
    ["access_logs", "access_logs_today exists already"],
  ] as const) {
    it(`refuses the app ${app} and writes nothing`, () => {
      expect(() => declareApps(lake, ["fine", app])).to.throw(problem);
      expect(loadCatalog(lake)).to.equal(undefined);
    });
  }
});
