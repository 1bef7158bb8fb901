/** The text of a Node program that does what Pulumi's host for YAML does with a project of components, where there is no such host. */
export const yamlProgram = (file: string): string => `
const { readFileSync } = require("node:fs");
const pulumi = require("@pulumi/pulumi");
const { load } = require("js-yaml");

const { resources, outputs } = load(readFileSync(${JSON.stringify(file)}, "utf8"));
const references = Object.values(outputs).map((text) => /^\\$\\{(\\w+)\\.(\\w+)\\}$/.exec(text));
if (references.includes(null)) throw new Error("an output is no reference: " + JSON.stringify(outputs));
const made = Object.fromEntries(Object.entries(resources).map(([name, { type, properties }]) => {
  const asked = references.filter(([, of]) => of === name).map(([, , property]) => [property, undefined]);
  return [name, new pulumi.ComponentResource(type, name, { ...Object.fromEntries(asked), ...properties }, {}, true)];
}));
Object.keys(outputs).forEach((name, i) => { exports[name] = made[references[i][1]][references[i][2]]; });
`;
