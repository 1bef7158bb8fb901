import { texts } from "../settings";
import { partRule } from "./partRule";

export const namingComponent = partRule({
  name: "naming-component",
  description: "Names say a component that is known.",
  remediation: 'name: "amplifylogs-logging-…": use a component of the list, or add yours to the setting components',
  settings: {
    components: texts("Components that are known", ["logging", "pipeline", "orchestration", "monitoring", "analysis"]),
  },
  part: "component",
  wanted: (component, _, { components }) =>
    components.includes(component) ? undefined : `one of ${components.join(", ")}`,
});
