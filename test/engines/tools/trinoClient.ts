/** Trino's HTTP protocol: a statement is posted, and its pages are asked for until there are none. */

export interface TrinoColumn {
  readonly name: string;
  /** As Trino tells clients that know no precisions: `varchar`, `timestamp`, `map(varchar,bigint)`. */
  readonly type: string;
}

export interface TrinoStats {
  readonly processedRows: number;
  readonly processedBytes: number;
  /** Read from storage. */
  readonly physicalInputBytes: number;
  readonly completedSplits: number;
  readonly elapsedTimeMillis: number;
}

export interface TrinoResult {
  readonly queryId: string;
  readonly columns: readonly TrinoColumn[];
  /** Values as JSON has them; dates and timestamps are texts, and whole numbers that JavaScript would round. */
  readonly rows: readonly (readonly unknown[])[];
  readonly stats: TrinoStats;
  /** For statements that are no query: `INSERT`, `CREATE TABLE`. */
  readonly updateType: string | undefined;
}

export interface TrinoSession {
  /** Database of names without one. */
  readonly schema?: string;
  /** Default: UTC, as Athena's sessions. */
  readonly timeZone?: string;
  /** Session properties, `catalog.name` for a catalogue's. */
  readonly properties?: Readonly<Record<string, string>>;
  /** Aborting it cancels the query. */
  readonly signal?: AbortSignal;
  /** Hears Trino's id for the query as soon as there is one. */
  readonly onStart?: (queryId: string) => void;
}

/** Trino's own words; `errorName` is one of its codes, such as TABLE_NOT_FOUND. */
export class TrinoError extends Error {
  override readonly name = "TrinoError";
  constructor(
    message: string,
    readonly errorName: string,
    /** USER_ERROR, INTERNAL_ERROR, INSUFFICIENT_RESOURCES or EXTERNAL. */
    readonly errorType: string,
    readonly sql: string,
  ) {
    super(`${errorName}: ${message}`);
  }
}

interface Page {
  readonly id: string;
  readonly nextUri?: string;
  readonly columns?: readonly TrinoColumn[];
  readonly data?: readonly (readonly unknown[])[];
  readonly stats: TrinoStats;
  readonly updateType?: string;
  readonly error?: { readonly message: string; readonly errorName: string; readonly errorType: string };
}

export const CATALOG = "awsdatacatalog";
const USER = "athena";

const headersOf = ({ schema, timeZone = "UTC", properties = {} }: TrinoSession): Record<string, string> => ({
  "x-trino-user": USER,
  "x-trino-source": "amplify-log-pipeline tests",
  "x-trino-catalog": CATALOG,
  "x-trino-time-zone": timeZone,
  ...(schema === undefined ? {} : { "x-trino-schema": schema }),
  ...(Object.keys(properties).length === 0
    ? {}
    : {
        "x-trino-session": Object.entries(properties)
          .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
          .join(","),
      }),
});

// The digits after a point are no number of their own.
const STRING_OR_LONG_NUMBER = /"(?:[^"\\]|\\.)*"|(?<![.\w])-?\d{16,}\b(?![.eE])/g;

/** Whole numbers that JavaScript's would round become texts. */
const keepLongNumbers = (json: string): string =>
  json.replace(STRING_OR_LONG_NUMBER, (token) =>
    token.startsWith('"') || Number.isSafeInteger(Number(token)) ? token : `"${token}"`,
  );

const pageOf = async (response: Response, sql: string): Promise<Page> => {
  const text = await response.text();
  if (!response.ok) throw new Error(`Trino answered ${response.status}: ${text.slice(0, 500)}`);
  const page = JSON.parse(keepLongNumbers(text)) as Page;
  if (page.error !== undefined) {
    throw new TrinoError(page.error.message, page.error.errorName, page.error.errorType, sql);
  }
  return page;
};

/** After its clock was set on, Trino takes its only node for one that was not heard of for long; nothing has run then. */
const NODE_ATTEMPTS = 10;
const NODE_WAIT_MS = 1000;
const waitsForNode = (error: unknown): boolean =>
  error instanceof TrinoError && error.message.startsWith("NO_NODES_AVAILABLE");

/** Runs one statement to its end. A `;` at its end is taken away, as Athena does. @throws TrinoError */
export const runStatement = async (url: string, sql: string, session: TrinoSession = {}): Promise<TrinoResult> => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await runOnce(url, sql, session);
    } catch (error) {
      if (!waitsForNode(error) || attempt === NODE_ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, NODE_WAIT_MS));
    }
  }
};

const runOnce = async (url: string, sql: string, session: TrinoSession): Promise<TrinoResult> => {
  const statement = sql.replace(/[\s;]+$/, "");
  const headers = headersOf(session);
  let page = await pageOf(await fetch(`${url}/v1/statement`, { method: "POST", headers, body: statement }), statement);
  session.onStart?.(page.id);
  const rows: (readonly unknown[])[] = [];
  let columns: readonly TrinoColumn[] = [];
  for (;;) {
    columns = page.columns ?? columns;
    rows.push(...(page.data ?? []));
    if (page.nextUri === undefined) break;
    if (session.signal?.aborted === true) {
      await fetch(page.nextUri, { method: "DELETE", headers });
      throw new TrinoError("Query was canceled", "USER_CANCELED", "USER_ERROR", statement);
    }
    page = await pageOf(await fetch(page.nextUri, { headers }), statement);
  }
  return {
    queryId: page.id,
    columns: columns.map(({ name, type }) => ({ name, type })),
    rows,
    stats: page.stats,
    updateType: page.updateType,
  };
};
