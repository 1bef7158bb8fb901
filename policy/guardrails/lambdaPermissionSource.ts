import { resourceRule } from "../rule";
import { at } from "../subject";
import { FUNCTION_PERMISSION } from "../types";

const isThere = (value: unknown): boolean => value !== undefined && value !== "" && value !== "*";

export const lambdaPermissionSource = resourceRule({
  name: "lambda-permission-source",
  description: "Functions may be invoked by a named source of a named account alone.",
  severity: "critical",
  controls: {
    fsbp: ["Lambda.1"],
    hipaa: ["LambdaFunctionPublicAccessProhibited"],
    checkov: ["CKV_AWS_301", "CKV_AWS_364"],
    compliancePolicies: true,
  },
  remediation:
    'new aws.lambda.Permission(name, { action: "lambda:InvokeFunction", function: fn.name, principal: "s3.amazonaws.com", sourceArn: bucket.arn, sourceAccount: accountId })',
  types: [FUNCTION_PERMISSION],
  judge: ({ props }, { violation, each }) => {
    const principal = String(at(props, "principal"));
    if (principal === "*") {
      if (!isThere(at(props, "principalOrgId")))
        violation("principal", "an account, a role, or a service with its source");
      return;
    }
    if (!principal.includes(".")) return;
    // An ARN of S3 holds no account: a bucket that was deleted may be somebody else's tomorrow.
    const needed = principal === "s3.amazonaws.com" ? ["sourceArn", "sourceAccount"] : ["sourceArn"];
    if (needed.length === 1 && isThere(at(props, "sourceAccount"))) return;
    each(needed, (path) => {
      if (!isThere(at(props, path))) violation(path, path === "sourceArn" ? "the ARN of the source" : "an account");
    });
  },
});
