import { stackRule } from "../rule";
import { patterns } from "../settings";
import { at } from "../subject";
import { EVENT_RULE, EVENT_TARGET, FUNCTION, SCHEDULE } from "../types";

export const fetcherHasSchedule = stackRule({
  name: "fetcher-has-schedule",
  description: "Functions that fetch run by the clock.",
  severity: "medium",
  controls: {},
  remediation:
    'new aws.scheduler.Schedule(name, { scheduleExpression: "rate(1 hour)", flexibleTimeWindow: { mode: "OFF" }, target: { arn: fn.arn, roleArn: role.arn } })',
  settings: {
    functions: {
      ...patterns("Logical names of functions that must run by the clock", ["(^|-)fetch(er)?(-|$)"]),
    },
  },
  types: [FUNCTION],
  judge: (fn, { settings, violation }, stack) => {
    if (!settings.functions.some((pattern) => new RegExp(pattern, "i").test(fn.name))) return;
    const schedules = stack
      .referring([SCHEDULE], "target.arn", fn)
      .filter(({ props }) => at(props, "scheduleExpression") !== undefined);
    const rules = stack
      .referring([EVENT_TARGET], "arn", fn)
      .map((target) => stack.target(target, "rule", [EVENT_RULE]))
      .filter((rule) => rule !== undefined && at(rule.props, "scheduleExpression") !== undefined);
    if (schedules.length + rules.length > 0) return;
    violation("name", "an aws.scheduler.Schedule, or an event rule with a scheduleExpression, that starts it", {
      found: "started by no schedule",
    });
  },
});
