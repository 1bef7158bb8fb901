import { isStartedAsynchronously } from "../invokers";
import { stackRule } from "../rule";
import { at } from "../subject";
import { FUNCTION, FUNCTION_ASYNC } from "../types";

export const lambdaDeadLetters = stackRule({
  name: "lambda-dead-letters",
  description: "Functions that are started asynchronously keep the events that they gave up.",
  severity: "medium",
  controls: { hipaa: ["LambdaDLQ"], checkov: ["CKV_AWS_116"] },
  remediation:
    "deadLetterConfig: { targetArn: queue.arn } in the function, or destinationConfig: { onFailure: { destination: queue.arn } } in an aws.lambda.FunctionEventInvokeConfig",
  types: [FUNCTION],
  notApplicable: (fn, stack) =>
    isStartedAsynchronously(fn, stack) ? undefined : "What starts it hears of the failure itself",
  judge: (fn, { violation }, stack) => {
    const destinations = stack
      .referring([FUNCTION_ASYNC], "functionName", fn)
      .map(({ props }) => at(props, "destinationConfig.onFailure.destination"));
    const kept = [at(fn.props, "deadLetterConfig.targetArn"), ...destinations];
    if (kept.every((target) => target === undefined || target === ""))
      violation("deadLetterConfig.targetArn", "the ARN of a queue or a topic, or an on-failure destination");
  },
});
