/** Settings that several components have: the same words, bounds and defaults in each. */
import * as z from "zod";
import { checkPattern } from "./configurationChecks";
import { IP_POLICIES } from "./ipPolicy";
import { DEFAULT_NAME_PATTERN, TAG_KEYS } from "./names";
import { choice, rule, text, word } from "./settingRules";

const tagsSchema = rule<Record<string, string>>(
  (value) =>
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.entries(value).every(
      ([key, tag]) => typeof tag === "string" && !(TAG_KEYS as readonly string[]).includes(key),
    ),
  `must map names to text, other than ${TAG_KEYS.join(", ")}`,
  "set naming.project, owner, costCenter and naming.environment for those four",
);

export const namingSchema = z.strictObject({
  project: word().default("amplifylogs").describe("First part of each name; tells two pipelines or regions apart."),
  environment: word().optional().describe("Environment in names and tags. Default: the stack's name."),
  privacy: word().default("intite").describe("Class of the data, in names."),
  pattern: z.string().default(DEFAULT_NAME_PATTERN).superRefine(checkPattern).describe("How physical names are made."),
});

/** What names and tags are made from. */
export const labelShape = {
  naming: namingSchema.prefault({}).describe("How resources are named."),
  owner: z.string().min(1).default("platform").describe("Tag Owner."),
  costCenter: z.string().min(1).default("web").describe("Tag CostCenter."),
  tags: tagsSchema.default({}).describe("Further tags, on everything that takes tags."),
};

export const RUNTIMES = ["nodejs22.x", "nodejs24.x"] as const;
export const runtime = () => choice(RUNTIMES).default("nodejs24.x").describe("Runtime of the functions.");

const LOG_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

export const logDays = () =>
  rule<number>(
    (value) => LOG_DAYS.includes(value as number),
    "must be a retention that CloudWatch Logs takes",
    `choose one of ${LOG_DAYS.join(", ")}`,
    "integer",
  )
    .default(30)
    .describe("Days that the functions' own logs stay.");

/** What becomes of viewers' addresses. */
export const privacyShape = {
  ipPolicy: choice(IP_POLICIES).default("truncated").describe("What becomes of addresses in the typed table."),
  saltParameter: text(
    /^\/?[A-Za-z0-9_.\-/]+$/,
    "is not the name of an SSM parameter",
    "write it like /amplify-logs/salt",
  )
    .optional()
    .describe("SecureString parameter with the salt, for ipPolicy hashed."),
};
