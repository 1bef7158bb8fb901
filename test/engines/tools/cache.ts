/** Where the engines live between runs: outside of the checkout, one folder for each version. */
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";

/** `ALP_ENGINES`, or `amplify-log-pipeline/engines` in the user's cache. */
export const engineCache = (): string =>
  process.env["ALP_ENGINES"] ??
  path.join(process.env["XDG_CACHE_HOME"] ?? path.join(homedir(), ".cache"), "amplify-log-pipeline", "engines");

/** A program by name on PATH, or undefined. */
export const onPath = (name: string): string | undefined =>
  (process.env["PATH"] ?? "")
    .split(path.delimiter)
    .map((folder) => path.join(folder, name))
    .find((file) => existsSync(file));

/**
 * The folder `NAME-VERSION` in the cache; made by `install` in a folder of its own that is then moved there, so that an
 * installation that was cut off is never taken for a whole one.
 */
export const installed = async (
  name: string,
  version: string,
  install: (folder: string) => Promise<void>,
): Promise<string> => {
  const folder = path.join(engineCache(), `${name}-${version}`);
  if (existsSync(folder)) return folder;
  mkdirSync(engineCache(), { recursive: true });
  const scratch = mkdtempSync(path.join(engineCache(), `.${name}-`));
  try {
    await install(scratch);
    renameSync(scratch, folder);
  } catch (error) {
    // Another run may have been faster.
    if (!existsSync(folder)) throw error;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return folder;
};
