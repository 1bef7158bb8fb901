import { GetTableCommand } from "@aws-sdk/client-glue";
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
