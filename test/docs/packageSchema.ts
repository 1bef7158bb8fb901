/**
 * The package's schema, for programs in other languages: shapes as Pulumi's own analyzer infers them from the components' types,
 * with the defaults of the schema that checks the arguments. `node scripts/docs.mjs` writes it to components/schema.json.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Analyzer, type AnalyzeResult } from "@pulumi/pulumi/provider/experimental/analyzer";
import { z } from "zod";
import { packageRoot } from "../../src/local/bundles";
import { applicationSourceSchema } from "../../src/model/applicationSource";
import { cloudFrontSchema } from "../../src/model/cloudFrontSchema";
import { LAKE_KEYS, lakeSchema, pipelineSchema } from "../../src/model/configurationSchema";
import { argumentDocs } from "./argumentDocs";

export const SCHEMA_FILE = "components/schema.json";
const PACKAGE = "amplify-log-pipeline";
const COMPONENTS = ["AmplifyLogPipeline", "ApplicationLogs", "CloudFrontLogs", "LogLake"] as const;

export interface PropertySchema {
  type?: string;
  $ref?: string;
  description?: string;
  default?: string | number | boolean;
  plain?: boolean;
  items?: PropertySchema;
  additionalProperties?: PropertySchema;
}

export interface ObjectSchema {
  readonly type: string;
  readonly description?: string | undefined;
  readonly properties?: Record<string, PropertySchema>;
  readonly required?: readonly string[] | undefined;
  readonly enum?: readonly { readonly name: string; readonly value: string | number; readonly description?: string }[];
}

export interface ResourceSchema extends ObjectSchema {
  readonly isComponent: true;
  readonly inputProperties: Record<string, PropertySchema>;
  readonly requiredInputs?: readonly string[] | undefined;
}

export interface PackageSchema {
  readonly name: string;
  readonly version: string;
  readonly resources: Record<string, ResourceSchema>;
  readonly types: Record<string, ObjectSchema>;
}

/** What the configuration's own schema says, as JSON Schema. */
interface Setting {
  readonly type?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Setting>>;
  readonly items?: Setting;
}

type Analysed = AnalyzeResult["components"][string]["inputs"];

