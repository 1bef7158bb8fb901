/** Loads a program as Pulumi's own runner does: CommonJS or ES modules, JavaScript or TypeScript. */
import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { createRequire, register } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { InputError } from "../errors";
import type { HookData } from "./moduleHooks";
import type { Project } from "./project";

interface PackageFile {
  readonly type?: unknown;
  readonly main?: unknown;
  readonly exports?: unknown;
}

/** The package.json that counts for a file or folder: its own, or the nearest above. */
const packageOf = (place: string): { readonly folder: string; readonly content: PackageFile } => {
  for (let folder = place; ; folder = path.dirname(folder)) {
    const file = path.join(folder, "package.json");
    if (existsSync(file)) return { folder, content: JSON.parse(readFileSync(file, "utf8")) as PackageFile };
    if (folder === path.dirname(folder)) return { folder: place, content: {} };
  }
};

/** What a package names as its entry; undefined where it names none that is there. */
const entryOf = (folder: string, { exports, main }: PackageFile): string | undefined => {
  const dot = typeof exports === "object" && exports !== null ? (exports as Record<string, unknown>)["."] : exports;
  const byCondition =
    typeof dot === "object" && dot !== null
      ? ["default", "require", "import"].map((condition) => (dot as Record<string, unknown>)[condition])
      : [dot];
  const [named] = [...byCondition, main].filter((name) => typeof name === "string");
  return named !== undefined && existsSync(path.join(folder, named)) ? path.join(folder, named) : undefined;
};

const INDEXES = ["index.js", "index.mjs", "index.ts", "index.mts"];

/** The file that an ES module begins with. */
const moduleEntry = ({ main, folder }: Project, content: PackageFile, root: string): string => {
  if (!statSync(main).isDirectory()) return main;
  // As Pulumi has it: a package's own entry counts only where Pulumi.yaml names none.
  const own = main === folder ? entryOf(root, content) : undefined;
  const entry = own ?? INDEXES.map((name) => path.join(main, name)).find((file) => existsSync(file));
  if (entry !== undefined) return entry;
  const fix = `write one of ${INDEXES.join(", ")}, or name the program as main in Pulumi.yaml`;
  throw new InputError("there is no program in the folder", { field: "main", value: main, fix });
};

interface TypeScriptSettings {
  readonly compiler: string;
  readonly runner: string;
  readonly compilerOptions: Readonly<Record<string, unknown>>;
}

const typescriptSettings = (from: NodeJS.Require): TypeScriptSettings => {
  const { loadTypeScriptCompilerOptions, typeScriptRequireStrings } = from("@pulumi/pulumi/tsutils") as {
    loadTypeScriptCompilerOptions: (file: string) => Record<string, unknown>;
    typeScriptRequireStrings: () => { tsnodeRequire: string; typescriptRequire: string };
  };
  const { tsnodeRequire, typescriptRequire } = typeScriptRequireStrings();
  return {
    compiler: typescriptRequire,
    runner: tsnodeRequire,
    compilerOptions: loadTypeScriptCompilerOptions("tsconfig.json"),
  };
};

/** Compiles TypeScript as it is required, with the compiler that Pulumi would use, but without checking types: it judges resources. */
const compileRequired = (from: NodeJS.Require): void => {
  const { compiler, runner, compilerOptions } = typescriptSettings(from);
  const { register: compileWith } = from(runner) as { register: (options: object) => void };
  compileWith({
    compiler,
    transpileOnly: true,
    typeCheck: false,
    skipProject: !existsSync("tsconfig.json"),
    compilerOptions: {
      target: "ES2020",
      sourceMap: true,
      ...compilerOptions,
      // Node's own modules, whatever a newer tsconfig asks for: the compiler may be an old one.
      module: "commonjs",
      moduleResolution: "node",
    },
  });
};

/** The same for what is imported. */
const compileImported = (from: NodeJS.Require): void => {
  const { compiler, compilerOptions } = typescriptSettings(from);
  const data: HookData = {
    typescript: createRequire(from.resolve("@pulumi/pulumi")).resolve(compiler),
    compilerOptions,
  };
  register("./moduleHooks.js", { parentURL: pathToFileURL(__filename), data });
};

/** A loader of the project's own, which ours would only disturb. */
const hasLoader = ({ nodeArguments }: Project): boolean =>
  nodeArguments.some((word) => /^(--(experimental-)?loader|--import|--require|-r)(=|$)/.test(word));

const loadModule = async (file: string): Promise<unknown> => {
  const module = (await import(pathToFileURL(realpathSync(file)).href)) as Record<string, unknown>;
  const { default: main, ...named } = module;
  if (!("default" in module)) return module;
  if (Object.keys(named).length === 0) return main;
  const fix = "export either a default or names";
  throw new InputError("the program exports both a default and names", { field: "main", value: file, fix });
};

/** Loads the program, and runs what it exports if that is a function. `from` finds the project's packages. */
export const loadProgram = async (project: Project, from: NodeJS.Require): Promise<unknown> => {
  const { main, typescript } = project;
  const { folder: root, content } = packageOf(main);
  const isModule = content.type === "module" || /\.m[jt]s$/.test(main);
  if (typescript && !hasLoader(project)) (isModule ? compileImported : compileRequired)(from);
  const exported = isModule
    ? await loadModule(moduleEntry(project, content, root))
    : (from(statSync(main).isDirectory() ? `${main}/` : main) as unknown);
  return typeof exported === "function" ? await (exported as () => unknown)() : exported;
};
