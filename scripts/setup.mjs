// Makes a fresh clone ready: installs what package-lock.json says, and builds, each only when it is needed.
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { isStale } from "./stale.mjs";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const run = (command, args) => {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  if (error) console.error(`${command}: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
};

const stamp = path.join(root, "node_modules/.package-lock.json");
const lock = path.join(root, "package-lock.json");
if (!existsSync(stamp) || statSync(stamp).mtimeMs < statSync(lock).mtimeMs) {
  run("npm", ["ci", "--no-fund", "--no-audit", "--loglevel=error", "--ignore-scripts"]);
}
if (isStale(root)) run(process.execPath, [path.join(root, "scripts/build.mjs")]);
