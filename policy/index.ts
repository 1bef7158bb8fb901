/** The rules as data, for packs of one's own: `new PolicyPack(name, { policies: policiesOf(encryptionRules, stack) })`. */
export { encryptionRules } from "./encryption/index";
export { guardrailRules } from "./guardrails/index";
export { namingRules } from "./naming/index";
export { policiesOf } from "./policies";
export { resourceRule, stackRule, type ResourceRule, type Rule, type StackRule } from "./rule";
