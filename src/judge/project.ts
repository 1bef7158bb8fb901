/** A Pulumi project of anybody's: its program, and the config of one stack, read without Pulumi's command line. */
import { existsSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { InputError } from "../errors";
import { readYaml } from "../local/stackConfig";
import { SECRET_MARK } from "./captured";

export interface Project {
  /** Where Pulumi.yaml is. */
  readonly folder: string;
  readonly name: string;
  readonly stack: string;
  /** The program: a file or a folder, as an absolute path. */
  readonly main: string;
  /** Whether TypeScript is compiled as it is loaded, as Pulumi does unless the project says otherwise. */
  readonly typescript: boolean;
  /** Words for Node itself, such as a loader of the project's own. */
  readonly nodeArguments: readonly string[];
  /** `namespace:key` to text. A secret is a mark, since only Pulumi can read it. */
  readonly config: Readonly<Record<string, string>>;
}

const configSchema = z.record(z.string(), z.unknown());
const projectSchema = z.object({
  name: z.string(),
  main: z.string().optional(),
  runtime: z.union([
    z.string(),
    z.object({
      name: z.string(),
      options: z.object({ typescript: z.boolean().optional(), nodeargs: z.string().optional() }).loose().optional(),
    }),
  ]),
  config: configSchema.nullish(),
});
const stackSchema = z.object({ config: configSchema.nullish() });

/** What a program is judged as when its project has no file of any stack. */
const NO_STACK = "stack";

const withMarks = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withMarks);
  if (typeof value !== "object" || value === null) return value;
  if ("secure" in value) return SECRET_MARK;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withMarks(item)]));
};

const textOf = (value: unknown): string => {
  const marked = withMarks(value);
  return typeof marked === "string" ? marked : JSON.stringify(marked);
};

const withNamespace = (key: string, project: string): string => (key.includes(":") ? key : `${project}:${key}`);

/** Of a project's declaration of a key, its value: plain, `value` or `default`. */
const declared = (value: unknown): unknown => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const { default: fallback, value: set } = value as { default?: unknown; value?: unknown };
  return set ?? fallback;
};

const findStack = (folder: string): string => {
  const stacks = readdirSync(folder)
    .map((name) => /^Pulumi\.(.+)\.ya?ml$/.exec(name)?.[1])
    .filter((name) => name !== undefined);
  if (stacks.length <= 1) return stacks[0] ?? NO_STACK;
  throw new InputError("the project has several stacks", {
    field: "--stack",
    value: stacks.join(", "),
    fix: `say which: --stack ${stacks[0]}`,
  });
};

export const readProject = (folder: string, givenStack: string | undefined): Project => {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw new InputError("there is no such folder", {
      field: "--program",
      value: folder,
      fix: "name the folder of a Pulumi.yaml",
    });
  }
  const project = readYaml(path.join(folder, "Pulumi.yaml"), projectSchema, "name the folder of a Pulumi project");
  const { runtime, name } = project;
  const language = typeof runtime === "string" ? runtime : runtime.name;
  if (language !== "nodejs") {
    throw new InputError("only programs in TypeScript and JavaScript can be evaluated here", {
      field: "runtime",
      value: language,
      fix: "use the packs with pulumi preview --policy-pack instead",
    });
  }
  const stack = givenStack ?? findStack(folder);
  const file = path.join(folder, `Pulumi.${stack}.yaml`);
  if (
    givenStack !== undefined &&
    !existsSync(file) &&
    readdirSync(folder).some((entry) => /^Pulumi\..+\.yaml$/.test(entry))
  ) {
    throw new InputError("there is no such stack", {
      field: "--stack",
      value: stack,
      fix: "name a stack that has a file",
    });
  }
  const own = existsSync(file) ? readYaml(file, stackSchema, "mend the file") : { config: {} };
  const entries = [
    ...Object.entries(project.config ?? {}).map(([key, value]) => [key, declared(value)] as const),
    ...Object.entries(own.config ?? {}),
  ].filter(([, value]) => value !== undefined);
  return {
    folder,
    name,
    stack,
    main: path.resolve(folder, project.main ?? "."),
    nodeArguments: typeof runtime === "string" ? [] : (runtime.options?.nodeargs ?? "").split(/\s+/).filter(Boolean),
    typescript: typeof runtime === "string" || runtime.options?.typescript !== false,
    config: Object.fromEntries(entries.map(([key, value]) => [withNamespace(key, name), textOf(value)])),
  };
};
