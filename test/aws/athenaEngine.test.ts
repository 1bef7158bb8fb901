import { AthenaClient } from "@aws-sdk/client-athena";
import { expect } from "chai";
import { AthenaEngine } from "../../src/aws/athenaEngine";
import { athenaResult, athenaValue } from "../../src/aws/athenaValues";
import { clientOptions, listen, type Loopback } from "./server";

describe("AthenaEngine", () => {
  let server: Loopback | undefined;
  afterEach(() => server?.close());

  const engine = async (answers: Readonly<Record<string, object>>): Promise<AthenaEngine> => {
    server = await listen(({ headers }, response) => {
      const action = String(headers["x-amz-target"]).split(".")[1]!;
      response
        .writeHead(200, { "content-type": "application/x-amz-json-1.1" })
        .end(JSON.stringify(answers[action] ?? {}));
    });
    return new AthenaEngine(new AthenaClient(clientOptions(server.url)));
  };

  it("starts a query in the workgroup and database, follows it and stops it", async () => {
    const athena = await engine({
      StartQueryExecution: { QueryExecutionId: "q1" },
      GetQueryExecution: { QueryExecution: { Status: { State: "FAILED", StateChangeReason: "line 1" } } },
    });
    expect(await athena.start("SELECT 1", { database: "amplify_logs", workgroup: "maintenance" })).to.equal("q1");
    expect(await athena.state("q1")).to.deep.equal({ state: "FAILED", reason: "line 1" });
    await athena.stop("q1");
    const [started, , stopped] = server!.requests.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
    expect(started).to.include({ QueryString: "SELECT 1", WorkGroup: "maintenance" });
    expect(started!["QueryExecutionContext"]).to.deep.equal({ Database: "amplify_logs" });
    expect(stopped).to.deep.equal({ QueryExecutionId: "q1" });
  });

  it("says so when Athena gives no state", async () => {
    const error = (await (await engine({})).state("q1").catch((caught: unknown) => caught)) as Error;
    expect(error.message).to.contain("Athena gave no state");
  });

  it("says what was read until now", async () => {
    const Status = { State: "RUNNING" };
    const athena = await engine({
      GetQueryExecution: { QueryExecution: { Status, Statistics: { DataScannedInBytes: 12 } } },
    });
    expect(await athena.state("q1")).to.deep.equal({ state: "RUNNING", scannedBytes: 12 });
  });

  it("reads all pages of an answer, typed, without the header that only the first has", async () => {
    const ResultSetMetadata = {
      ColumnInfo: [
        { Name: "n", Type: "bigint" },
        { Name: "n", Type: "varchar" },
      ],
    };
    const page = (...rows: (string | undefined)[][]): object => ({
      ResultSetMetadata,
      Rows: rows.map((cells) => ({ Data: cells.map((VarCharValue) => ({ VarCharValue })) })),
    });
    const pages: Record<string, object> = {
      "": { ResultSet: page(["n", "n"], ["9007199254740993", "n"]), NextToken: "two" },
      two: { ResultSet: page(["-1", undefined]) },
    };
    server = await listen(({ body }, response) => {
      const { NextToken = "" } = JSON.parse(body) as { NextToken?: string };
      response.writeHead(200, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(pages[NextToken]));
    });
    const athena = new AthenaEngine(new AthenaClient(clientOptions(server.url)));
    expect(await athena.results("q1")).to.deep.equal({
      columns: [
        { name: "n", type: "bigint" },
        { name: "n_2", type: "varchar" },
      ],
      rows: [
        { n: "9007199254740993", n_2: "n" },
        { n: -1, n_2: null },
      ],
    });
  });

  it("has no header to take away where Athena gives none, and no rows where it gives nothing", () => {
    const ColumnInfo = [{ Name: "partition", Type: "string" }];
    const Rows = [{ Data: [{ VarCharValue: "app=shop" }] }];
    expect(athenaResult([{ ResultSetMetadata: { ColumnInfo }, Rows }]).rows).to.deep.equal([{ partition: "app=shop" }]);
    expect(athenaResult([{ ResultSetMetadata: { ColumnInfo: [] }, Rows: [] }])).to.deep.equal({
      columns: [],
      rows: [],
    });
    expect(athenaResult([])).to.deep.equal({ columns: [], rows: [] });
  });

  for (const [text, type, value] of [
    ["9007199254740991", "bigint", 9007199254740991],
    ["-9007199254740993", "bigint", "-9007199254740993"],
    ["7", "integer", 7],
    ["1.0E10", "double", 1e10],
    ["NaN", "double", "NaN"],
    ["-Infinity", "double", "-Infinity"],
    ["0.1", "float", 0.1],
    ["1.50", "decimal", 1.5],
    ["12345678901234567.25", "decimal", "12345678901234567.25"],
    ["true", "boolean", true],
    ["false", "boolean", false],
    ["2026-11-20 10:00:00.000", "timestamp", "2026-11-20 10:00:00.000"],
    ["2026-11-20", "date", "2026-11-20"],
    ["007", "varchar", "007"],
    ["", "varchar", ""],
    ["[1, 2]", "array", "[1, 2]"],
    [undefined, "bigint", null],
  ] as const) {
    it(`reads ${type} ${JSON.stringify(text)} as ${JSON.stringify(value)}`, () => {
      expect(athenaValue(text, type)).to.equal(value);
    });
  }
});
