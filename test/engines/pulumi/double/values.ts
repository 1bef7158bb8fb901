/** Property values as the engine sends them: JSON with markers for what is unknown, secret, an asset or an archive. */

export type Values = Readonly<Record<string, unknown>>;

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
export const ASSET = "c44067f5952c0a294b673a41bacd8c17";
export const ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7";
/** Stands for a value that is known only after the update. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export const isRecord = (value: unknown): value is Values =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const signatureOf = (value: unknown): unknown => (isRecord(value) ? value[SIGNATURE] : undefined);
export const isAssetOrArchive = (value: unknown): value is Values =>
  [ASSET, ARCHIVE].includes(signatureOf(value) as string);
export const isUnknown = (value: unknown): boolean => value === UNKNOWN;

export const without = (values: Values, ...keys: readonly string[]): Values =>
  Object.fromEntries(Object.entries(values).filter(([key]) => !keys.includes(key)));

/** The same without the markers of secrets and outputs: AWS knows neither. */
export const plain = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(plain);
  if (!isRecord(value) || isAssetOrArchive(value)) return value;
  if (signatureOf(value) === SECRET) return plain(value["value"]);
  if (signatureOf(value) === OUTPUT) return "value" in value ? plain(value["value"]) : UNKNOWN;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
};

export const plainValues = (values: Values | undefined): Values => (plain(values ?? {}) ?? {}) as Values;

export const holdsUnknown = (value: unknown): boolean => {
  if (isUnknown(value)) return true;
  if (Array.isArray(value)) return value.some(holdsUnknown);
  return isRecord(value) && !isAssetOrArchive(value) && Object.values(value).some(holdsUnknown);
};

/**
 * Without what the provider drops on its way: nulls, and blocks and lists in which nothing is set. (An empty text stays.)
 */
export const withoutEmpty = (value: unknown): unknown => {
  if (value === null) return undefined;
  if (Array.isArray(value)) {
    const kept = value.map(withoutEmpty).filter((item) => item !== undefined);
    return kept.length === 0 ? undefined : kept;
  }
  if (!isRecord(value) || isAssetOrArchive(value)) return value;
  const kept = Object.entries(value)
    .map(([key, inner]) => [key, withoutEmpty(inner)] as const)
    .filter(([, inner]) => inner !== undefined);
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
};

const parsed = (text: string): unknown => {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

const canonical = (value: unknown): unknown => {
  if (typeof value === "string") {
    const inner = parsed(value);
    return typeof inner === "string" ? inner : canonical(inner);
  }
  if (Array.isArray(value)) return value.map(canonical);
  if (!isRecord(value)) return value;
  // Archives and assets are the same when their content's hash is.
  if (isAssetOrArchive(value)) return { [SIGNATURE]: value[SIGNATURE], hash: value["hash"] };
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, canonical(value[key])]),
  );
};

/** Whether AWS would see a difference: order of keys, spaces in JSON and empty blocks make none. */
export const same = (one: unknown, other: unknown): boolean =>
  JSON.stringify(canonical(withoutEmpty(plain(one)))) === JSON.stringify(canonical(withoutEmpty(plain(other))));
