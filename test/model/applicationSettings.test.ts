import { expect } from "chai";
import { DEFAULT_FIELDS } from "../../src/model/applicationColumns";
import { validateApplication } from "../../src/model/applicationSettings";
import { parseApplicationSettings, renderApplicationSettings } from "../../src/model/applicationSettingsFile";

const problems = (input: unknown): string[] => {
  const checked = validateApplication(input);
  return "settings" in checked ? [] : checked.problems.map(({ field, reason }) => `${field} ${reason}`);
};
const timestamp = { name: "timestamp", type: "string" };

describe("settings of application logs", () => {
  it("need nothing: defaults are complete, and come back from their file", () => {
    const checked = validateApplication({});
    if (!("settings" in checked)) throw new Error("the defaults are refused");
    const { settings } = checked;
    expect(settings.fields.map(({ name, type }) => `${name} ${type}`)).to.deep.equal([
      "timestamp string",
      "level string",
      "message string",
      "request_id string",
      "method string",
      "endpoint string",
      "status_code int",
      "response_time_ms double",
      "client_ip string",
      "user_agent string",
      "user_id string",
    ]);
    expect(settings).to.deep.include({ ipPolicy: "truncated", defaultService: "unknown", services: [] });
    expect(parseApplicationSettings(renderApplicationSettings(settings), "key")).to.deep.equal(settings);
  });

  it("with fields of one's own need no rules of one's own", () => {
    expect(problems({ fields: [timestamp] })).to.deep.equal([]);
  });

  for (const [what, input, problem] of [
    [
      "an unknown rule",
      { rules: [{ rule: "wild", field: "level" }] },
      "rules[0].rule must have a rule that is one of required",
    ],
    ["a rule on no field", { rules: [{ rule: "required", field: "x" }] }, "rules[0].field is not a field"],
    [
      "a comparison with no field",
      { rules: [{ rule: "cross", field: "level", operator: ">", other: "x" }] },
      "rules[0].other is not a field",
    ],
    [
      "an unknown operator",
      { rules: [{ rule: "cross", field: "level", operator: "~", other: "level" }] },
      "rules[0].operator must be one of =",
    ],
    ["a range without bounds", { rules: [{ rule: "range", field: "status_code" }] }, "rules[0] has no bound"],
    [
      "a range upside down",
      { rules: [{ rule: "range", field: "status_code", min: 2, max: 1 }] },
      "rules[0].max is below min",
    ],
    [
      "a bad regular expression",
      { rules: [{ rule: "regex", field: "level", pattern: "(" }] },
      "rules[0].pattern has a group that is not closed",
    ],
    ["one that could take for ever", { pattern: "(?<timestamp>.)\\1" }, "pattern has a reference back"],
    ["a pattern without a time", { pattern: "(?<level>.*)" }, "pattern has no group timestamp"],
    ["an unknown type", { fields: [timestamp, { name: "x", type: "date" }] }, "fields[1].type must be one of string"],
    [
      "a column of the reader's",
      { fields: [timestamp, { name: "entry_id", type: "string" }] },
      "fields[1].name is a column that each row has",
    ],
    ["a field twice", { fields: [timestamp, timestamp] }, "fields[1].name is listed twice"],
    ["no timestamp", { fields: [{ name: "x", type: "string" }] }, "fields lacks the string timestamp"],
    [
      "an address that is a number",
      { fields: [timestamp, { name: "x", type: "int", address: true }] },
      "fields[1].type cannot hold an address",
    ],
    ["two services of one table", { services: ["a-b", "a_b"] }, "services[1] would have the table a_b"],
    ["a service that is a path", { services: ["../x"] }, "services[0] must be a name that can be a part of keys"],
    ["hashes without a salt", { ipPolicy: "hashed" }, "saltParameter is needed by ipPolicy hashed"],
    ["years upside down", { years: { first: 2030, last: 2020 } }, "years.last is before years.first"],
    ["what is no setting", { feilds: [] }, "feilds is not a setting"],
  ] as const) {
    it(`refuse ${what}, with its path`, () => {
      expect(
        problems(input).filter((text) => text.startsWith(problem)),
        problems(input).join("; "),
      ).to.have.length(1);
    });
  }
});

describe("the settings' file", () => {
  const checked = validateApplication({});
  if (!("settings" in checked)) throw new Error("the defaults are refused");
  const { settings } = checked;

  for (const [what, file, message] of [
    ["no JSON", "{", "the settings are not JSON"],
    ["a list", "[]", "key: settings: must be an object"],
    [
      "an unknown rule",
      { ...settings, rules: [{ rule: "wild", field: "level" }] },
      'key: rules[0].rule: must be one of required, type, enum, regex, range, cross (got "wild"). Fix: choose one of',
    ],
    [
      "an unknown type",
      { ...settings, fields: [{ name: "timestamp", type: "date" }] },
      "key: fields[0].type: must be one of",
    ],
    ["no fields", { ...settings, fields: undefined }, "key: fields: must be a list"],
    ["no timestamp", { ...settings, fields: DEFAULT_FIELDS.slice(1) }, "key: fields: lacks timestamp"],
    ["no years", { ...settings, years: {} }, "key: years: must have first and last"],
  ] as const) {
    it(`with ${what} is refused`, () => {
      const text = typeof file === "string" ? file : JSON.stringify(file);
      expect(() => parseApplicationSettings(text, "key")).to.throw(message);
    });
  }
});
