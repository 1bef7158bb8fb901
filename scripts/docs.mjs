// Writes what is made from the code: the configuration's tables, the package's schema, the examples in other languages, and the
// policies' tables. Tests fail while one is out of date.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import prettier from "prettier";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const built = process.argv[2] ?? "dist";
const load = (name) => createRequire(import.meta.url)(path.join(root, built, "test/docs", name));
const { DOCUMENTS, withConfigurationTable } = load("configurationTable.js");
const { packageSchema, SCHEMA_FILE } = load("packageSchema.js");
const { LANGUAGE_PAGES, withExamples } = load("languagePage.js");
const { POLICY_PAGE, withPolicyTables } = load("policyTable.js");

const rewrite = (name, make) => {
  const file = path.join(root, name);
  writeFileSync(file, make(readFileSync(file, "utf8")));
};
for (const [name, settings] of Object.entries(DOCUMENTS)) {
  rewrite(name, (text) => withConfigurationTable(text, settings()));
}
const schema = packageSchema();
const schemaFile = path.join(root, SCHEMA_FILE);
const style = { ...(await prettier.resolveConfig(schemaFile)), filepath: schemaFile };
writeFileSync(schemaFile, await prettier.format(JSON.stringify(schema, null, 2), style));
for (const name of LANGUAGE_PAGES) rewrite(name, (text) => withExamples(text, schema));
rewrite(POLICY_PAGE, withPolicyTables);
