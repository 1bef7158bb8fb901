import { GetTableCommand } from "@aws-sdk/client-glue";
import { expect } from "chai";
import { need } from "../tools/missing";
import { DATABASE, newLinesTable, type LinesTable } from "./linesTable";
import { openWorld, type World } from "./world";

describe("Athena's DDL on Glue and S3", function () {
  let world: World;
  let lines: LinesTable;
  let table: string;
  let root: string;

  before(async function () {
    world = await need(this, "Athena's API on Trino", openWorld);
  });
  beforeEach(async () => {
    await world.athena.clear();
    lines = await newLinesTable(world);
    ({ name: table, root } = lines);
  });

  describe("partitions", () => {
    it("are added where they are said to be, or at Hive's place, and read then", async () => {
      await lines.put("year=2026/date=a/x", "one\n");
      await lines.put("elsewhere/x", "two\n");
      expect(await lines.read()).to.deep.equal([]);
      await lines.ddl(
        `ALTER TABLE ${table} ADD PARTITION (year=2026, \`date\`='a') PARTITION (\`date\`='b', year='2026') LOCATION '${root}/elsewhere/'`,
      );
      expect(await lines.registered()).to.deep.equal({
        "2026/a": `${root}/year=2026/date=a/`,
        "2026/b": `${root}/elsewhere/`,
      });
      expect(await lines.read()).to.deep.equal([
        ["one", "2026", "a"],
        ["two", "2026", "b"],
      ]);
      const answer = await lines.client.answer(`SHOW PARTITIONS ${table}`, lines.inDatabase);
      expect(answer.Rows!.map(({ Data }) => Data![0]!.VarCharValue)).to.deep.equal([
        "year=2026/date=a",
        "year=2026/date=b",
      ]);
    });

    it("that exist are an error, unless they may", async () => {
      const added = `(year=1, \`date\`='a')`;
      await lines.ddl(`ALTER TABLE ${table} ADD PARTITION ${added}`);
      expect(await lines.reason(`ALTER TABLE ${table} ADD PARTITION ${added}`)).to.equal(
        "FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask. AlreadyExistsException(message:Partition already exists.)",
      );
      const before = await lines.registered();
      await lines.ddl(
        `ALTER TABLE ${table} ADD IF NOT EXISTS PARTITION ${added} LOCATION '${root}/other/' PARTITION (year=2, \`date\`='a')`,
      );
      expect(await lines.registered()).to.deep.equal({ ...before, "2/a": `${root}/year=2/date=a/` });
    });

    it("can be more than Glue takes in a call", async () => {
      const dates = [...Array(250).keys()].map((index) => `d${String(index).padStart(3, "0")}`);
      const clauses = dates.map((date) => `PARTITION (year=1, \`date\`='${date}')`);
      await lines.ddl(`ALTER TABLE ${table} ADD ${clauses.join(" ")}`);
      expect(Object.keys(await lines.registered()).sort()).to.deep.equal(dates.map((date) => `1/${date}`));
    });

    it("go elsewhere by SET LOCATION, and away by DROP, which leaves the files", async () => {
      await lines.put("year=1/date=a/x", "old\n");
      await lines.put("new/x", "new\n");
      const spec = "PARTITION (year=1, `date`='a')";
      await lines.ddl(`ALTER TABLE ${table} ADD ${spec}`);
      expect(await lines.read()).to.deep.equal([["old", "1", "a"]]);
      await lines.ddl(`ALTER TABLE ${table} ${spec} SET LOCATION '${root}/new/'`);
      expect(await lines.read()).to.deep.equal([["new", "1", "a"]]);
      await lines.ddl(`ALTER TABLE ${table} DROP ${spec}`);
      expect(await lines.read()).to.deep.equal([]);
      expect(await lines.objects(``)).to.have.length(2);
      expect(await lines.reason(`ALTER TABLE ${table} DROP ${spec}`)).to.match(
        /Partition not found \(year=1\/date=a\)$/,
      );
      await lines.ddl(`ALTER TABLE ${table} DROP IF EXISTS ${spec}`);
      expect(await lines.reason(`ALTER TABLE ${table} ${spec} SET LOCATION '${root}/x/'`)).to.match(
        /Partition not found/,
      );
    });

    it("are found in their folders by MSCK REPAIR TABLE, which says so once", async () => {
      for (const folder of ["year=1/date=a", "year=1/date=b", "year=2/date=a"])
        await lines.put(`${folder}/x`, `${folder}\n`);
      await lines.put("date=a/year=1/x", "in another order\n");
      await lines.put("year=3/x", "not deep enough\n");
      await lines.ddl(`ALTER TABLE ${table} ADD PARTITION (year=1, \`date\`='a')`);
      const { Rows } = await lines.client.answer(`MSCK REPAIR TABLE ${table}`, lines.inDatabase);
      expect(Rows!.map(({ Data }) => Data![0]!.VarCharValue)).to.deep.equal([
        `Partitions not in metastore:\t${table}:year=1/date=b\t${table}:year=2/date=a`,
        `Repair: Added partition to metastore ${table}:year=1/date=b`,
        `Repair: Added partition to metastore ${table}:year=2/date=a`,
      ]);
      expect((await lines.read()).map(([line]) => line)).to.deep.equal([
        "year=1/date=a",
        "year=1/date=b",
        "year=2/date=a",
      ]);
      expect((await lines.client.answer(`MSCK REPAIR TABLE ${table}`, lines.inDatabase)).Rows).to.deep.equal([]);
    });

    it("fail with Athena's words for what does not fit", async () => {
      const CASES: readonly (readonly [sql: string, words: RegExp])[] = [
        ["ALTER TABLE nowhere ADD PARTITION (year=1)", /\[Error 10001\]: Table not found ddl_tests.nowhere$/],
        ["MSCK REPAIR TABLE nowhere.t", /\[Error 10072\]: Database does not exist: nowhere$/],
        [`ALTER TABLE ${table} ADD PARTITION (year=1)`, /doesn't contain all \(2\) partition columns$/],
        [`ALTER TABLE ${table} ADD PARTITION (year=1, \`date\`='a', app='x')`, /Non-Partition column .*: app$/],
        [`ALTER TABLE ${table} ADD PARTITION (year=1, \`date\`='a') LOCATION '/here'`, /Invalid S3 location: \/here/],
      ];
      for (const [sql, words] of CASES) expect(await lines.reason(sql), sql).to.match(words);
    });
  });

  describe("views", () => {
    it("are stored as Athena stores them, answer, are replaced and dropped", async () => {
      const view = `view_of_${table}`;
      await lines.put("year=1/date=a/x", "one\n");
      await lines.ddl(`ALTER TABLE ${table} ADD PARTITION (year=1, \`date\`='a')`);
      await lines.ddl(
        `CREATE VIEW ${view} AS SELECT line, year, "date", CAST(1 AS decimal(5,2)) AS money FROM ${table}`,
      );
      const { Table } = await world.services.glue.send(new GetTableCommand({ DatabaseName: DATABASE, Name: view }));
      expect(Table).to.include({ TableType: "VIRTUAL_VIEW", ViewExpandedText: "/* Presto View */" });
      expect(Table!.StorageDescriptor!.Columns!.map(({ Name, Type }) => `${Name} ${Type}`)).to.deep.equal([
        "line string",
        "year int",
        "date string",
        "money decimal(5,2)",
      ]);
      const [, base64] = /^\/\* Presto View: (.*) \*\/$/.exec(Table!.ViewOriginalText!)!;
      expect(JSON.parse(Buffer.from(base64!, "base64").toString())).to.deep.include({
        catalog: "awsdatacatalog",
        schema: DATABASE,
        columns: [
          { name: "line", type: "varchar" },
          { name: "year", type: "integer" },
          { name: "date", type: "varchar" },
          { name: "money", type: "decimal(5,2)" },
        ],
      });
      expect(await lines.read(view)).to.deep.equal([["one", "1", "a"]]);

      expect(await lines.reason(`CREATE VIEW ${view} AS SELECT 1 AS n`)).to.match(/View already exists/);
      expect(await lines.reason(`CREATE OR REPLACE VIEW ${table} AS SELECT 1 AS n`)).to.match(/Table already exists/);
      expect(await lines.reason(`CREATE OR REPLACE VIEW ${view} AS SELECT nope FROM ${table}`)).to.match(
        /COLUMN_NOT_FOUND/,
      );
      await lines.ddl(`CREATE OR REPLACE VIEW ${view} AS SELECT 5 AS n`);
      expect(await lines.client.rows(`SELECT * FROM ${DATABASE}.${view}`)).to.deep.equal([["n"], ["5"]]);
      expect(await lines.reason(`DROP VIEW ${table}`)).to.match(/a table with that name exists/);
      await lines.ddl(`DROP VIEW ${view}`);
      expect(await lines.reason(`DROP VIEW ${view}`)).to.match(/does not exist$/);
      await lines.ddl(`DROP VIEW IF EXISTS ${view}`);
    });
  });
});
