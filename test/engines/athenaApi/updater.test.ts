import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { AthenaClient } from "@aws-sdk/client-athena";
import { CreateTableCommand, GetTableCommand } from "@aws-sdk/client-glue";
import { expect } from "chai";
import { updatePartitions, type PartitionsResult, type PartitionsSettings } from "../../../handlers/partitions/handler";
import { AthenaEngine } from "../../../src/aws/athenaEngine";
import { GlueCatalog } from "../../../src/aws/glueCatalog";
import { S3MaintenanceStore } from "../../../src/aws/s3MaintenanceStore";
import { packageRoot } from "../../../src/local/bundles";
import { openLake } from "../../../src/local/duckdbLake";
import { systemClock } from "../../../src/ports";
import { MOTO_CREDENTIALS, MOTO_REGION } from "../tools/moto";
import { need } from "../tools/missing";
import { run, type RunResult } from "../tools/processes";
import { sharedLake } from "./lake";
import { registeredPartitions } from "./glue";
import { openWorld, type World } from "./world";

const HANDLER = path.join(packageRoot(), "dist", "bundles", "partitions.js");
const CALL =
  "require(process.argv[1]).handler(JSON.parse(process.argv[2]), {}).then((result) => console.log(`RESULT ${JSON.stringify(result)}`), (error) => { console.error(`ERROR ${error.message}`); process.exit(1); })";

/** All that the shared lake has is kept: other suites ask for it. */
const TABLE_DAYS = 400;
/** `[app, date, rows]` by app and date. */
type DayRows = readonly (readonly [app: string, date: string, rows: number])[];

