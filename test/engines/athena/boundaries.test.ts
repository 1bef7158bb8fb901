import { expect } from "chai";
import { PERIODS, type Period } from "../../../src/model/catalog";
import { isoDate } from "../../../src/model/windows";
import { logLine } from "../../rows/logLines";
import { openFakeClock } from "../tools/faketime";
import { need } from "../tools/missing";
import { startTrino, type Trino } from "../tools/trino";
import { setTrinoClock } from "./engine";
import { dropDatabase, replayCatalog } from "./glueReplay";
import { convertHours, emptyLake, type HourOfLines, type Lake } from "./lake";
import { registerPartitions, uploadLake } from "./lakeOnS3";
import { evaluatedResources, localDeployment } from "./program";
import { daysBefore, NOW } from "./sample";
import { SOURCE_DATE_RANGE } from "../../helpers/sourceStatements";
import { openWorld, type World } from "./world";

const DATABASE = "amplify_logs";
const DATES: Record<string, string> = {
  "2024-01-01": "1 January",
  "2024-03-01": "1 March of a leap year",
  "2024-11-01": "1 November",
  "2026-03-31": "a day that the month before lacks",
};

const dateIn = (zone: string, instant: string): string =>
  new Intl.DateTimeFormat("en-CA", { timeZone: zone, dateStyle: "short" }).format(new Date(instant));

/** The same day of the month before, or that month's last day. */
const monthBefore = (day: string): string => {
  const [year, month, date] = day.split("-").map(Number) as [number, number, number];
  const lastOfMonth = new Date(Date.UTC(year, month - 1, 0)).getUTCDate();
  return isoDate(Date.UTC(year, month - 2, Math.min(date, lastOfMonth)));
};

const belongs: Record<Period, (day: string, today: string) => boolean> = {
  today: (day, today) => day === today,
  yesterday: (day, today) => day === daysBefore(today, 1),
  week: (day, today) => day >= daysBefore(today, 7),
  month: (day, today) => day >= monthBefore(today),
};

/** Each date has an app of its own, so that its views read no other date's files. */
const appOf = (date: string): string => `d${date.replaceAll("-", "")}`;

/** Days on both sides of every view's first and last one. */
const daysAround = (today: string): string[] => {
  const first = monthBefore(today);
  const near = [-1, 0, 1, 2, 7, 8].map((count) => daysBefore(today, count));
  return [...new Set([...near, first, daysBefore(first, 1)])].sort();
};

/** A request in each day's first second, and in its last. */
const REQUESTS = Object.keys(DATES).flatMap((today) =>
  daysAround(today).flatMap((date) => ["00:00:00", "23:59:59"].map((time) => ({ app: appOf(today), date, time }))),
);

const HOURS: readonly HourOfLines[] = REQUESTS.map(({ app, date, time }) => ({
  app,
  hourMs: Date.parse(`${date}T${time.slice(0, 2)}:00:00Z`),
  lines: [logLine({ date, time, uri: `/${date}`, request_id: `${app}-${date}-${time}` })],
}));

const CONFIG = {
  databaseName: DATABASE,
  // The dates lie years apart, and the updater drops what is older.
  retentionTableDays: "2000",
  apps: JSON.stringify(
    Object.keys(DATES).map((date, index) => ({
      name: appOf(date),
      appId: `d${index}a2b3c4d5e6f7`,
      domainName: `d${index}.example`,
    })),
  ),
};

describe("boundary dates", () => {
  let world: World;
  let lake: Lake;
  before(async function () {
    world = await need(this, "Trino with Glue and S3", openWorld);
    const { glue, s3 } = world.engine;
    lake = emptyLake(await localDeployment(CONFIG));
    expect(await convertHours(lake, HOURS, Date.parse("2026-04-02T00:00:00Z"))).to.equal(HOURS.length);
    await replayCatalog(glue, await evaluatedResources(CONFIG));
    await uploadLake(s3, lake.folder, world.bucket);
    const target = { lake: lake.folder, bucket: world.bucket, database: DATABASE, table: world.table };
    expect(await registerPartitions(glue, target)).to.be.at.least(HOURS.length / 2);
  });
  after(async () => {
    lake?.remove();
    if (world === undefined) return;
    await dropDatabase(world.engine.glue, DATABASE);
    await world.engine.setClock(NOW);
  });

  const expected = (date: string, today: string): string[] =>
    REQUESTS.filter(({ app }) => app === appOf(date))
      .flatMap((request) => PERIODS.map((period) => ({ period, ...request })))
      .filter((request) => belongs[request.period](request.date, today))
      .flatMap(({ period, app, date: day, time }) =>
        [`access_logs_${period}`, `${app}_${period}`].map((view) =>
          JSON.stringify([view, `/${day}`, day, `${day} ${time}.000`]),
        ),
      )
      .sort();
  const found = async (trino: Pick<Trino, "query">, date: string, timeZone: string): Promise<string[]> => {
    const app = appOf(date);
    const selects = PERIODS.flatMap((period) => [`access_logs_${period}`, `${app}_${period}`]).map(
      (view) => `SELECT '${view}', "uri", "date", "timestamp" FROM "${view}" WHERE "app" = '${app}'`,
    );
    const { rows } = await trino.query(selects.join("\nUNION ALL\n"), { schema: DATABASE, timeZone });
    return rows.map((row) => JSON.stringify(row)).sort();
  };

  for (const [date, words] of Object.entries(DATES)) {
    it(`${words} (${date}), at 00:30 UTC and when another day has begun elsewhere`, async () => {
      await world.engine.setClock(`${date}T00:30:00Z`);
      for (const zone of ["UTC", "Pacific/Kiritimati"]) {
        expect(dateIn(zone, `${date}T00:30:00Z`), zone).to.equal(date);
        expect(await found(world.engine, date, zone), zone).to.deep.equal(expected(date, date));
      }
      expect(expected(date, date).length).to.be.greaterThan(30);
      await world.engine.setClock(`${date}T12:30:00Z`);
      const next = dateIn("Pacific/Kiritimati", `${date}T12:30:00Z`);
      expect(next).to.equal(daysBefore(date, -1));
      expect(await found(world.engine, date, "Pacific/Kiritimati")).to.deep.equal(expected(date, next));
      expect(expected(date, next)).to.not.deep.equal(expected(date, date));
    });
  }

  it("are the same where the JVM's own zone is Pacific/Kiritimati: a session's zone counts, and Athena's is UTC", async () => {
    const clock = await openFakeClock();
    const urls = { glueUrl: world.engine.glueLog.url, s3Url: world.engine.motoUrl };
    clock.set("2024-03-01T12:30:00Z");
    const trino = await startTrino({ ...urls, clock, timeZone: "Pacific/Kiritimati" });
    try {
      for (const date of Object.keys(DATES)) {
        await setTrinoClock(clock, trino, `${date}T12:30:00Z`);
        expect(await found(trino, date, "UTC"), date).to.deep.equal(expected(date, date));
      }
    } finally {
      await trino.stop();
      clock.remove();
    }
  });

  it("give the first system's query on date_export its January, word for word", async () => {
    const { columns, rows } = await world.engine.query(SOURCE_DATE_RANGE);
    const at = (name: string): number => columns.findIndex((column) => column.name === name);
    const january = REQUESTS.filter(({ date }) => date >= "2024-01-01" && date <= "2024-01-31");
    expect(january.length).to.be.greaterThan(4);
    expect(rows.map((row) => [row[at("app")], row[at("date_export")]].join(" ")).sort()).to.deep.equal(
      january.map(({ app, date }) => `${app} ${date}`).sort(),
    );
  });
});
