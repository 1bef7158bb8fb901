import { resourceRule } from "../rule";
import { texts } from "../settings";
import { at } from "../subject";
import { STATE_MACHINE } from "../types";

const LEVELS = ["ALL", "ERROR", "FATAL"];
const LEVEL = "loggingConfiguration.level";
const DESTINATION = "loggingConfiguration.logDestination";

export const stepFunctionsLogging = resourceRule({
  name: "stepfunctions-logging",
  description: "State machines log what they do.",
  severity: "medium",
  controls: { fsbp: ["StepFunctions.1"], nag: ["SF1"], checkov: ["CKV_AWS_285"] },
  remediation:
    'loggingConfiguration: { level: "ERROR", logDestination: pulumi.interpolate`${logGroup.arn}:*` } in aws.sfn.StateMachine',
  settings: { levels: texts("Levels that are allowed", LEVELS, LEVELS) },
  types: [STATE_MACHINE],
  judge: ({ props }, { settings, violation, each }) => {
    each([LEVEL, DESTINATION], (path) => {
      const value = at(props, path);
      if (path === LEVEL && !settings.levels.includes(String(value)))
        violation(LEVEL, `one of ${settings.levels.join(", ")}`);
      if (path === DESTINATION && (value === undefined || value === ""))
        violation(DESTINATION, "the ARN of a log group, with :* behind it");
    });
  },
});
