/** A stack's config, read from its files without Pulumi's command line. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { load } from "js-yaml";
import { z } from "zod";
import { InputError } from "../errors";

export interface StackConfig {
  /** The project's name, which is also the namespace of its config. */
  readonly project: string;
  readonly stack: string;
  /** The program, as an absolute path. */
  readonly programPath: string;
  /** As the program sees it: `namespace:key` to text. */
  readonly config: Record<string, string>;
}

const projectSchema = z.object({
  name: z.string(),
  main: z.string(),
  config: z.record(z.string(), z.object({ default: z.unknown().optional() })).default({}),
});
const stackSchema = z.object({ config: z.record(z.string(), z.unknown()).default({}) });

export const readYaml = <T>(file: string, schema: z.ZodType<T>, fix: string): T => {
  if (!existsSync(file)) throw new InputError("there is no such file", { field: path.basename(file), fix });
  let content: unknown;
  try {
    content = load(readFileSync(file, "utf8"));
  } catch (cause) {
    const reason = `is not YAML: ${(cause as Error).message.split("\n")[0]}`;
    throw new InputError(reason, { field: path.basename(file), fix: "mend the file", cause });
  }
  const result = schema.safeParse(content ?? {});
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const field = `${path.basename(file)}: ${issue?.path.join(".") ?? ""}`;
  throw new InputError(issue?.message ?? "is not as Pulumi has it", { field, fix: "mend the file" });
};

const textOf = (value: unknown, field: string): string => {
  if (typeof value === "string") return value;
  if (typeof value === "object" && value !== null && "secure" in value) {
    throw new InputError("is a secret, which only Pulumi can read", {
      field,
      fix: "set it as plain text in a stack for local use",
    });
  }
  return JSON.stringify(value);
};

/** Pulumi.yaml's defaults, then what Pulumi.STACK.yaml sets. */
export const loadStackConfig = (folder: string, stack: string): StackConfig => {
  const project = readYaml(
    path.join(folder, "Pulumi.yaml"),
    projectSchema,
    "run it in the folder of the Pulumi project",
  );
  const own = readYaml(
    path.join(folder, `Pulumi.${stack}.yaml`),
    stackSchema,
    "name a stack that has a file, such as infdev",
  );
  const defaults = Object.entries(project.config)
    .filter(([, { default: value }]) => value !== undefined)
    .map(([key, { default: value }]) => [`${project.name}:${key}`, textOf(value, key)]);
  const set = Object.entries(own.config).map(([key, value]) => {
    const field = key.includes(":") ? key : `${project.name}:${key}`;
    return [field, textOf(value, field)];
  });
  return {
    project: project.name,
    stack,
    programPath: path.resolve(folder, project.main),
    config: Object.fromEntries([...defaults, ...set]) as Record<string, string>,
  };
};
