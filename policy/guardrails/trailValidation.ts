import { resourceRule } from "../rule";
import { at } from "../subject";
import { TRAIL } from "../types";

export const trailValidation = resourceRule({
  name: "trail-validation",
  description: "Trails can prove that nobody changed their files.",
  severity: "medium",
  controls: { fsbp: ["CloudTrail.4"], cis: ["3.2"], checkov: ["CKV_AWS_36"] },
  remediation: "enableLogFileValidation: true",
  types: [TRAIL],
  judge: ({ props }, { violation }) => {
    if (at(props, "enableLogFileValidation") !== true) violation("enableLogFileValidation", "true");
  },
});
