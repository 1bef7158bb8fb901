import { randomUUID } from "node:crypto";
import { GetQueryResultsCommand, StopQueryExecutionCommand } from "@aws-sdk/client-athena";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { need } from "../tools/missing";
import { cellsOf, testClient, type TestClient } from "./client";
import { openWorld, type World } from "./world";

describe("Athena's API on Trino", function () {
  let world: World;
  let client: TestClient;
  before(async function () {
    world = await need(this, "Athena's API on Trino", openWorld);
    client = testClient(world);
  });
  beforeEach(() => world.athena.clear());

  describe("the states of a query", () => {
    it("are QUEUED, RUNNING and SUCCEEDED, with what was read and where its results are", async () => {
      let go: () => void = () => undefined;
      const until = new Promise<void>((resolve) => (go = resolve));
      world.athena.faults.onQuery(/first/, { kind: "hold", state: "QUEUED", until });
      const id = await client.start("SELECT 'first'");
      expect((await client.execution(id)).Status).to.include({ State: "QUEUED" });
      go();
      await world.athena.executions.at(-1)!.ended;
      const execution = await client.execution(id);
      expect(execution.Status!.State).to.equal("SUCCEEDED");
      expect(execution.Status!.CompletionDateTime!.getTime()).to.be.at.least(
        execution.Status!.SubmissionDateTime!.getTime(),
      );
      expect(execution).to.include({ Query: "SELECT 'first'", StatementType: "DML", WorkGroup: world.users.name });
      expect(execution.Statistics!.DataScannedInBytes).to.equal(0);

      world.athena.faults.onQuery(/second/, { kind: "hold", state: "RUNNING" });
      const running = await client.start("SELECT 'second'");
      expect((await client.execution(running)).Status).to.include({ State: "RUNNING" });
    });

    it("end with FAILED and the engine's reason", async () => {
      const { Status } = await client.finish('SELECT x FROM "access_logs"');
      expect(Status).to.include({
        State: "FAILED",
        StateChangeReason: "COLUMN_NOT_FOUND: line 1:8: Column 'x' cannot be resolved",
      });
    });

    it("end with CANCELLED when it is stopped, in Trino too, and stopping it again changes nothing", async () => {
      const sql = `SELECT count(*) FROM UNNEST(sequence(1, 9000)) AS a (x) CROSS JOIN UNNEST(sequence(1, 9000)) AS b (y)
        CROSS JOIN UNNEST(sequence(1, 9000)) AS c (z) WHERE x * y * z % 7 = 8`;
      const id = await client.start(sql);
      await client.sdk.send(new StopQueryExecutionCommand({ QueryExecutionId: id }));
      await client.sdk.send(new StopQueryExecutionCommand({ QueryExecutionId: id }));
      const { Status } = await client.execution(id);
      expect(Status).to.include({ State: "CANCELLED", StateChangeReason: "Query cancelled by user" });
      const stillRuns = `SELECT count(*) FROM system.runtime.queries WHERE state IN ('RUNNING', 'QUEUED', 'PLANNING') AND query LIKE '%9000%' AND query NOT LIKE '%runtime%'`;
      const { rows } = await world.engine.run(stillRuns, undefined).done;
      expect(rows).to.deep.equal([["0"]]);
      const refused = await client.refusal(client.sdk.send(new GetQueryResultsCommand({ QueryExecutionId: id })));
      expect(refused.message).to.equal("Query did not finish successfully. Final query state: CANCELLED");
    });
  });

  describe("what a query answers", () => {
    it("is its columns' names and texts as Athena writes them, with the types apart", async () => {
      const facts: readonly (readonly [sql: string, text: string | null, type: string, precision: number])[] = [
        ["1", "1", "integer", 10],
        ["9223372036854775807", "9223372036854775807", "bigint", 19],
        ["CAST(NULL AS varchar)", null, "varchar", 2_147_483_647],
        ["''", "", "varchar", 0],
        ["'a\"b'", 'a"b', "varchar", 3],
        ["true", "true", "boolean", 0],
        ["1.5E0", "1.5", "double", 17],
        ["1E10", "1.0E10", "double", 17],
        ["nan()", "NaN", "double", 17],
        ["-infinity()", "-Infinity", "double", 17],
        ["CAST(0.1 AS real)", "0.1", "float", 17],
        ["CAST(1.50 AS decimal(10,2))", "1.50", "decimal", 10],
        ["DATE '2026-11-20'", "2026-11-20", "date", 0],
        ["TIMESTAMP '2026-11-20 10:00:00'", "2026-11-20 10:00:00.000", "timestamp", 3],
        ["TIMESTAMP '2026-11-20 10:00:00.123456'", "2026-11-20 10:00:00.123", "timestamp", 3],
        ["TIMESTAMP '2026-11-20 10:00:00 UTC'", "2026-11-20 10:00:00.000 UTC", "timestamp with time zone", 0],
        ["ARRAY['a', NULL, 'b,c']", "[a, null, b,c]", "array", 0],
        ["MAP(ARRAY['k'], ARRAY[1.5E0])", "{k=1.5}", "map", 0],
        ["CAST(ROW(1, 'x') AS ROW(p integer, q varchar))", "{p=1, q=x}", "row", 0],
        ["X'00ff41'", "00 ff 41", "varbinary", 0],
      ];
      const names = facts.map((_, index) => `c${index}`);
      const answer = await client.answer(`SELECT ${facts.map(([sql], index) => `${sql} AS c${index}`).join(", ")}`);
      const [header, row, ...more] = cellsOf(answer);
      expect(more).to.deep.equal([]);
      expect(header).to.deep.equal(names);
      const info = answer.ResultSetMetadata!.ColumnInfo!;
      facts.forEach(([sql, text, type, precision], index) => {
        expect(row![index], sql).to.equal(text);
        expect(info[index]!.Type, sql).to.equal(type);
        if (type !== "varchar" || precision > 3) expect(info[index]!.Precision, sql).to.equal(precision);
        expect(info[index]).to.include({
          Name: names[index],
          Label: names[index],
          CatalogName: "hive",
          Nullable: "UNKNOWN",
        });
      });
    });

    it("comes in pages of at most 1000 rows, the header being the first row of the first page", async () => {
      const sql = "SELECT n FROM UNNEST(sequence(1, 2500)) AS t (n) ORDER BY n";
      const { QueryExecutionId } = await client.finish(sql);
      const pages: (string | null)[][] = [];
      let NextToken: string | undefined;
      do {
        const page = await client.sdk.send(new GetQueryResultsCommand({ QueryExecutionId, NextToken }));
        pages.push(cellsOf(page.ResultSet!).map(([cell]) => cell!));
        NextToken = page.NextToken;
      } while (NextToken !== undefined);
      expect(pages.map((page) => page.length)).to.deep.equal([1000, 1000, 501]);
      expect(pages.map(([first]) => first)).to.deep.equal(["n", "1000", "2000"]);
      const few = await client.sdk.send(new GetQueryResultsCommand({ QueryExecutionId, MaxResults: 2 }));
      expect(cellsOf(few.ResultSet!)).to.deep.equal([["n"], ["1"]]);
      for (const [input, message] of [
        [{ MaxResults: 1001 }, /more than maximum allowed length 1000/],
        [{ NextToken: "bm90aGluZw" }, /Invalid NextToken/],
      ] as const) {
        const refused = await client.refusal(
          client.sdk.send(new GetQueryResultsCommand({ QueryExecutionId, ...input })),
        );
        expect(refused).to.include({ name: "InvalidRequestException", AthenaErrorCode: "INVALID_INPUT" });
        expect(refused.message).to.match(message);
      }
    });

    it("is the header alone where there are no rows, and lines without one for SHOW", async () => {
      expect(await client.rows("SELECT 1 AS n WHERE false")).to.deep.equal([["n"]]);
      expect((await client.rows("SHOW TABLES")).flat())
        .to.include("access_logs")
        .and.to.not.include("Table");
      expect((await client.rows("EXPLAIN SELECT 1"))[0]).to.deep.equal(["Query Plan"]);
    });

    it("lies where the workgroup says, or where the client does if it may", async () => {
      const enforced = await client.finish("SELECT 'a''\"b' AS t, NULL AS n", {
        ResultConfiguration: { OutputLocation: `s3://${world.bucket}/elsewhere/` },
      });
      const location = enforced.ResultConfiguration!.OutputLocation!;
      expect(location).to.equal(`${world.users.outputLocation}${enforced.QueryExecutionId}.csv`);
      const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(location)!;
      const { Body } = await world.services.s3.send(new GetObjectCommand({ Bucket, Key }));
      expect(await Body!.transformToString()).to.equal('"t","n"\n"a\'""b",\n');
      const free = await client.finish("SELECT 1", {
        WorkGroup: world.free.name,
        ResultConfiguration: { OutputLocation: `s3://${world.resultsBucket}/mine/` },
      });
      expect(free.ResultConfiguration!.OutputLocation).to.equal(
        `s3://${world.resultsBucket}/mine/${free.QueryExecutionId}.csv`,
      );
    });
  });

  describe("the token of a start", () => {
    it("makes one query of two requests, and refuses another query", async () => {
      const ClientRequestToken = randomUUID();
      const before = world.athena.executions.length;
      const first = await client.start("SELECT 1", { ClientRequestToken });
      expect(await client.start("SELECT 1", { ClientRequestToken })).to.equal(first);
      const refused = await client.refusal(client.start("SELECT 2", { ClientRequestToken }));
      expect(refused.message).to.equal("Idempotent parameters do not match");
      expect(world.athena.executions.length - before).to.equal(1);
      expect(await client.start("SELECT 1")).to.not.equal(first);
    });
  });

  describe("faults on demand", () => {
    it("throttle as Athena does, which the SDK takes for a reason to try again", async () => {
      world.athena.faults.onRequest("StartQueryExecution", { kind: "throttle" }, 3);
      const error = await client.refusal(client.start("SELECT 1"));
      expect(error).to.include({
        name: "TooManyRequestsException",
        Reason: "CONCURRENT_QUERY_LIMIT_EXCEEDED",
      });
      expect(error.$metadata).to.include({ httpStatusCode: 400, attempts: 3 });
    });

    it("make answers wait, without holding up others", async () => {
      let go: () => void = () => undefined;
      const until = new Promise<void>((resolve) => (go = resolve));
      const { QueryExecutionId } = await client.finish("SELECT 7 AS n");
      world.athena.faults.onRequest("GetQueryResults", { kind: "wait", until });
      const slow = client.sdk.send(new GetQueryResultsCommand({ QueryExecutionId }));
      expect((await client.execution(QueryExecutionId!)).Status!.State).to.equal("SUCCEEDED");
      go();
      expect(cellsOf((await slow).ResultSet!)).to.deep.equal([["n"], ["7"]]);
    });
  });
});
