// Bundles each handler into the one file that its function runs, below dist/bundles.
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

export const buildBundles = async () => {
  const handlers = readdirSync(path.join(root, "handlers"), { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && existsSync(path.join(root, "handlers", entry.name, "index.ts")),
  );
  await build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(handlers.map(({ name }) => [name, `handlers/${name}/index.ts`])),
    outdir: "dist/bundles",
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    // The SDK's ES modules shake better than its CommonJS.
    mainFields: ["module", "main"],
    minify: true,
    keepNames: true,
    legalComments: "none",
    logLevel: "warning",
  });
};

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildBundles();
