/**
 * Rules that single settings follow, each with the reason and the fix that a mistake is answered with. Inputs that Pulumi may know
 * only later (ARNs) are checked when they are plain text.
 */
import * as z from "zod";
import { APP_NAME } from "./names";

type Check = (value: unknown) => boolean;

export const rule = <T>(check: Check, reason: string, fix: string, jsonType: "string" | "integer" = "string") =>
  z.custom<T>(check, { error: reason, params: { fix } }).meta({ type: jsonType });

export const text = (pattern: RegExp, reason: string, fix: string) =>
  rule<string>((value) => typeof value === "string" && pattern.test(value), reason, fix);

export const whole = (min: number, max: number, unit: string) =>
  rule<number>(
    (value) => Number.isInteger(value) && Number(value) >= min && Number(value) <= max,
    `must be a whole number of ${unit} from ${min} to ${max}`,
    `write a number from ${min} to ${max}`,
    "integer",
  );

/** Text now, or an output that is known later. */
export const arn = (service: string, example: string) =>
  rule<unknown>(
    (value) =>
      typeof value === "string"
        ? new RegExp(`^arn:[a-z-]+:${service}:`).test(value)
        : typeof value === "object" && value !== null,
    `must be the ARN of an existing ${service} resource`,
    `write it as ${example}`,
  ).optional();

export const choice = <const T extends readonly string[]>(values: T) =>
  rule<T[number]>(
    (value) => typeof value === "string" && values.includes(value),
    `must be one of ${values.join(", ")}`,
    `choose one of ${values.join(", ")}`,
  );

export const flag = () =>
  rule<boolean>((value) => typeof value === "boolean", "must be true or false", "write true or false, without quotes");

const SCHEDULE = /^(rate\(([1-9]\d*) (minutes?|hours?|days?)\)|cron\(\S+( \S+){5}\))$/;
export const schedule = () =>
  text(SCHEDULE, "must be a schedule of EventBridge", "write rate(1 hour) or cron(30 3 * * ? *), times in UTC");

export const WORD = /^[a-z][a-z0-9-]{0,30}$/;
export const WORD_FIX = "use a-z, 0-9 and hyphens, a letter first, at most 31 characters";
export const word = () => text(WORD, "must be a short lower-case word", WORD_FIX);

export const appName = () =>
  text(APP_NAME, "must be a name that Athena takes", "use a-z, 0-9 and _, a letter first, at most 26 characters");
