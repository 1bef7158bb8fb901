import { expect } from "chai";
import fc from "fast-check";
import { InputError } from "../../src/errors";
import {
  cutName,
  DEFAULT_NAME_PATTERN,
  NAME_LIMITS,
  parseNamePattern,
  resourceName,
  resourceTags,
  ROLES,
  type ResourceRole,
  type RoleName,
} from "../../src/model/names";

const naming = { pattern: DEFAULT_NAME_PATTERN, project: "amplifylogs", privacy: "intite", environment: "inftes" };
const roles = Object.keys(ROLES) as RoleName[];

describe("names", () => {
  const cases: [RoleName, { app?: string; account?: string }, string][] = [
    ["fetcher", { app: "shop" }, "amplifylogs-logging-intite-lm1-inftes-shop"],
    ["converter", {}, "amplifylogs-pipeline-intite-lm2-inftes"],
    ["dataBucket", { account: "123456789012" }, "amplifylogs-logging-intite-ss1-inftes-123456789012"],
    ["converter", { account: "123456789012" }, "amplifylogs-pipeline-intite-lm2-inftes"],
  ];
  for (const [role, of, expected] of cases) {
    it(`names ${role} ${expected}`, () => expect(resourceName(naming, role, of)).to.equal(expected));
  }

  it("follows the user's own convention", () => {
    const own = { ...naming, pattern: "{env}-{project}-{type}{n}[-{app}]" };
    expect(resourceName(own, "fetcher", { app: "shop" })).to.equal("inftes-amplifylogs-lm1-shop");
  });

  it("gives no two roles one name, with or without the component in the pattern", () => {
    for (const pattern of [DEFAULT_NAME_PATTERN, "{type}{n}[-{app}]"]) {
      expect(new Set(roles.map((role) => resourceName({ ...naming, pattern }, role))).size).to.equal(roles.length);
    }
  });

  it("keeps every name within its service's limit, and two long names apart", () => {
    const word = fc.stringMatching(/^[a-z][a-z0-9]{0,30}$/);
    fc.assert(
      fc.property(
        word,
        word,
        fc.stringMatching(/^[a-z][a-z0-9_]{0,25}$/),
        fc.constantFrom(...roles),
        (project, environment, app, role) => {
          const name = resourceName({ ...naming, project, environment }, role, { app, account: "123456789012" });
          const { type }: ResourceRole = ROLES[role];
          return name.length <= NAME_LIMITS[type] && /^[a-z0-9]/.test(name) && /[a-z0-9_]$/.test(name);
        },
      ),
      { seed: 3 },
    );
    const long = "a".repeat(80);
    expect(cutName(`${long}1`, 64)).to.have.length(64);
    expect(cutName(`${long}1`, 64)).to.not.equal(cutName(`${long}2`, 64));
    expect(cutName("short", 64)).to.equal("short");
  });

  const bad: [string, RegExp][] = [
    ["{projekt}-{type}{n}[-{app}]", /\{projekt\}, which nothing fills in/],
    ["{project}-{type}{n}", /lacks \{app\}/],
    ["{project}-{n}[-{app}]", /lacks \{type\}/],
    ["{type}{n}-{app}", /write them in brackets/],
    ["{type}{n}[-{app}", /lone \[/],
    ["Logs_{type}{n}[-{app}]", /S3 does not take/],
  ];
  for (const [pattern, message] of bad) {
    it(`refuses the pattern ${pattern}`, () => expect(() => parseNamePattern(pattern)).to.throw(InputError, message));
  }

  it("tags with the product's four, whatever the user's say", () => {
    const tags = resourceTags({
      project: "p",
      owner: "o",
      costCenter: "c",
      environment: "e",
      tags: { Team: "web", Owner: "x" },
    });
    expect(tags).to.deep.equal({ Team: "web", Project: "p", Owner: "o", CostCenter: "c", Environment: "e" });
  });
});
