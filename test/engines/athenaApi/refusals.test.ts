import { randomUUID } from "node:crypto";
import { GetQueryResultsCommand } from "@aws-sdk/client-athena";
import { expect } from "chai";
import { need } from "../tools/missing";
import { testClient, type TestClient } from "./client";
import { openWorld, type World } from "./world";

describe("Athena's API on Trino refuses", function () {
  let world: World;
  let client: TestClient;
  before(async function () {
    world = await need(this, "Athena's API on Trino", openWorld);
    client = testClient(world);
  });
  beforeEach(() => world.athena.clear());

  const long = `SELECT '${"ä".repeat(131_067)}a'`;
  const REFUSED: readonly (readonly [
    label: string,
    sql: string,
    code: string,
    message: RegExp,
    changes?: () => object,
  ])[] = [
    ["SQL that is none", "selec 1", "MALFORMED_QUERY", /^line 1:1: mismatched input 'selec'/],
    ["on the right line", "SELECT 1\nFRM t", "MALFORMED_QUERY", /^line 2:5: mismatched input 't'/],
    ["backticks in a query", "SELECT * FROM `t`", "MALFORMED_QUERY", /^line 1:15: backquoted identifiers/],
    ["two statements", "SELECT 1; SELECT 2", "INVALID_INPUT", /^Only one sql statement is allowed/],
    ["statements of other kinds", "SET SESSION a = 1", "MALFORMED_QUERY", /^Queries of this type are not supported/],
    ["no query", " -- nothing", "INVALID_INPUT", /cannot be empty/],
    ["a byte more than 262,144", `${long} `, "INVALID_INPUT", /less than or equal to 262144/],
    ["another workgroup", "SELECT 1", "INVALID_INPUT", /^WorkGroup other is not found/, () => ({ WorkGroup: "other" })],
    [
      "another catalogue",
      "SELECT 1",
      "INVALID_INPUT",
      /^Catalog other is not found/,
      () => ({ QueryExecutionContext: { Catalog: "other" } }),
    ],
    [
      "a query whose results have no place",
      "SELECT 1",
      "INVALID_INPUT",
      /^No output location provided/,
      () => ({ WorkGroup: world.free.name }),
    ],
    [
      "a place that is not there",
      "SELECT 1",
      "INVALID_INPUT",
      /^Unable to verify\/create output bucket nobodys-bucket/,
      () => ({ WorkGroup: world.free.name, ResultConfiguration: { OutputLocation: "s3://nobodys-bucket/x/" } }),
    ],
    ["a short token", "SELECT 1", "INVALID_INPUT", /32 to 128/, () => ({ ClientRequestToken: "short" })],
  ];
  for (const [label, sql, code, message, changes] of REFUSED) {
    it(label, async () => {
      const before = world.athena.executions.length;
      const error = await client.refusal(client.start(sql, changes?.()));
      expect(error).to.include({ name: "InvalidRequestException", AthenaErrorCode: code });
      expect(error.message).to.match(message);
      expect(error.$metadata).to.include({ httpStatusCode: 400, attempts: 1 });
      expect(world.athena.executions.length).to.equal(before);
    });
  }

  it("but takes exactly 262,144 bytes, a `;` at the end, and comments", async () => {
    expect(Buffer.byteLength(long)).to.equal(262_144);
    expect((await client.finish(long)).Status!.State).to.equal("SUCCEEDED");
    expect(await client.rows("-- one; two\nSELECT ';' AS s /* ; */ ;\n")).to.deep.equal([["s"], [";"]]);
  });

  it("the results of a query that is not over, and queries that it does not know", async () => {
    world.athena.faults.onQuery(/held/, { kind: "hold", state: "RUNNING" });
    const id = await client.start("SELECT 'held'");
    const early = await client.refusal(client.sdk.send(new GetQueryResultsCommand({ QueryExecutionId: id })));
    expect(early.message).to.equal("Query has not yet finished. Current state: RUNNING");
    const unknown = await client.refusal(client.execution(randomUUID()));
    expect(unknown.message).to.match(/^QueryExecution .* was not found$/);
  });
});
