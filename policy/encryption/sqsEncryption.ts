import { resourceRule } from "../rule";
import { at } from "../subject";
import { QUEUE } from "../types";

export const sqsEncryption = resourceRule({
  name: "sqs-encryption",
  description: "Queues are encrypted at rest.",
  severity: "high",
  controls: { fsbp: ["SQS.1"], nag: ["SQS2"], checkov: ["CKV_AWS_27"] },
  remediation: "new aws.sqs.Queue(name, { sqsManagedSseEnabled: true }), or kmsMasterKeyId: key.arn",
  types: [QUEUE],
  judge: ({ props }, { violation }) => {
    const key = at(props, "kmsMasterKeyId");
    if (key !== undefined && key !== "") return;
    if (at(props, "sqsManagedSseEnabled") !== true) violation("sqsManagedSseEnabled", "true, or a kmsMasterKeyId");
  },
});
