/** Mutations of alarms, where several watch one function: whether the rule notices is asked of a stack in which no other alarm helps. */
import { functionHasAlarm } from "../../policy/guardrails/functionHasAlarm";
import { policiesOf } from "../../policy/policies";
import { COMPOSITE_ALARM, METRIC_ALARM, METRIC_FILTER } from "../../policy/types";
import type { CapturedResource } from "../../src/judge/captured";
import type { Change } from "./changes";
import { judgeInProcess } from "./inProcess";

type Resources = readonly CapturedResource[];

const isAlarm = ({ type }: CapturedResource): boolean => [METRIC_ALARM, COMPOSITE_ALARM].includes(type);

/** How many functions nobody hears of. */
const unheard = (resources: Resources): number =>
  judgeInProcess(policiesOf, [functionHasAlarm], resources).said.filter(({ judged }) => judged).length;

/** Each alarm alone, beside all that is no alarm. */
const worldsOf = (resource: CapturedResource, resources: Resources): Resources[] => {
  const others = resources.filter((other) => !isAlarm(other));
  const alone = (alarm: CapturedResource): Resources => [...others, alarm];
  return isAlarm(resource) ? [alone(resource)] : resources.filter(isAlarm).map(alone);
};

/** Whether the resource decides who hears of functions, as long as no other alarm helps. */
const WATCHERS = [METRIC_ALARM, METRIC_FILTER];

/**
 * Why a mutation that no rule flags is harmless in the stack as it is: undefined where the alarm is one on a function's failures and
 * the mutation makes no difference even when it is the only one.
 */
export const reasonBesideOthers = (
  resource: CapturedResource,
  resources: Resources,
  mutate: Change,
): string | undefined => {
  if (!WATCHERS.includes(resource.type)) return undefined;
  const worlds = worldsOf(resource, resources);
  const without = (world: Resources): Resources => world.filter(({ urn }) => urn !== resource.urn);
  if (worlds.every((world) => unheard(without(world)) === unheard(world))) return NO_FUNCTION;
  return worlds.some((world) => unheard(mutate(world)) > unheard(world)) ? BESIDE : undefined;
};

export const NO_FUNCTION = "The alarm is on something else than a function's failures";
export const BESIDE = "Another alarm watches the same function; without that one, the rule notices";
