/** Trino's HTTP protocol, with every digit kept and a way to cancel. */
import { SqlError, type SqlColumn, type SqlEngine, type SqlRun, type SqlSession } from "./engine";
import type { TypeSignature } from "./values";

interface Page {
  readonly nextUri?: string;
  readonly columns?: readonly { readonly name: string; readonly typeSignature: TypeSignature }[];
  readonly data?: readonly (readonly unknown[])[];
  readonly stats: { readonly physicalInputBytes: string };
  readonly updateCount?: string;
  readonly error?: { readonly message: string; readonly errorName: string };
}

const NUMBER = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Every number as a text: JSON.parse would round bigints, and write doubles in JavaScript's way. */
const parsePage = (json: string): Page =>
  JSON.parse(json.replace(NUMBER, (token) => (token.startsWith('"') ? token : `"${token}"`))) as Page;

const pageOf = async (answer: Promise<Response>): Promise<Page> => {
  const response = await answer;
  const text = await response.text();
  if (!response.ok) throw new SqlError("GENERIC_INTERNAL_ERROR", `Trino answered ${response.status}: ${text}`);
  return parsePage(text);
};

class TrinoRun implements SqlRun {
  readonly done: SqlRun["done"];
  private bytes = 0;
  private next: string | undefined;
  private cancelled = false;

  constructor(url: string, sql: string, headers: Readonly<Record<string, string>>) {
    this.done = this.follow(pageOf(fetch(`${url}/v1/statement`, { method: "POST", headers, body: sql })));
    this.done.catch(() => undefined);
  }

  scannedBytes(): number {
    return this.bytes;
  }

  async cancel(): Promise<void> {
    this.cancelled = true;
    if (this.next !== undefined) await fetch(this.next, { method: "DELETE" });
  }

  private async follow(first: Promise<Page>): SqlRun["done"] {
    const rows: (readonly unknown[])[] = [];
    let columns: readonly SqlColumn[] = [];
    let updateCount: number | undefined;
    for (let page = await first; ; page = await pageOf(fetch(this.next))) {
      if (page.error !== undefined) throw new SqlError(page.error.errorName, page.error.message);
      columns = page.columns?.map(({ name, typeSignature: type }) => ({ name, type })) ?? columns;
      rows.push(...(page.data ?? []));
      this.bytes = Number(page.stats.physicalInputBytes);
      if (page.updateCount !== undefined) updateCount = Number(page.updateCount);
      this.next = page.nextUri;
      if (this.next === undefined) return { columns, rows, scannedBytes: this.bytes, updateCount };
      if (this.cancelled) {
        await fetch(this.next, { method: "DELETE" });
        throw new SqlError("USER_CANCELED", "Query was canceled");
      }
    }
  }
}

const sessionHeader = (catalog: string, session: SqlSession): string =>
  Object.entries(session)
    .map(([name, value]) => `${catalog}.${name}=${encodeURIComponent(String(value))}`)
    .join(",");

/** A Trino whose catalogue has Athena's name. */
export const trinoEngine = (url: string, catalog = "awsdatacatalog"): SqlEngine => ({
  run: (sql, database, session = {}) =>
    new TrinoRun(url, sql, {
      "x-trino-user": "athena",
      "x-trino-source": "athena endpoint",
      "x-trino-catalog": catalog,
      "x-trino-time-zone": "UTC",
      ...(database === undefined ? {} : { "x-trino-schema": database }),
      ...(Object.keys(session).length === 0 ? {} : { "x-trino-session": sessionHeader(catalog, session) }),
    }),
});
