// Builds dist/: TypeScript to CommonJS with types, and each handler bundled into the one file that its function runs.
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { buildBundles } from "./bundles.mjs";
import { STAMP } from "./stale.mjs";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
process.chdir(root);

// What was removed from the sources must not live on in the package.
for (const folder of ["src", "components", "handlers", "policy", "test", "bench"]) {
  rmSync(path.join("dist", folder), { recursive: true, force: true });
}
rmSync("dist/.tsbuildinfo", { force: true });
mkdirSync("dist", { recursive: true });

const tsc = spawnSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "."], { stdio: "inherit" });
if (tsc.status !== 0) process.exit(tsc.status ?? 1);

await buildBundles();
if (existsSync("dist/src/cli/main.js")) chmodSync("dist/src/cli/main.js", 0o755);
writeFileSync(STAMP, "");
