/** Words, names, texts and signs of a statement, in one of Athena's two dialects. */
import { AthenaRefusal } from "./refusals";

/** `hive`: names in backticks, `\'` in texts. `trino`: names in double quotes, `''` in texts. */
export type Dialect = "hive" | "trino";

export interface Token {
  readonly kind: "word" | "name" | "text" | "number" | "sign" | "end";
  /** Unquoted and unescaped. */
  readonly text: string;
  /** Offset of its first character. */
  readonly at: number;
}

const SPACE = /(?:\s+|--[^\n]*|\/\*[\s\S]*?\*\/)+/y;
const PATTERNS: readonly (readonly ["word" | "number" | "sign" | "backticks" | "doubleQuotes", RegExp])[] = [
  ["word", /[A-Za-z_][A-Za-z0-9_]*/y],
  ["number", /\d+(?:\.\d+)?/y],
  ["backticks", /`(?:[^`]|``)+`/y],
  ["doubleQuotes", /"(?:[^"]|"")+"/y],
  ["sign", /[(),.=;[\]<>!*+\-/%|:?@&]/y],
];
const HIVE_TEXT = /'(?:[^'\\]|\\[\s\S])*'/y;
const TRINO_TEXT = /'(?:[^']|'')*'/y;

/** `line 1:8`, as Athena counts: lines from 1, columns from 1. */
export const placeOf = (sql: string, at: number): string => {
  const lines = sql.slice(0, at).split("\n");
  return `line ${lines.length}:${lines.at(-1)!.length + 1}`;
};

const matchAt = (pattern: RegExp, sql: string, at: number): string | undefined => {
  pattern.lastIndex = at;
  return pattern.exec(sql)?.[0];
};

const unquote = (raw: string): string => {
  const quote = raw[0]!;
  return raw.slice(1, -1).replaceAll(quote + quote, quote);
};

const readToken = (sql: string, at: number, dialect: Dialect): Token & { readonly length: number } => {
  const text = matchAt(dialect === "hive" ? HIVE_TEXT : TRINO_TEXT, sql, at);
  if (text !== undefined) {
    const inner = dialect === "hive" ? text.slice(1, -1).replace(/\\([\s\S])/g, "$1") : unquote(text);
    return { kind: "text", text: inner, at, length: text.length };
  }
  for (const [kind, pattern] of PATTERNS) {
    const raw = matchAt(pattern, sql, at);
    if (raw === undefined) continue;
    const found = { at, length: raw.length };
    switch (kind) {
      case "backticks":
        if (dialect === "hive") return { kind: "name", text: unquote(raw), ...found };
        throw new AthenaRefusal(
          `${placeOf(sql, at)}: backquoted identifiers are not supported; use double quotes to quote identifiers`,
        );
      case "doubleQuotes":
        // In Hive's own grammar double quotes make a text, never a name. Where Athena's DDL takes such texts is not documented:
        // a statement that needs them is refused here.
        if (dialect === "trino") return { kind: "name", text: unquote(raw), ...found };
        throw new AthenaRefusal(`${placeOf(sql, at)}: mismatched input '${raw}'`);
      default:
        return { kind, text: raw, ...found };
    }
  }
  throw new AthenaRefusal(`${placeOf(sql, at)}: token recognition error at: '${sql.slice(at, at + 10)}'`);
};

/** All tokens, and one of kind `end` behind them. @throws AthenaRefusal */
export const tokenize = (sql: string, dialect: Dialect): Token[] => {
  const tokens: Token[] = [];
  let at = 0;
  for (;;) {
    at += matchAt(SPACE, sql, at)?.length ?? 0;
    if (at >= sql.length) return [...tokens, { kind: "end", text: "<EOF>", at: sql.length }];
    const { length, ...token } = readToken(sql, at, dialect);
    tokens.push(token);
    at += length;
  }
};
