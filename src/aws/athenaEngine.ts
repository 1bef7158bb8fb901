import {
  GetQueryExecutionCommand,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
  type AthenaClient,
} from "@aws-sdk/client-athena";
import { AmplifyLogsError } from "../errors";
import type { QueryEngine, QueryState } from "../ports";

/** Athena. Where results go, and how they are encrypted, is the workgroup's to say. */
export class AthenaEngine implements QueryEngine {
  constructor(private readonly client: AthenaClient) {}

  async start(sql: string, { database, workgroup }: { database: string; workgroup: string }): Promise<string> {
    const answer = await this.client.send(
      new StartQueryExecutionCommand({
        QueryString: sql,
        WorkGroup: workgroup,
        QueryExecutionContext: { Database: database },
      }),
    );
    return answer.QueryExecutionId!;
  }

  async state(queryId: string): Promise<{ state: QueryState; reason?: string }> {
    const { QueryExecution } = await this.client.send(new GetQueryExecutionCommand({ QueryExecutionId: queryId }));
    const status = QueryExecution?.Status;
    if (status?.State === undefined)
      throw new AmplifyLogsError("Athena gave no state", { field: "QueryExecutionId", value: queryId });
    return {
      state: status.State,
      ...(status.StateChangeReason === undefined ? {} : { reason: status.StateChangeReason }),
    };
  }

  async stop(queryId: string): Promise<void> {
    await this.client.send(new StopQueryExecutionCommand({ QueryExecutionId: queryId }));
  }
}
