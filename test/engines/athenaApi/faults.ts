/** What goes wrong on demand. Each fault happens to the first requests or queries that it fits, as often as it says. */

export type Operation = "StartQueryExecution" | "GetQueryExecution" | "GetQueryResults" | "StopQueryExecution";

export type RequestFault =
  /** TooManyRequestsException; nothing is done. */
  | { readonly kind: "throttle" }
  /** The connection ends; nothing is done. */
  | { readonly kind: "reset" }
  /** What was asked is done, and the connection ends before the answer. */
  | { readonly kind: "lost" }
  | { readonly kind: "status"; readonly status: number }
  /** The answer waits for this. */
  | { readonly kind: "wait"; readonly until: Promise<unknown> };

export type QueryFault =
  /** It stays in this state: until it is stopped, or until this. */
  | { readonly kind: "hold"; readonly state: "QUEUED" | "RUNNING"; readonly until?: Promise<unknown> }
  /** It is FAILED with this reason, and nothing is done. */
  | { readonly kind: "fail"; readonly reason: string }
  /** It is FAILED with this reason after it was carried out: what it wrote stays, as Athena leaves it. */
  | { readonly kind: "failLate"; readonly reason: string };

interface Planned<Fault> {
  readonly fits: (subject: string) => boolean;
  readonly fault: Fault;
  left: number;
}

const take = <Fault>(plans: readonly Planned<Fault>[], subject: string): Fault | undefined => {
  const plan = plans.find(({ left, fits }) => left > 0 && fits(subject));
  if (plan === undefined) return undefined;
  plan.left--;
  return plan.fault;
};

export class Faults {
  private readonly requests: Planned<RequestFault>[] = [];
  private readonly queries: Planned<QueryFault>[] = [];

  onRequest(operation: Operation, fault: RequestFault, times = 1): void {
    this.requests.push({ fits: (subject) => subject === operation, fault, left: times });
  }

  /** Of the queries whose text fits. */
  onQuery(matching: RegExp, fault: QueryFault, times = 1): void {
    this.queries.push({ fits: (sql) => matching.test(sql), fault, left: times });
  }

  /** Whether one is still to happen: a test that plans faults checks that they did. */
  get pending(): number {
    return [...this.requests, ...this.queries].reduce((sum, { left }) => sum + left, 0);
  }

  clear(): void {
    this.requests.length = 0;
    this.queries.length = 0;
  }

  takeRequest(operation: Operation): RequestFault | undefined {
    return take(this.requests, operation);
  }

  takeQuery(sql: string): QueryFault | undefined {
    return take(this.queries, sql);
  }
}
