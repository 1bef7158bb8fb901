/** Types that have a physical name of the user's choice. */
import { NAME_LIMITS } from "../../src/model/names";
import { at, type Subject } from "../subject";
import {
  BUCKETS,
  COMPOSITE_ALARM,
  CRAWLER,
  DASHBOARD,
  EVENT_RULE,
  FUNCTION,
  GLUE_SECURITY,
  KEY_ALIAS,
  METRIC_ALARM,
  POLICY,
  QUEUE,
  ROLE,
  SCHEDULE,
  SCHEDULE_GROUP,
  STATE_MACHINE,
  TOPIC,
  TRAIL,
  WORKGROUP,
} from "../types";

export interface NamedType {
  /** The input that holds the name. */
  readonly property: string;
  /** Its code in names: `lm`. */
  readonly code: string;
  /** Longest name, characters. */
  readonly limit: number;
  readonly characters: RegExp;
}

const PLAIN = /^[a-z0-9_-]+$/;

const named = (code: keyof typeof NAME_LIMITS, property = "name", characters = PLAIN): NamedType => ({
  property,
  code,
  limit: NAME_LIMITS[code],
  characters,
});

export const NAMED_TYPES: Readonly<Record<string, NamedType>> = {
  [FUNCTION]: named("lm"),
  [ROLE]: named("ir"),
  [POLICY]: named("ip"),
  // S3 takes no underscores, and dots break TLS.
  ...Object.fromEntries(BUCKETS.map((type) => [type, named("ss", "bucket", /^[a-z0-9-]+$/)])),
  [STATE_MACHINE]: named("sf"),
  [SCHEDULE]: named("eb"),
  [EVENT_RULE]: named("eb"),
  [SCHEDULE_GROUP]: named("sg"),
  [WORKGROUP]: named("wg"),
  // A queue or a topic in order ends in .fifo, whatever its pattern.
  [QUEUE]: named("sq", "name", /^[a-z0-9_-]+(\.fifo)?$/),
  [TOPIC]: named("sn", "name", /^[a-z0-9_-]+(\.fifo)?$/),
  [METRIC_ALARM]: named("al"),
  [COMPOSITE_ALARM]: named("al", "alarmName"),
  [DASHBOARD]: named("db", "dashboardName"),
  [KEY_ALIAS]: named("kk"),
  [CRAWLER]: named("gl"),
  [GLUE_SECURITY]: named("gs"),
  [TRAIL]: named("ct"),
};

/** The name as the pattern has it: without what the service itself puts before or behind it. */
export const physicalName = ({ type, props }: Subject): string | undefined => {
  const name = at(props, NAMED_TYPES[type]!.property);
  if (typeof name !== "string") return undefined;
  return (type === KEY_ALIAS ? name.replace(/^alias\//, "") : name).replace(/\.fifo$/, "");
};
