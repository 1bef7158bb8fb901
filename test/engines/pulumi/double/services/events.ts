/** EventBridge: rules and their targets; and its scheduler. */
import { AwsError } from "../awsError";
import { call, text, type ResourceModel } from "../model";
import { without, type Values } from "../values";
import { roleTrusts } from "./iam";
import { queueOf } from "./sqs";

const ruleKey = (region: string, name: string): string => `events:${region}:rule/${name}`;
const targetPrefix = (region: string, rule: string): string => `events:${region}:target/${rule}/`;
const SCHEDULE = /^(rate\(1 (minute|hour|day)\)|rate\(([2-9]|[1-9]\d+) (minutes|hours|days)\)|cron\(\S+( \S+){5}\))$/;
/** The scheduler takes the plural for one, too, and single points in time. */
const SCHEDULER =
  /^(rate\([1-9]\d* (minutes?|hours?|days?)\)|cron\(\S+( \S+){5}\)|at\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\))$/;

/** Of the six fields of cron, one of day-of-month and day-of-week must be a question mark. */
const badCron = (expression: string): boolean => {
  const fields = /^cron\((.*)\)$/.exec(expression)?.[1]!.split(" ");
  return fields !== undefined && (fields[2] === "?") === (fields[4] === "?");
};

export const rule: ResourceModel = {
  title: "EventBridge Rule",
  nameInput: "name",
  forceNew: ["name", "namePrefix", "eventBusName"],
  identify: (inputs, { account, region }) => {
    const name = text(inputs["name"]);
    return {
      key: ruleKey(region, name),
      id: name,
      computed: { arn: `arn:aws:events:${region}:${account}:rule/${name}` },
    };
  },
  calls: [call("events", "PutRule", { forceDestroy: undefined })],
  verify: ({ inputs }) => {
    const { eventPattern, scheduleExpression } = inputs;
    if (eventPattern === undefined && scheduleExpression === undefined)
      throw new AwsError("ValidationException", "Parameter(s) EventPattern or ScheduleExpression must be specified.");
    if (
      scheduleExpression !== undefined &&
      (!SCHEDULE.test(text(scheduleExpression)) || badCron(text(scheduleExpression)))
    )
      throw new AwsError("ValidationException", "Parameter ScheduleExpression is not valid.");
    if (eventPattern !== undefined) checkPattern(text(eventPattern));
  },
  release: ({ inputs, place, cloud }) => {
    if (cloud.below(targetPrefix(place.region, text(inputs["name"]))).length > 0)
      throw new AwsError("ValidationException", "Rule can't be deleted since it has targets.");
  },
};

const checkPattern = (pattern: string): void => {
  const invalid = (reason: string): AwsError =>
    new AwsError("InvalidEventPatternException", `Event pattern is not valid. Reason: ${reason}`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(pattern);
  } catch {
    throw invalid("Filter is not an object");
  }
  const walk = (value: unknown, path: string): void => {
    if (Array.isArray(value)) {
      if (value.length === 0) throw invalid(`Empty arrays are not allowed at ${path}`);
      return;
    }
    if (typeof value !== "object" || value === null) throw invalid(`"${path}" must be an object or an array`);
    if (Object.keys(value).length === 0) throw invalid("Empty objects are not allowed");
    for (const [key, inner] of Object.entries(value)) walk(inner, key);
  };
  walk(parsed, "");
};

