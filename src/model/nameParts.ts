/** Reads a physical name back by the pattern that made it. */
import { parseNamePattern } from "./names";

export type NameParts = Readonly<
  Partial<Record<"project" | "component" | "privacy" | "type" | "n" | "env" | "account" | "app", string>>
>;

/** What each placeholder may hold. */
const HOLDS: Readonly<Record<string, string>> = {
  project: "[a-z0-9](?:[a-z0-9-]*?[a-z0-9])?",
  component: "[a-z]+",
  privacy: "[a-z0-9]+",
  type: "[a-z]{2}",
  n: "[0-9]+",
  env: "[a-z0-9]+",
  account: "[0-9]{12}",
  app: "[a-z][a-z0-9_-]*",
};

/** How a name ends that was cut to its limit. */
const CUT = /-[0-9a-f]{8}$/;

const escapeText = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

const match = (pieces: readonly string[], rest: string, name: string): NameParts | undefined =>
  new RegExp(`^${pieces.join("")}${rest}$`).exec(name)?.groups;

/**
 * The parts of a name; undefined when it does not follow the pattern. Of a name that was cut, as far as it goes.
 * @throws InputError when the pattern itself is wrong.
 */
export const readName = (pattern: string, name: string, limit: number): NameParts | undefined => {
  const pieces = parseNamePattern(pattern).flatMap(({ optional, parts }) => {
    const texts = parts.map((part) =>
      "text" in part ? escapeText(part.text) : `(?<${part.placeholder}>${HOLDS[part.placeholder]!})`,
    );
    return optional ? [`(?:${texts.join("")})?`] : texts;
  });
  const whole = match(pieces, "", name);
  if (whole !== undefined || !CUT.test(name) || name.length < limit - CUT.source.length) return whole;
  const stem = name.replace(CUT, "");
  for (let kept = pieces.length - 1; kept > 0; kept -= 1) {
    const parts = match(pieces.slice(0, kept), "[a-z0-9_-]*", stem);
    if (parts !== undefined) return parts;
  }
  return undefined;
};
