/** The default grammar of lines that are no JSON. docs/application-logs.md explains it. */

const TIMESTAMP = String.raw`(?<timestamp>\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?)`;
const LEVEL = String.raw`(?<level>[A-Za-z]{3,9})`;
/** Any name in brackets, or a lower-case one before a colon: `TypeError: ...` is a message. */
const SERVICE = String.raw`(?<service>\[[^\]\s]{1,64}\]|[a-z][a-z0-9_.-]{0,63}:)`;

/**
 * Takes `2025-04-03T12:34:56Z INFO [api-gateway] text`, `2025-04-03 12:34:56,789 ERROR service: text` and the same with brackets
 * around timestamp or level, with no service, or with a hyphen before the text.
 *
 * Its message takes whatever is left, and each part before it begins with a character that the part before it cannot hold: so it
 * never goes back further than over one run of spaces, and JavaScript's own engine can be trusted with it on any line.
 */
export const DEFAULT_PATTERN = String.raw`^\[?${TIMESTAMP}\]?\s+\[?${LEVEL}\]?:?(?:\s+${SERVICE}:?)?(?:\s+(?:- )?(?<message>[\s\S]*))?$`;

/** A service without the brackets or the colon that told it. */
export const bareService = (text: string): string => text.replace(/^\[/, "").replace(/\]?:?$/, "");

const PAIR = /(?:^|[\s,;])([A-Za-z_]\w{0,62})=(?:"([^"]*)"|([^\s,;"]*))/g;

/** The `name=value` pairs in a text; of equal names the first counts. Values with spaces stand in double quotes. */
export const pairsIn = (text: string): ReadonlyMap<string, string> => {
  const pairs = new Map<string, string>();
  if (!text.includes("=")) return pairs;
  for (const [, name, quoted, plain] of text.matchAll(PAIR))
    if (!pairs.has(name!)) pairs.set(name!, quoted ?? plain ?? "");
  return pairs;
};
