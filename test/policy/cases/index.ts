import { ACCESS_CASES } from "./access";
import { ANALYTICS_CASES } from "./analytics";
import { BUCKET_CASES } from "./buckets";
import type { RuleCases } from "./cases";
import { FUNCTION_CASES } from "./functions";
import { NAME_CASES } from "./names";

/** By rule. */
export const ALL_CASES: Readonly<Record<string, RuleCases>> = {
  ...BUCKET_CASES,
  ...ANALYTICS_CASES,
  ...FUNCTION_CASES,
  ...ACCESS_CASES,
  ...NAME_CASES,
};
