import { expect } from "chai";
import { need } from "../tools/missing";
import { daysBefore, TODAY, YESTERDAY } from "./sample";
import { openWorld, type World } from "./world";

/** First and last day of each view, by the calendar. */
const PERIODS: Record<string, readonly [first: string, last: string | undefined, filter: string]> = {
  today: [TODAY, TODAY, `(date = '${TODAY}')`],
  yesterday: [YESTERDAY, YESTERDAY, `(date = '${YESTERDAY}')`],
  week: ["2026-10-10", undefined, `(date >= '2026-10-10')`],
  month: ["2026-09-17", undefined, `(date >= '2026-09-17')`],
};
const PARTITION = /^access_logs\/app=([^/]+)\/date=([^/]+)\//;

interface IoPlan {
  readonly inputTableColumnInfos: readonly {
    readonly constraint: {
      readonly columnConstraints: readonly {
        readonly columnName: string;
        readonly domain: { readonly ranges: readonly { readonly low: { readonly value: string } }[] };
      }[];
    };
  }[];
}

describe("each view reads its own partitions only", () => {
  let world: World;
  before(async function () {
    world = await need(this, "Trino with Glue and S3", openWorld);
  });

  /** What the view may read, from the keys that our handlers wrote. */
  const allowed = (app: string | undefined, first: string, last: string | undefined) =>
    world.objects
      .map(({ key, bytes }) => ({ key, bytes, match: PARTITION.exec(key) }))
      .filter(({ match }) => match !== null && (app === undefined || match[1] === app))
      .filter(({ match }) => match![2]! >= first && (last === undefined || match![2]! <= last));

  /** Partition values that the plan holds on to, of one key. */
  const planned = async (sql: string, key: string): Promise<string[]> => {
    const { rows } = await world.engine.query(`EXPLAIN (TYPE IO, FORMAT JSON) ${sql}`);
    const plan = JSON.parse(String(rows[0]![0])) as IoPlan;
    const constraints = plan.inputTableColumnInfos.flatMap(({ constraint }) => constraint.columnConstraints);
    const found = constraints.find(({ columnName }) => columnName === key);
    return (found?.domain.ranges ?? []).map(({ low }) => low.value);
  };

  for (const scope of ["access_logs", "shop", "blog"]) {
    for (const [period, [first, last, filter]] of Object.entries(PERIODS)) {
      it(`${scope}_${period}`, async () => {
        const app = scope === "access_logs" ? undefined : scope;
        const sql = `SELECT * FROM "${world.catalog.database}"."${scope}_${period}"`;
        const files = allowed(app, first, last);
        const everything = allowed(undefined, "0000-00-00", undefined);
        const partitions = new Set(files.map(({ match }) => match![0]));
        expect(partitions).to.not.be.empty;

        world.engine.glueLog.take();
        const { stats, rows } = await world.engine.query(sql);
        const calls = world.engine.glueLog.take();
        expect(rows).to.not.be.empty;

        // Glue was given the filter, and answered with these partitions: with no others, whatever the plan does then.
        const listings = calls.filter(({ operation }) => operation === "GetPartitions");
        expect(listings).to.not.be.empty;
        const expected = app === undefined ? `(${filter})` : `((app = '${app}')) AND (${filter})`;
        expect(new Set(listings.map(({ expression }) => expression))).to.deep.equal(new Set([expected]));
        const listed = new Set(
          listings.flatMap(({ partitions: values }) => values.map(([a, d]) => `access_logs/app=${a}/date=${d}/`)),
        );
        // Besides those with files: what the updater registered ahead of the first row.
        expect([...partitions].filter((partition) => !listed.has(partition))).to.deep.equal([]);
        for (const partition of listed) {
          const [, partitionApp, date] = PARTITION.exec(partition)!;
          expect([app ?? partitionApp, date! >= first, last === undefined || date! <= last]).to.deep.equal([
            partitionApp,
            true,
            true,
          ]);
        }

        // The plan holds the days of those, and the bytes are those of their files.
        const dates = new Set([...listed].map((partition) => PARTITION.exec(partition)![2]!));
        expect(new Set(await planned(sql, "date"))).to.deep.equal(dates);
        const bytes = (of: readonly { readonly bytes: number }[]): number =>
          of.reduce((total, file) => total + file.bytes, 0);
        expect(stats.physicalInputBytes).to.be.greaterThan(0);
        expect(stats.physicalInputBytes).to.be.at.most(bytes(files));
        expect(bytes(files)).to.be.lessThan(bytes(everything));
      });
    }
  }

  it("and so does a day of `logs`, by the first system's key", async () => {
    world.engine.glueLog.take();
    const { rows } = await world.engine.query(
      `SELECT count(*) FROM "${world.catalog.database}"."logs" WHERE date_export >= '${daysBefore(TODAY, 1)}' AND date_export <= '${YESTERDAY}'`,
    );
    expect(rows[0]![0]).to.be.greaterThan(20);
    const listings = world.engine.glueLog.take().filter(({ operation }) => operation === "GetPartitions");
    expect(new Set(listings.map(({ expression }) => expression))).to.deep.equal(new Set([`((date = '${YESTERDAY}'))`]));
  });

  it("and a filter on the view's own `date`, which is a cast of the key", async () => {
    world.engine.glueLog.take();
    const { stats, rows } = await world.engine.query(
      `SELECT * FROM "${world.catalog.database}"."logs" WHERE "date" = DATE '${YESTERDAY}'`,
    );
    expect(rows).to.not.be.empty;
    const calls = world.engine.glueLog.take();
    const datesOf = (operation: string): Set<string | undefined> =>
      new Set(
        calls.filter((call) => call.operation === operation).flatMap((call) => call.partitions.map(([, date]) => date)),
      );
    // Trino also asks for texts that are dates in another notation, of which there are none.
    expect(datesOf("GetPartitions")).to.deep.equal(new Set([YESTERDAY]));
    expect(datesOf("BatchGetPartition")).to.deep.equal(new Set([YESTERDAY]));
    expect(stats.physicalInputBytes).to.be.at.most(
      allowed(undefined, YESTERDAY, YESTERDAY).reduce((total, { bytes }) => total + bytes, 0),
    );
  });
});
