/** Sets of characters that regular expressions have names for. */

/** Ranges of UTF-16 units, inclusive, in pairs. */
export interface CharacterSet {
  readonly ranges: readonly (readonly [number, number])[];
  readonly negated: boolean;
}

const DIGIT: CharacterSet["ranges"] = [[48, 57]];
const WORD: CharacterSet["ranges"] = [
  [48, 57],
  [65, 90],
  [95, 95],
  [97, 122],
];
const SPACE: CharacterSet["ranges"] = [
  [9, 13],
  [32, 32],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
];
export const LINE_ENDS: CharacterSet["ranges"] = [
  [10, 10],
  [13, 13],
  [0x2028, 0x2029],
];

const invert = (ranges: CharacterSet["ranges"]): [number, number][] => {
  const inverted: [number, number][] = [];
  let from = 0;
  for (const [first, last] of [...ranges].sort((a, b) => a[0] - b[0])) {
    if (first > from) inverted.push([from, first - 1]);
    from = Math.max(from, last + 1);
  }
  if (from <= 0xffff) inverted.push([from, 0xffff]);
  return inverted;
};

/** What follows a backslash and means a set. */
export const CLASSES: Readonly<Record<string, CharacterSet["ranges"]>> = {
  d: DIGIT,
  D: invert(DIGIT),
  w: WORD,
  W: invert(WORD),
  s: SPACE,
  S: invert(SPACE),
};
/** What follows a backslash and means one unit. */
export const CONTROLS: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13, 0: 0 };
