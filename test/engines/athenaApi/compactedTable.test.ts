import { CreateTableCommand, DeleteTableCommand, GetTableCommand } from "@aws-sdk/client-glue";
import { expect } from "chai";
import type { PartitionsResult } from "../../../handlers/partitions/handler";
import { local as openUpdater } from "../../../handlers/partitions/index";
import { DAY_MS as ONE_DAY } from "../../../src/model/windows";
import { need } from "../tools/missing";
import { DAY, DAY_MS, HOUR_ROWS, hourlyKey, hourOf, hoursOf } from "./compactionHours";
import { dayAfter, NOW, openCompactedLake, TABLE_DAYS, type CompactedLake } from "./compactedLake";
import { compactorPorts } from "./compactionRun";
import { openWorld } from "./world";

describe("The partition updater over compacted days, in Glue, S3 and Athena's API on Trino", function () {
  let lake: CompactedLake;
  const dates = [DAY, dayAfter(1)];

  before(async function () {
    const world = await need(this, "Athena's API on Trino", openWorld);
    lake = await openCompactedLake(world, "tables");
    for (const date of dates) await lake.convert([...hoursOf("shop", 2, date), hourOf("blog", 0, [], date)]);
    await update(NOW, true);
    await lake.compactor.succeed();
  });
  after(() => lake?.close());

  /** The query's end is waited for without polling, whatever the function thinks of the time. */
  const update = async (time: string, all = false): Promise<PartitionsResult> => {
    const sleep = async (): Promise<void> => void (await lake.athena.executions.at(-1)!.ended);
    const environment = lake.environmentWith("DATABASE", "TABLE_DAYS", "QUERY_TIMEOUT_SECONDS", "APPS");
    return openUpdater(environment, { ...compactorPorts(lake), sleep }).update({ time, all });
  };
  const readAll = (): Promise<string[][]> => Promise.all(dates.map((date) => lake.read(date)));

  it("lets Athena see what the states say after the table was replaced, compacted or not", async () => {
    const before = await readAll();
    expect(before.map((rows) => rows.length)).to.deep.equal([3 * HOUR_ROWS, 3 * HOUR_ROWS]);
    const partitions = await lake.registered();
    expect(partitions[`shop/${DAY}`]).to.contain("/access_logs_compacted/");
    // One file is no reason to compact: it stays where it is.
    expect(partitions[`blog/${DAY}`]).to.equal(`s3://${lake.bucket}/access_logs/app=blog/date=${DAY}/`);

    const name = { DatabaseName: lake.database, Name: lake.table };
    const { glue } = lake.services;
    const { Table } = await glue.send(new GetTableCommand(name));
    const { Name, TableType, Parameters, PartitionKeys, StorageDescriptor } = Table!;
    const TableInput = { Name, TableType, Parameters, PartitionKeys, StorageDescriptor };
    await glue.send(new DeleteTableCommand(name));
    await glue.send(new CreateTableCommand({ DatabaseName: lake.database, TableInput }));
    expect(await lake.registered()).to.deep.equal({});

    // Hourly files of compacted days have expired: who looked for them there would find nothing.
    for (const date of dates) for (const hour of [0, 1]) await lake.store.delete(hourlyKey("shop", hour, date));
    await update(NOW, true);
    expect(await lake.registered()).to.deep.equal(partitions);
    expect(await readAll()).to.deep.equal(before);
  });

  it("moves a partition that somebody registered where the converter writes", async () => {
    const before = await readAll();
    const partitions = await lake.registered();
    await lake.ddl(
      `ALTER TABLE ${lake.table} PARTITION (app = 'shop', \`date\` = '${DAY}') SET LOCATION 's3://${lake.bucket}/access_logs/app=shop/date=${DAY}/'`,
    );
    expect(await lake.read(DAY)).to.have.length(HOUR_ROWS);
    expect(await update(NOW, true)).to.include({ moved: 1, dropped: 0 });
    expect(await lake.registered()).to.deep.equal(partitions);
    expect(await readAll()).to.deep.equal(before);
  });

  it("drops what is beyond retention, with all its files, and nothing else", async () => {
    const [, kept] = await readAll();
    // The first day is a day older than the table keeps, the second is its last.
    const time = new Date(DAY_MS + TABLE_DAYS * ONE_DAY + 3 * 3_600_000).toISOString();
    expect(await update(time)).to.include({ dropped: 2 });
    const partitions = Object.keys(await lake.registered());
    expect(partitions.filter((name) => name.endsWith(DAY))).to.deep.equal([]);
    expect(partitions).to.include(`shop/${dates[1]}`);
    for (const prefix of ["access_logs/", "access_logs_compacted/", "state/"]) {
      const keys = (await lake.store.list(prefix)).map(({ key }) => key);
      expect(
        keys.filter((key) => key.includes(DAY)),
        prefix,
      ).to.deep.equal([]);
      expect(
        keys.filter((key) => key.includes(dates[1]!)),
        prefix,
      ).to.not.be.empty;
    }
    expect(await readAll()).to.deep.equal([[], kept]);
    expect(await update(time, true)).to.include({ dropped: 0 });
    expect(await readAll()).to.deep.equal([[], kept]);
  });
});
