/** What the arguments' docstrings say, read from the compiled declarations: text, and the words of `@default`. */
import { readFileSync } from "node:fs";
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

/** By `Interface` and `Interface.property`. */
export const argumentDocs = (): ReadonlyMap<string, ArgumentDoc> => {
  const docs = new Map<string, ArgumentDoc>();
  for (const name of ["arguments.d.ts", "argumentGroups.d.ts"]) {
    const file = path.join(COMPONENTS, name);
    const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.ES2022, true);
    source.forEachChild((node) => {
      if (!ts.isInterfaceDeclaration(node)) return;
      docs.set(node.name.text, docOf(node));
      for (const member of node.members) {
        if (member.name !== undefined) docs.set(`${node.name.text}.${member.name.getText(source)}`, docOf(member));
      }
    });
  }
  return docs;
};
