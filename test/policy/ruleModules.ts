/** The compiled rules, loaded afresh with one module's text replaced. */
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { compileFunction } from "node:vm";
import type * as policiesModule from "../../policy/policies";
import type { Rule } from "../../policy/rule";

const POLICY = path.join(__dirname, "..", "..", "policy");

/** Compiled modules below policy/, by their paths in there: `encryption/s3Encryption.js`. */
export const policyModules = (): string[] =>
  readdirSync(POLICY, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".js"))
    .map((file) => file.replaceAll(path.sep, "/"))
    .sort();

export const sourceOf = (file: string): string => readFileSync(path.join(POLICY, file), "utf8");

export type Load = (file: string) => Readonly<Record<string, unknown>>;

/** Loads modules of policy/ that know nothing of those that are loaded elsewhere; all others are shared. */
export const freshModules = (replaced: ReadonlyMap<string, string> = new Map()): Load => {
  const loaded = new Map<string, { exports: Record<string, unknown> }>();
  const load = (full: string): Record<string, unknown> => {
    const known = loaded.get(full);
    if (known !== undefined) return known.exports;
    const module = { exports: {} as Record<string, unknown> };
    loaded.set(full, module);
    const shared = createRequire(full);
    const own = (id: string): unknown => {
      const resolved = shared.resolve(id);
      return resolved.startsWith(POLICY + path.sep) ? load(resolved) : shared(id);
    };
    const source = replaced.get(full) ?? readFileSync(full, "utf8");
    const run = compileFunction(source, ["exports", "require", "module"], { filename: full }) as (
      exports: object,
      require: (id: string) => unknown,
      module: object,
    ) => void;
    run(module.exports, own, module);
    return module.exports;
  };
  return (file) => load(path.join(POLICY, file));
};

/** As `freshModules`, with another text for one module. */
export const modulesWith = (file: string, code: string): Load =>
  freshModules(new Map([[path.join(POLICY, file), code]]));

const isRule = (value: unknown): value is Rule =>
  typeof value === "object" && value !== null && "judge" in value && "remediation" in value;

export const rulesIn = (exports: Readonly<Record<string, unknown>>): Rule[] => Object.values(exports).filter(isRule);

export const policiesOfIn = (load: Load): typeof policiesModule.policiesOf =>
  (load("policies.js") as unknown as typeof policiesModule).policiesOf;
