import { expect } from "chai";
import { classifyRequest, type Classification } from "../../../src/model/bots";
import { LOG_COLUMNS, columnIndex, type LogColumnName } from "../../../src/model/columns";
import { edgeCountry } from "../../../src/model/edgeCountries";
import { decodeField } from "../../../src/model/escapes";
import { DAY_MS, HOUR_MS, isoDate } from "../../../src/model/windows";
import { expectedRows, hourRows, type SimulatedRow } from "../../../src/local/simulator/traffic";

const app = { name: "shop", appId: "d1a2b3c4d5", domainName: "example.com" };
const PER_DAY = 6_000;
const monday = Date.parse("2026-11-16T00:00:00Z");
const hour = (index: number, requestsPerDay = PER_DAY, seed = 1): SimulatedRow[] =>
  hourRows({ seed, app, hourMs: monday + index * HOUR_MS, requestsPerDay });

const field = (row: SimulatedRow, name: LogColumnName): string => row.line.split(",")[columnIndex(name)]!;
const share = (rows: readonly SimulatedRow[], test: (row: SimulatedRow) => boolean): number =>
  rows.filter(test).length / rows.length;
const classify = (row: SimulatedRow): Classification =>
  classifyRequest({
    agent: decodeField(field(row, "user_agent")),
    path: decodeField(field(row, "uri")),
    status: Number(field(row, "status")),
    referrer: field(row, "referrer"),
  });

