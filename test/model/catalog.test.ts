import { expect } from "chai";
import {
  appViewName,
  catalogTables,
  catalogViews,
  maintenanceTables,
  PERIODS,
  periodViewName,
  reservedCatalogNames,
} from "../../src/model/catalog";
import { TABLE_COLUMNS, VIEW_COLUMNS } from "../../src/model/columns";

const names = { database: "default", table: "loshadki_access_logs" };
const options = {
  ...names,
  bucket: "bucket",
  rawPrefix: "cloudfront/logs",
  apps: ["shop", "gone"],
  years: { first: 2025, last: 2030 },
};

describe("the catalogue", () => {
  it("names tables and views after the typed table", () => {
    expect(catalogTables(options).map(({ name }) => name)).to.deep.equal([
      "loshadki_access_logs_raw",
      "loshadki_access_logs",
      "loshadki_access_logs_rejected",
      "fetch_coverage",
    ]);
    expect(catalogViews(names, ["shop"]).map(({ name }) => name)).to.deep.equal([
      ...PERIODS.map((period) => periodViewName(names, period)),
      ...PERIODS.map((period) => appViewName("shop", period)),
      "logs",
    ]);
  });

  it("has no name twice, and reserves those that no app makes", () => {
    const tables = [...catalogTables(options), ...maintenanceTables(options)];
    const made = [...tables, ...catalogViews(names, options.apps)].map(({ name }) => name);
    expect(new Set(made).size).to.equal(made.length);
    const withoutApps = [...tables, ...catalogViews(names, [])].map(({ name }) => name);
    expect(reservedCatalogNames(names)).to.have.members(withoutApps);
  });

  it("computes partitions of raw, rejected and coverage from bounded ranges and all apps; the typed table's are registered", () => {
    for (const table of catalogTables(options)) {
      if (table.format === "parquet") {
        expect(table.projection).to.equal(undefined);
        continue;
      }
      expect(table.projection!["projection.app.values"], table.name).to.equal("shop,gone");
      expect(Object.values(table.projection!).join(), table.name).to.not.match(/NOW|9999/);
      const template = table.projection!["storage.location.template"]!;
      expect(template).to.contain(`s3://bucket/${table.prefix}/`);
      for (const { name } of table.partitionKeys) expect(template).to.contain(`${name}=\${${name}}`);
    }
  });

  it("lets the compaction see the hourly files of all apps, and its own by their id alone", () => {
    const [hourly, compactions] = maintenanceTables(options);
    expect([hourly!.name, compactions!.name]).to.deep.equal([
      "loshadki_access_logs_hourly",
      "loshadki_access_logs_compactions",
    ]);
    for (const { columns, projection } of [hourly!, compactions!]) {
      expect(columns).to.deep.equal(TABLE_COLUMNS);
      expect(projection).to.include({
        "projection.app.values": "shop,gone",
        "projection.date.range": "2025-01-01,2030-12-31",
      });
    }
    expect(hourly!.projection!["storage.location.template"]).to.equal(
      "s3://bucket/access_logs/app=${app}/date=${date}",
    );
    expect(compactions!.projection).to.include({
      "projection.compaction.type": "injected",
      "storage.location.template": "s3://bucket/access_logs_compacted/date=${date}/${compaction}/app=${app}",
    });
  });

  it("gives a table no column that is a partition key too", () => {
    for (const { columns, partitionKeys, format } of [...catalogTables(options), ...maintenanceTables(options)]) {
      const keys = partitionKeys.map(({ name }) => name);
      if (format !== "csv") expect(columns.map(({ name }) => name)).to.not.include.members(keys);
    }
    expect(TABLE_COLUMNS.map(({ name }) => name)).to.not.include("date");
  });

  it("writes views that select their declared columns in order, compare the key directly and end without a semicolon", () => {
    for (const { name, sql, columns } of catalogViews(names, ["shop"])) {
      const items = sql.split("\nFROM")[0]!.matchAll(/(?:AS "(\w+)"|(?:^SELECT |, )t\."(\w+)")(?=,|$)/g);
      const selected = [...items].map((match) => match[1] ?? match[2]);
      expect(selected, name).to.deep.equal(columns.map((column) => column.name));
      expect(sql).to.contain('FROM "default"."loshadki_access_logs" t').and.not.contain(";");
      if (name !== "logs")
        expect(sql).to.match(/WHERE (t\."app" = 'shop' AND )?t\."date" (=|>=) CAST\(CAST\(current_date/);
      expect(columns.slice(0, VIEW_COLUMNS.length)).to.deep.equal(VIEW_COLUMNS);
    }
  });
});
