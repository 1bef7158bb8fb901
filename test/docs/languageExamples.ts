/** The example of docs/languages.md in each language, written from the package's schema. */
import { dump } from "js-yaml";
import type { ObjectSchema, PackageSchema, PropertySchema } from "./packageSchema";

type Value = string | number | boolean | readonly Value[] | { readonly [name: string]: Value };
type Fields = Readonly<Record<string, Value>>;

/** What each of the programs asks for. */
export const EXAMPLE = {
  apps: [
    { name: "shop", appId: "d1a2b3c4d5e6f7", domainName: "example.com" },
    { name: "blog", appId: "d7f6e5d4c3b2a1", domainName: "example.org" },
  ],
  ipPolicy: "truncated",
  retention: { rawDays: 14 },
  alarms: { emails: ["web-team@example.com"] },
  tags: { Team: "web" },
} as const satisfies Fields;

/** Its stack outputs, and the component's outputs that they show. */
export const EXAMPLE_OUTPUTS: Readonly<Record<string, string>> = {
  bucketName: "bucketName",
  viewNames: "viewNames",
  workgroupName: "usersWorkgroupName",
};

const PIPELINE = "amplify-log-pipeline:index:AmplifyLogPipeline";

const snake = (name: string): string => name.replaceAll(/([A-Z])/g, (letter) => `_${letter.toLowerCase()}`);
const pascal = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
const indent = (text: string, by: string): string => text.replaceAll("\n", `\n${by}`);
const lastWord = (ref: string): string => ref.split(":").at(-1)!;

const typeOf = (schema: PackageSchema, { $ref }: PropertySchema): ObjectSchema | undefined =>
  $ref === undefined ? undefined : schema.types[$ref.slice("#/types/".length)];

/** How one language writes a value of a kind. */
interface Words {
  readonly object: (type: string, fields: readonly (readonly [string, string])[]) => string;
  readonly map: (entries: readonly (readonly [string, string])[]) => string;
  readonly list: (items: readonly string[], itemType: string) => string;
  readonly member: (type: string, member: string) => string;
  readonly plain: (value: Value, isOptional: boolean) => string;
  readonly typeName: (property: PropertySchema) => string;
}

const write = (schema: PackageSchema, words: Words) => {
  const fieldsOf = (fields: Fields, shapes: Readonly<Record<string, PropertySchema>>, required: readonly string[]) =>
    Object.entries(fields).map(([name, value]) => {
      const shape = shapes[name];
      if (shape === undefined) throw new Error(`the schema has no ${name}`);
      return [name, one(value, shape, !required.includes(name))] as const;
    });
  const one = (value: Value, shape: PropertySchema, isOptional: boolean): string => {
    const type = typeOf(schema, shape);
    if (type?.enum !== undefined) {
      const member = type.enum.find((of) => of.value === value);
      if (member === undefined) throw new Error(`${lastWord(shape.$ref!)} has no ${JSON.stringify(value)}`);
      return words.member(lastWord(shape.$ref!), member.name);
    }
    if (Array.isArray(value)) {
      const items = (value as readonly Value[]).map((item) => one(item, shape.items!, false));
      return words.list(items, words.typeName(shape.items!));
    }
    if (typeof value !== "object") return words.plain(value, isOptional);
    if (type !== undefined)
      return words.object(lastWord(shape.$ref!), fieldsOf(value as Fields, type.properties!, type.required ?? []));
    return words.map(
      Object.entries(value as Fields).map(([name, item]) => [name, one(item, shape.additionalProperties!, false)]),
    );
  };
  const { inputProperties, requiredInputs } = schema.resources[PIPELINE]!;
  return fieldsOf(EXAMPLE, inputProperties, requiredInputs ?? []);
};

/** Names of the types that the example uses, as they stand in the schema. */
const usedTypes = (schema: PackageSchema): string[] => {
  const used = new Set<string>();
  const remember = (type: string): string => (used.add(type), "");
  write(schema, {
    object: remember,
    map: () => "",
    list: () => "",
    member: remember,
    plain: () => "",
    typeName: () => "",
  });
  return [...used];
};

