import { GetTableCommand } from "@aws-sdk/client-glue";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { need } from "../tools/missing";
import { DATABASE, newLinesTable, type LinesTable } from "./linesTable";
import { openWorld, type World } from "./world";

describe("What Athena writes by a query", function () {
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

  const numbers = (last: number): string =>
    `SELECT 'l' AS line, n % 7 AS m, n FROM UNNEST(sequence(1, ${last})) AS t (n)`;
  const unload = (query: string, folder: string, keys = ""): string =>
    `UNLOAD (${query}) TO '${root}/${folder}/' WITH (format = 'PARQUET'${keys})`;

  it("UNLOAD writes files that can be read, and no table; not where something lies", async () => {
    expect((await lines.client.finish(unload(numbers(10), "u"), lines.inDatabase)).Status!.State).to.equal("SUCCEEDED");
    const [file, ...more] = await lines.objects(`u/`);
    expect(more).to.deep.equal([]);
    const { Body } = await world.services.s3.send(new GetObjectCommand({ Bucket: world.bucket, Key: file }));
    expect(
      Buffer.from(await Body!.transformToByteArray())
        .subarray(0, 4)
        .toString(),
    ).to.equal("PAR1");
    expect(await lines.reason(unload(numbers(10), "u"))).to.match(
      /^HIVE_PATH_ALREADY_EXISTS: Target directory for UNLOAD/,
    );
    expect(await lines.objects(`u/`)).to.have.length(1);
    const tables = (await lines.client.rows(`SHOW TABLES FROM ${DATABASE}`)).flat();
    expect(tables.filter((name) => name!.startsWith("unload"))).to.deep.equal([]);
  });

  it("UNLOAD takes 100 partitions and not 101, and keys at the end only", async () => {
    const by = ", partitioned_by = ARRAY['n']";
    expect((await lines.client.finish(unload(numbers(100), "hundred", by), lines.inDatabase)).Status!.State).to.equal(
      "SUCCEEDED",
    );
    expect(await lines.objects(`hundred/`)).to.have.length(100);
    expect(await lines.reason(unload(numbers(101), "more", by))).to.equal(
      "HIVE_TOO_MANY_OPEN_PARTITIONS: Exceeded limit of 100 open writers for partitions/buckets",
    );
    expect(await lines.objects(`more/`)).to.deep.equal([]);
    expect(await lines.reason(unload(numbers(1), "order", ", partitioned_by = ARRAY['m']"))).to.match(
      /^HIVE_COLUMN_ORDER_MISMATCH/,
    );
  });

  it("INSERT INTO adds rows and their partitions, 100 at most", async () => {
    const insert = (last: number): string =>
      `INSERT INTO ${table} SELECT line, m, CAST(n AS varchar) FROM (${numbers(last)})`;
    const { Status, StatementType } = await lines.client.finish(insert(3), lines.inDatabase);
    expect(Status!.State, Status!.StateChangeReason).to.equal("SUCCEEDED");
    expect(StatementType).to.equal("DML");
    expect(await lines.read()).to.have.length(3);
    expect(await lines.reason(insert(101))).to.match(/^HIVE_TOO_MANY_OPEN_PARTITIONS/);
    expect(await lines.read()).to.have.length(3);
  });

  it("CREATE TABLE AS puts its files where an enforcing workgroup says, and nowhere else", async () => {
    const made = `made_of_${table}`;
    const create = (name: string, properties: string): string => `CREATE TABLE ${name} ${properties} AS ${numbers(4)}`;
    const { QueryExecutionId, Status } = await lines.client.finish(create(made, ""), lines.inDatabase);
    expect(Status!.State, Status!.StateChangeReason).to.equal("SUCCEEDED");
    const { Table } = await world.services.glue.send(new GetTableCommand({ DatabaseName: DATABASE, Name: made }));
    expect(Table!.StorageDescriptor!.Location).to.equal(`${world.users.outputLocation}tables/${QueryExecutionId}/`);
    expect(await lines.client.rows(`SELECT count(*), max(n) FROM ${DATABASE}.${made}`)).to.deep.equal([
      ["_col0", "_col1"],
      ["4", "4"],
    ]);
    expect(await lines.reason(create(made, ""))).to.match(/^TABLE_ALREADY_EXISTS/);
    const elsewhere = `WITH (external_location = '${root}/made/')`;
    expect(await lines.reason(create(`${made}_b`, elsewhere))).to.match(/enforces a centralized output location/);
  });
});
