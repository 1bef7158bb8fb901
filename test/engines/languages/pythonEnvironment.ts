/** Python with Pulumi's SDK. */
import path from "node:path";
import { installed } from "../tools/cache";
import { mustRun } from "../tools/processes";

const VERSION = "3.250.0";
/** What a generated SDK needs besides, and what builds it: no download while a test runs. */
const PACKAGES = [`pulumi==${VERSION}`, "parver==1.0.1.post0", "setuptools==80.9.0", "wheel==0.45.1"];

export interface PythonEnvironment {
  /** Of Pulumi's SDK. */
  readonly version: string;
  /** The virtual environment's folder. */
  readonly folder: string;
  /** Installs a package from a folder into another, without what it depends on. */
  install(source: string, target: string): Promise<void>;
}

// By the interpreter: the environment is moved after it was made, and scripts hold its old path.
const pip = (folder: string, words: readonly string[]) =>
  mustRun(path.join(folder, "bin", "python"), ["-m", "pip", "--disable-pip-version-check", "--quiet", ...words]);

const make = async (folder: string): Promise<void> => {
  await mustRun("python3", ["-m", "venv", folder]);
  await pip(folder, ["install", ...PACKAGES]);
};

export const pythonEnvironment = async (): Promise<PythonEnvironment> => {
  const folder = await installed("pulumi-python", VERSION, make);
  return {
    version: VERSION,
    folder,
    install: async (source, target) => {
      await pip(folder, ["install", "--no-deps", "--no-build-isolation", "--target", target, source]);
    },
  };
};
