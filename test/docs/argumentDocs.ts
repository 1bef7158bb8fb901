/** What the arguments' docstrings say, read from the compiled declarations: text, and the words of `@default`. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";

export interface ArgumentDoc {
  readonly text: string;
  /** The words behind `@default`, as they stand there. */
  readonly default: string | undefined;
}

const COMPONENTS = path.join(__dirname, "..", "..", "components");

const oneLine = (text: string | ts.NodeArray<ts.JSDocComment> | undefined): string =>
  (ts.getTextOfJSDocComment(text) ?? "").replaceAll(/\s+/g, " ").trim();

const docOf = (node: ts.Node): ArgumentDoc => {
  const parts = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  const tag = ts.getJSDocTags(node).find(({ tagName }) => tagName.text === "default");
  return {
    text: parts.map(({ comment }) => oneLine(comment)).join(" "),
    default: tag === undefined ? undefined : oneLine(tag.comment),
  };
};

/** Declarations of arguments: `arguments.d.ts`, `argumentGroups.d.ts`, `cloudFrontArguments.d.ts` … */
const DECLARATIONS = /^(argument|\w+Argument)(s|Groups)\.d\.ts$/;

const basesOf = (node: ts.InterfaceDeclaration): string[] =>
  (node.heritageClauses ?? []).flatMap(({ types }) => types.map(({ expression }) => expression.getText()));

/** By `Interface` and `Interface.property`; what an interface extends is the interface's too. */
export const argumentDocs = (): ReadonlyMap<string, ArgumentDoc> => {
  const docs = new Map<string, ArgumentDoc>();
  const bases = new Map<string, readonly string[]>();
  for (const name of readdirSync(COMPONENTS).filter((file) => DECLARATIONS.test(file))) {
    const file = path.join(COMPONENTS, name);
    const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.ES2022, true);
    source.forEachChild((node) => {
      if (!ts.isInterfaceDeclaration(node)) return;
      docs.set(node.name.text, docOf(node));
      bases.set(node.name.text, basesOf(node));
      for (const member of node.members) {
        if (member.name !== undefined) docs.set(`${node.name.text}.${member.name.getText(source)}`, docOf(member));
      }
    });
  }
  const own = [...docs];
  const inherit = (name: string, from: string): void => {
    for (const [key, doc] of own) {
      const [owner, member] = key.split(".");
      if (owner !== from || member === undefined) continue;
      if (!docs.has(`${name}.${member}`)) docs.set(`${name}.${member}`, doc);
    }
    for (const further of bases.get(from) ?? []) inherit(name, further);
  };
  for (const [name, from] of bases) for (const base of from) inherit(name, base);
  return docs;
};
