/** Breaks of a compiled module, one condition at a time: negated, or one of its halves left out. */
import ts from "typescript";

export interface Break {
  /** `a && b -> (a)`: what stands there, and what is there instead. */
  readonly title: string;
  readonly code: string;
}

const SWAPPED: Readonly<Partial<Record<ts.SyntaxKind, string>>> = {
  [ts.SyntaxKind.EqualsEqualsEqualsToken]: "!==",
  [ts.SyntaxKind.ExclamationEqualsEqualsToken]: "===",
  [ts.SyntaxKind.LessThanToken]: ">=",
  [ts.SyntaxKind.LessThanEqualsToken]: ">",
  [ts.SyntaxKind.GreaterThanToken]: "<=",
  [ts.SyntaxKind.GreaterThanEqualsToken]: "<",
};
const HALVES = [ts.SyntaxKind.AmpersandAmpersandToken, ts.SyntaxKind.BarBarToken];
const QUANTIFIERS: Readonly<Record<string, string>> = { some: "every", every: "some" };

const isComparison = (node: ts.Node): boolean =>
  ts.isBinaryExpression(node) && SWAPPED[node.operatorToken.kind] !== undefined;
const isNegation = (node: ts.Node): node is ts.PrefixUnaryExpression =>
  ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken;

export const breaksOf = (source: string): Break[] => {
  const file = ts.createSourceFile("rule.js", source, ts.ScriptTarget.ES2022, true, ts.ScriptKind.JS);
  const breaks: Break[] = [];
  /** Replaces a node; told by the expression around it that makes it clear which one it is. */
  const put = (node: ts.Node, text: string, told: ts.Node = node): void => {
    const [start, end] = [node.getStart(file), node.getEnd()];
    const around = (value: string): string =>
      (source.slice(told.getStart(file), start) + value + source.slice(end, told.getEnd())).replace(/\s+/g, " ");
    const before = around(source.slice(start, end));
    breaks.push({
      title: `${before} -> ${around(text)}`,
      code: source.slice(0, start) + text + source.slice(end),
    });
  };
  const negate = (node: ts.Expression): void => {
    // Negated below by itself.
    if (isComparison(node) || isNegation(node)) return;
    put(node, `!(${node.getText(file)})`);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isIfStatement(node)) negate(node.expression);
    if (ts.isConditionalExpression(node)) negate(node.condition);
    if (isNegation(node)) put(node, `(${node.operand.getText(file)})`);
    if (ts.isBinaryExpression(node)) {
      const { left, right, operatorToken } = node;
      const swapped = SWAPPED[operatorToken.kind];
      if (swapped !== undefined) put(operatorToken, swapped, node);
      if (HALVES.includes(operatorToken.kind)) for (const half of [left, right]) put(node, `(${half.getText(file)})`);
    }
    if (ts.isPropertyAccessExpression(node) && ts.isCallExpression(node.parent) && node.parent.expression === node) {
      const other = QUANTIFIERS[node.name.text];
      if (other !== undefined) put(node.name, other, node.parent);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return breaks;
};
