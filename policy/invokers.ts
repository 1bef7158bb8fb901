/** What starts a function, and whether it waits for the answer. */
import type { Stack, StackSubject } from "./subject";
import { at } from "./subject";
import {
  BUCKET_NOTIFICATIONS,
  EVENT_SOURCE,
  EVENT_TARGET,
  FUNCTION_PERMISSION,
  SCHEDULE,
  STATE_MACHINE,
  TOPIC_SUBSCRIPTION,
} from "./types";

/** Services that hand an event over and do not hear how it went. */
const HANDING_OVER = [
  "events",
  "scheduler",
  "s3",
  "sns",
  "ses",
  "iot",
  "logs",
  "config",
  "codecommit",
  "cloudformation",
];

/** Whether something that does not wait for the answer starts the function; so it is where nobody knows what starts it. */
export const isStartedAsynchronously = (fn: StackSubject, stack: Stack): boolean => {
  const handed = [
    ...stack.referring([SCHEDULE], "target.arn", fn),
    ...stack.referring([EVENT_TARGET], "arn", fn),
    ...stack.referring([TOPIC_SUBSCRIPTION], "endpoint", fn),
    ...stack.ofTypes(BUCKET_NOTIFICATIONS).filter((notification) => stack.mentions(notification, fn)),
  ];
  const permissions = stack.referring([FUNCTION_PERMISSION], "function", fn);
  const byService = permissions.some(({ props }) =>
    HANDING_OVER.includes(String(at(props, "principal")).replace(/\.amazonaws\.com(\.cn)?$/, "")),
  );
  if (handed.length > 0 || byService) return true;
  const waiting = [
    ...stack.referring([EVENT_SOURCE], "functionName", fn),
    ...stack.referring([STATE_MACHINE], "definition", fn),
    ...permissions,
  ];
  return waiting.length === 0;
};
