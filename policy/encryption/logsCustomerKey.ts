import { resourceRule } from "../rule";
import { at } from "../subject";
import { LOG_GROUP } from "../types";

export const logsCustomerKey = resourceRule({
  name: "logs-customer-key",
  description: "Log groups are encrypted with a key of the customer's.",
  severity: "medium",
  controls: { hipaa: ["CloudWatchLogGroupEncrypted"], checkov: ["CKV_AWS_158"] },
  remediation: "new aws.cloudwatch.LogGroup(name, { kmsKeyId: key.arn }), where the key lets logs.REGION.amazonaws.com",
  onRequest: true,
  types: [LOG_GROUP],
  judge: ({ props }, { violation }) => {
    const key = at(props, "kmsKeyId");
    if (key === undefined || key === "") violation("kmsKeyId", "the ARN of a key");
  },
});
