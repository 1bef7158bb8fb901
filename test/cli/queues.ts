/** As much of SQS as `amplify-logs redrive` meets: two queues, messages that are held back while they are read, and moves. */
import { createHash } from "node:crypto";
import { listen, type Loopback } from "../aws/server";

interface Message {
  readonly body: string;
  /** Of whoever reads it now. */
  receipt: string | undefined;
}

type Request = Readonly<Record<string, unknown>>;

const ACCOUNT = "123456789012";
export const arnOf = (name: string): string => `arn:aws:sqs:eu-central-1:${ACCOUNT}:${name}`;

export class QueuesStandIn {
  private server: Loopback | undefined;
  private readonly queues = new Map<string, Message[]>();
  private receipts = 0;
  private moves: { source: string; destination: string; polls: number }[] = [];
  /** Calls in order, without their parameters. */
  readonly calls: string[] = [];
  /** Why a move fails, where it shall. */
  failure: string | undefined;

  async start(): Promise<void> {
    this.server = await listen(({ headers, body }, response) => {
      const operation = String(headers["x-amz-target"]).replace("AmazonSQS.", "");
      this.calls.push(operation);
      response.setHeader("content-type", "application/x-amz-json-1.0");
      response.end(JSON.stringify(this.answer(operation, JSON.parse(body) as Request)));
    });
  }

  stop(): Promise<void> {
    return this.server!.close();
  }

  get url(): string {
    return this.server!.url;
  }

  fill(name: string, bodies: readonly string[]): void {
    this.queues.set(
      name,
      bodies.map((body) => ({ body, receipt: undefined })),
    );
  }

  /** The bodies that somebody could read now. */
  visible(name: string): string[] {
    return this.of(name).flatMap(({ body, receipt }) => (receipt === undefined ? [body] : []));
  }

  size(name: string): number {
    return this.of(name).length;
  }

  private of(name: string): Message[] {
    return this.queues.get(name) ?? [];
  }

  private answer(operation: string, request: Request): unknown {
    const url = request["QueueUrl"];
    const name = typeof url === "string" ? url.split("/").at(-1)! : "";
    switch (operation) {
      case "GetQueueUrl":
        return { QueueUrl: `${this.url}/${String(request["QueueOwnerAWSAccountId"])}/${String(request["QueueName"])}` };
      case "GetQueueAttributes":
        return { Attributes: { ApproximateNumberOfMessages: String(this.visible(name).length) } };
      case "ReceiveMessage":
        return { Messages: this.receive(name, Number(request["MaxNumberOfMessages"])) };
      case "ChangeMessageVisibilityBatch":
        for (const { receipt } of this.entries(request)) this.find(name, receipt).receipt = undefined;
        return { Successful: [], Failed: [] };
      case "DeleteMessageBatch": {
        const gone = new Set(this.entries(request).map(({ receipt }) => this.find(name, receipt)));
        this.queues.set(
          name,
          this.of(name).filter((message) => !gone.has(message)),
        );
        return { Successful: [], Failed: [] };
      }
      case "StartMessageMoveTask":
        this.moves.push({
          source: String(request["SourceArn"]),
          destination: String(request["DestinationArn"]),
          polls: 0,
        });
        return { TaskHandle: "task" };
      case "ListMessageMoveTasks":
        return { Results: this.tasks(String(request["SourceArn"])) };
      default:
        throw new Error(`no ${operation}`);
    }
  }

  private entries(request: Request): { readonly receipt: string }[] {
    return (request["Entries"] as { ReceiptHandle: string }[]).map(({ ReceiptHandle }) => ({ receipt: ReceiptHandle }));
  }

  private find(name: string, receipt: string): Message {
    const found = this.of(name).find((message) => message.receipt === receipt);
    if (found === undefined) throw new Error(`no message ${receipt} in ${name}`);
    return found;
  }

  private receive(name: string, most: number): unknown[] {
    const free = this.of(name).filter(({ receipt }) => receipt === undefined);
    return free.slice(0, most).map((message) => {
      message.receipt = `receipt-${this.receipts++}`;
      const MD5OfBody = createHash("md5").update(message.body).digest("hex");
      return { MessageId: message.receipt, Body: message.body, ReceiptHandle: message.receipt, MD5OfBody };
    });
  }

  /** A move takes two looks at it: in between, half is done. */
  private tasks(source: string): unknown[] {
    const move = this.moves.find((known) => known.source === source);
    if (move === undefined) return [];
    const [from, to] = [move.source, move.destination].map((arn) => arn.split(":").at(-1)!) as [string, string];
    move.polls++;
    const waiting = this.of(from);
    if (this.failure !== undefined) return [{ Status: "FAILED", FailureReason: this.failure }];
    if (move.polls === 1)
      return [
        { Status: "RUNNING", ApproximateNumberOfMessagesMoved: 0, ApproximateNumberOfMessagesToMove: waiting.length },
      ];
    this.queues.set(to, [...this.of(to), ...waiting]);
    this.queues.set(from, []);
    return [{ Status: "COMPLETED", ApproximateNumberOfMessagesMoved: waiting.length }];
  }
}
