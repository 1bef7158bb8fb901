import { expect } from "chai";
import { bareService, DEFAULT_PATTERN, pairsIn } from "../../src/model/lineGrammar";
import { LinearRegex } from "../../src/model/regexMatcher";
import { parsePattern } from "../../src/model/regexParser";

const native = new RegExp(DEFAULT_PATTERN);
const parsed = parsePattern(DEFAULT_PATTERN);

describe("the default line grammar", () => {
  for (const [line, timestamp, level, service, message] of [
    ["2025-04-03T12:34:56Z INFO [api-gateway] a text", "2025-04-03T12:34:56Z", "INFO", "api-gateway", "a text"],
    ["2025-04-03 12:34:56,789 ERROR service: a text", "2025-04-03 12:34:56,789", "ERROR", "service", "a text"],
    ["[2025-04-03 12:34:56] [warn] a text", "2025-04-03 12:34:56", "warn", undefined, "a text"],
    [
      "2025-04-03T12:34:56.123456+02:00 DEBUG [A B] x",
      "2025-04-03T12:34:56.123456+02:00",
      "DEBUG",
      undefined,
      "[A B] x",
    ],
    ["2025-04-03T12:34:56Z ERROR TypeError: x is y", "2025-04-03T12:34:56Z", "ERROR", undefined, "TypeError: x is y"],
    ["2025-04-03T12:34:56Z INFO: [auth]: - a text", "2025-04-03T12:34:56Z", "INFO", "auth", "a text"],
    ["2025-04-03T12:34:56Z INFO", "2025-04-03T12:34:56Z", "INFO", undefined, undefined],
  ] as const) {
    it(`reads ${line}`, () => {
      const groups = native.exec(line)?.groups ?? {};
      const found = groups["service"];
      expect([groups["timestamp"], groups["level"], found && bareService(found), groups["message"]]).to.deep.equal([
        timestamp,
        level,
        service,
        message,
      ]);
      if ("problem" in parsed) throw new Error(parsed.problem);
      expect({ ...new LinearRegex(parsed).groups(line) }).to.deep.equal({ ...groups });
    });
  }

  for (const line of [
    "INFO no time",
    "2025-04-03 INFO no time of day",
    "2025-04-03T12:34:56Z",
    "\tat Object.run (a.js:1)",
  ]) {
    it(`does not read ${line}`, () => expect(native.test(line)).to.be.false);
  }

  it("goes over no hostile line again and again", () => {
    const started = process.cpuUsage();
    for (const filler of [" ", "[", "a", "2025-04-03T12:34:56Z ", "\u2028", "- "])
      native.test(`2025-04-03T12:34:56Z INFO ${filler.repeat(1_000_000 / filler.length)}\u2028!`);
    // Six lines of 1 MB; once over each is some milliseconds, and twice nested would be hours.
    expect(process.cpuUsage(started).user / 1e6).to.be.lessThan(5);
  });
});

describe("pairs in a text", () => {
  it("are names and values, quoted or not; the first of a name counts", () => {
    const pairs = pairsIn(
      'done request_id=r-1, method=GET endpoint="/a b" status_code=200 status_code=500 empty= x==y',
    );
    expect([...pairs]).to.deep.equal([
      ["request_id", "r-1"],
      ["method", "GET"],
      ["endpoint", "/a b"],
      ["status_code", "200"],
      ["empty", ""],
      ["x", "=y"],
    ]);
  });

  it("are none within a URL or a word", () => {
    expect([...pairsIn("GET /x?method=GET a.b=c")]).to.deep.equal([]);
  });
});
