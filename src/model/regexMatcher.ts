/**
 * Matches a pattern in time proportional to the text: all ways through the pattern are followed at once, unit by unit, so that no
 * line, however hostile, is gone over again. Finds what JavaScript's own engine finds.
 */
import type { CharacterSet } from "./regexClasses";
import type { Assertion, ParsedPattern, RegexNode } from "./regexParser";

type Instruction =
  | { readonly op: "set"; readonly test: (unit: number) => boolean }
  | { readonly op: "assert"; readonly assertion: Assertion }
  | { readonly op: "split"; first: number; second: number }
  | { readonly op: "jump"; to: number }
  | { readonly op: "save"; readonly slot: number }
  | { readonly op: "forget"; readonly from: number; readonly to: number }
  | { readonly op: "match" };

const NONE = -1;
const ASCII = 128;

const isWord = (unit: number): boolean =>
  (unit >= 48 && unit <= 57) || (unit >= 65 && unit <= 90) || unit === 95 || (unit >= 97 && unit <= 122);

const testOf = ({ ranges, negated }: CharacterSet): ((unit: number) => boolean) => {
  const within = (unit: number): boolean => ranges.some(([from, to]) => unit >= from && unit <= to) !== negated;
  const ascii = Uint8Array.from({ length: ASCII }, (_, unit) => (within(unit) ? 1 : 0));
  return (unit) => (unit < ASCII ? ascii[unit] === 1 : within(unit));
};

const capturesIn = (node: RegexNode): number[] => {
  switch (node.kind) {
    case "set":
    case "assert":
      return [];
    case "group":
      return [...(node.capture === undefined ? [] : [node.capture]), ...capturesIn(node.node)];
    case "repeat":
      return capturesIn(node.node);
    case "sequence":
    case "choice":
      return node.nodes.flatMap(capturesIn);
    default:
      return node satisfies never;
  }
};

class Compiler {
  readonly program: Instruction[] = [];

  add(node: RegexNode): void {
    const { program } = this;
    switch (node.kind) {
      case "set":
        program.push({ op: "set", test: testOf(node.set) });
        return;
      case "assert":
        program.push({ op: "assert", assertion: node.assertion });
        return;
      case "group":
        if (node.capture !== undefined) program.push({ op: "save", slot: node.capture * 2 });
        this.add(node.node);
        if (node.capture !== undefined) program.push({ op: "save", slot: node.capture * 2 + 1 });
        return;
      case "sequence":
        for (const part of node.nodes) this.add(part);
        return;
      case "choice":
        return this.choice(node.nodes);
      case "repeat":
        return this.repeat(node);
      default:
        return node satisfies never;
    }
  }

  private choice(nodes: readonly RegexNode[]): void {
    const { program } = this;
    const ends: { to: number }[] = [];
    nodes.forEach((node, index) => {
      if (index === nodes.length - 1) return this.add(node);
      const split = { op: "split" as const, first: program.length + 1, second: NONE };
      program.push(split);
      this.add(node);
      const jump = { op: "jump" as const, to: NONE };
      program.push(jump);
      ends.push(jump);
      split.second = program.length;
    });
    for (const jump of ends) jump.to = program.length;
  }

  private repeat({ node, least, most, greedy }: Extract<RegexNode, { kind: "repeat" }>): void {
    const { program } = this;
    const captures = capturesIn(node);
    const body = (): void => {
      // A group holds what its last round found, not what an earlier one did.
      if (captures.length > 0)
        program.push({ op: "forget", from: Math.min(...captures) * 2, to: Math.max(...captures) * 2 + 1 });
      this.add(node);
    };
    const optional = (): { first: number; second: number } => {
      const split = { op: "split" as const, first: NONE, second: NONE };
      program.push(split);
      split[greedy ? "first" : "second"] = program.length;
      return split;
    };
    const leaves: { first: number; second: number }[] = [];
    for (let round = 0; round < least; round++) body();
    if (most === Infinity) {
      const start = program.length;
      leaves.push(optional());
      body();
      program.push({ op: "jump", to: start });
    } else {
      for (let round = least; round < most; round++) {
        leaves.push(optional());
        body();
      }
    }
    for (const split of leaves) split[greedy ? "second" : "first"] = program.length;
  }
}

