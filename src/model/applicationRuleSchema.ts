/** The schema of the rules that a row of an application's log must keep. */
import * as z from "zod";
import { CROSS_OPERATORS, RULE_KINDS, VALUE_TYPES } from "./applicationRules";
import { choice, rule as check } from "./settingRules";

const field = () => z.string().describe("The field that it is about.");
const bound = () =>
  check<number>(
    (value) => typeof value === "number" && Number.isFinite(value),
    "must be a number",
    "write a number without quotes",
  );
const kinds = [
  z.strictObject({ rule: z.literal("required"), field: field() }),
  z.strictObject({ rule: z.literal("type"), field: field(), type: choice(VALUE_TYPES) }),
  z.strictObject({
    rule: z.literal("enum"),
    field: field(),
    values: z
      .array(z.union([z.string(), z.number(), z.boolean()]))
      .min(1, "must list at least one value")
      .readonly(),
  }),
  z.strictObject({ rule: z.literal("regex"), field: field(), pattern: z.string() }),
  z.strictObject({ rule: z.literal("range"), field: field(), min: bound().optional(), max: bound().optional() }),
  z.strictObject({ rule: z.literal("cross"), field: field(), operator: choice(CROSS_OPERATORS), other: field() }),
] as const;

export const ruleSchema = z.discriminatedUnion("rule", kinds, {
  error: (issue) =>
    issue.code === "invalid_union" ? `must have a rule that is one of ${RULE_KINDS.join(", ")}` : undefined,
});
