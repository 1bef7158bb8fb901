// Writes what the docs take from the code: the configuration's tables. A test fails while one is out of date.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const built = process.argv[2] ?? "dist";
const { DOCUMENTS, withConfigurationTable } = createRequire(import.meta.url)(
  path.join(root, built, "test/docs/configurationTable.js"),
);

for (const [name, settings] of Object.entries(DOCUMENTS)) {
  const file = path.join(root, name);
  writeFileSync(file, withConfigurationTable(readFileSync(file, "utf8"), settings()));
}
