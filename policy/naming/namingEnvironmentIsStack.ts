import { stackNameOf } from "../subject";
import { partRule } from "./partRule";

export const namingEnvironmentIsStack = partRule({
  name: "naming-environment-is-stack",
  description: "Names say the environment of their stack.",
  remediation: "name: `…-${pulumi.getStack()}`",
  part: "env",
  wanted: (environment, { urn }) => (environment === stackNameOf(urn) ? undefined : stackNameOf(urn)),
});
