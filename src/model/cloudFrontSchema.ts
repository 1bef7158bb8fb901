/** The settings of a source of CloudFront's standard logs. */
import * as z from "zod";
import { validateSettings, type Validated, type WithEnvironment } from "./configuration";
import { checkSalt, report, type Context } from "./configurationChecks";
import { appName, flag, text } from "./settingRules";
import { crawlerSchema, sourceShape } from "./sourceSettings";

/** They stand in a function's environment (4 KB) and its role's inline policy (10,240 characters), whatever their names' length. */
const MOST_DISTRIBUTIONS = 20;

/** As the source has it: daily. */
const DAILY = "cron(30 5 * * ? *)";

const distributionSchema = z.strictObject({
  name: appName().describe("Name of its rows' app: a partition value, and the views' prefix."),
  distributionId: text(
    /^E[A-Z0-9]{5,30}$/,
    "is not the id of a distribution",
    "copy it from CloudFront's list, like E1ABCDEF234567",
  ).describe("Id of the distribution."),
});

const checkCloudFront = (
  settings: {
    readonly distributions: readonly { readonly distributionId: string }[];
    readonly jsonOutput: boolean;
    readonly crawler?: object | undefined;
    readonly ipPolicy: string;
    readonly saltParameter?: string | undefined;
  },
  context: Context,
): void => {
  const ids = settings.distributions.map(({ distributionId }) => distributionId);
  ids.forEach((id, i) => {
    const first = ids.indexOf(id);
    if (first === i) return;
    const path = ["distributions", i, "distributionId"];
    report(context, path, `is the id of distributions[${first}] too`, "remove one: its rows have one app");
  });
  if (settings.crawler !== undefined && !settings.jsonOutput)
    report(context, ["crawler"], "has nothing to look at", "set jsonOutput to true, or remove the crawler");
  checkSalt(settings, context);
};

export const cloudFrontSchema = z
  .strictObject({
    distributions: z
      .array(distributionSchema)
      .min(1, "names no distribution")
      .max(MOST_DISTRIBUTIONS, `must be at most ${MOST_DISTRIBUTIONS} distributions`)
      .describe("The distributions whose logs are read."),
    ...sourceShape,
    ipPolicy: sourceShape.ipPolicy.describe(
      "What becomes of addresses in JSON lines and rejected lines; the typed table goes by the pipeline's policy.",
    ),
    jsonOutput: flag().default(false).describe("Whether rows are written as JSON lines too, below cloudfront_json/."),
    crawler: crawlerSchema(DAILY).optional().describe("A crawler over the JSON lines."),
  })
  .superRefine(checkCloudFront);

export type CloudFrontSettings = WithEnvironment<z.output<typeof cloudFrontSchema>>;

/** Checks the settings, without the lake, and fills in the defaults. `stack` is the environment where none is given. */
export const validateCloudFront = (input: unknown, stack: string): Validated<CloudFrontSettings> =>
  validateSettings(cloudFrontSchema, input, stack);
