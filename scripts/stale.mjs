// Whether dist/ is older than what it is made from.
import { existsSync, readdirSync, statSync } from "node:fs";
import path from "node:path";

export const STAMP = "dist/.built";
const SOURCES = [
  "src",
  "components",
  "handlers",
  "policy",
  "test",
  "bench",
  "tsconfig.json",
  "package.json",
  "scripts/build.mjs",
  "scripts/bundles.mjs",
];

const newest = (file) => {
  if (!existsSync(file)) return 0;
  const stat = statSync(file);
  if (!stat.isDirectory()) return stat.mtimeMs;
  // A folder's own time tells of a file that was removed.
  return Math.max(stat.mtimeMs, ...readdirSync(file).map((name) => newest(path.join(file, name))));
};

export const isStale = (root) => {
  const stamp = path.join(root, STAMP);
  return !existsSync(stamp) || SOURCES.some((source) => newest(path.join(root, source)) > statSync(stamp).mtimeMs);
};
