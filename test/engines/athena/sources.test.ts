import { BatchCreatePartitionCommand, CreateTableCommand, type StorageDescriptor } from "@aws-sdk/client-glue";
import { expect } from "chai";
import { PERIODS } from "../../../src/model/catalog";
import { need } from "../tools/missing";
import { dropDatabase, ensureDatabase, replayCatalog } from "./glueReplay";
import { registerPartitions } from "./lakeOnS3";
import { evaluatedResources } from "./program";
import { SOURCE_COLUMNS, SOURCE_PARTITIONS, SOURCE_TOP_REFERRERS, SOURCE_VIEWS } from "../../helpers/sourceStatements";
import { NOW } from "./sample";
import { openWorld, type World } from "./world";

const APP = "shop";
const SOURCE_TABLE = "loshadki_access_logs";
/** The columns that ours keep as they came; the others are decoded. */
const KEPT = ["date", "time", "request_id", "bytes", "status", "method", "result_type", "sc_content_len"];

describe("the source's own SQL, word for word", () => {
  let world: World;
  before(async function () {
    world = await need(this, "Trino with Glue and S3", openWorld);
  });

  const rowsOf = async (sql: string): Promise<string[]> =>
    (await world.engine.query(sql, { schema: "default" })).rows.map((row) => JSON.stringify(row));
  const kept = (relation: string): string =>
    `SELECT ${KEPT.map((name) => `"${name}"`).join(", ")} FROM ${relation} WHERE "request_id" IS NOT NULL ORDER BY "request_id"`;
  /** Lines that are no rows have no date. */
  const isRow = (row: string): boolean => !row.startsWith("[null");
  const ours = (view: string): string => `"${world.catalog.database}"."${view}"`;

  describe("on its own table, which takes our raw files for its own", () => {
    /** What its CREATE EXTERNAL TABLE makes, at one app's raw prefix, and what MSCK REPAIR TABLE finds there. */
    before(async () => {
      const { glue } = world.engine;
      await ensureDatabase(glue, "default");
      const location = `s3://${world.bucket}/raw/app=${APP}`;
      const descriptor: StorageDescriptor = {
        Columns: SOURCE_COLUMNS.map(([Name, Type]) => ({ Name, Type })),
        Location: location,
        InputFormat: "org.apache.hadoop.mapred.TextInputFormat",
        OutputFormat: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
        SerdeInfo: {
          SerializationLibrary: "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
          Parameters: { "field.delim": ",", "serialization.format": "," },
        },
      };
      const TableInput = {
        Name: SOURCE_TABLE,
        TableType: "EXTERNAL_TABLE",
        Parameters: { EXTERNAL: "TRUE", "skip.header.line.count": "1" },
        PartitionKeys: SOURCE_PARTITIONS.map((Name) => ({ Name, Type: "int" })),
        StorageDescriptor: descriptor,
      };
      await glue.send(new CreateTableCommand({ DatabaseName: "default", TableInput }));
      const folder = new RegExp(`^raw/app=${APP}/(year=(\\d+)/month=(\\d+)/day=(\\d+))/`);
      const found = new Map<string, string[]>();
      for (const { key } of world.objects) {
        const [, spelled, ...values] = folder.exec(key) ?? [];
        if (spelled !== undefined) found.set(spelled, values);
      }
      const PartitionInputList = [...found].map(([spelled, Values]) => ({
        Values,
        StorageDescriptor: { ...descriptor, Location: `${location}/${spelled}` },
      }));
      expect(PartitionInputList.length).to.be.greaterThan(4);
      await glue.send(
        new BatchCreatePartitionCommand({ DatabaseName: "default", TableName: SOURCE_TABLE, PartitionInputList }),
      );
    });
    after(() => dropDatabase(world.engine.glue, "default"));

    for (const period of PERIODS) {
      it(`makes its view of ${period}, with the rows of ours`, async () => {
        await world.engine.query(SOURCE_VIEWS[period], { schema: "default" });
        const theirs = await rowsOf(kept(`default.${SOURCE_TABLE}_${period}`));
        expect(theirs).to.not.be.empty;
        // Lines that are no rows are in the source's files too; ours has them in the table of rejected ones.
        expect(theirs.filter(isRow)).to.deep.equal(await rowsOf(kept(ours(`${APP}_${period}`))));
      });
    }

    it("names its top referrers, those of agents - among them", async () => {
      const found = await rowsOf(SOURCE_TOP_REFERRERS);
      expect(found).to.include.members(['["https://news.example/","/",3]', '["https://news.example/","/other",1]']);
      const counts = found.map((row) => (JSON.parse(row) as [string, string, number])[2]);
      expect(counts).to.deep.equal([...counts].sort((a, b) => b - a));
    });
  });

  it("runs on our raw table, whose partitions are computed, with the same rows", async () => {
    const raw = `"${world.catalog.database}"."${world.table}_raw"`;
    for (const period of PERIODS) {
      const [, select] = SOURCE_VIEWS[period].split(/ AS \n/);
      // Its week and month have no end: without the year, each day to the projection's last one is looked for in S3.
      const filter = `"app" = '${APP}'${["week", "month"].includes(period) ? ` AND "year" = ${NOW.slice(0, 4)}` : ""}`;
      const theirs = await rowsOf(kept(`(${select!.replace(`default.${SOURCE_TABLE}`, raw)} AND ${filter}) t`));
      expect(theirs, period).to.not.be.empty;
      expect(theirs.filter(isRow), period).to.deep.equal(await rowsOf(kept(ours(`${APP}_${period}`))));
    }
  });

  it("finds our views where the configuration names database and table as the source does", async () => {
    const { glue } = world.engine;
    const resources = await evaluatedResources({ databaseName: "default", tableName: SOURCE_TABLE });
    const catalog = await replayCatalog(glue, resources);
    expect(catalog.database).to.equal("default");
    const target = { lake: world.lake.folder, bucket: world.bucket, database: "default", table: SOURCE_TABLE };
    await registerPartitions(glue, { ...target, localTable: world.table });
    const found = await rowsOf(SOURCE_TOP_REFERRERS);
    const inOurs = SOURCE_TOP_REFERRERS.replace(`default.${SOURCE_TABLE}_yesterday`, ours(`${world.table}_yesterday`));
    expect(found).to.include.members(['["https://news.example/","/",3]', '["https://news.example/","/other",1]']);
    expect([...found].sort()).to.deep.equal((await rowsOf(inOurs)).sort());
    await dropDatabase(glue, "default");
  });
});
