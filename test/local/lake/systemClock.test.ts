/** The views and the command under a system clock that was set: Debian's libfaketime, which stands before the C library. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { expect } from "chai";
import { PERIODS, type Period } from "../../../src/model/catalog";
import { fillDays, temporaryLake } from "./fixture";

const MAIN = path.join(__dirname, "../../../src/cli/main.js");
const ARCHITECTURE = process.arch === "arm64" ? "aarch64" : "x86_64";
const LIBRARY = `/usr/lib/${ARCHITECTURE}-linux-gnu/faketime/libfaketime.so.1`;

/** The clock as it is set, UTC, a day that no view holds, and the days that each holds, read off a calendar. */
const CASES: readonly { clock: string; why: string; before: string; held: Record<Period, readonly string[]> }[] = [
  {
    clock: "2027-01-01 00:30:00",
    why: "1 January",
    before: "2026-11-30",
    held: {
      today: ["2027-01-01"],
      yesterday: ["2026-12-31"],
      week: ["2026-12-25", "2026-12-31", "2027-01-01"],
      month: ["2026-12-01", "2026-12-24", "2026-12-25", "2026-12-31", "2027-01-01"],
    },
  },
  {
    clock: "2028-03-01 00:30:00",
    why: "1 March of a leap year",
    before: "2028-01-31",
    held: {
      today: ["2028-03-01"],
      yesterday: ["2028-02-29"],
      week: ["2028-02-23", "2028-02-29", "2028-03-01"],
      month: ["2028-02-01", "2028-02-22", "2028-02-23", "2028-02-29", "2028-03-01"],
    },
  },
  {
    clock: "2026-11-01 00:30:00",
    why: "1 November",
    before: "2026-09-30",
    held: {
      today: ["2026-11-01"],
      yesterday: ["2026-10-31"],
      week: ["2026-10-25", "2026-10-31", "2026-11-01"],
      month: ["2026-10-01", "2026-10-24", "2026-10-25", "2026-10-31", "2026-11-01"],
    },
  },
  {
    clock: "2026-11-20 23:59:30",
    why: "the last minute of a day",
    before: "2026-10-19",
    held: {
      today: ["2026-11-20"],
      yesterday: ["2026-11-19"],
      week: ["2026-11-13", "2026-11-19", "2026-11-20"],
      month: ["2026-10-20", "2026-11-12", "2026-11-13", "2026-11-19", "2026-11-20"],
    },
  },
];

const underClock = (clock: string, zone: string, args: readonly string[]): string => {
  // What is set is read in the process's own zone: say it in that zone.
  const instant = Date.parse(`${clock.replace(" ", "T")}Z`);
  const offsetMs = zone === "Pacific/Kiritimati" ? 14 * 3_600_000 : 0;
  const local = new Date(instant + offsetMs).toISOString().slice(0, 19).replace("T", " ");
  return execFileSync(process.execPath, [MAIN, ...args], {
    encoding: "utf8",
    env: {
      ...process.env,
      TZ: zone,
      LD_PRELOAD: LIBRARY,
      FAKETIME: local,
      DONT_FAKE_MONOTONIC: "1",
    },
  });
};

describe("the views under a faked system clock", () => {
  let lake: string;
  let remove: () => void;
  before(function () {
    if (!existsSync(LIBRARY)) this.skip();
  });
  beforeEach(() => ({ lake, remove } = temporaryLake()));
  afterEach(() => remove());

  for (const { clock, why, before: earlier, held } of CASES) {
    it(`hold their days on ${why} (${clock} UTC), in UTC and on Kiritimati`, async () => {
      await fillDays(lake, "shop", [earlier, ...held.month]);
      const sql = PERIODS.map(
        (period) => `select '${period}' as period, cast("date" as varchar) as day from shop_${period}`,
      ).join(" union all ");
      for (const zone of ["UTC", "Pacific/Kiritimati"]) {
        const answer = JSON.parse(
          underClock(clock, zone, [
            "query",
            "--lake",
            lake,
            "--format",
            "json",
            "--sql",
            `select period, day, current_date as today from (${sql}) order by 1, 2`,
          ]),
        ) as { period: Period; day: string; today: string }[];
        expect(answer[0]!.today, `the clock is set, ${zone}`).to.equal(clock.slice(0, 10));
        for (const period of PERIODS) {
          expect(
            answer.filter((row) => row.period === period).map(({ day }) => day),
            `${period}, ${zone}`,
          ).to.deep.equal(held[period]);
        }
      }
    });
  }
});
