import { readFileSync } from "node:fs";
import path from "node:path";
import { expect } from "chai";
import * as components from "../../components";
import { LAKE_KEYS } from "../../src/model/configurationSchema";
import { argumentDocs } from "./argumentDocs";
import { pipelineSettings } from "./configurationTable";
import { LANGUAGE_PAGES, withExamples } from "./languagePage";
import { packageSchema, SCHEMA_FILE, type PackageSchema, type PropertySchema } from "./packageSchema";
import { propertyAt } from "./schemaProperties";

const ROOT = process.cwd();
const HINT = "out of date: run npm run build && node scripts/docs.mjs";

describe("the package in other languages", function () {
  this.timeout(120_000);
  let schema: PackageSchema;
  before(() => {
    schema = packageSchema();
  });

  it("ships the schema that the components' types and defaults make", () => {
    const shipped: unknown = JSON.parse(readFileSync(path.join(ROOT, SCHEMA_FILE), "utf8"));
    expect(shipped, HINT).to.deep.equal(JSON.parse(JSON.stringify(schema)));
  });

  it("documents programs in them as the schema has it", () => {
    for (const name of LANGUAGE_PAGES) {
      const page = readFileSync(path.join(ROOT, name), "utf8");
      expect(page, `${name} is ${HINT}`).to.equal(withExamples(page, schema));
    }
  });

  it("has a description for each type, input, output and enum member", () => {
    const { resources, types } = schema;
    const inside = (token: string, fields: Readonly<Record<string, PropertySchema>> = {}) =>
      Object.entries(fields).map(([name, { description }]) => [`${token}.${name}`, description] as const);
    const described = [
      ...Object.entries({ ...resources, ...types }).flatMap(([token, { description, properties, enum: members }]) => [
        [token, description] as const,
        ...inside(token, properties),
        ...(members ?? []).map((member) => [`${token}.${member.name}`, member.description] as const),
      ]),
      ...Object.entries(resources).flatMap(([token, { inputProperties }]) => inside(token, inputProperties)),
    ];
    expect(described.length).to.be.greaterThan(100);
    expect(
      described.filter(([, description]) => !/^[A-Z/][^]*\.$/.test(description ?? "")).map(([name]) => name),
    ).to.deep.equal([]);
  });

  it("gives each setting its default, but none that would look like the user's own beside a lake", () => {
    const settings = pipelineSettings().filter(({ default: value }) =>
      ["string", "number", "boolean"].includes(typeof value),
    );
    expect(settings.length).to.be.greaterThan(25);
    for (const { path: at, default: value } of settings) {
      const property = propertyAt(schema, at);
      expect(property?.description, at).to.include(`Default: \`${String(value)}\`.`);
      const isLakes = (LAKE_KEYS as readonly string[]).includes(at);
      expect(property?.default, at).to.equal(isLakes ? undefined : value);
      if (isLakes)
        expect(schema.resources["amplify-log-pipeline:index:LogLake"]!.inputProperties[at]?.default, at).to.equal(
          value,
        );
    }
  });

  it("says the same defaults in the docstrings that TypeScript users see", () => {
    const docs = argumentDocs();
    const groups: Readonly<Record<string, string>> = {
      "apps[]": "AmplifyAppArgs",
      retention: "RetentionArgs",
      naming: "NamingArgs",
      database: "DatabaseArgs",
      projectionYears: "ProjectionYearsArgs",
      alarms: "AlarmArgs",
      backfill: "BackfillArgs",
      compaction: "CompactionArgs",
    };
    const enums = components as unknown as Readonly<Record<string, Readonly<Record<string, string>>>>;
    const meaning = (words: string): unknown => {
      const member = /^(\w+)\.(\w+)$/.exec(words);
      return member === null ? JSON.parse(words) : enums[member[1]!]![member[2]!];
    };
    const settings = pipelineSettings();
    const compared = settings.filter(({ path: at, default: value }) => {
      const [group, name] = at.includes(".") ? (at.split(".") as [string, string]) : [undefined, at];
      const owners = group === undefined ? ["AmplifyLogPipelineArgs", "LogLakeArgs", "LabelArgs"] : [groups[group]!];
      const doc = owners.map((owner) => docs.get(`${owner}.${name}`)).find((found) => found !== undefined);
      expect(doc?.text, at).to.match(/\w/);
      if (!["string", "number", "boolean"].includes(typeof value)) return false;
      expect(meaning(doc!.default ?? "null"), at).to.equal(value);
      return true;
    });
    expect(compared.length).to.be.greaterThan(25);
  });
});
