import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { AmplifyLogsError } from "../errors";

/** Throttling is to be expected where the account's functions are busy: half a minute of waiting, all in all, or more. */
const MAX_ATTEMPTS = 10;
const ACCEPTED = 202;
const ARN_REGION = /^arn:[\w-]+:lambda:([a-z0-9-]+):/;

/** A function that is started and not waited for. */
export class AsyncFunction {
  private readonly client: LambdaClient;

  /** `name`: its name, or its ARN, which says its region too. */
  constructor(private readonly name: string) {
    const region = ARN_REGION.exec(name)?.[1];
    this.client = new LambdaClient({ maxAttempts: MAX_ATTEMPTS, ...(region && { region }) });
  }

  /** Hands the payload to Lambda's queue: it is run later, and again when it fails. */
  async start(payload: string): Promise<void> {
    const { StatusCode } = await this.client.send(
      new InvokeCommand({ FunctionName: this.name, InvocationType: "Event", Payload: Buffer.from(payload) }),
    );
    if (StatusCode !== ACCEPTED) {
      throw new AmplifyLogsError(`Lambda answered ${StatusCode} where it takes an event with ${ACCEPTED}`, {
        field: this.name,
      });
    }
  }
}
