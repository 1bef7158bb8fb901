import { AthenaClient } from "@aws-sdk/client-athena";
import { expect } from "chai";
import { AthenaEngine } from "../../src/aws/athenaEngine";
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
});
