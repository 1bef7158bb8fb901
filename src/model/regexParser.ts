/**
 * Regular expressions of the settings: a subset of JavaScript's that can be matched in time proportional to the text, whatever the
 * text is. Not in it: look-around and references back, for which no such way is known, and flags.
 */

import { CLASSES, CONTROLS, LINE_ENDS, type CharacterSet } from "./regexClasses";

export type Assertion = "start" | "end" | "word" | "no-word";

export type RegexNode =
  | { readonly kind: "set"; readonly set: CharacterSet }
  | { readonly kind: "assert"; readonly assertion: Assertion }
  | { readonly kind: "group"; readonly node: RegexNode; readonly capture: number | undefined }
  | { readonly kind: "sequence"; readonly nodes: readonly RegexNode[] }
  | { readonly kind: "choice"; readonly nodes: readonly RegexNode[] }
  | {
      readonly kind: "repeat";
      readonly node: RegexNode;
      readonly least: number;
      readonly most: number;
      readonly greedy: boolean;
    };

export interface ParsedPattern {
  readonly node: RegexNode;
  /** Groups that capture, named or not. */
  readonly captures: number;
  /** Names of the named groups. */
  readonly groups: readonly string[];
  /** The capture of each name. */
  readonly captureOf: ReadonlyMap<string, number>;
}

export interface PatternProblem {
  readonly problem: string;
  readonly fix: string;
}

/** Longest pattern, and most copies that `{n,m}` may make of its parts: time is their product with the text's length. */
const MAX_PATTERN = 2000;
const MAX_SIZE = 2000;
const MAX_DEPTH = 50;

const QUANTIFIER = /^\{(\d{1,6})(?:(,)(\d{0,6}))?\}/;

class PatternError extends Error {
  constructor(
    readonly problem: string,
    readonly fix: string,
  ) {
    super(problem);
  }
}

class Parser {
  captures = 0;
  size = 0;
  readonly captureOf = new Map<string, number>();
  private at = 0;
  private depth = 0;

  constructor(private readonly text: string) {}

  parse(): RegexNode {
    const node = this.choice();
    if (this.at < this.text.length) this.fail("a closing parenthesis without an opening one", "escape it as \\)");
    return node;
  }

  private choice(): RegexNode {
    const nodes = [this.sequence()];
    while (this.take("|")) nodes.push(this.sequence());
    return nodes.length === 1 ? nodes[0]! : { kind: "choice", nodes };
  }

  private sequence(): RegexNode {
    const nodes: RegexNode[] = [];
    while (this.at < this.text.length && this.peek() !== "|" && this.peek() !== ")") nodes.push(this.term());
    return nodes.length === 1 ? nodes[0]! : { kind: "sequence", nodes };
  }

  private term(): RegexNode {
    const before = this.size;
    const node = this.atom();
    const bounds = this.quantifier();
    if (bounds === undefined) return node;
    if (node.kind === "assert") this.fail("a repeated anchor", "take the quantifier away");
    const [least, most] = bounds;
    if (most < least) this.fail("a quantifier out of order", "write the smaller number first");
    const copies = Math.max(least, most === Infinity ? 1 : most, 1);
    this.grow((this.size - before) * (copies - 1) + 1);
    const greedy = !this.take("?");
    return { kind: "repeat", node, least, most, greedy };
  }

  private quantifier(): readonly [number, number] | undefined {
    if (this.take("*")) return [0, Infinity];
    if (this.take("+")) return [1, Infinity];
    if (this.take("?")) return [0, 1];
    const match = QUANTIFIER.exec(this.text.slice(this.at, this.at + 20));
    if (match === null) return undefined;
    this.at += match[0].length;
    const least = Number(match[1]);
    return [least, match[2] === undefined ? least : match[3] === "" ? Infinity : Number(match[3])];
  }

  private atom(): RegexNode {
    this.grow(1);
    const char = this.text[this.at++]!;
    switch (char) {
      case "(":
        return this.group();
      case "[":
        return { kind: "set", set: this.set() };
      case ".":
        return { kind: "set", set: { ranges: LINE_ENDS, negated: true } };
      case "^":
        return { kind: "assert", assertion: "start" };
      case "$":
        return { kind: "assert", assertion: "end" };
      case "*":
      case "+":
      case "?":
        return this.fail("nothing to repeat", `escape it as \\${char}`);
      case "\\":
        return this.escaped();
      default:
        if (char === "{" && QUANTIFIER.test(this.text.slice(this.at - 1, this.at + 19)))
          this.fail("nothing to repeat", "put what is repeated into (?:...), or escape it as \\{");
        return one(char.charCodeAt(0));
    }
  }

