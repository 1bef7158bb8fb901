/** The tables of docs/policies.md, made from the rules and their tests: `node scripts/docs.mjs` writes them, a test keeps them current. */
import { CATALOGUES, type Controls } from "../../policy/catalogues";
import { encryptionRules } from "../../policy/encryption/index";
import { guardrailRules } from "../../policy/guardrails/index";
import { namingRules } from "../../policy/naming/index";
import { NAMED_TYPES } from "../../policy/naming/namedTypes";
import type { Rule } from "../../policy/rule";
import { ALL_CASES } from "../policy/cases";
import { CONTROL_LIST, PUBLIC_PACKS, type ListedControl } from "../policy/controlList";

export const POLICY_PAGE = "docs/policies.md";

const PACKS: Readonly<Record<string, readonly Rule[]>> = {
  encryption: encryptionRules,
  guardrails: guardrailRules,
  naming: namingRules,
};
const ALL = Object.values(PACKS).flat();

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");
const code = (text: string): string => `\`${text}\``;

/** A table in Markdown, aligned as Prettier aligns it. */
const table = (rows: readonly (readonly string[])[]): string => {
  const cells = rows.map((row) => row.map(cell));
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((row) => row[column]!.length), 3));
  const line = (row: readonly string[]): string => `| ${row.map((text, i) => text.padEnd(widths[i]!)).join(" | ")} |`;
  return [line(cells[0]!), line(widths.map((width) => "-".repeat(width))), ...cells.slice(1).map(line)].join("\n");
};

const SHORT = { fsbp: "", cis: "CIS ", nag: "nag ", hipaa: "HIPAA ", checkov: "" } as const;

const knownTo = (controls: Controls): string =>
  [
    ...(Object.keys(SHORT) as (keyof typeof SHORT)[]).flatMap((name) =>
      (controls[name] ?? []).map((id) => `${SHORT[name]}${id}`),
    ),
    ...(controls.compliancePolicies === true ? ["compliance-policies"] : []),
    ...(controls.awsGuard === true ? ["AWSGuard"] : []),
  ].join(", ");

const settingsOf = ({ settings }: Rule): string =>
  Object.entries(settings)
    .map(([name, { default: value }]) => {
      const text = JSON.stringify(value);
      return `${code(name)} = ${text.length > 60 ? "…" : code(text)}`;
    })
    .join(", ");

const ruleTable = (rules: readonly Rule[]): string =>
  table([
    ["Rule", "What passes", "Severity", "Known to", "Settings", "Ways of breaking it, tested", "Unknowns, tested"],
    ...rules.map((rule) => {
      const cases = ALL_CASES[rule.name];
      return [
        code(rule.name) + (rule.onRequest === true ? " (on request)" : ""),
        rule.description,
        rule.severity,
        knownTo(rule.controls),
        settingsOf(rule),
        String(cases?.breaks.length ?? 0),
        String(cases?.unknowns.length ?? 0),
      ];
    }),
  ]);

const catalogueTable = (): string => {
  const count = (has: (controls: Controls) => boolean): string =>
    String(ALL.filter(({ controls }) => has(controls)).length);
  return table([
    ["Catalogue", `Controls, of our ${ALL.length}`],
    ...(Object.keys(CATALOGUES) as (keyof typeof CATALOGUES)[]).map((name) => [
      CATALOGUES[name].title,
      count((controls) => (controls[name] ?? []).length > 0),
    ]),
    ["pulumi/compliance-policies", count(({ compliancePolicies }) => compliancePolicies === true)],
    ["AWSGuard (pulumi-policy-aws)", count(({ awsGuard }) => awsGuard === true)],
  ]);
};

const packTable = (): string =>
  table([
    ["Pack", `Controls, of the list's ${CONTROL_LIST.length}`],
    ...Object.entries(PUBLIC_PACKS).map(([pack, knows]) => [pack, String(CONTROL_LIST.filter(knows).length)]),
    ["these packs", String(CONTROL_LIST.length)],
  ]);

const publicNames = (listed: ListedControl): string =>
  [
    ...(listed.nag ?? []).map((id) => `nag ${id}`),
    ...(listed.checkov ?? []),
    ...(listed.compliancePolicies === true ? ["compliance-policies"] : []),
    ...(listed.awsGuard === true ? ["AWSGuard"] : []),
  ].join(", ");

const controlTable = (): string =>
  table([
    ["Control", "Rules", "In public packs", "Cases, tested"],
    ...CONTROL_LIST.map((listed) => [
      listed.control,
      listed.rules.map(code).join(", "),
      publicNames(listed),
      String(
        listed.rules.reduce((sum, name) => {
          const { breaks, unknowns } = ALL_CASES[name] ?? { breaks: [], unknowns: [] };
          return sum + breaks.length + unknowns.length;
        }, 0),
      ),
    ]),
  ]);

const codeTable = (): string =>
  table([
    ["Type", "Input", "Code", "Longest, characters"],
    ...Object.entries(NAMED_TYPES).map(([type, { property, code: own, limit }]) => [
      code(type),
      code(property),
      code(own),
      String(limit),
    ]),
  ]);

const TABLES: Readonly<Record<string, () => string>> = {
  ...Object.fromEntries(Object.entries(PACKS).map(([name, rules]) => [name, () => ruleTable(rules)])),
  catalogues: catalogueTable,
  "public packs": packTable,
  controls: controlTable,
  codes: codeTable,
};

/** The page with the tables that it should have. @throws Error when a mark is missing. */
export const withPolicyTables = (page: string): string =>
  Object.entries(TABLES).reduce((text, [name, make]) => {
    const begin = `<!-- made by scripts/docs.mjs: ${name}: begin -->`;
    const end = `<!-- made by scripts/docs.mjs: ${name}: end -->`;
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    if (from === -1 || to < from) throw new Error(`the page lacks ${begin} and ${end}`);
    return `${text.slice(0, from + begin.length)}\n\n${make()}\n\n${text.slice(to)}`;
  }, page);
