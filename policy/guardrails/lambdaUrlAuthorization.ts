import { resourceRule } from "../rule";
import { at } from "../subject";
import { FUNCTION_URL } from "../types";

export const lambdaUrlAuthorization = resourceRule({
  name: "lambda-url-authorization",
  description: "URLs of functions ask who is there.",
  severity: "high",
  controls: { checkov: ["CKV_AWS_258"] },
  remediation: 'new aws.lambda.FunctionUrl(name, { authorizationType: "AWS_IAM" })',
  types: [FUNCTION_URL],
  judge: ({ props }, { violation }) => {
    if (at(props, "authorizationType") !== "AWS_IAM") violation("authorizationType", "AWS_IAM");
  },
});
