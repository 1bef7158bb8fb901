import {
  ExecutionAlreadyExists,
  ListExecutionsCommand,
  StartExecutionCommand,
  type SFNClient,
} from "@aws-sdk/client-sfn";
import type { BackfillRanges, BackfillRuns } from "../ports";

/** The deployed state machine. */
export class BackfillMachine implements BackfillRuns {
  constructor(
    private readonly client: SFNClient,
    private readonly stateMachineArn: string,
  ) {}

  async running(prefix: string): Promise<boolean> {
    let nextToken: string | undefined;
    do {
      const page = await this.client.send(
        new ListExecutionsCommand({
          stateMachineArn: this.stateMachineArn,
          statusFilter: "RUNNING",
          ...(nextToken === undefined ? {} : { nextToken }),
        }),
      );
      if ((page.executions ?? []).some(({ name }) => name?.startsWith(prefix))) return true;
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return false;
  }

  async start(name: string, input: BackfillRanges): Promise<void> {
    const command = new StartExecutionCommand({
      stateMachineArn: this.stateMachineArn,
      name,
      input: JSON.stringify(input),
    });
    try {
      await this.client.send(command);
    } catch (error) {
      // A name is taken for 90 days: an earlier attempt at this event got as far as that.
      if (!(error instanceof ExecutionAlreadyExists)) throw error;
    }
  }
}
