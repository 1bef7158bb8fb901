import { texts } from "../settings";
import { partRule } from "./partRule";

export const ENVIRONMENTS = ["infdev", "inftes", "infpro"];

export const namingEnvironment = partRule({
  name: "naming-environment",
  description: "Names say an environment that is known.",
  remediation: 'name: "…-infdev": use an environment of the list, or add yours to the setting environments',
  settings: { environments: texts("Environments that are known", ENVIRONMENTS) },
  part: "env",
  wanted: (environment, _, { environments }) =>
    environments.includes(environment) ? undefined : `one of ${environments.join(", ")}`,
});
