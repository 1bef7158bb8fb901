import { logGroupOf } from "../logGroups";
import { stackRule } from "../rule";
import { at } from "../subject";
import { FUNCTION } from "../types";

export const lambdaLogGroup = stackRule({
  name: "lambda-log-group",
  description: "Functions write to a log group of the stack that has a retention.",
  severity: "medium",
  controls: { hipaa: ["CloudWatchLogGroupRetentionPeriod"], checkov: ["CKV_AWS_66"] },
  remediation:
    "new aws.cloudwatch.LogGroup(name, { name: `/aws/lambda/${functionName}`, retentionInDays: 30 }), before the function",
  types: [FUNCTION],
  judge: (fn, { violation }, stack) => {
    const group = logGroupOf(fn, stack);
    if (group === undefined) {
      // While it is unknown nobody can say, and this ends here.
      at(fn.props, "loggingConfig.logGroup");
      violation("loggingConfig.logGroup", "a log group that the stack declares: Lambda's own keeps logs for ever");
      return;
    }
    const days = at(group.props, "retentionInDays");
    if (typeof days !== "number" || days <= 0) violation("retentionInDays", "a number of days", { on: group });
  },
});
