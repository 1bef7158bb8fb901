import { AmplifyLogsError } from "../src/errors";
import type { QueryEngine, QueryState } from "../src/ports";

/** A query of the pipeline's own, and what its failure is told with. */
export interface WatchedQuery {
  readonly id: string;
  /** What it is, before its id: `query`, `unload query`. */
  readonly what: string;
  /** What it is part of. */
  readonly field: string;
  /** What to do when it fails. */
  readonly fix: string;
  /** Whether its time is over. */
  readonly isLate: () => boolean;
  readonly timeoutSeconds: number;
}

const isOver = (state: QueryState): boolean => {
  switch (state) {
    case "SUCCEEDED":
    case "FAILED":
    case "CANCELLED":
      return true;
    case "QUEUED":
    case "RUNNING":
      return false;
    default:
      return state satisfies never;
  }
};

/**
 * Asks once whether a query has succeeded. One whose time is over is stopped, so that it costs nothing more.
 * @throws AmplifyLogsError when it failed, with the engine's reason, was cancelled, or was stopped.
 */
export const hasSucceeded = async (
  engine: Pick<QueryEngine, "state" | "stop">,
  { id, what, field, fix, isLate, timeoutSeconds }: WatchedQuery,
): Promise<boolean> => {
  const { state, reason } = await engine.state(id);
  if (state === "SUCCEEDED") return true;
  const named = `Athena's ${what} ${id}`;
  if (isOver(state))
    throw new AmplifyLogsError(`${named} is ${state}: ${reason ?? "no reason given"}`, { field, fix, retryable: true });
  if (!isLate()) return false;
  await engine.stop(id);
  throw new AmplifyLogsError(`${named} was still ${state} after ${timeoutSeconds} s and was stopped`, {
    field,
    retryable: true,
  });
};
