/** A dead-letter queue in SQS: how much waits, what it is, and the ways out. */
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListMessageMoveTasksCommand,
  ReceiveMessageCommand,
  StartMessageMoveTaskCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { AmplifyLogsError } from "../errors";

export interface DeadLetter {
  readonly body: string;
  readonly receipt: string;
}

export interface MoveProgress {
  readonly moved: number;
  readonly total: number;
  readonly done: boolean;
}

/** Seconds for which a message that was read is kept from others: long enough to read them all and to deal with them. */
const HELD_SECONDS = 600;
/** Most that SQS takes or gives at a time. */
const BATCH = 10;
/** Asking a second longer asks all of SQS's servers: an empty answer then means an empty queue. */
const WAIT_SECONDS = 1;

export class DeadLetters {
  private url: string | undefined;

  constructor(
    private readonly client: SQSClient,
    readonly arn: string,
  ) {}

  get name(): string {
    return this.arn.split(":").at(-1)!;
  }

  private async queueUrl(): Promise<string> {
    const QueueOwnerAWSAccountId = this.arn.split(":")[4];
    const answer = await this.client.send(new GetQueueUrlCommand({ QueueName: this.name, QueueOwnerAWSAccountId }));
    return (this.url ??= answer.QueueUrl!);
  }

  /** About how many messages wait. */
  async count(): Promise<number> {
    const QueueUrl = await this.queueUrl();
    const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["ApproximateNumberOfMessages"] });
    const { Attributes } = await this.client.send(command);
    return Number(Attributes?.ApproximateNumberOfMessages ?? 0);
  }

  /** Reads up to `most` messages and holds them back: they are to be released or removed. */
  async hold(most: number): Promise<DeadLetter[]> {
    const QueueUrl = await this.queueUrl();
    const held: DeadLetter[] = [];
    while (held.length < most) {
      const { Messages = [] } = await this.client.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: Math.min(BATCH, most - held.length),
          VisibilityTimeout: HELD_SECONDS,
          WaitTimeSeconds: WAIT_SECONDS,
        }),
      );
      if (Messages.length === 0) break;
      held.push(...Messages.map(({ Body = "", ReceiptHandle }) => ({ body: Body, receipt: ReceiptHandle! })));
    }
    return held;
  }

  /** Gives messages back to the queue at once. */
  async release(letters: readonly DeadLetter[]): Promise<void> {
    const QueueUrl = await this.queueUrl();
    for (const Entries of batches(letters)) {
      const entries = Entries.map((entry) => ({ ...entry, VisibilityTimeout: 0 }));
      await this.client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries: entries }));
    }
  }

  async remove(letters: readonly DeadLetter[]): Promise<void> {
    const QueueUrl = await this.queueUrl();
    for (const Entries of batches(letters)) {
      const { Failed = [] } = await this.client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
      const [first] = Failed;
      if (first === undefined) continue;
      throw new AmplifyLogsError(`${Failed.length} messages were not removed: ${first.Message ?? first.Code}`, {
        field: this.name,
        retryable: true,
        fix: "run the same again: what was done is not done twice",
      });
    }
  }

  /** Has SQS send everything to another queue; a task that runs already is followed. */
  async startMove(destinationArn: string): Promise<void> {
    if ((await this.task())?.Status === "RUNNING") return;
    await this.client.send(new StartMessageMoveTaskCommand({ SourceArn: this.arn, DestinationArn: destinationArn }));
  }

  /** How far the newest task is. @throws AmplifyLogsError when it failed */
  async progress(): Promise<MoveProgress> {
    const task = await this.task();
    const {
      Status,
      FailureReason,
      ApproximateNumberOfMessagesMoved = 0,
      ApproximateNumberOfMessagesToMove,
    } = task ?? {};
    if (Status === "FAILED" || Status === "CANCELLED") {
      throw new AmplifyLogsError(`the messages were not all sent back: ${FailureReason ?? Status.toLowerCase()}`, {
        field: this.name,
        retryable: true,
        fix: "mend the cause, then run the same again",
      });
    }
    const moved = Number(ApproximateNumberOfMessagesMoved);
    return { moved, total: Number(ApproximateNumberOfMessagesToMove ?? moved), done: Status === "COMPLETED" };
  }

  private async task() {
    const command = new ListMessageMoveTasksCommand({ SourceArn: this.arn, MaxResults: 1 });
    return (await this.client.send(command)).Results?.[0];
  }
}

const batches = (letters: readonly DeadLetter[]): { Id: string; ReceiptHandle: string }[][] => {
  const entries = letters.map(({ receipt }, i) => ({ Id: String(i), ReceiptHandle: receipt }));
  return Array.from({ length: Math.ceil(entries.length / BATCH) }, (_, i) => entries.slice(i * BATCH, (i + 1) * BATCH));
};
