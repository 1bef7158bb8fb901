/** Breaks of rules that change nothing that can be seen, each with the reason. */
export const EQUIVALENT: Readonly<Record<string, string>> = {
  'guardrails/dataBucketLifecycle.js: typeof name === "string" && name !== "" -> (name !== "")':
    "A name is text or absent, and no text holds an absent one",
  'guardrails/lambdaPermissionSource.js: path === "sourceArn" -> path !== "sourceArn"':
    "It chooses words of the message",
  "guardrails/nothingUnreachable.js: subject.type === types_1.ROLE && isEntrance(subject) -> (isEntrance(subject))":
    "Only a role has an assumeRolePolicy",
  "guardrails/nothingUnreachable.js: subject.type === types_1.KEY && isUsedByAlias(subject, stack) -> (isUsedByAlias(subject, stack))":
    "An alias is of a key alone",
  "guardrails/nothingUnreachable.js: subject.type === types_1.LOG_GROUP && isLogOfFunction(subject, stack) -> (isLogOfFunction(subject, stack))":
    "Only a log group's name begins with /aws/lambda/",
  "guardrails/s3AccessLogging.js: other !== bucket && stack.refersTo(other, path, bucket) -> (stack.refersTo(other, path, bucket))":
    "A bucket that logs to itself logs, and passes either way",
  "naming/tagsPresent.js: known[key] !== undefined -> known[key] === undefined":
    "Remediation, which packs.test.ts proves on the server",
  "naming/tagsPresent.js: added.length === 0 -> added.length !== 0":
    "Remediation, which packs.test.ts proves on the server",
};
