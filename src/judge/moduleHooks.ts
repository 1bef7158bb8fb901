/**
 * Hooks of Node's loader for programs that are ES modules: TypeScript is compiled as it is loaded, without checking types. Node runs
 * them in a thread of their own.
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire, type InitializeHook, type LoadHook, type ResolveHook } from "node:module";
import { fileURLToPath } from "node:url";

export interface HookData {
  /** Path of the compiler: the project's, or the one that comes with Pulumi's SDK. */
  readonly typescript: string;
  /** As tsconfig.json has them. */
  readonly compilerOptions: Readonly<Record<string, unknown>>;
}

/** The part of the compiler that is used; the project's may be of any version. */
interface Compiler {
  convertCompilerOptionsFromJson(options: object, folder: string): { readonly options: object };
  transpileModule(
    text: string,
    options: { fileName: string; compilerOptions: object },
  ): { readonly outputText: string };
}

let compile: (text: string, fileName: string) => string = (text) => text;

export const initialize: InitializeHook<HookData> = ({ typescript, compilerOptions }) => {
  const compiler = createRequire(__filename)(typescript) as Compiler;
  const { options } = compiler.convertCompilerOptionsFromJson(
    { target: "ES2020", ...compilerOptions, module: "ESNext", sourceMap: false, inlineSourceMap: true },
    ".",
  );
  compile = (text, fileName) => compiler.transpileModule(text, { fileName, compilerOptions: options }).outputText;
};

/** TypeScript writes `./parts.js` where the file is parts.ts. */
const sourceOf = (specifier: string, parent: string | undefined): string | undefined => {
  if (!/^(\.{1,2}\/|file:)/.test(specifier) || parent === undefined) return undefined;
  const url = new URL(specifier, parent).href.replace(/\.(m?)js$/, ".$1ts");
  return /\.m?ts$/.test(url) && existsSync(fileURLToPath(url)) ? url : undefined;
};

export const resolve: ResolveHook = async (specifier, context, next) => {
  try {
    return await next(specifier, context);
  } catch (error) {
    const url = sourceOf(specifier, context.parentURL);
    if (url === undefined) throw error;
    return { url, format: "module", shortCircuit: true };
  }
};

export const load: LoadHook = async (url, context, next) => {
  if (!/^file:.*\.m?ts$/.test(url)) return next(url, context);
  const file = fileURLToPath(url);
  return { format: "module", source: compile(await readFile(file, "utf8"), file), shortCircuit: true };
};
