/** Each rule on resources that a running program registered: the program as it is, and each way of breaking it. */
import { expect } from "chai";
import { UNKNOWN, type Capture, type CapturedResource } from "../../src/judge/captured";
import { encryptionRules } from "../../policy/encryption/index";
import { guardrailRules } from "../../policy/guardrails/index";
import { namingRules } from "../../policy/naming/index";
import { captureFixture, openBench, type Bench, type Said } from "./bench";
import { ALL_CASES } from "./cases";
import { FIXTURES, type FixtureName } from "./cases/cases";
import { set, unknownPath } from "./changes";

const RULES = [...encryptionRules, ...namingRules, ...guardrailRules];

const placesOf = (said: readonly Said[]): string[] =>
  said.map(({ resource, path, judged }) => `${judged ? "" : "?"}${resource}:${path}`).sort();

describe("policy rules", function () {
  this.timeout(300_000);
  let bench: Bench;
  const captures = new Map<FixtureName, Capture>();

  before(async () => {
    bench = await openBench();
    for (const name of FIXTURES) captures.set(name, await captureFixture(name));
  });
  after(() => bench.close());

  it("are each proved by cases", () => {
    expect(Object.keys(ALL_CASES).sort()).to.deep.equal(RULES.map(({ name }) => name).sort());
    for (const [name, { breaks, unknowns }] of Object.entries(ALL_CASES)) {
      expect(breaks, name).to.not.be.empty;
      expect(unknowns, name).to.not.be.empty;
    }
  });

  it("judge programs that registered something", () => {
    for (const [name, { resources }] of captures) expect(resources.length, name).to.be.greaterThan(40);
  });

  for (const { name, types, scope } of RULES) {
    const cases = ALL_CASES[name];
    if (cases === undefined) continue;
    describe(name, () => {
      const resources = () => captures.get(cases.fixture)!.resources;
      /** A rule on single resources needs no others; that saves most of the time. */
      const judge = (
        changed: readonly CapturedResource[],
        settings?: Readonly<Record<string, unknown>>,
        besides = "",
      ) =>
        bench.judge(
          name,
          scope === "stack"
            ? changed
            : changed.filter((resource) => types.includes(resource.type) || resource.name === besides),
          settings,
        );

      it("passes what is right, in every program, and judges something of it", async () => {
        for (const capture of captures.values()) {
          const { said } = await bench.judge(name, capture.resources);
          expect(said.map(({ message }) => message)).to.deep.equal([]);
        }
        expect(resources().filter(({ type }) => types.includes(type))).to.not.be.empty;
      });

      for (const { title, change, places, settings } of cases.breaks) {
        it(`flags ${title}`, async () => {
          const { said } = await judge(change(resources()), settings);
          expect(placesOf(said)).to.deep.equal([...places].sort());
          for (const { message } of said) expect(message).to.match(/` of aws:\S+ \S+ is .+; wanted: .+\.\nFix: ./s);
        });
      }

      for (const { resource, path, places } of cases.unknowns) {
        it(`does not judge ${resource} ${path} while it is unknown`, async () => {
          const { said } = await judge(set(resource, path, UNKNOWN)(resources()));
          const expected = places ?? [`?${resource}:${unknownPath(resources(), resource, path)}`];
          expect([...new Set(placesOf(said))]).to.deep.equal([...expected].sort());
        });
      }

      for (const { title, change, resource } of cases.notFor) {
        it(`does not concern ${title}`, async () => {
          const { said, notApplicable } = await judge(change(resources()), undefined, resource);
          expect(said).to.deep.equal([]);
          expect(notApplicable).to.include(resource);
        });
      }

      for (const { title, change, settings } of cases.passes) {
        it(`passes ${title}`, async () => {
          const { said } = await judge(change(resources()), settings);
          expect(said.map(({ message }) => message)).to.deep.equal([]);
        });
      }

      it("leaves out what the configuration excludes", async () => {
        const [first] = cases.breaks;
        const changedResources = first!.change(resources());
        const { said } = await judge(changedResources, { ...first!.settings, exclude: ["."] });
        expect(said).to.deep.equal([]);
        const included = await judge(changedResources, { ...first!.settings, include: ["^nothing$"] });
        expect(included.said).to.deep.equal([]);
      });
    });
  }
});
