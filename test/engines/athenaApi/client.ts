/** Athena's real SDK on the test endpoint. */
import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  StartQueryExecutionCommand,
  type QueryExecution,
  type ResultSet,
  type StartQueryExecutionCommandInput,
} from "@aws-sdk/client-athena";
import { expect } from "chai";
import { MOTO_CREDENTIALS, MOTO_REGION } from "../tools/moto";
import type { World } from "./world";

/** What SDK errors carry of Athena's answer. */
export interface AthenaError extends Error {
  readonly AthenaErrorCode?: string;
  readonly Reason?: string;
  readonly $metadata: { readonly httpStatusCode?: number; readonly attempts?: number };
}

export interface TestClient {
  readonly sdk: AthenaClient;
  /** Starts a query in the users' workgroup, unless it says otherwise; returns its id. */
  start(sql: string, changes?: Partial<StartQueryExecutionCommandInput>): Promise<string>;
  execution(id: string): Promise<QueryExecution>;
  /** Starts a query, waits for its end without polling, and asks for what became of it. */
  finish(sql: string, changes?: Partial<StartQueryExecutionCommandInput>): Promise<QueryExecution>;
  /** The same; it must succeed. */
  answer(sql: string, changes?: Partial<StartQueryExecutionCommandInput>): Promise<ResultSet>;
  /** The same; rows as lists of texts, null where there is no text. */
  rows(sql: string): Promise<(string | null)[][]>;
  /** Of a request that must be refused. */
  refusal(request: Promise<unknown>): Promise<AthenaError>;
}

export const cellsOf = ({ Rows = [] }: ResultSet): (string | null)[][] =>
  Rows.map(({ Data = [] }) => Data.map(({ VarCharValue }) => VarCharValue ?? null));

export const testClient = (world: World): TestClient => {
  const { athena, users, database } = world;
  const sdk = new AthenaClient({ endpoint: athena.url, region: MOTO_REGION, credentials: MOTO_CREDENTIALS });
  const client: TestClient = {
    sdk,
    start: async (sql, changes) => {
      const input = { QueryString: sql, WorkGroup: users.name, QueryExecutionContext: { Database: database } };
      return (await sdk.send(new StartQueryExecutionCommand({ ...input, ...changes }))).QueryExecutionId!;
    },
    execution: async (id) => (await sdk.send(new GetQueryExecutionCommand({ QueryExecutionId: id }))).QueryExecution!,
    finish: async (sql, changes) => {
      const id = await client.start(sql, changes);
      await athena.executions.find((one) => one.id === id)!.ended;
      return client.execution(id);
    },
    answer: async (sql, changes) => {
      const { QueryExecutionId, Status } = await client.finish(sql, changes);
      expect(Status?.State, Status?.StateChangeReason).to.equal("SUCCEEDED");
      return (await sdk.send(new GetQueryResultsCommand({ QueryExecutionId }))).ResultSet!;
    },
    rows: async (sql) => cellsOf(await client.answer(sql)),
    refusal: async (request) =>
      (await request.then(
        () => expect.fail("it was not refused"),
        (error: unknown) => error,
      )) as AthenaError,
  };
  return client;
};
