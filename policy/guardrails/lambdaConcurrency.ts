import { resourceRule } from "../rule";
import { at } from "../subject";
import { FUNCTION } from "../types";

export const lambdaConcurrency = resourceRule({
  name: "lambda-concurrency",
  description: "Functions have a limit of their own on how many run at once.",
  severity: "low",
  controls: { hipaa: ["LambdaConcurrency"], checkov: ["CKV_AWS_115"] },
  remediation: "reservedConcurrentExecutions: 5 in the function",
  // It is taken from what the account's other functions share.
  onRequest: true,
  types: [FUNCTION],
  judge: ({ props }, { violation }) => {
    const limit = at(props, "reservedConcurrentExecutions");
    // -1 is the provider's word for no limit.
    if (typeof limit !== "number" || limit < 0) violation("reservedConcurrentExecutions", "a number of executions");
  },
});
