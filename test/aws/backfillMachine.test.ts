import { SFNClient } from "@aws-sdk/client-sfn";
import { expect } from "chai";
import { BackfillMachine } from "../../src/aws/backfillMachine";
import { clientOptions, listen, type Loopback } from "./server";

const ARN = "arn:aws:states:eu-central-1:123456789012:stateMachine:backfill";
const INPUT = {
  missing: true,
  tolerant: true,
  ranges: [{ app: "shop", from: "2026-11-20T10:00:00.000Z", to: "2026-11-20T11:00:00.000Z" }],
};

describe("BackfillMachine", () => {
  let server: Loopback | undefined;
  afterEach(() => server?.close());

  const machine = async (answers: (action: string, body: unknown) => [number, object]): Promise<BackfillMachine> => {
    server = await listen(({ headers, body }, response) => {
      const [status, answer] = answers(String(headers["x-amz-target"]).split(".")[1]!, JSON.parse(body));
      response.writeHead(status, { "content-type": "application/x-amz-json-1.0" }).end(JSON.stringify(answer));
    });
    return new BackfillMachine(new SFNClient(clientOptions(server.url)), ARN);
  };
  const sent = (): unknown[] => server!.requests.map(({ body }) => JSON.parse(body) as unknown);

  it("starts a run by its name, with its ranges", async () => {
    await (await machine(() => [200, { executionArn: "e", startDate: 0 }])).start("gaps-1", INPUT);
    const [start] = sent() as [{ input: string }];
    expect(start).to.include({ stateMachineArn: ARN, name: "gaps-1" });
    expect(JSON.parse(start.input)).to.deep.equal(INPUT);
  });

  it("takes a name that is taken for the same run, and tells of any other failure", async () => {
    await (await machine(() => [400, { __type: "ExecutionAlreadyExists", message: "exists" }])).start("gaps-1", INPUT);
    expect(server!.requests).to.have.length(1);
    await server!.close();
    const other = await machine(() => [400, { __type: "StateMachineDeleting", message: "is being deleted" }]);
    const error = (await other.start("gaps-1", INPUT).catch((caught: unknown) => caught)) as Error;
    expect(error.name).to.equal("StateMachineDeleting");
  });

  it("sees a run of its own on any page, and no other's", async () => {
    const names = [["nightly", "by-hand-gaps-"], ["gaps-20261120T1350"]];
    const backfill = await machine((_action, body) => {
      const page = Number((body as { nextToken?: string }).nextToken ?? 0);
      const executions = names[page]!.map((name) => ({ name, executionArn: name, startDate: 0, status: "RUNNING" }));
      return [200, { executions, ...(page + 1 < names.length ? { nextToken: String(page + 1) } : {}) }];
    });
    expect(await backfill.running("gaps-")).to.equal(true);
    expect(sent()[0]).to.deep.equal({ stateMachineArn: ARN, statusFilter: "RUNNING" });
    names.pop();
    expect(await backfill.running("gaps-")).to.equal(false);
  });
});
