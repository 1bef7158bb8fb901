/** Language hosts for Python and Go, built from this folder; those that come with the machine's own engine go before them. */
import { createHash } from "node:crypto";
import { copyFileSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import path from "node:path";
import { packageRoot } from "../../../src/local/bundles";
import { installed } from "../tools/cache";
import { mustRun } from "../tools/processes";

const SOURCES = ["go.mod", "go.sum", "main.go", "run_program.py"] as const;
/** Of Pulumi's SDK and generators, in host/go.mod. */
const VERSION = "3.250.0";

const build = async (folder: string): Promise<void> => {
  const sources = path.join(packageRoot(), "test", "engines", "languages", "host");
  for (const name of SOURCES) copyFileSync(path.join(sources, name), path.join(folder, name));
  const host = path.join(folder, "pulumi-language-python");
  // With the flags of the engine's own build, whose packages are in Go's cache.
  await mustRun("go", ["build", "-trimpath", "-ldflags=-s -w", "-o", host, "."], { cwd: folder, timeoutMs: 1_200_000 });
  for (const name of ["go.mod", "main.go"]) rmSync(path.join(folder, name));
  symlinkSync("pulumi-language-python", path.join(folder, "pulumi-language-go"));
};

export interface LanguageHost {
  readonly version: string;
  readonly folder: string;
}

const find = async (): Promise<LanguageHost> => {
  const hash = createHash("sha256");
  for (const name of SOURCES)
    hash.update(readFileSync(path.join(packageRoot(), "test", "engines", "languages", "host", name)));
  const folder = await installed("pulumi-language-host", `${VERSION}-${hash.digest("hex").slice(0, 8)}`, build);
  return { version: VERSION, folder };
};

let host: Promise<LanguageHost> | undefined;
export const languageHost = (): Promise<LanguageHost> => (host ??= find());
