import { resourceRule } from "../rule";
import { at } from "../subject";
import { STATE_MACHINE } from "../types";

export const stepFunctionsTracing = resourceRule({
  name: "stepfunctions-tracing",
  description: "State machines are traced.",
  severity: "low",
  controls: { nag: ["SF2"], checkov: ["CKV_AWS_284"] },
  remediation: "tracingConfiguration: { enabled: true } in aws.sfn.StateMachine",
  types: [STATE_MACHINE],
  judge: ({ props }, { violation }) => {
    if (at(props, "tracingConfiguration.enabled") !== true) violation("tracingConfiguration.enabled", "true");
  },
});
