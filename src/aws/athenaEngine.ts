import {
  GetQueryExecutionCommand,
  paginateGetQueryResults,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
  type AthenaClient,
  type ResultSet,
} from "@aws-sdk/client-athena";
import { AmplifyLogsError } from "../errors";
import type { QueryResult } from "../model/queryResult";
import type { QueryEngine, QueryState } from "../ports";
import { athenaResult } from "./athenaValues";

export interface AthenaState {
  readonly state: QueryState;
  readonly reason?: string;
  /** What has been read until now, and is charged. */
  readonly scannedBytes?: number;
}

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

  async state(queryId: string): Promise<AthenaState> {
    const { QueryExecution } = await this.client.send(new GetQueryExecutionCommand({ QueryExecutionId: queryId }));
    const status = QueryExecution?.Status;
    if (status?.State === undefined)
      throw new AmplifyLogsError("Athena gave no state", { field: "QueryExecutionId", value: queryId });
    const scannedBytes = QueryExecution?.Statistics?.DataScannedInBytes;
    return {
      state: status.State,
      ...(status.StateChangeReason === undefined ? {} : { reason: status.StateChangeReason }),
      ...(scannedBytes === undefined ? {} : { scannedBytes }),
    };
  }

  async stop(queryId: string): Promise<void> {
    await this.client.send(new StopQueryExecutionCommand({ QueryExecutionId: queryId }));
  }

  /** The whole answer of a query that has succeeded. */
  async results(queryId: string): Promise<QueryResult> {
    const pages: ResultSet[] = [];
    for await (const page of paginateGetQueryResults({ client: this.client }, { QueryExecutionId: queryId }))
      if (page.ResultSet !== undefined) pages.push(page.ResultSet);
    return athenaResult(pages);
  }
}
