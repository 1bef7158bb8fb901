import { resourceRule } from "../rule";
import { at } from "../subject";
import { WORKGROUP } from "../types";

const PATH = "configuration.enforceWorkgroupConfiguration";

export const athenaEnforced = resourceRule({
  name: "athena-enforced",
  description: "A workgroup's settings hold over those of its clients.",
  severity: "medium",
  controls: { checkov: ["CKV_AWS_82"], compliancePolicies: true },
  remediation: "configuration: { enforceWorkgroupConfiguration: true } in aws.athena.Workgroup",
  types: [WORKGROUP],
  judge: ({ props }, { violation }) => {
    if (at(props, PATH) !== true) violation(PATH, "true");
  },
});
