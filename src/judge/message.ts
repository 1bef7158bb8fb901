/** How a rule says what it found. The analyzer protocol carries one text; what reads it back stands here beside what writes it. */

export interface FindingText {
  readonly type: string;
  /** Logical name. */
  readonly name: string;
  /** Property path in the resource: `rules[0].status`. */
  readonly path: string;
  readonly found: string;
  readonly wanted: string;
  readonly fix: string;
}

export const renderViolation = ({ type, name, path, found, wanted, fix }: FindingText): string =>
  `\`${path}\` of ${type} ${name} is ${found}; wanted: ${wanted}.\nFix: ${fix}`;

const NOT_JUDGED = "is not known before the deployment: not judged";

export const renderNotJudged = ({ type, name, path }: Pick<FindingText, "type" | "name" | "path">): string =>
  `\`${path}\` of ${type} ${name} ${NOT_JUDGED}.`;

/** Ours, and what the policy SDK itself says of a value that is unknown. */
export const isNotJudged = (message: string): boolean =>
  message.includes(NOT_JUDGED) || message.startsWith("can't run policy");

/** Whether a message says that something is missing, rather than wrong. */
export const isAbsent = (message: string): boolean => /` of \S+ \S+ is absent; wanted: /.test(message);

/** The property path that a message names; empty where it names none. */
export const pathIn = (message: string): string => /`([^`]*)` of /.exec(message)?.[1] ?? "";

const LONGEST = 160;

/** A value as a message shows it. */
export const showValue = (value: unknown): string => {
  if (value === undefined || value === null) return "absent";
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 3)}...` : text;
};