export const target: ResourceModel = {
  title: "EventBridge Target",
  forceNew: ["rule", "targetId", "eventBusName"],
  identify: (inputs, { region, uuid }) => {
    const id = text(inputs["targetId"] ?? uuid());
    return {
      key: `${targetPrefix(region, text(inputs["rule"]))}${id}`,
      id: `${text(inputs["rule"])}-${id}`,
      computed: { targetId: id },
    };
  },
  calls: [
    {
      service: "events",
      operation: "PutTargets",
      parameters: ({ rule: of, eventBusName, targetId, ...rest }) => ({
        rule: of,
        eventBusName,
        targets: [{ id: targetId ?? "terraform-made", ...without(rest, "forceDestroy") }],
      }),
    },
  ],
  verify: ({ inputs, place, cloud }) => {
    if (cloud.get(ruleKey(place.region, text(inputs["rule"]))) === undefined)
      throw new AwsError(
        "ResourceNotFoundException",
        `Rule ${text(inputs["rule"])} does not exist on EventBus default.`,
      );
    const arn = text(inputs["arn"]);
    if (arn.includes(":sqs:") && queueOf(cloud, arn) === undefined)
      throw new AwsError("ValidationException", `Provided Arn ${arn} does not exist.`);
  },
};

const groupKey = (region: string, name: string): string => `scheduler:${region}:group/${name}`;
const schedulePrefix = (region: string, group: string): string => `scheduler:${region}:schedule/${group}/`;

export const scheduleGroup: ResourceModel = {
  title: "EventBridge Scheduler Schedule Group",
  nameInput: "name",
  forceNew: ["name", "namePrefix"],
  identify: (inputs, { account, region }) => {
    const name = text(inputs["name"]);
    return {
      key: groupKey(region, name),
      id: name,
      computed: { arn: `arn:aws:scheduler:${region}:${account}:schedule-group/${name}`, state: "ACTIVE" },
    };
  },
  calls: [call("scheduler", "CreateScheduleGroup")],
  taken: ({ name }) => new AwsError("ConflictException", `Schedule group ${text(name)} already exists.`),
  release: ({ inputs, place, cloud }) => {
    for (const [key] of cloud.below(schedulePrefix(place.region, text(inputs["name"])))) cloud.remove(key);
  },
};

export const schedule: ResourceModel = {
  title: "EventBridge Scheduler Schedule",
  nameInput: "name",
  forceNew: ["name", "namePrefix", "groupName"],
  identify: (inputs, { account, region }) => {
    const group = text(inputs["groupName"] ?? "default");
    const name = text(inputs["name"]);
    return {
      key: `${schedulePrefix(region, group)}${name}`,
      id: `${group}/${name}`,
      computed: { arn: `arn:aws:scheduler:${region}:${account}:schedule/${group}/${name}` },
    };
  },
  calls: [call("scheduler", "CreateSchedule")],
  taken: ({ name }) => new AwsError("ConflictException", `Schedule ${text(name)} already exists.`),
  verify: ({ inputs, place, cloud }) => {
    const group = text(inputs["groupName"] ?? "default");
    if (group !== "default" && cloud.get(groupKey(place.region, group)) === undefined)
      throw new AwsError("ResourceNotFoundException", `Schedule group ${group} does not exist.`);
    const expression = text(inputs["scheduleExpression"]);
    if (!SCHEDULER.test(expression) || badCron(expression))
      throw new AwsError("ValidationException", `Invalid Schedule Expression ${expression}.`);
    const { mode, maximumWindowInMinutes } = inputs["flexibleTimeWindow"] as Values;
    if ((mode === "FLEXIBLE") !== (maximumWindowInMinutes !== undefined))
      throw new AwsError(
        "ValidationException",
        "Maximum flexible window is needed with mode FLEXIBLE, and only there.",
      );
    const { roleArn, input } = inputs["target"] as Values;
    if (!roleTrusts(cloud, text(roleArn), "scheduler.amazonaws.com"))
      throw new AwsError(
        "ValidationException",
        "The execution role you provide must allow AWS EventBridge Scheduler to assume the role.",
      );
    if (input !== undefined && !isJson(text(input)))
      throw new AwsError("ValidationException", "Input is not valid JSON.");
  },
};

const isJson = (value: string): boolean => {
  try {
    JSON.parse(value);
    return true;
  } catch {
    return false;
  }
};
