/** Glue as a state machine's SDK integrations see it: one crawler, which behaves as it is told to. */

/** What each call is written as in a definition. */
export const SERVICES = {
  start: "arn:aws:states:::aws-sdk:glue:startCrawler",
  get: "arn:aws:states:::aws-sdk:glue:getCrawler",
  stop: "arn:aws:states:::aws-sdk:glue:stopCrawler",
  tables: "arn:aws:states:::aws-sdk:glue:getTables",
} as const;
type Call = keyof typeof SERVICES;

export interface GlueBehaviour {
  /** How often it is said to run before it is ready. Default: 0. */
  readonly runningPolls?: number;
  /** How often its start is refused because it runs. Default: 0. */
  readonly busyStarts?: number;
  /** Status of the crawl. Default: SUCCEEDED. */
  readonly status?: string;
  /** Reason of a failed crawl. Default: none. */
  readonly message?: string;
  /** Tables of the database when it is ready. Default: none. */
  readonly finds?: readonly string[];
  readonly startError?: string;
  readonly stopError?: string;
  /** How often a call fails with what passes. Default: 0. */
  readonly passing?: Partial<Record<Call, number>>;
}

export interface GlueDouble {
  /** What was called, in order; calls that failed for Glue's own reasons are not counted. */
  readonly calls: Call[];
  /** Parameters of the questions for tables. */
  readonly asked: unknown[];
  readonly services: Record<string, (input: never) => unknown>;
}

const failure = (name: string): Error => Object.assign(new Error(`${name} happened`), { name });

export const glueDouble = (behaviour: GlueBehaviour): GlueDouble => {
  const { runningPolls = 0, busyStarts = 0, status = "SUCCEEDED", message, finds = [] } = behaviour;
  const calls: Call[] = [];
  const asked: unknown[] = [];
  const passing = { ...behaviour.passing };
  let [starts, polls, started] = [0, 0, false];

  const work: Record<Call, (input: Record<string, unknown>) => unknown> = {
    start: () => {
      if (behaviour.startError !== undefined) throw failure(behaviour.startError);
      if (++starts <= busyStarts) throw failure("Glue.CrawlerRunningException");
      started = true;
      return {};
    },
    get: ({ Name: name }) => {
      if (!started) throw failure("Glue.EntityNotFoundException");
      // A crawler that never ran has no last crawl.
      if (polls++ < runningPolls) return { Crawler: { Name: name, State: polls < 2 ? "RUNNING" : "STOPPING" } };
      const last = { Status: status, ...(message === undefined ? {} : { ErrorMessage: message }) };
      return { Crawler: { Name: name, State: "READY", LastCrawl: last } };
    },
    stop: () => {
      if (behaviour.stopError !== undefined) throw failure(behaviour.stopError);
      return {};
    },
    tables: (input) => {
      asked.push(input);
      const pattern = new RegExp(`^(?:${String(input["Expression"])})$`);
      const names = finds.filter((name) => pattern.test(name)).slice(0, Number(input["MaxResults"]));
      return { TableList: names.map((name) => ({ Name: name, DatabaseName: input["DatabaseName"] })) };
    },
  };
  const bound = (call: Call) => (input: Record<string, unknown>) => {
    const left = passing[call] ?? 0;
    if (left > 0) {
      passing[call] = left - 1;
      throw failure("Glue.ThrottlingException");
    }
    calls.push(call);
    return work[call](input);
  };
  const names = Object.keys(SERVICES) as Call[];
  return { calls, asked, services: Object.fromEntries(names.map((call) => [SERVICES[call], bound(call)])) };
};
