// Builds a clone. Pulumi installs a component package in its own folder too: in a package from npm there is nothing to build.
import { existsSync } from "node:fs";

const build = new URL("build.mjs", import.meta.url);
if (existsSync(build)) await import(build.href);
