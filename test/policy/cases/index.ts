import { ACCESS_CASES } from "./access";
import { ANALYTICS_CASES } from "./analytics";
import { BUCKET_CASES } from "./buckets";
import type { RuleCases } from "./cases";
import { EDGES } from "./edges";
import { FUNCTION_CASES } from "./functions";
import { NAME_CASES } from "./names";

const CASES: Readonly<Record<string, RuleCases>> = {
  ...BUCKET_CASES,
  ...ANALYTICS_CASES,
  ...FUNCTION_CASES,
  ...ACCESS_CASES,
  ...NAME_CASES,
};

/** By rule. */
export const ALL_CASES: Readonly<Record<string, RuleCases>> = Object.fromEntries(
  Object.entries(CASES).map(([rule, cases]) => {
    const { breaks = [], passes = [] } = EDGES[rule] ?? {};
    return [rule, { ...cases, breaks: [...cases.breaks, ...breaks.flat()], passes: [...cases.passes, ...passes] }];
  }),
);
