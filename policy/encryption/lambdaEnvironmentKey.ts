import { resourceRule } from "../rule";
import { at } from "../subject";
import { FUNCTION } from "../types";

export const lambdaEnvironmentKey = resourceRule({
  name: "lambda-environment-key",
  description: "Environment variables of functions are encrypted with a key of the customer's.",
  severity: "low",
  controls: { checkov: ["CKV_AWS_173"] },
  remediation: "new aws.lambda.Function(name, { kmsKeyArn: key.arn })",
  onRequest: true,
  types: [FUNCTION],
  notApplicable: ({ props }) =>
    Object.keys(at(props, "environment.variables") ?? {}).length === 0 ? "It has no environment variables" : undefined,
  judge: ({ props }, { violation }) => {
    if (at(props, "kmsKeyArn") === undefined) violation("kmsKeyArn", "the ARN of a key");
  },
});