describe("simulated traffic", () => {
  const week = Array.from({ length: 168 }, (_, index) => hour(index));
  const rows = week.flat();

  it("is a pure function of seed, app and hour", () => {
    expect(hour(15)).to.deep.equal(week[15]);
    expect(hour(15, PER_DAY, 2)[0]!.line).not.to.equal(week[15]![0]!.line);
    const other = hourRows({ seed: 1, app: { ...app, appId: "d9" }, hourMs: monday, requestsPerDay: PER_DAY });
    expect(other[0]!.requestId).not.to.equal(week[0]![0]!.requestId);
  });

  it("has as many rows as were asked for, over a week and at any volume", () => {
    expect(rows.length / 7).to.be.within(0.93 * PER_DAY, 1.07 * PER_DAY);
    const small = Array.from({ length: 168 }, (_, index) => hour(index, 300).length);
    expect(small.reduce((sum, count) => sum + count, 0) / 7).to.be.within(240, 360);
    expect(hour(3, 0)).to.deep.equal([]);
  });

  it("says beforehand what a week holds", () => {
    const total = week.reduce(
      (sum, _, index) => sum + expectedRows({ hourMs: monday + index * HOUR_MS, requestsPerDay: PER_DAY }),
      0,
    );
    expect(total).to.be.within(7 * PER_DAY - 1, 7 * PER_DAY + 1);
  });

  it("knows day and night, working days and weekends", () => {
    expect(week[17]!.length).to.be.above(3 * week[3]!.length);
    const perDay = [0, 1, 2, 3, 4, 5, 6].map((day) => week.slice(day * 24, day * 24 + 24).flat().length);
    expect(perDay[5]! + perDay[6]!).to.be.below(0.85 * (perDay[1]! + perDay[2]!));
  });

  it("writes lines that keep the file's form: 33 fields, printable ASCII, within their hour, in the order of time", () => {
    for (const [index, list] of week.entries()) {
      let last = monday + index * HOUR_MS;
      for (const row of list) {
        if (!/^[\x21-\x7e]+$/.test(row.line)) expect.fail(row.line);
        const fields = row.line.split(",");
        if (fields.length !== LOG_COLUMNS.length) expect.fail(row.line);
        if (Date.parse(`${fields[0]}T${fields[1]}Z`) !== row.ms || row.ms < last || row.visibleAtMs <= row.ms)
          expect.fail(row.line);
        last = row.ms;
      }
      expect(last).to.be.below(monday + (index + 1) * HOUR_MS);
    }
  });

  it("gives every request an id of its own, as long as CloudFront's", () => {
    expect(new Set(rows.map((row) => row.requestId)).size).to.equal(rows.length);
    expect(rows[0]!.requestId).to.match(/^[\w-]{54}==$/);
    expect(field(rows[0]!, "request_id")).to.equal(rows[0]!.requestId);
  });

  it("shows most rows within the hour, some hours late, a few up to twenty hours", () => {
    const hoursLate = rows.map((row) => (row.visibleAtMs - row.ms) / HOUR_MS);
    const within = (least: number, most: number): number =>
      hoursLate.filter((late) => late > least && late <= most).length / rows.length;
    expect(within(0, 1)).to.be.within(0.97, 0.985);
    expect(within(1, 6)).to.be.within(0.01, 0.03);
    expect(within(6, 20)).to.be.within(0.0003, 0.003);
    expect(within(20, Infinity)).to.equal(0);
  });

  const shares: [string, number, number, (row: SimulatedRow) => boolean][] = [
    ["bots of all kinds", 0.2, 0.4, (row) => classify(row).isBot],
    ["scanners that lie", 0.03, 0.12, (row) => classify(row).reason === "probe"],
    ["rows without agent", 0.005, 0.04, (row) => field(row, "user_agent") === "-"],
    ["304", 0.03, 0.25, (row) => field(row, "status") === "304"],
    ["404", 0.05, 0.2, (row) => field(row, "status") === "404"],
    ["server errors", 0.0005, 0.02, (row) => Number(field(row, "status")) >= 500],
    ["redirects", 0.001, 0.03, (row) => field(row, "status") === "301"],
    ["ranges", 0.001, 0.03, (row) => field(row, "status") === "206" && field(row, "sc_range_end") !== "-"],
    ["IPv6", 0.1, 0.35, (row) => field(row, "request_ip").includes(":")],
    ["www", 0.5, 0.95, (row) => row.host === "www.example.com"],
    ["the apex", 0.03, 0.3, (row) => row.host === "example.com"],
    ["the branch's default domain", 0.005, 0.15, (row) => row.host === "main.d1a2b3c4d5.amplifyapp.com"],
    ["queries with an escaped =", 0.02, 0.3, (row) => field(row, "query_string").includes("\\=")],
    ["-0 for -", 0.001, 0.02, (row) => field(row, "sc_content_len") === "-0"],
    ["answers of more than a second", 0.001, 0.1, (row) => Number(field(row, "time_taken")) > 1],
    ["several forwarded addresses", 0.001, 0.08, (row) => field(row, "xforwarded_for").includes("%20")],
  ];
  for (const [title, least, most, test] of shares) {
    it(`has a share of ${title}`, () => expect(share(rows, test)).to.be.within(least, most));
  }

  it("has scanners that the model tells from people by what they ask for", () => {
    const scanners = rows.filter((row) => field(row, "request_ip").startsWith("198.51.100."));
    expect(scanners.length).to.be.greaterThan(1000);
    expect(new Set(scanners.filter((row) => !classify(row).isBot).map((row) => field(row, "uri")))).to.deep.equal(
      new Set(),
    );
  });

  it("keeps the log's own rules: a 304 has no content type, cookies are never logged, places are known", () => {
    for (const row of rows) {
      if (field(row, "status") === "304" && field(row, "sc_content_type") !== "-") expect.fail(row.line);
      if (field(row, "cookie") !== "-" || edgeCountry(field(row, "location")) === null) expect.fail(row.line);
    }
  });

  it("has errors in bursts", () => {
    const perHour = week.map((list) => list.filter((row) => Number(field(row, "status")) >= 500).length);
    const mean = perHour.reduce((sum, count) => sum + count, 0) / perHour.length;
    expect(mean).to.be.above(0.1);
    expect(Math.max(...perHour)).to.be.above(8 * mean);
  });

  it("answers the top-referrers question with pages elsewhere, a search engine first", () => {
    const counts = new Map<string, number>();
    for (const row of rows) {
      const [type, agent, referrer] = [
        field(row, "sc_content_type"),
        decodeField(field(row, "user_agent")),
        decodeField(field(row, "referrer")),
      ];
      if (
        type !== "text/html" ||
        /bot|spider/.test(agent) ||
        field(row, "status") !== "200" ||
        field(row, "method") !== "GET"
      )
        continue;
      if (referrer === "-" || referrer.includes(row.host)) continue;
      const key = `${referrer} ${decodeField(field(row, "uri"))}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    const top = [...counts].sort((left, right) => right[1] - left[1]);
    expect(top.length).to.be.above(20);
    expect(top[0]![0]).to.include("https://www.google.com/");
    for (const [key] of top) expect(key).not.to.include("example.com");
  });

  it("lets the same readers come again on other days", () => {
    const readers = (day: number): Set<string> =>
      new Set(
        rows.filter((row) => isoDate(row.ms) === isoDate(monday + day * DAY_MS)).map((row) => field(row, "request_ip")),
      );
    const [first, second] = [readers(0), readers(1)];
    expect([...second].filter((address) => first.has(address)).length).to.be.above(second.size * 0.1);
  });
});
