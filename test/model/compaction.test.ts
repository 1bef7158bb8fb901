import { expect } from "chai";
import fc from "fast-check";
import {
  changedHours,
  compactedLocation,
  compactionId,
  compactionOf,
  isBeyondRetention,
  isDue,
  isSettled,
  parseCompacted,
} from "../../src/model/compaction";
import { hourlyLocation, parseDayState, renderDayState, type DayState, type HourTags } from "../../src/model/dayState";

const AT = Date.parse("2026-11-22T04:45:07.250Z");
const ID = "20261122T044507Z-0123abcd";
const DAY = { app: "shop", date: "2026-11-19" };
const LOCATION = "access_logs_compacted/date=2026-11-19/20261122T044507Z-0123abcd/app=shop/";

const hour = fc.integer({ min: 0, max: 23 }).map((n) => String(n).padStart(2, "0"));
const tags = fc.dictionary(hour, fc.constantFrom('"a"', '"b"', '"c"'));

describe("where compactions lie", () => {
  it("is below the date and the attempt, whose id sorts by time", () => {
    expect(compactionId(AT, "0123abcd")).to.equal(ID);
    expect(compactedLocation(DAY.date, ID, DAY.app)).to.equal(LOCATION);
    expect(parseCompacted(`${LOCATION}data_0.parquet`)).to.deep.equal({ ...DAY, id: ID });
  });

  for (const key of [
    "access_logs_compacted/date=2026-11-19/other/app=shop/x",
    `access_logs_compacted/${ID}/date=2026-11-19/app=shop/x`,
    `access_logs/date=2026-11-19/${ID}/app=shop/x`,
    `access_logs_compacted/date=2026-11-19/${ID}/app=Shop/x`,
    `access_logs_compacted/date=2026-11-19/${ID}/part.parquet`,
  ])
    it(`is not ${key}`, () => expect(parseCompacted(key)).to.equal(undefined));

  it("is told apart from the hourly files, and from what is neither", () => {
    expect(compactionOf({ ...DAY, location: "access_logs/app=shop/date=2026-11-19/" })).to.equal(null);
    expect(compactionOf({ ...DAY, location: LOCATION })).to.equal(ID);
    for (const location of ["elsewhere/", LOCATION.replace("shop", "blog"), LOCATION.replaceAll("11-19", "11-18")])
      expect(compactionOf({ ...DAY, location }), location).to.equal(undefined);
  });
});

describe("changedHours", () => {
  it("finds just the files that are new or others, and none that went", () => {
    fc.assert(
      fc.property(tags, tags, (listed, recorded) => {
        const expected = Object.keys(listed).filter((each) => listed[each] !== recorded[each]);
        expect(changedHours(listed, recorded)).to.have.members(expected);
        expect(changedHours(listed, { ...recorded, ...listed })).to.deep.equal([]);
      }),
    );
  });
});

describe("isDue", () => {
  const due = (state: Partial<DayState> | undefined, listed: HourTags): boolean =>
    isDue(state === undefined ? undefined : { ...DAY, location: LOCATION, ...state }, listed, changedHours);

  it("asks for several files of a day that was never compacted, and for one that a compacted day lacks", () => {
    expect(due(undefined, {})).to.equal(false);
    expect(due({}, { "01": "a" })).to.equal(false);
    expect(due({}, { "01": "a", "02": "b" })).to.equal(true);
    expect(due({ hours: { "01": "a" } }, { "01": "a" })).to.equal(false);
    expect(due({ hours: { "01": "a" } }, {})).to.equal(false);
    expect(due({ hours: { "01": "a" } }, { "01": "z" })).to.equal(true);
    expect(due({ hours: { "01": "a" } }, { "02": "b" })).to.equal(true);
  });
});

describe("the age of a day", () => {
  const day = Date.parse(DAY.date);
  it("is counted from its end until it has settled", () => {
    expect(isSettled(day, Date.parse("2026-11-21T23:59:59.999Z"), 48)).to.equal(false);
    expect(isSettled(day, Date.parse("2026-11-22T00:00:00Z"), 48)).to.equal(true);
  });
  it("is counted from its beginning until it is beyond retention", () => {
    expect(isBeyondRetention(day, Date.parse("2026-12-18T23:59:59.999Z"), 30)).to.equal(false);
    expect(isBeyondRetention(day, Date.parse("2026-12-19T00:00:00Z"), 30)).to.equal(true);
  });
});

describe("a day's state", () => {
  const KEY = "state/app=shop/date=2026-11-19.json";
  const state: DayState = { ...DAY, location: LOCATION, rows: 3, hours: { "01": '"a"' } };

  it("reads what was written, now and by the converter", () => {
    expect(parseDayState(KEY, renderDayState(state))).to.deep.equal(state);
    const announced = `{"app":"shop","date":"2026-11-19","location":"access_logs/app=shop/date=2026-11-19/"}\n`;
    expect(parseDayState(KEY, Buffer.from(announced))).to.deep.equal({
      ...DAY,
      location: hourlyLocation("shop", DAY.date),
    });
  });

  for (const [text, words] of [
    ["{", "is not JSON"],
    ["null", "names no location"],
    ['{"location":"access_logs/app=shop"}', "names no location"],
    ['{"location":"x/","hours":{"1":"a"}}', "hours that are no ETags"],
    ['{"location":"x/","hours":{"01":2}}', "hours that are no ETags"],
  ] as const)
    it(`names itself and what to do when it holds ${text}`, () => {
      expect(() => parseDayState(KEY, Buffer.from(text)))
        .to.throw(words)
        .with.property("message")
        .that.contains(KEY)
        .and.contains("restore an older version");
    });
});
