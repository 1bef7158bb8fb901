import { resourceRule } from "../rule";
import { at } from "../subject";
import { EVENT_TARGET, SCHEDULE } from "../types";

const PATHS: Readonly<Record<string, string>> = {
  [SCHEDULE]: "target.deadLetterConfig.arn",
  [EVENT_TARGET]: "deadLetterConfig.arn",
};

export const scheduleDeadLetters = resourceRule({
  name: "schedule-dead-letters",
  description: "Schedules and event rules keep what they could not deliver.",
  severity: "medium",
  controls: {},
  remediation: "deadLetterConfig: { arn: queue.arn } in the target: without, EventBridge drops an event after 24 hours",
  types: Object.keys(PATHS),
  judge: ({ type, props }, { violation }) => {
    const path = PATHS[type]!;
    const arn = at(props, path);
    if (arn === undefined || arn === "") violation(path, "the ARN of a queue");
  },
});
