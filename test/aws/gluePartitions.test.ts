import { GlueClient } from "@aws-sdk/client-glue";
import { expect } from "chai";
import { GluePartitions } from "../../src/aws/gluePartitions";
import { clientOptions, listen, type Loopback } from "./server";

const STORAGE = {
  Columns: [{ Name: "level", Type: "string" }],
  InputFormat: "parquet",
  Location: "s3://lake/processed/",
};
const OF = { database: "log_analytics_db", table: "processed_logs", bucket: "lake" };

interface Call {
  readonly action: string;
  readonly body: {
    readonly DatabaseName: string;
    readonly TableName?: string;
    readonly PartitionInputList?: readonly { readonly Values: readonly string[]; readonly StorageDescriptor: object }[];
  };
}

describe("GluePartitions", () => {
  let server: Loopback | undefined;
  let calls: Call[] = [];
  afterEach(() => server?.close());

  const partitions = async (errors: readonly object[] = []): Promise<GluePartitions> => {
    calls = [];
    server = await listen(({ headers, body }, response) => {
      const action = String(headers["x-amz-target"]).split(".")[1]!;
      calls.push({ action, body: JSON.parse(body) as Call["body"] });
      const answer =
        action === "GetTable" ? { Table: { Name: OF.table, StorageDescriptor: STORAGE } } : { Errors: errors };
      response.writeHead(200, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(answer));
    });
    return new GluePartitions(new GlueClient(clientOptions(server.url)), OF);
  };
  const day = (number: number) => ({
    values: ["auth", "2026", "11", String(number).padStart(2, "0")],
    location: `processed/service=auth/year=2026/month=11/day=${String(number).padStart(2, "0")}/`,
  });

  it("adds partitions with the table's columns and their own place, a hundred a call", async () => {
    const many = Array.from({ length: 101 }, (_, at) => day(at));
    await (await partitions()).add(many);
    const created = calls.filter(({ action }) => action === "BatchCreatePartition");
    expect(created.map(({ body }) => body.PartitionInputList!.length)).to.deep.equal([100, 1]);
    expect(created[0]!.body).to.include({ DatabaseName: "log_analytics_db", TableName: "processed_logs" });
    expect(created[0]!.body.PartitionInputList![3]).to.deep.equal({
      Values: ["auth", "2026", "11", "03"],
      StorageDescriptor: { ...STORAGE, Location: "s3://lake/processed/service=auth/year=2026/month=11/day=03/" },
    });
  });

  it("asks once for each, and not at all for none", async () => {
    const registry = await partitions();
    await registry.add([]);
    expect(calls).to.deep.equal([]);
    await registry.add([day(1)]);
    await registry.add([day(1), day(2)]);
    expect(calls.map(({ body }) => body.PartitionInputList?.map(({ Values }) => Values[3]))).to.deep.equal([
      undefined,
      ["01"],
      undefined,
      ["02"],
    ]);
  });

  it("takes those that are there already for done, and tells of any other failure", async () => {
    const error = (ErrorCode: string) => ({
      PartitionValues: ["auth"],
      ErrorDetail: { ErrorCode, ErrorMessage: "why" },
    });
    await (await partitions([error("AlreadyExistsException")])).add([day(1)]);
    await server!.close();
    const registry = await partitions([error("AlreadyExistsException"), error("InternalServiceException")]);
    let message = "";
    await registry.add([day(1)]).catch((caught: Error) => (message = caught.message));
    expect(message).to.contain("InternalServiceException: why");
    // What failed is not remembered as done.
    await registry.add([day(1)]).catch(() => undefined);
    expect(calls.filter(({ action }) => action === "BatchCreatePartition")).to.have.length(2);
  });
});