/** Runs on the compiled declarations: they say the same as the sources, and spare reading all of AWS's types. */
const analyze = (): AnalyzeResult => {
  const entry = path.join(__dirname, "..", "..", "components", "index.d.ts");
  const scratch = mkdtempSync(path.join(tmpdir(), "alp-schema-"));
  try {
    const compilerOptions = { module: "nodenext", target: "es2022", strict: true, skipLibCheck: true, types: [] };
    writeFileSync(path.join(scratch, "tsconfig.json"), JSON.stringify({ compilerOptions, files: [entry] }));
    return new Analyzer(scratch, PACKAGE, { main: entry }, new Set(COMPONENTS)).analyze();
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
};

/** The generators add "Args" to the names of inputs themselves. */
const typeName = (interfaceName: string): string => interfaceName.replace(/Args$/, "");
const token = (name: string): string => `${PACKAGE}:index:${name}`;
const refOf = (ref: string): string => {
  const name = ref.split(":").at(-1)!;
  // In other languages a lake is given as the resource that it is.
  return name === "LogLakeReference" ? `#/resources/${token("LogLake")}` : `#/types/${token(typeName(name))}`;
};

const isScalar = (value: unknown): value is string | number | boolean =>
  ["string", "number", "boolean"].includes(typeof value);

/** Nothing where there are none, as the engine writes it. */
const requiredOf = (properties: Analysed): readonly string[] | undefined => {
  const names = Object.keys(properties).filter((name) => properties[name]!.optional !== true);
  return names.length === 0 ? undefined : names.sort();
};

const shapeOf = (property: Analysed[string], setting: Setting | undefined): PropertySchema => {
  const { items, additionalProperties } = property;
  const isInteger = setting?.type === "integer";
  return {
    ...("type" in property ? { type: isInteger ? "integer" : property.type } : { $ref: refOf(property.$ref) }),
    ...(property.plain === true ? { plain: true } : {}),
    ...(items === undefined ? {} : { items: shapeOf(items, setting?.items) }),
    ...(additionalProperties === undefined ? {} : { additionalProperties: shapeOf(additionalProperties, undefined) }),
  };
};

const sentence = (text: string): string => (text.endsWith(".") ? text : `${text}.`);

/** Makes properties, and remembers which settings the types below them stand for. */
const inputsOf = (
  properties: Analysed,
  settings: Setting["properties"],
  docOf: (name: string) => { readonly text: string; readonly default: string | undefined },
  settingOfType: Map<string, Setting>,
  /** A generated constructor fills defaults in, which must not look as if the user had set them. */
  withoutDefault: readonly string[] = [],
): Record<string, PropertySchema> =>
  Object.fromEntries(
    Object.entries(properties).map(([name, property]) => {
      const setting = settings?.[name];
      const doc = docOf(name);
      const shape = shapeOf(property, setting);
      const ref = property.items !== undefined && "$ref" in property.items ? property.items : property;
      if ("$ref" in ref && setting !== undefined)
        settingOfType.set(ref.$ref.split(":").at(-1)!, setting.items ?? setting);
      if (name === "lake") delete shape.plain;
      const value = isScalar(setting?.default) ? setting.default : undefined;
      const words = value === undefined ? doc.default : `\`${value}\``;
      const description = [sentence(doc.text), ...(words === undefined ? [] : [`Default: ${sentence(words)}`])].join(
        " ",
      );
      const fallback = value === undefined || withoutDefault.includes(name) ? {} : { default: value };
      return [name, { ...shape, ...fallback, description }];
    }),
  );

const jsonSchema = (schema: z.ZodType): Setting =>
  z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as Setting;

const languages = {
  nodejs: { respectSchemaVersion: true },
  python: { respectSchemaVersion: true, inputTypes: "classes-and-dicts", pyproject: { enabled: true } },
  go: { respectSchemaVersion: true },
  csharp: { respectSchemaVersion: true },
  java: { respectSchemaVersion: true },
};

export const packageSchema = (): PackageSchema & Record<string, unknown> => {
  const manifest = JSON.parse(readFileSync(path.join(packageRoot(), "package.json"), "utf8")) as {
    version: string;
    description: string;
    license: string;
  };
  const { components, typeDefinitions } = analyze();
  const docs = argumentDocs();
  const settingOfType = new Map<string, Setting>();
  const docsOf = (of: string) => (name: string) => docs.get(`${of}.${name}`) ?? { text: "", default: undefined };

  const component = (
    name: (typeof COMPONENTS)[number],
    settings: Setting,
    withoutDefault: readonly string[],
  ): ResourceSchema => {
    const { inputs, outputs, description } = components[name]!;
    return {
      isComponent: true,
      type: "object",
      // The example there is in TypeScript; each language has its own in docs/languages.md.
      description: description!.split("\n\n```")[0]!.replaceAll("\n", " "),
      inputProperties: inputsOf(inputs, settings.properties, docsOf(`${name}Args`), settingOfType, withoutDefault),
      requiredInputs: requiredOf(inputs),
      properties: Object.fromEntries(
        Object.entries(outputs).map(([output, property]) => [
          output,
          { ...shapeOf(property, undefined), description: property.description ?? "" },
        ]),
      ),
      required: requiredOf(outputs),
    };
  };
  const resources = {
    [token("AmplifyLogPipeline")]: component("AmplifyLogPipeline", jsonSchema(pipelineSchema), LAKE_KEYS),
    [token("ApplicationLogs")]: component("ApplicationLogs", jsonSchema(applicationSourceSchema), []),
    [token("CloudFrontLogs")]: component("CloudFrontLogs", jsonSchema(cloudFrontSchema), []),
    [token("LogLake")]: component("LogLake", jsonSchema(lakeSchema), []),
  };

  const types: Record<string, ObjectSchema> = {};
  for (const [name, { type, properties, enum: members, description }] of Object.entries(typeDefinitions)) {
    if (name === "LogLakeReference") continue;
    types[token(typeName(name))] =
      members === undefined
        ? {
            type,
            description: docs.get(name)?.text,
            properties: inputsOf(properties!, settingOfType.get(name)?.properties, docsOf(name), settingOfType),
            required: requiredOf(properties!),
          }
        : { type, description, enum: members };
  }
  return {
    name: PACKAGE,
    displayName: "Amplify log pipeline",
    version: manifest.version,
    description: manifest.description,
    license: manifest.license,
    keywords: ["pulumi", "aws", "amplify", "athena", "kind/component", "category/cloud"],
    resources,
    types: Object.fromEntries(Object.entries(types).sort(([a], [b]) => (a < b ? -1 : 1))),
    language: languages,
  };
};
