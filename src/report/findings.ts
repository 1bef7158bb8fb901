/** What a reader should see first, in words. */
import { countHours } from "./coverageHours";
import { formatCount, formatShare, share } from "./format";
import { cut } from "./html";
import { bucketName, fillBuckets } from "./timeline";
import type { Bucket, ReportData } from "./types";

const most = (buckets: readonly Bucket[], value: (bucket: Bucket) => number): Bucket | undefined =>
  buckets.reduce<Bucket | undefined>(
    (best, bucket) => (value(bucket) > (best === undefined ? 0 : value(best)) ? bucket : best),
    undefined,
  );

const many = (count: number, one: string, several = `${one}s`): string =>
  `${formatCount(count)} ${count === 1 ? one : several}`;

/** Up to six sentences: the peak, server errors, the dead link that hurts most, incomplete hours, rejected rows. */
export const findStandouts = (data: ReportData): string[] => {
  const buckets = fillBuckets(data);
  const unit = data.bucket;
  const texts: string[] = [];
  const peak = most(buckets, ({ people }) => people);
  if (peak !== undefined)
    texts.push(`The busiest ${unit} was ${bucketName(peak)}, with ${many(peak.people, "request")} of people.`);
  const { serverErrors, bots, requests } = data.totals;
  const worst = most(buckets, (bucket) => bucket.serverErrors);
  if (worst !== undefined) {
    const where =
      worst.serverErrors > 1
        ? `; the worst ${unit} was ${bucketName(worst)}, with ${formatCount(worst.serverErrors)}`
        : "";
    texts.push(`${many(serverErrors, "server error")} (5xx)${where}.`);
  }
  const dead = data.peopleErrors.find(({ status }) => status === 404);
  if (dead !== undefined)
    texts.push(`What people missed most: ${cut(dead.uri, 60)} (404, ${many(dead.people, "time")}).`);
  if (share(bots, requests) >= 0.3)
    texts.push(
      `${formatShare(share(bots, requests))} of all requests look automated; pages, sources and browsers leave them out.`,
    );
  const hours = countHours(data);
  if (hours !== undefined && hours.incomplete > 0) {
    texts.push(
      `${many(hours.incomplete, "hour is", "hours are")} not complete: figures may still rise (see Data quality).`,
    );
  }
  if (data.rejected !== undefined && data.rejected.rows > 0) {
    texts.push(
      `${many(data.rejected.rows, "row was", "rows were")} rejected and ${data.rejected.rows === 1 ? "is" : "are"} not in these figures.`,
    );
  }
  return texts;
};
