import { resourceRule } from "../rule";
import { at } from "../subject";
import { FUNCTION } from "../types";

export const lambdaTracing = resourceRule({
  name: "lambda-tracing",
  description: "Functions are traced.",
  severity: "low",
  controls: { fsbp: ["Lambda.7"], checkov: ["CKV_AWS_50"], compliancePolicies: true },
  remediation: 'tracingConfig: { mode: "Active" } in the function',
  types: [FUNCTION],
  judge: ({ props }, { violation }) => {
    if (at(props, "tracingConfig.mode") !== "Active") violation("tracingConfig.mode", '"Active"');
  },
});
