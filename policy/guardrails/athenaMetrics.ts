import { resourceRule } from "../rule";
import { at } from "../subject";
import { WORKGROUP } from "../types";

const PATH = "configuration.publishCloudwatchMetricsEnabled";

export const athenaMetrics = resourceRule({
  name: "athena-metrics",
  description: "Workgroups publish what their queries scan and how long they take.",
  severity: "low",
  controls: { fsbp: ["Athena.4"] },
  remediation: "configuration: { publishCloudwatchMetricsEnabled: true } in aws.athena.Workgroup",
  types: [WORKGROUP],
  judge: ({ props }, { violation }) => {
    if (at(props, PATH) !== true) violation(PATH, "true");
  },
});
