/** Step Functions on loopback, as far as `amplify-logs backfill` asks: names are taken for good, a running one may be started again with its own input. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export interface Execution {
  readonly name: string;
  readonly input: string;
  status: "RUNNING" | "SUCCEEDED" | "FAILED" | "ABORTED";
  output?: string;
  error?: string;
  cause?: string;
}

/** How an execution stands after so many looks at it. */
export type Script = (execution: Execution, looks: number) => Partial<Execution>;

export class StepFunctions {
  readonly executions: Execution[] = [];
  readonly calls: string[] = [];
  url = "";
  script: Script = () => ({});
  private readonly looks = new Map<string, number>();
  private server: Server | undefined;

  async start(): Promise<void> {
    this.server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on("data", (part: Buffer) => parts.push(part));
      request.on("end", () => {
        const operation = String(request.headers["x-amz-target"]).split(".")[1]!;
        const body = JSON.parse(Buffer.concat(parts).toString()) as Record<string, string>;
        this.calls.push(operation);
        const { status, answer } = this.answer(operation, body);
        response.writeHead(status, { "content-type": "application/x-amz-json-1.0" });
        response.end(JSON.stringify(answer));
      });
    }).listen(0, "127.0.0.1");
    await once(this.server, "listening");
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server?.closeAllConnections();
    this.server?.close();
  }

  private answer(operation: string, body: Record<string, string>): { status: number; answer: object } {
    const refuse = (type: string, message: string) => ({ status: 400, answer: { __type: type, message } });
    switch (operation) {
      case "StartExecution": {
        const { name, input, stateMachineArn } = body as { name: string; input: string; stateMachineArn: string };
        const before = this.executions.find((execution) => execution.name === name);
        if (before !== undefined && !(before.status === "RUNNING" && before.input === input))
          return refuse("ExecutionAlreadyExists", `Execution Already Exists: '${name}'`);
        if (before === undefined) this.executions.push({ name, input, status: "RUNNING" });
        const executionArn = `${stateMachineArn.replace("stateMachine", "execution")}:${name}`;
        return { status: 200, answer: { executionArn, startDate: 1_795_000_000 } };
      }
      case "DescribeExecution": {
        const name = body["executionArn"]!.split(":").at(-1)!;
        const execution = this.executions.find((known) => known.name === name);
        if (execution === undefined) return refuse("ExecutionDoesNotExist", "Execution Does Not Exist");
        const looks = (this.looks.get(name) ?? 0) + 1;
        this.looks.set(name, looks);
        if (execution.status === "RUNNING") Object.assign(execution, this.script(execution, looks));
        return { status: 200, answer: { executionArn: body["executionArn"], ...execution } };
      }
      case "ListMapRuns":
        return {
          status: 200,
          answer: { mapRuns: [{ executionArn: body["executionArn"], mapRunArn: "arn:map", startDate: 1_795_000_001 }] },
        };
      case "DescribeMapRun": {
        const counts = { pending: 2, running: 1, succeeded: 4, failed: 0, timedOut: 0, aborted: 0, total: 7 };
        return { status: 200, answer: { mapRunArn: "arn:map", status: "RUNNING", itemCounts: counts } };
      }
      default:
        return refuse("UnknownOperationException", operation);
    }
  }
}
