import { resourceRule } from "../rule";
import { at } from "../subject";
import { TOPIC } from "../types";

export const snsEncryption = resourceRule({
  name: "sns-encryption",
  description: "Topics are encrypted at rest.",
  severity: "high",
  controls: { fsbp: ["SNS.1"], nag: ["SNS2"], checkov: ["CKV_AWS_26"] },
  remediation: "new aws.sns.Topic(name, { kmsMasterKeyId: key.arn })",
  types: [TOPIC],
  judge: ({ props }, { violation }) => {
    const key = at(props, "kmsMasterKeyId");
    if (key === undefined || key === "") violation("kmsMasterKeyId", "a key");
  },
});
