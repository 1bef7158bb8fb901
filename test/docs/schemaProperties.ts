import type { PackageSchema, PropertySchema } from "./packageSchema";

/** The pipeline's input at a setting's path, through the types: `apps[].name`, `retention.rawDays`. */
export const propertyAt = (schema: PackageSchema, path: string): PropertySchema | undefined => {
  const { inputProperties } = schema.resources["amplify-log-pipeline:index:AmplifyLogPipeline"]!;
  let fields: Readonly<Record<string, PropertySchema>> | undefined = inputProperties;
  let found: PropertySchema | undefined;
  for (const part of path.split(".")) {
    found = fields?.[part.replace("[]", "")];
    const ref: string | undefined = part.endsWith("[]") ? found?.items?.$ref : found?.$ref;
    fields = schema.types[ref?.slice("#/types/".length) ?? ""]?.properties;
  }
  return found;
};
