import { resourceRule } from "../rule";
import { integer } from "../settings";
import { at } from "../subject";
import { LOG_GROUP } from "../types";

export const logsRetention = resourceRule({
  name: "logs-retention",
  description: "Log groups keep their logs for a time that is said.",
  severity: "medium",
  controls: {
    fsbp: ["CloudWatch.16"],
    hipaa: ["CloudWatchLogGroupRetentionPeriod"],
    checkov: ["CKV_AWS_66", "CKV_AWS_338"],
  },
  remediation: "new aws.cloudwatch.LogGroup(name, { retentionInDays: 30 })",
  settings: { minimumDays: integer("Days that logs must be kept at least", 1, 1) },
  types: [LOG_GROUP],
  judge: ({ props }, { settings, violation }) => {
    const days = at(props, "retentionInDays");
    // 0 is for ever.
    if (typeof days !== "number" || days < settings.minimumDays)
      violation("retentionInDays", `a number of days from ${settings.minimumDays} upwards`);
  },
});