  private group(): RegexNode {
    if (++this.depth > MAX_DEPTH) this.fail(`groups more than ${MAX_DEPTH} deep`, "simplify it");
    let capture: number | undefined;
    if (this.take("?:")) capture = undefined;
    else if (/^\?(<?[=!])/.test(this.text.slice(this.at, this.at + 3)))
      this.fail(
        "look-around, which can't be matched in linear time",
        "write the pattern without (?=, (?!, (?<= and (?<!",
      );
    else if (this.take("?<")) {
      const name = /^([A-Za-z_]\w{0,62})>/.exec(this.text.slice(this.at, this.at + 70))?.[1];
      if (name === undefined) return this.fail("a group whose name can't be read", "write (?<name>...)");
      if (this.captureOf.has(name)) this.fail(`two groups named ${name}`, "give each a name of its own");
      this.at += name.length + 1;
      capture = ++this.captures;
      this.captureOf.set(name, capture);
    } else if (this.peek() === "?") this.fail("a group of an unknown kind", "write (...), (?:...) or (?<name>...)");
    else capture = ++this.captures;
    const node = this.choice();
    if (!this.take(")")) this.fail("a group that is not closed", "add a closing parenthesis");
    this.depth--;
    return { kind: "group", node, capture };
  }

  private escaped(): RegexNode {
    const char = this.text[this.at];
    if (char === "b" || char === "B") {
      this.at++;
      return { kind: "assert", assertion: char === "b" ? "word" : "no-word" };
    }
    if (char !== undefined && /[1-9k]/.test(char))
      this.fail("a reference back, which can't be matched in linear time", "write the pattern without it");
    const found = this.escape();
    return typeof found === "number" ? one(found) : { kind: "set", set: { ranges: found, negated: false } };
  }

  /** What follows a backslash: one unit, or a class. */
  private escape(): number | CharacterSet["ranges"] {
    const char = this.text[this.at++];
    if (char === undefined) return this.fail("a backslash at its end", "escape it as \\\\");
    const ranges = CLASSES[char];
    if (ranges !== undefined) return ranges;
    const control = CONTROLS[char];
    if (control !== undefined) return control;
    if (char === "x" || char === "u") {
      const digits = char === "x" ? 2 : 4;
      const code = this.text.slice(this.at, this.at + digits);
      if (!/^[0-9a-fA-F]+$/.test(code) || code.length < digits)
        this.fail(`\\${char} without its ${digits} digits`, `write \\${char}${"0".repeat(digits - 2)}41 for an A`);
      this.at += digits;
      return parseInt(code, 16);
    }
    if (/[A-Za-z0-9]/.test(char)) this.fail(`the escape \\${char}, which is not known`, "write the character itself");
    return char.charCodeAt(0);
  }

  private set(): CharacterSet {
    const negated = this.take("^");
    const ranges: [number, number][] = [];
    const member = (): number | CharacterSet["ranges"] => {
      const char = this.text[this.at++];
      if (char === undefined) return this.fail("a set that is not closed", "add ]");
      if (char !== "\\") return char.charCodeAt(0);
      if (this.take("b")) return 8;
      return this.take("-") ? 45 : this.escape();
    };
    while (!this.take("]")) {
      const first = member();
      if (typeof first !== "number") {
        ranges.push(...first.map(([from, to]): [number, number] => [from, to]));
        continue;
      }
      if (this.peek() !== "-" || this.text[this.at + 1] === "]") {
        ranges.push([first, first]);
        continue;
      }
      this.at++;
      const last = member();
      if (typeof last !== "number" || last < first) return this.fail("a range out of order in a set", "write [a-z]");
      ranges.push([first, last]);
    }
    return { ranges, negated };
  }

  private peek(): string | undefined {
    return this.text[this.at];
  }

  private take(text: string): boolean {
    if (!this.text.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }

  private grow(by: number): void {
    this.size += by;
    if (this.size > MAX_SIZE)
      this.fail(`more than ${MAX_SIZE} steps`, "make it shorter, with smaller numbers in {n,m}");
  }

  private fail(problem: string, fix: string): never {
    throw new PatternError(`has ${problem}, at character ${this.at}`, fix);
  }
}

const one = (code: number): RegexNode => ({ kind: "set", set: { ranges: [[code, code]], negated: false } });

/** The pattern's structure, or why it is none. */
export const parsePattern = (text: string): ParsedPattern | PatternProblem => {
  if (text.length > MAX_PATTERN) return { problem: `has more than ${MAX_PATTERN} characters`, fix: "make it shorter" };
  const parser = new Parser(text);
  try {
    const node = parser.parse();
    const { captures, captureOf } = parser;
    return { node, captures, captureOf, groups: [...captureOf.keys()] };
  } catch (error) {
    if (error instanceof PatternError) return { problem: error.problem, fix: error.fix };
    throw error;
  }
};
