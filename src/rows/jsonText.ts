/** JSON of a log line: as JavaScript reads it, but for whole numbers that it would round. */

/** Digits that a number may have and still be exact. */
const SAFE_DIGITS = 15;
const MAYBE_LARGE = new RegExp(`\\d{${SAFE_DIGITS + 1}}`);
const QUOTE = 34;
const BACKSLASH = 92;
const MINUS = 45;
/** What a number may go on with after its digits, and is then no whole one. */
const FRACTION = new Set([...".eE"].map((char) => char.charCodeAt(0)));

const isDigit = (unit: number): boolean => unit >= 48 && unit <= 57;

/** Puts whole numbers of many digits into quotes: their text is exact. */
const quoteLargeNumbers = (text: string): string => {
  const parts: string[] = [];
  let copied = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) {
      for (at++; at < text.length && text.charCodeAt(at) !== QUOTE; at++) if (text.charCodeAt(at) === BACKSLASH) at++;
      continue;
    }
    if (!isDigit(unit)) continue;
    const start = text.charCodeAt(at - 1) === MINUS ? at - 1 : at;
    while (isDigit(text.charCodeAt(at + 1))) at++;
    const whole = !FRACTION.has(text.charCodeAt(at + 1)) && !/[.eE+]/.test(text[start - 1] ?? "");
    if (!whole || at + 1 - start <= SAFE_DIGITS) continue;
    parts.push(text.slice(copied, start), `"${text.slice(start, at + 1)}"`);
    copied = at + 1;
  }
  return copied === 0 ? text : parts.join("") + text.slice(copied);
};

/**
 * Whole numbers beyond 15 digits are text, digit by digit; of equal names the last counts. @throws SyntaxError where it is not JSON
 */
export const parseJsonText = (text: string): unknown =>
  JSON.parse(MAYBE_LARGE.test(text) ? quoteLargeNumbers(text) : text) as unknown;

/** Whether a value has more than so many levels: writing it again would take as much stack. */
export const isDeeper = (value: unknown, levels: number): boolean => {
  if (typeof value !== "object" || value === null) return false;
  if (levels === 0) return true;
  return Object.values(value).some((inner) => isDeeper(inner, levels - 1));
};
