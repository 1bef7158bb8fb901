import { expect } from "chai";
import { checkConfiguration, type RuleSchema } from "../../src/judge/ruleConfiguration";

const RULES: RuleSchema[] = [
  {
    name: "queue-encryption",
    settings: {
      exclude: { type: "array", items: { type: "string", format: "regex" } },
      options: { type: "array", items: { type: "string", enum: ["a", "b"] } },
      days: { type: "integer", minimum: 1 },
      strict: { type: "boolean" },
      pattern: { type: "string", format: "name-pattern" },
      allowed: { type: "object", additionalProperties: { type: "array", items: { type: "string" } } },
    },
  },
  { name: "bucket-name", settings: {} },
];

const problems = (content: unknown): readonly string[] => {
  const checked = checkConfiguration(content, RULES);
  return "problems" in checked ? checked.problems : [];
};

describe("a configuration of rules", () => {
  it("takes levels and settings", () => {
    const checked = checkConfiguration(
      {
        all: "advisory",
        "bucket-name": { enforcementLevel: "remediate" },
        "queue-encryption": {
          enforcementLevel: "mandatory",
          exclude: ["^dead-"],
          options: ["b"],
          days: 7,
          strict: false,
          pattern: "{type}{n}[-{app}]",
          allowed: { Owner: ["me"] },
        },
      },
      RULES,
    );
    expect(checked).to.deep.equal({
      configuration: {
        all: { enforcementLevel: "advisory", settings: {} },
        "bucket-name": { enforcementLevel: "remediate", settings: {} },
        "queue-encryption": {
          enforcementLevel: "mandatory",
          settings: {
            exclude: ["^dead-"],
            options: ["b"],
            days: 7,
            strict: false,
            pattern: "{type}{n}[-{app}]",
            allowed: { Owner: ["me"] },
          },
        },
      },
    });
    expect(problems({})).to.deep.equal([]);
  });

  const wrong: [unknown, string][] = [
    [[], "configuration: must be an object: rule to level or settings (got [])"],
    ["mandatory", 'configuration: must be an object: rule to level or settings (got "mandatory")'],
    [
      { "queue-encrypton": "mandatory" },
      "queue-encrypton: there is no such rule; the rules are all, queue-encryption, bucket-name",
    ],
    [{ all: "strict" }, 'all.enforcementLevel: must be one of advisory, mandatory, remediate, disabled (got "strict")'],
    [
      { "bucket-name": 1 },
      "bucket-name: must be one of advisory, mandatory, remediate, disabled, or an object (got 1)",
    ],
    [
      { "bucket-name": { enforcementLevel: null } },
      "bucket-name.enforcementLevel: must be one of advisory, mandatory, remediate, disabled (got null)",
    ],
    [
      { "bucket-name": { days: 1 } },
      "bucket-name.days: is not a setting of this rule; its settings are enforcementLevel",
    ],
    [{ "queue-encryption": { exclude: "x" } }, 'queue-encryption.exclude: must be a list (got "x")'],
    [{ "queue-encryption": { exclude: ["a", 1] } }, "queue-encryption.exclude[1]: must be text (got 1)"],
    [{ "queue-encryption": { options: ["c"] } }, 'queue-encryption.options[0]: must be one of a, b (got "c")'],
    [{ "queue-encryption": { days: 0 } }, "queue-encryption.days: must be a whole number from 1 upwards (got 0)"],
    [{ "queue-encryption": { days: 1.5 } }, "queue-encryption.days: must be a whole number from 1 upwards (got 1.5)"],
    [{ "queue-encryption": { strict: "yes" } }, 'queue-encryption.strict: must be true or false (got "yes")'],
    [{ "queue-encryption": { allowed: [] } }, "queue-encryption.allowed: must be an object (got [])"],
    [{ "queue-encryption": { allowed: { Owner: "me" } } }, 'queue-encryption.allowed.Owner: must be a list (got "me")'],
  ];
  for (const [content, sentence] of wrong) {
    it(`says: ${sentence}`, () => expect(problems(content)).to.deep.equal([sentence]));
  }

  it("says why an expression or a pattern does not do", () => {
    const [expression, pattern] = problems({ "queue-encryption": { exclude: ["("], pattern: "{colour}" } });
    expect(expression).to.match(/^queue-encryption\.exclude\[0\]: must be a regular expression that compiles: .*group/);
    expect(pattern).to.match(/^queue-encryption\.pattern: must be a pattern of names: .*\{colour\}/);
  });

  it("says all that is wrong at once", () => {
    expect(problems({ typo: "mandatory", "bucket-name": "strict", "queue-encryption": { days: 0 } })).to.have.length(3);
  });
});
