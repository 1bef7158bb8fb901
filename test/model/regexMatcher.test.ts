import { expect } from "chai";
import fc from "fast-check";
import { LinearRegex } from "../../src/model/regexMatcher";
import { parsePattern } from "../../src/model/regexParser";

const linear = (pattern: string): LinearRegex => {
  const parsed = parsePattern(pattern);
  if ("problem" in parsed) throw new Error(parsed.problem);
  return new LinearRegex(parsed);
};

/** Patterns of all parts of the grammar, but none that repeats what may be empty. */
const pattern = fc.letrec<{ atom: string; term: string; sequence: string }>((tie) => ({
  atom: fc.oneof(
    fc.constantFrom("a", "b", "c", ".", "\\d", "\\w", "\\s", "\\S", "[ab]", "[^a]", "[a-c\\d]", "\\x61", "\\.", "-"),
    tie("sequence").map((inner) => `(?:a${inner})`),
    fc.tuple(tie("sequence"), tie("sequence")).map(([left, right]) => `(a${left}|b${right})`),
  ),
  term: fc.oneof(
    { weight: 3, arbitrary: tie("atom") },
    fc.tuple(tie("atom"), fc.constantFrom("*", "+", "?", "{2}", "{1,3}", "*?", "+?", "??")).map(([a, b]) => `${a}${b}`),
    fc.constantFrom("^", "$", "\\b", "\\B"),
  ),
  sequence: fc.array(tie("term"), { maxLength: 3 }).map((terms) => terms.join("")),
})).sequence;

describe("linear regular expressions", () => {
  it("find what JavaScript's own engine finds", () => {
    fc.assert(
      fc.property(
        pattern,
        fc.string({ unit: fc.constantFrom("a", "b", "c", "1", " ", "-", "\n"), maxLength: 12 }),
        (body, text) => {
          const named = `(?<found>${body})(?<rest>.*)`;
          const native = new RegExp(named).exec(text)?.groups;
          expect(linear(named).groups(text) ?? null, `${named} on ${JSON.stringify(text)}`).to.deep.equal(
            native === undefined ? null : { ...native },
          );
          expect(linear(body).test(text), body).to.equal(new RegExp(body).test(text));
        },
      ),
      { numRuns: 3000, seed: 7 },
    );
  });

  it("forget a group that its last round did not take", () => {
    expect({ ...linear("^(?:(?<a>x)|(?<b>y))+$").groups("xy") }).to.deep.equal({ a: undefined, b: "y" });
  });

  for (const [hostile, text] of [
    ["^(a+)+$", `${"a".repeat(200_000)}!`],
    ["^(?:a|a)*$", `${"a".repeat(200_000)}!`],
    ["(?:.*a){10}$", "a ".repeat(50_000)],
    ["\\s+$", `${" ".repeat(200_000)}x`],
  ] as const) {
    it(`take no longer than the text is long: ${hostile}`, () => {
      const regex = linear(hostile);
      const steps = (length: number): number => {
        const started = process.cpuUsage();
        regex.test(text.slice(-length));
        const { user, system } = process.cpuUsage(started);
        return user + system;
      };
      steps(20_000);
      // Ten times the text: quadratic time would be a hundred times as long.
      expect(steps(text.length) / Math.max(1000, steps(text.length / 10))).to.be.lessThan(40);
    });
  }
});

describe("patterns", () => {
  const problemOf = (text: string): string => {
    const parsed = parsePattern(text);
    return "problem" in parsed ? parsed.problem : "none";
  };

  for (const [text, problem] of [
    ["(?=a)", "look-around"],
    ["(?<!a)b", "look-around"],
    ["(a)\\1", "reference back"],
    ["(?<n>a)\\k<n>", "reference back"],
    ["(a", "not closed"],
    ["a)", "without an opening one"],
    ["*a", "nothing to repeat"],
    ["[b-a]", "out of order"],
    ["[a", "not closed"],
    ["a{3,2}", "out of order"],
    ["(?<n>a)(?<n>b)", "two groups named n"],
    ["(?<1>a)", "name can't be read"],
    ["\\q", "escape \\q"],
    ["a\\", "backslash at its end"],
    ["a{1000}{1000}", "nothing to repeat"],
    ["(?:a{1000}){1000}", "steps"],
    ["(".repeat(100) + ")".repeat(100), "deep"],
    ["a".repeat(3000), "characters"],
  ] as const) {
    it(`refuse ${text.slice(0, 20)}`, () => {
      expect(problemOf(text)).to.contain(problem);
    });
  }

  it("that are refused name a fix, and others their groups", () => {
    expect(parsePattern("(?=a)")).to.have.property("fix").that.contains("without");
    expect(parsePattern("(?<a>x)(y)(?<b>z)")).to.deep.include({ groups: ["a", "b"], captures: 3 });
  });
});