describe("the partition updater, against Athena's API on Trino", function () {
  let world: World;
  let client: AthenaClient;
  let table: string;
  let tables = 0;
  const time = new Date().toISOString();

  before(async function () {
    world = await need(this, "Athena's API on Trino", openWorld);
    client = new AthenaClient({ endpoint: world.athena.url, region: MOTO_REGION, credentials: MOTO_CREDENTIALS });
  });

  /** Each test has a table of its own: the deployed one under another name, without partitions. */
  beforeEach(async () => {
    await world.athena.clear();
    const { Table } = await world.services.glue.send(
      new GetTableCommand({ DatabaseName: world.database, Name: world.updaterEnvironment["TABLE"] }),
    );
    const { TableType, Parameters, PartitionKeys, StorageDescriptor } = Table!;
    table = `updated_${++tables}`;
    const TableInput = { Name: table, TableType, Parameters, PartitionKeys, StorageDescriptor };
    await world.services.glue.send(new CreateTableCommand({ DatabaseName: world.database, TableInput }));
  });

  const settings = (changes: Partial<PartitionsSettings> = {}): PartitionsSettings => ({
    bucket: world.bucket,
    database: world.database,
    table,
    workgroup: world.maintenance.name,
    apps: world.updaterEnvironment["APPS"]!.split(","),
    timeoutSeconds: 60,
    tableDays: TABLE_DAYS,
    ...changes,
  });

  /** On its ports, as tests of the handler run it, but with the real clients. */
  const update = (changes: Partial<PartitionsSettings> = {}): Promise<PartitionsResult> => {
    const used = settings(changes);
    const ports = {
      engine: new AthenaEngine(client),
      store: new S3MaintenanceStore(world.services.s3, used.bucket),
      catalog: new GlueCatalog(world.services.glue, used),
      clock: systemClock,
      // Athena's answers come within milliseconds here.
      sleep: (ms: number): Promise<void> => wait(ms / 20),
    };
    return updatePartitions(ports, used, { time });
  };

  const failure = async (work: Promise<unknown>): Promise<Error> =>
    (await work.then(
      () => expect.fail("it did not fail"),
      (error: unknown) => error,
    )) as Error;

  /** The bundle that is uploaded, with the environment that the program gives it, in a process of its own. */
  const invoke = (environment: Readonly<Record<string, string>> = {}): Promise<RunResult> =>
    run(process.execPath, ["-e", CALL, HANDLER, JSON.stringify({ time })], {
      env: {
        ...world.childEnvironment,
        ...world.updaterEnvironment,
        TABLE: table,
        TABLE_DAYS: String(TABLE_DAYS),
        ...environment,
      },
    });

  const registered = (): Promise<Record<string, string>> =>
    registeredPartitions(world.services.glue, world.database, table);

  const asked = (operation: string): number =>
    world.athena.requests.filter((request) => request.operation === operation).length;

  const rowsInTrino = async (): Promise<DayRows> => {
    const sql = `SELECT app, "date", count(*) FROM ${table} GROUP BY 1, 2 ORDER BY 1, 2`;
    const { rows } = await world.engine.run(sql, world.database).done;
    return rows.map(([app, date, count]) => [app as string, date as string, Number(count)]);
  };

  /** What lies in the files, by another engine that needs no partitions. */
  const rowsOnDisk = async (lake: string): Promise<DayRows> => {
    const session = await openLake(lake);
    try {
      const { rows } = await session.query(
        `SELECT app, "date", count(*) AS n FROM access_logs GROUP BY 1, 2 ORDER BY 1, 2`,
      );
      return rows.map(({ app, date, n }) => [app as string, date as string, n as number]);
    } finally {
      session.close();
    }
  };

  for (const [how, once] of [
    ["on its ports", () => update()],
    [
      "as the bundle that is uploaded",
      async () => {
        const { code, stdout, stderr } = await invoke();
        expect(code, stderr).to.equal(0);
        return JSON.parse(/^RESULT (.*)$/m.exec(stdout)![1]!) as PartitionsResult;
      },
    ],
  ] as const) {
    it(`${how}, makes the rows of every day readable, and changes nothing the second time`, async () => {
      const onDisk = await rowsOnDisk(await sharedLake(world));
      expect(onDisk.length, "days with rows").to.be.at.least(20);
      expect(await rowsInTrino()).to.deep.equal([]);

      const first = await once();
      const after = await registered();
      expect(first.queries).to.equal(1);
      expect(Object.keys(after)).to.have.length(first.partitions);
      const tomorrow = new Date(Date.parse(time) + 86_400_000).toISOString().slice(0, 10);
      expect(after[`shop/${tomorrow}`]).to.equal(`s3://${world.bucket}/access_logs/app=shop/date=${tomorrow}/`);
      expect(await rowsInTrino()).to.deep.equal(onDisk);

      expect(await once()).to.deep.equal(first);
      expect(await registered()).to.deep.equal(after);
      expect(await rowsInTrino()).to.deep.equal(onDisk);
      expect(world.athena.executions.at(-1)).to.include({ state: "SUCCEEDED" });
    });
  }

  it("starts again when Athena throttles, and makes one query", async () => {
    world.athena.faults.onRequest("StartQueryExecution", { kind: "throttle" }, 2);
    const before = world.athena.executions.length;
    expect(await update()).to.include({ queries: 1 });
    expect(asked("StartQueryExecution")).to.equal(3);
    expect(world.athena.executions.length - before).to.equal(1);
    expect(Object.keys(await registered())).to.not.be.empty;
  });

  it("asks again with the same token when the answer to its start is lost, so that there is one query", async () => {
    world.athena.faults.onRequest("StartQueryExecution", { kind: "lost" });
    const before = world.athena.executions.length;
    const { code, stderr } = await invoke();
    expect(code, stderr).to.equal(0);
    const tokens = world.athena.requests
      .filter(({ operation }) => operation === "StartQueryExecution")
      .map(({ input }) => input["ClientRequestToken"]);
    expect(tokens).to.have.length(2);
    expect(new Set(tokens).size).to.equal(1);
    expect(world.athena.executions.length - before).to.equal(1);
  });

  for (const fault of [{ kind: "reset" }, { kind: "status", status: 503 }] as const) {
    it(`goes on when asking for the state meets ${JSON.stringify(fault)}`, async () => {
      world.athena.faults.onRequest("GetQueryExecution", fault, 2);
      expect(await update()).to.include({ queries: 1 });
      expect(world.athena.faults.pending).to.equal(0);
      expect(Object.keys(await registered())).to.not.be.empty;
    });
  }

  it("gives up when Athena goes on throttling, and says so", async () => {
    world.athena.faults.onRequest("StartQueryExecution", { kind: "throttle" }, 10);
    const error = await failure(update());
    expect(error.name).to.equal("TooManyRequestsException");
    expect(await registered()).to.deep.equal({});
  });

  it("fails with Athena's reason when a query is FAILED", async () => {
    const reason = "FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask. AccessDenied";
    world.athena.faults.onQuery(/ADD IF NOT EXISTS/, { kind: "fail", reason }, 2);
    expect((await failure(update())).message).to.contain(`is FAILED: ${reason}`);
    const { code, stderr } = await invoke();
    expect(code).to.equal(1);
    expect(stderr).to.contain(`is FAILED: ${reason}`);
    expect(stderr).to.match(/"event":"partitions\.failed".*is FAILED/);
  });

  it("fails with Athena's words when the table, the database or the workgroup is not there", async () => {
    expect((await failure(update({ table: "nowhere" }))).message).to.contain(
      `Table not found ${world.database}.nowhere`,
    );
    expect((await failure(update({ database: "nowhere" }))).message).to.contain("Database does not exist: nowhere");
    expect((await failure(update({ workgroup: "nowhere" }))).message).to.contain("WorkGroup nowhere is not found");
  });

  for (const state of ["RUNNING", "QUEUED"] as const) {
    it(`stops a query that stays ${state} on its deadline, and adds nothing`, async () => {
      world.athena.faults.onQuery(/./, { kind: "hold", state });
      const { code, stderr } = await invoke({ QUERY_TIMEOUT_SECONDS: "1" });
      expect(code).to.equal(1);
      expect(stderr).to.match(new RegExp(`was still ${state} after 1 s and was stopped`));
      const [started] = world.athena.executions.slice(-1);
      expect(world.athena.requests.at(-1)).to.deep.equal({
        operation: "StopQueryExecution",
        input: { QueryExecutionId: started!.id },
      });
      expect(started!.state).to.equal("CANCELLED");
      expect(await registered()).to.deep.equal({});
    });
  }

  it("completes with the next run what a failed statement of several left undone", async () => {
    const apps = [...Array(60).keys()].map((index) => `app${String(index).padStart(2, "0")}`);
    world.athena.faults.onQuery(/app`='app59'/, { kind: "fail", reason: "GENERIC_INTERNAL_ERROR: try again" });
    const wanted = { apps };
    expect((await failure(update(wanted))).message).to.contain("GENERIC_INTERNAL_ERROR: try again");
    const left = Object.keys(await registered());
    expect(left).to.have.length(100);
    const { partitions, queries } = await update(wanted);
    const all = await registered();
    expect(queries).to.equal(2);
    expect(Object.keys(all)).to.have.length(partitions).and.include.members(left);
    expect(all).to.include.keys(apps.map((app) => `${app}/${time.slice(0, 10)}`));
  });

  it("makes the statement that Athena's DDL takes: without its backticks it is refused", async () => {
    expect(await update()).to.include({ queries: 1 });
    const sql = world.athena.executions.at(-1)!.request.sql;
    const engine = new AthenaEngine(client);
    const target = { database: world.database, workgroup: world.maintenance.name };
    expect((await failure(engine.start(sql.replaceAll("`", ""), target))).message).to.match(
      /^line 2:\d+: mismatched input 'date'/,
    );
    expect((await failure(engine.start(sql.replaceAll("`", '"'), target))).message).to.match(
      /^line 1:13: mismatched input/,
    );
  });
});
