import { at, isUnknownAt, knownAt, type Stack, type StackSubject } from "./subject";
import { LOG_GROUP } from "./types";

const nameOf = (fn: StackSubject): string => String(knownAt(fn.props, "name") ?? knownAt(fn.outputs, "name"));

/** The log group of a function: by the name that it writes to, or at preview by what that was made from. */
export const logGroupOf = (fn: StackSubject, stack: Stack): StackSubject | undefined => {
  const named = stack.target(fn, "loggingConfig.logGroup", [LOG_GROUP]);
  if (named !== undefined || isUnknownAt(fn.props, "loggingConfig.logGroup")) return named;
  const group = at(fn.props, "loggingConfig.logGroup") ?? `/aws/lambda/${nameOf(fn)}`;
  return stack.ofTypes([LOG_GROUP]).find((candidate) => knownAt(candidate.props, "name") === group);
};
