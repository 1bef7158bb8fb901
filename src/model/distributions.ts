/** Which app a delivered object belongs to: CloudFront writes the distribution's id into the key. */
import { InputError } from "../errors";

/** Ids of distributions, with the app that each one's rows belong to. */
export type Distributions = ReadonlyMap<string, string>;

const FIELD = "DISTRIBUTIONS";
const FIX = 'give [{"app": "docs", "distributionId": "E1ABCDEF234567"}]';

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new InputError("not JSON", { field: FIELD, value: text, fix: FIX });
  }
};

/** @throws InputError */
export const parseDistributions = (text: string): Distributions => {
  const list = parseJson(text);
  if (!Array.isArray(list)) throw new InputError("not a list", { field: FIELD, value: text, fix: FIX });
  const distributions = new Map<string, string>();
  list.forEach((entry: unknown, index) => {
    const { app, distributionId } = (entry ?? {}) as { readonly app?: unknown; readonly distributionId?: unknown };
    const field = `${FIELD}[${index}]`;
    if (typeof app !== "string" || typeof distributionId !== "string" || app === "" || distributionId === "")
      throw new InputError("needs app and distributionId", { field, value: entry, fix: FIX });
    const other = distributions.get(distributionId);
    if (other !== undefined && other !== app)
      throw new InputError(`${distributionId} is of the app ${other} already`, {
        field,
        value: app,
        fix: "remove one: a row has one app",
      });
    distributions.set(distributionId, app);
  });
  return distributions;
};

/** As CloudFront makes them; only to say which one an unknown object is of. */
const LIKE_AN_ID = /^E[A-Z0-9]{9,}$/;

/** Parts of a key that could be an id, the file's name first, then its folders from the innermost on. */
const partsOf = (key: string): readonly string[] =>
  key
    .split("/")
    .reverse()
    .flatMap((segment) => segment.split(/[^A-Za-z0-9]+/));

/**
 * The app whose distribution the key names: in the file's name (`E1ABC.2020-07-16-10.hash.gz`), or in a folder as standard logging
 * v2 can have it (`E1ABC/2026/11/20/`, `DistributionId=E1ABC/`). The file's name counts before folders. Undefined when none does.
 */
export const appOfKey = (distributions: Distributions, key: string): string | undefined => {
  for (const part of partsOf(key)) {
    const app = distributions.get(part);
    if (app !== undefined) return app;
  }
  return undefined;
};

/** What in the key looks like an id. */
export const idInKey = (key: string): string | undefined => partsOf(key).find((part) => LIKE_AN_ID.test(part));
