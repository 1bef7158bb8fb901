/** The charts over time: every hour or day of the range has its column, also those without rows. */
import { stackedColumns, legend, type Column, type Series } from "./charts";
import { formatCount, formatDay, formatWeekday } from "./format";
import { markup, type Html } from "./html";
import { listDays } from "./range";
import { asTable, table } from "./tables";
import type { Bucket, ReportData } from "./types";

const empty = (day: string, hour: string | undefined): Bucket => ({
  day,
  hour,
  people: 0,
  bots: 0,
  clientErrors: 0,
  serverErrors: 0,
});

/** The buckets of the range from its beginning to the newest one with rows. */
export const fillBuckets = (data: Pick<ReportData, "buckets" | "bucket" | "range">): Bucket[] => {
  const known = new Map(data.buckets.map((bucket) => [`${bucket.day} ${bucket.hour ?? ""}`, bucket]));
  const hours =
    data.bucket === "hour" ? Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, "0")) : [undefined];
  const all = listDays(data.range).flatMap((day) =>
    hours.map((hour) => known.get(`${day} ${hour ?? ""}`) ?? empty(day, hour)),
  );
  const last = all.findLastIndex(({ people, bots }) => people + bots > 0);
  return all.slice(0, last + 1);
};

export const bucketName = ({ day, hour }: Bucket): string =>
  hour === undefined ? formatWeekday(day) : `${formatWeekday(day)}, ${hour}:00 UTC`;

const tickOf = (buckets: readonly Bucket[], index: number): string | undefined => {
  const bucket = buckets[index];
  if (bucket === undefined) return undefined;
  if (bucket.hour !== undefined) return bucket.hour === "00" || index === 0 ? formatWeekday(bucket.day) : undefined;
  return index % Math.ceil(buckets.length / 9) === 0 ? formatDay(bucket.day) : undefined;
};

const timeline = (options: {
  readonly data: ReportData;
  readonly what: string;
  readonly series: readonly Series[];
  readonly values: (bucket: Bucket) => number[];
  readonly height: number;
}): Html => {
  const { data, series, values } = options;
  const buckets = fillBuckets(data);
  const columns = buckets.map((bucket, index): Column => {
    const counts = values(bucket);
    const words = series.map(({ name }, place) => `${formatCount(counts[place] ?? 0)} ${name.toLowerCase()}`);
    return { title: `${bucketName(bucket)}: ${words.join(", ")}`, values: counts, tick: tickOf(buckets, index) };
  });
  const unit = data.bucket === "hour" ? "hour" : "day";
  return markup`<figure>${stackedColumns({ label: `${options.what} by ${unit}, UTC. The table below holds the figures.`, columns, series, height: options.height })}
${legend(series)}<figcaption class="hidden">${options.what} by ${unit}, times in UTC</figcaption>${asTable(
    table(
      `${options.what} by ${unit}`,
      [
        { title: data.bucket === "hour" ? "Hour (UTC)" : "Day (UTC)", cell: (bucket: Bucket) => bucketName(bucket) },
        ...series.map(({ name }, place) => ({
          title: name,
          numeric: true,
          cell: (bucket: Bucket) => formatCount(values(bucket)[place] ?? 0),
        })),
      ],
      buckets,
    ),
  )}</figure>`;
};

export const trafficChart = (data: ReportData): Html =>
  timeline({
    data,
    what: "Requests of people and bots",
    series: [
      { name: "People", fill: "f-people" },
      { name: "Bots", fill: "f-bots" },
    ],
    values: ({ people, bots }) => [people, bots],
    height: 210,
  });

export const errorChart = (data: ReportData): Html =>
  timeline({
    data,
    what: "Errors",
    series: [
      { name: "Server errors (5xx)", fill: "f-bad" },
      { name: "Client errors (4xx)", fill: "f-warn" },
    ],
    values: ({ serverErrors, clientErrors }) => [serverErrors, clientErrors],
    height: 120,
  });
