/** docs/equivalents.md: complete, and each row shown by a test that exists. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect } from "chai";
import ts from "typescript";
import { packageRoot } from "../../src/local/bundles";
import { SOURCE_NAMES } from "./sourceNames";

interface Row {
  readonly there: string;
  readonly here: string;
  readonly test: string;
}

const ROOT = packageRoot();
const SECTIONS = new Map(
  readFileSync(path.join(ROOT, "docs", "equivalents.md"), "utf8")
    .split(/^## /m)
    .slice(1)
    .map((text) => [text.slice(0, text.indexOf("\n")), text] as const),
);

const cellsOf = (line: string): string[] =>
  line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim().replaceAll("\\|", "|"));

const rowsOf = (section: string): Row[] =>
  section
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .slice(2)
    .map((line) => {
      const [there = "", here = "", test = ""] = cellsOf(line);
      return { there, here, test };
    });

/** Every text of a file of tests; what a template fills in is `…`. */
const titlesOf = (file: string): Set<string> => {
  const titles = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) titles.add(node.text);
    if (ts.isTemplateExpression(node))
      titles.add([node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join("…"));
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true));
  return titles;
};

describe("the table of equivalents", () => {
  it("has a part for each of the five documents", () => {
    expect([...SECTIONS.keys()]).to.deep.equal(Object.keys(SOURCE_NAMES));
  });

  for (const [name, names] of Object.entries(SOURCE_NAMES)) {
    it(`leaves out nothing that ${name} names`, () => {
      const there = rowsOf(SECTIONS.get(name)!).map((row) => row.there);
      const words = there.join("\n").replaceAll("`", "");
      expect(names.filter((one) => !words.includes(one.replaceAll("`", "")))).to.deep.equal([]);
      expect(new Set(there).size, "two rows are of the same").to.equal(there.length);
    });

    it(`shows each row of ${name} by a test that exists`, () => {
      const rows = rowsOf(SECTIONS.get(name)!);
      expect(rows.length).to.be.greaterThan(15);
      const wrong = rows.flatMap(({ there, here, test }) => {
        const [, file, title] = /^`(test\/\S+\.test\.ts)` "(.+)"$/.exec(test) ?? [];
        if (here === "") return [`${there}: nothing is said of what is here`];
        if (file === undefined || title === undefined) return [`${there}: ${test} is no file with a title`];
        if (!existsSync(path.join(ROOT, file))) return [`${there}: ${file} does not exist`];
        return titlesOf(path.join(ROOT, file)).has(title) ? [] : [`${there}: ${file} has no test "${title}"`];
      });
      expect(wrong).to.deep.equal([]);
    });
  }
});
