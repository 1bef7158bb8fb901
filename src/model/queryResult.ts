/** What a query answers, in the notation that both engines share: JSON's values, Athena's texts of dates and timestamps. */

export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };

export interface QueryResult {
  /** In the order of the query; types as the engine names them. */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly Record<string, JsonValue>[];
}

/** Whole numbers beyond 2^53 become text: JSON's readers would round them. */
export const wholeNumber = (value: bigint): number | string =>
  value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER)
    ? Number(value)
    : value.toString();

/** NaN and the infinities become text: JSON has no others. */
export const floatingNumber = (value: number): number | string => (Number.isFinite(value) ? value : String(value));

/** A decimal of more digits than a double holds stays text. */
export const decimalNumber = (text: string): number | string =>
  text.replace(/\D/g, "").length <= 15 ? Number(text) : text;

/** `n`, `n_2`, `n_3`: a row is an object, so each column needs a name of its own. */
export const uniqueNames = (names: readonly string[]): string[] => {
  const taken = new Set<string>();
  return names.map((name) => {
    let unique = name;
    for (let count = 2; taken.has(unique); count++) unique = `${name}_${count}`;
    taken.add(unique);
    return unique;
  });
};
