/** `demo --all`: CloudFront's own logs and application logs, beside Amplify's. */
import { literal, qualify, rejectedTableName } from "../model/catalog";
import {
  DEMO_DISTRIBUTION,
  DEMO_SERVICES,
  makeDeliveries,
  type DemoDeliveries,
  type DemoDelivery,
} from "../local/demoDeliveries";
import { openLake } from "../local/duckdbLake";
import { catalogNames, loadCatalog } from "../local/localCatalog";
import type { ReadApplicationObject, ReadDelivery } from "../local/bundles";
import type { LocalPipeline } from "../local/pipeline";
import { DAY_MS } from "../model/windows";
import type { TimeRange } from "../ports";
import { answer, say, step } from "./demoOutput";
import { number } from "./figures";

/** What the stack's config has besides. */
export const SOURCE_CONFIG: Readonly<Record<string, unknown>> = {
  cloudFront: { distributions: [DEMO_DISTRIBUTION] },
  applicationLogs: { layout: "perService", services: DEMO_SERVICES },
};

/** What was delivered, and what became of it. */
interface Tally {
  objects: number;
  rows: number;
  added: number;
  rejected: number;
  /** Objects that are no logs, or nobody's. */
  aside: number;
}

const nothing = (): Tally => ({ objects: 0, rows: 0, added: 0, rejected: 0, aside: 0 });

const dueIn = (objects: readonly DemoDelivery[], fromMs: number, toMs: number): readonly DemoDelivery[] =>
  objects.filter(({ dueMs }) => dueMs > fromMs && dueMs <= toMs);

/** Objects that come as the clock is wound. */
export class DemoSources {
  readonly cloudFront = nothing();
  readonly applicationLogs = nothing();

  private constructor(
    private readonly pipeline: LocalPipeline,
    private readonly deliveries: DemoDeliveries,
    private deliveredMs: number,
  ) {}

  /** @param deliveredMs until when everything was delivered by earlier runs */
  static async open(
    pipeline: LocalPipeline,
    { startMs, endMs }: TimeRange,
    rowsPerDay: number,
    deliveredMs: number,
  ): Promise<DemoSources> {
    // An object is due a day after its rows' first at the latest.
    const range = { startMs: Math.max(startMs, deliveredMs - DAY_MS), endMs };
    return new DemoSources(pipeline, await makeDeliveries(range, rowsPerDay), deliveredMs);
  }

  /** Delivers what is due since the last time. */
  async deliverUntil(ms: number): Promise<void> {
    const { pipeline, deliveries, deliveredMs } = this;
    this.deliveredMs = ms;
    const delivered = dueIn(deliveries.cloudFront, deliveredMs, ms);
    const logs = dueIn(deliveries.applicationLogs, deliveredMs, ms);
    if (delivered.length > 0)
      await this.count(this.cloudFront, async () => (await pipeline.cloudFront?.deliver(delivered)) ?? []);
    if (logs.length > 0)
      await this.count(this.applicationLogs, async () => (await pipeline.applicationLogs?.deliver(logs)) ?? []);
  }

  /** Everything that lies in the buckets once more, as queues and retries do. */
  async readAgain(): Promise<void> {
    const { pipeline } = this;
    const again = nothing();
    await this.count(again, async () => (await pipeline.cloudFront?.readAgain()) ?? []);
    await this.count(again, async () => (await pipeline.applicationLogs?.readAgain()) ?? []);
    step("", `${number(again.objects)} delivered objects read once more: ${number(again.added)} new rows`);
  }

  tell(): void {
    const describe = ({ objects, rows, added, rejected, aside }: Tally): string =>
      `${number(objects)} objects, ${number(rows)} rows, ${number(added)} of them new, ${number(rejected)} lines rejected${
        aside === 0 ? "" : `, ${number(aside)} objects set aside`
      }`;
    step("CloudFront", `${DEMO_DISTRIBUTION.name}, a distribution: ${describe(this.cloudFront)}`);
    step("Services", `${DEMO_SERVICES.join(", ")}: ${describe(this.applicationLogs)}`);
  }

  private async count(
    tally: Tally,
    read: () => Promise<readonly (ReadDelivery | ReadApplicationObject)[]>,
  ): Promise<void> {
    const before = this.pipeline.counts.converted;
    for (const object of await read()) {
      tally.objects++;
      tally.rows += object.rows;
      tally.rejected += "errors" in object ? object.errors : object.rejected;
      if ("added" in object) tally.added += object.added;
      if (object.outcome !== "read") tally.aside++;
    }
    tally.added += this.pipeline.counts.converted - before;
  }
}

const PROCESSED = `"log_analytics_db"."processed_logs"`;
const ERRORS = `"log_analytics_db"."errors_logs"`;
/** As it stands in glue-log-analysis-pipelines.md. */
const BY_LEVEL = `SELECT service, level, COUNT(*) as count
FROM "app_logs_db"."api_gateway"
GROUP BY service, level
ORDER BY count DESC`;

/** Rows of each kind, an answer of each of the further kinds, and what was rejected. */
export const showSourceAnswers = async (lake: string): Promise<void> => {
  const names = catalogNames(loadCatalog(lake)!);
  const logs = qualify(names.database, names.table);
  const { name: docs } = DEMO_DISTRIBUTION;
  const session = await openLake(lake);
  try {
    const kinds = `SELECT CASE WHEN app = ${literal(docs)} THEN 'CloudFront' ELSE 'Amplify' END AS "kind", app AS "of", '${names.table}' AS "table", count(*) AS "rows", min("date") AS "first", max("date") AS "last"
FROM ${logs} GROUP BY 1, 2, 3
UNION ALL
SELECT 'Application logs', service, 'processed_logs', count(*), min(substr("timestamp", 1, 10)), max(substr("timestamp", 1, 10)) FROM ${PROCESSED} GROUP BY 1, 2, 3
ORDER BY 1, 2`;
    const results = `SELECT result_type, count(*) AS requests, round(avg(time_taken) * 1000, 1) AS milliseconds
FROM ${logs} WHERE app = ${literal(docs)} GROUP BY 1 ORDER BY 2 DESC LIMIT 5`;
    // The value that broke the rule stands at the end: without it, reasons are few.
    const why = `regexp_replace(reason, ': "[^"]*"$', '') AS "reason"`;
    const rejected = `SELECT 'CloudFront' AS "kind", rule, ${why}, count(*) AS "lines" FROM ${qualify(names.database, rejectedTableName(names))} WHERE app = ${literal(docs)} GROUP BY 1, 2, 3
UNION ALL
SELECT 'Application logs', rule, ${why}, count(*) FROM ${ERRORS} GROUP BY 1, 2, 3
ORDER BY 1, 4 DESC, 2, 3 LIMIT 12`;
    answer("All kinds, one lake", "amplify-logs demo --all", await session.query(kinds));
    answer(
      "How CloudFront answered for docs",
      `amplify-logs query --sql "SELECT result_type … WHERE app = '${docs}' …"`,
      await session.query(results),
    );
    answer(
      "Levels of a service",
      `amplify-logs query --sql 'SELECT service, level, COUNT(*) … FROM "app_logs_db"."api_gateway" …'`,
      await session.query(BY_LEVEL),
    );
    answer(
      "What was rejected, and why",
      `amplify-logs query --sql 'SELECT * FROM "log_analytics_db"."errors_logs" LIMIT 10'`,
      await session.query(rejected),
    );
    say();
  } finally {
    session.close();
  }
};