export const pythonExample = (schema: PackageSchema): string => {
  const block = (open: string, lines: readonly string[], close: string): string =>
    [open, ...lines.map((line) => `    ${indent(line, "    ")},`), close].join("\n");
  const call = (name: string, fields: readonly (readonly [string, string])[]): string =>
    `${name}(${fields.map(([field, value]) => `${snake(field)}=${value}`).join(", ")})`;
  const isEnum = (type: string): boolean => schema.types[`amplify-log-pipeline:index:${type}`]!.enum !== undefined;
  const fields = write(schema, {
    object: (type, of) => call(`${type}Args`, of),
    map: (entries) => `{${entries.map(([name, value]) => `${JSON.stringify(name)}: ${value}`).join(", ")}}`,
    list: (items) => (items.length > 1 ? block("[", items, "]") : `[${items.join("")}]`),
    member: (type, member) => `${type}.${snake(member).slice(1).toUpperCase()}`,
    plain: (value) => (typeof value === "boolean" ? pascal(String(value)) : JSON.stringify(value)),
    typeName: () => "",
  });
  const names = [
    ...usedTypes(schema).map((type) => (isEnum(type) ? type : `${type}Args`)),
    "AmplifyLogPipeline",
  ].sort();
  return [
    "import pulumi",
    block("from pulumi_amplify_log_pipeline import (", names, ")"),
    "",
    block("logs = AmplifyLogPipeline(", ['"logs"', ...fields.map(([name, value]) => `${snake(name)}=${value}`)], ")"),
    "",
    ...Object.entries(EXAMPLE_OUTPUTS).map(([name, output]) => `pulumi.export("${name}", logs.${snake(output)})`),
    "",
  ].join("\n");
};

export const goExample = (schema: PackageSchema): string => {
  const own = (name: string): string => `amplifylogpipeline.${name}`;
  const block = (open: string, lines: readonly string[]): string =>
    [`${open}{`, ...lines.map((line) => `\t${indent(line, "\t")},`), "}"].join("\n");
  const typeName = ({ type, $ref }: PropertySchema): string =>
    $ref === undefined ? (type ?? "string") : own(`${lastWord($ref)}Args`);
  const pairs = (fields: readonly (readonly [string, string])[]): string[] =>
    fields.map(([name, value]) => `${pascal(name)}: ${value}`);
  /** As gofmt aligns them: what spans lines stands for itself. */
  const aligned = (fields: readonly (readonly [string, string])[]): string[] => {
    const isShort = (i: number): boolean => fields[i] !== undefined && !fields[i][1].includes("\n");
    return fields.map(([name, value], i) => {
      if (!isShort(i)) return `${pascal(name)}: ${value}`;
      let [from, to] = [i, i];
      while (isShort(from - 1)) from -= 1;
      while (isShort(to + 1)) to += 1;
      const width = Math.max(...fields.slice(from, to + 1).map(([other]) => other.length));
      return `${`${pascal(name)}:`.padEnd(width + 1)} ${value}`;
    });
  };
  const fields = write(schema, {
    // In a list Go knows the type already, and takes no pointer.
    object: (type, of) => `&${own(`${type}Args`)}{${pairs(of).join(", ")}}`,
    map: (entries) =>
      `map[string]string{${entries.map(([name, value]) => `${JSON.stringify(name)}: ${value}`).join(", ")}}`,
    list: (items, itemType) => {
      const plain = items.map((item) => item.replace(/^&[\w.]+/, ""));
      return plain.length > 1 ? block(`[]${itemType}`, plain) : `[]${itemType}{${plain.join(", ")}}`;
    },
    member: (type, member) => `pointer(${own(type + member)})`,
    plain: (value, isOptional) => (isOptional ? `pointer(${JSON.stringify(value)})` : JSON.stringify(value)),
    typeName,
  });
  const create = block(
    `logs, err := ${own("NewAmplifyLogPipeline")}(ctx, "logs", &${own("AmplifyLogPipelineArgs")}`,
    aligned(fields),
  );
  const outputs = Object.entries(EXAMPLE_OUTPUTS).map(
    ([name, output]) => `ctx.Export("${name}", logs.${pascal(output)})`,
  );
  return `package main

import (
	"example.com/pulumi-amplify-log-pipeline/sdk/go/amplifylogpipeline"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func pointer[T any](value T) *T { return &value }

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		${indent(create, "\t\t")})
		if err != nil {
			return err
		}
		${outputs.join("\n\t\t")}
		return nil
	})
}
`;
};

export const yamlExample = (): string =>
  dump(
    {
      name: "web-logs",
      runtime: "yaml",
      packages: { "amplify-log-pipeline": "./node_modules/amplify-log-pipeline" },
      resources: { logs: { type: PIPELINE, properties: EXAMPLE } },
      outputs: Object.fromEntries(
        Object.entries(EXAMPLE_OUTPUTS).map(([name, output]) => [name, `\${logs.${output}}`]),
      ),
    },
    { lineWidth: 120 },
  );
