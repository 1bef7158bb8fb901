import { UnknownHeaderError } from "../../src/errors";
import type { Metrics } from "../environment";

/** Of a run's outcome, what is counted. */
interface Fetched {
  readonly added: number;
  readonly hours: readonly { readonly late: number }[];
  readonly failures: readonly Error[];
}

/** What a run got, also where it failed in part. */
export const countFetched = (metrics: Metrics, { added, hours, failures }: Fetched): void => {
  const late = hours.reduce((sum, hour) => sum + hour.late, 0);
  // What has another header is put aside whole (readWindow.ts).
  const quarantined = failures.filter((failure) => failure instanceof UnknownHeaderError).length;
  metrics.count("RowsFetched", added);
  metrics.count("LateRows", late);
  if (quarantined > 0) metrics.count("FilesQuarantined", quarantined);
};