/** The ways that are followed at one place of the text, the preferred one first. */
interface Threads {
  readonly at: Int32Array;
  readonly slots: Int32Array[];
  size: number;
}

const noThreads = (length: number): Threads => ({ at: new Int32Array(length), slots: [], size: 0 });

export class LinearRegex {
  private readonly program: readonly Instruction[];
  private readonly slots: number;
  private readonly names: readonly (readonly [string, number])[];
  private readonly seen: Int32Array;
  private round = 0;

  constructor({ node, captures, captureOf }: ParsedPattern) {
    const compiler = new Compiler();
    compiler.add(node);
    this.program = [...compiler.program, { op: "match" }];
    this.slots = (captures + 1) * 2;
    this.names = [...captureOf];
    this.seen = new Int32Array(this.program.length);
  }

  test(text: string): boolean {
    return this.run(text, true) !== undefined;
  }

  /** What the named groups hold, undefined those that took no part; undefined when the text does not match. */
  groups(text: string): Readonly<Record<string, string | undefined>> | undefined {
    const slots = this.run(text, false);
    if (slots === undefined) return undefined;
    const found = Object.create(null) as Record<string, string | undefined>;
    for (const [name, capture] of this.names) {
      const [from, to] = [slots[capture * 2]!, slots[capture * 2 + 1]!];
      found[name] = from === NONE || to === NONE ? undefined : text.slice(from, to);
    }
    return found;
  }

  private run(text: string, anyMatch: boolean): Int32Array | undefined {
    let current = noThreads(this.program.length);
    let next = noThreads(this.program.length);
    let matched: Int32Array | undefined;
    this.begin();
    for (let at = 0; ; at++) {
      if (matched === undefined) this.follow(current, 0, text, at, new Int32Array(this.slots).fill(NONE));
      if (current.size === 0 && matched !== undefined) return matched;
      const unit = at < text.length ? text.charCodeAt(at) : NONE;
      this.begin();
      next.size = 0;
      for (let thread = 0; thread < current.size; thread++) {
        const instruction = this.program[current.at[thread]!]!;
        if (instruction.op === "match") {
          matched = current.slots[thread]!;
          if (anyMatch) return matched;
          break;
        }
        if (instruction.op === "set" && unit !== NONE && instruction.test(unit))
          this.follow(next, current.at[thread]! + 1, text, at + 1, current.slots[thread]!);
      }
      if (unit === NONE) return matched;
      [current, next] = [next, current];
    }
  }

  private begin(): void {
    if (++this.round < 0x7fffffff) return;
    this.seen.fill(0);
    this.round = 1;
  }

  /** Goes on to the instructions that wait for a unit of the text. What was reached before, by a preferred way, stays as it is. */
  private follow(threads: Threads, from: number, text: string, at: number, slots: Int32Array): void {
    const stack: (number | Int32Array)[] = [from, slots];
    while (stack.length > 0) {
      const held = stack.pop() as Int32Array;
      const place = stack.pop() as number;
      if (this.seen[place] === this.round) continue;
      this.seen[place] = this.round;
      const instruction = this.program[place]!;
      switch (instruction.op) {
        case "jump":
          stack.push(instruction.to, held);
          break;
        case "split":
          stack.push(instruction.second, held, instruction.first, held);
          break;
        case "save": {
          const saved = held.slice();
          saved[instruction.slot] = at;
          stack.push(place + 1, saved);
          break;
        }
        case "forget":
          stack.push(place + 1, held.slice().fill(NONE, instruction.from, instruction.to + 1));
          break;
        case "assert":
          if (holds(instruction.assertion, text, at)) stack.push(place + 1, held);
          break;
        case "set":
        case "match":
          threads.at[threads.size] = place;
          threads.slots[threads.size++] = held;
          break;
        default:
          instruction satisfies never;
      }
    }
  }
}

const holds = (assertion: Assertion, text: string, at: number): boolean => {
  switch (assertion) {
    case "start":
      return at === 0;
    case "end":
      return at === text.length;
    case "word":
    case "no-word": {
      const before = at > 0 && isWord(text.charCodeAt(at - 1));
      const after = at < text.length && isWord(text.charCodeAt(at));
      return (before !== after) === (assertion === "word");
    }
    default:
      return assertion satisfies never;
  }
};
