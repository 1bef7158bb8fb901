/** A verdict as text for people, and as JSON, SARIF and JUnit for programs. */
import { InputError } from "../errors";
import { visibleText } from "../cli/output";
import type { Finding, Outcome } from "./judge";

export const VERDICT_FORMATS = ["text", "json", "sarif", "junit"] as const;
export type VerdictFormat = (typeof VERDICT_FORMATS)[number];

/** @throws InputError that lists the formats. */
export const parseVerdictFormat = (text: string): VerdictFormat => {
  const format = VERDICT_FORMATS.find((known) => known === text);
  if (format !== undefined) return format;
  throw new InputError("no such format", { field: "--format", value: text, fix: `use ${VERDICT_FORMATS.join(", ")}` });
};

const kindOf = ({ judged, enforcement }: Finding): string => (judged ? enforcement : "not judged");

const lines = (text: string): string => text.split("\n").map(visibleText).join("\n    ");

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? "" : "s"}`;

const renderText = ({ findings, rules, resources }: Outcome): string => {
  const shown = findings.map(
    (finding) =>
      `${kindOf(finding)}: ${finding.pack}/${finding.rule}  ${visibleText(finding.resource)}\n    ${lines(finding.message)}\n`,
  );
  const of = (kind: string): number => findings.filter((finding) => kindOf(finding) === kind).length;
  const summary = [
    count(of("mandatory"), "mandatory violation"),
    count(of("advisory"), "advisory violation"),
    `${of("not judged")} not judged`,
  ].join(", ");
  return `${shown.join("\n")}${shown.length === 0 ? "" : "\n"}${count(resources, "resource")}, ${count(rules.length, "rule")}: ${summary}\n`;
};

const renderJson = ({ findings }: Outcome): string => `${JSON.stringify(findings, null, 2)}\n`;

const sarifLevel = ({ enforcement }: Finding): string => (enforcement === "mandatory" ? "error" : "warning");

/** SARIF 2.1.0, which code scanning takes. A resource has no line in a file: it is told by its logical location. */
const renderSarif = ({ findings, rules }: Outcome): string => {
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "amplify-logs policy",
            rules: rules.map(({ name, description, url }) => ({
              id: name,
              shortDescription: { text: description },
              ...(url === "" ? {} : { helpUri: url }),
            })),
          },
        },
        results: findings.map((finding) => ({
          ruleId: finding.rule,
          kind: finding.judged ? "fail" : "open",
          level: finding.judged ? sarifLevel(finding) : "none",
          message: { text: finding.message },
          locations: [
            {
              // Code scanning wants a file; the program's project is the closest.
              physicalLocation: { artifactLocation: { uri: "Pulumi.yaml" }, region: { startLine: 1 } },
              logicalLocations: [{ name: finding.resource, fullyQualifiedName: finding.urn, kind: "resource" }],
            },
          ],
          partialFingerprints: { resourceAndPath: `${finding.urn}#${finding.path}` },
        })),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
};

/** XML 1.0 has no way to write most control characters. */
const xml = (text: string): string =>
  visibleText(text.replaceAll("\n", "\u0000"))
    .replaceAll("\\x00", "\n")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("\n", "&#10;");

/** One suite a pack, one case a rule: a rule that found nothing is a case that passed. */
const renderJunit = ({ findings, rules }: Outcome): string => {
  const packs = [...new Set([...rules, ...findings].map(({ pack }) => pack))];
  const suites = packs.map((pack) => {
    const names = [
      ...new Set([
        ...rules.filter((rule) => rule.pack === pack).map(({ name }) => name),
        ...findings.filter((finding) => finding.pack === pack).map(({ rule }) => rule),
      ]),
    ];
    let failures = 0;
    let skipped = 0;
    const cases = names.map((name) => {
      const own = findings.filter(({ pack: of, rule }) => of === pack && rule === name);
      const broken = own.filter(({ judged, enforcement }) => judged && enforcement === "mandatory");
      const details = (of: readonly Finding[]): string => xml(of.map(({ message }) => message).join("\n\n"));
      const open = `    <testcase classname="${pack}" name="${xml(name)}"`;
      if (broken.length > 0) {
        failures += 1;
        return `${open}><failure message="${count(broken.length, "violation")}">${details(own)}</failure></testcase>`;
      }
      if (own.some(({ judged }) => !judged)) {
        skipped += 1;
        return `${open}><skipped message="not judged"/><system-out>${details(own)}</system-out></testcase>`;
      }
      return own.length === 0 ? `${open}/>` : `${open}><system-out>${details(own)}</system-out></testcase>`;
    });
    const head = `  <testsuite name="${pack}" tests="${names.length}" failures="${failures}" skipped="${skipped}">`;
    return `${head}\n${cases.join("\n")}\n  </testsuite>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.join("\n")}\n</testsuites>\n`;
};

export const renderVerdict = (outcome: Outcome, format: VerdictFormat): string => {
  switch (format) {
    case "text":
      return renderText(outcome);
    case "json":
      return renderJson(outcome);
    case "sarif":
      return renderSarif(outcome);
    case "junit":
      return renderJunit(outcome);
    default:
      return format satisfies never;
  }
};
