/** What the endpoint needs of the engine behind it. */
import type { TypeSignature } from "./values";

export interface SqlColumn {
  readonly name: string;
  readonly type: TypeSignature;
}

export interface SqlResult {
  readonly columns: readonly SqlColumn[];
  /** Numbers are texts, as the engine wrote them: a bigint or a double keeps all its digits. */
  readonly rows: readonly (readonly unknown[])[];
  readonly scannedBytes: number;
  /** Rows that an INSERT wrote. */
  readonly updateCount: number | undefined;
}

export interface SqlRun {
  /** Rejects with a SqlError. */
  readonly done: Promise<SqlResult>;
  /** Bytes read until now. */
  scannedBytes(): number;
  cancel(): Promise<void>;
}

/** Properties of the engine's session, a catalogue's without its name. */
export interface SqlSession {
  readonly compression_codec?: string;
}

export interface SqlEngine {
  run(sql: string, database: string | undefined, session?: SqlSession): SqlRun;
}

/** The engine's words, and one of its codes: SYNTAX_ERROR, TABLE_NOT_FOUND ... */
export class SqlError extends Error {
  override readonly name = "SqlError";
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}
