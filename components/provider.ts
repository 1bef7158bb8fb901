/** This package as a provider, which makes its components usable from Python, Go, YAML and Pulumi's other languages. */
import { readFileSync } from "node:fs";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { ConstructResult, Provider } from "@pulumi/pulumi/provider";
import { AmplifyLogPipeline } from "./amplifyLogPipeline";
import { ApplicationLogs } from "./applicationLogs";
import type { ApplicationLogsArgs } from "./applicationArguments";
import type { AmplifyLogPipelineArgs, LogLakeReference } from "./arguments";
import type { CloudFrontLogsArgs } from "./cloudFrontArguments";
import { CloudFrontLogs } from "./cloudFrontLogs";
import { invalidArguments } from "./invalidArguments";
import { ExistingLake, lakeReference, LOG_LAKE, registerLakes } from "./lakeReference";
import { LogLake } from "./logLake";
import { packageFolder } from "./packaging";
import { plainInputs, type Shapes } from "./plainInputs";

interface Schema {
  readonly version: string;
  readonly resources: Readonly<Record<string, { readonly inputProperties: Shapes; readonly properties: object }>>;
  readonly types: Readonly<Record<string, { readonly properties?: Shapes }>>;
}

/** The engine lists the problems itself, by property: the message keeps its headline only. */
const withoutList = (error: unknown): unknown => {
  if (pulumi.InputPropertiesError.isInstance(error)) error.message = error.message.split("\n")[0]!;
  return error;
};

/**
 * Serves a schema that was made when the package was built: Pulumi's own host would infer it from TypeScript sources, which the
 * package does not ship, on each start, in seconds, without the defaults.
 */
export class AmplifyLogProvider implements Provider {
  public readonly schema: string;
  public readonly version: string;
  private readonly parsed: Schema;

  constructor(folder: string = packageFolder()) {
    this.schema = readFileSync(path.join(folder, "components", "schema.json"), "utf8");
    this.parsed = JSON.parse(this.schema) as Schema;
    this.version = this.parsed.version;
    registerLakes(this.version);
  }

  async construct(
    name: string,
    type: string,
    inputs: pulumi.Inputs,
    options: pulumi.ComponentResourceOptions,
  ): Promise<ConstructResult> {
    const resource = this.parsed.resources[type];
    if (resource === undefined) {
      const known = Object.keys(this.parsed.resources).join(", ");
      throw new pulumi.RunError(`${type} is not a component of this package; it has ${known}`);
    }
    const component = await this.settle(type, name, inputs)
      .then((settled) => this.build(type, name, settled, options))
      .catch((error: unknown) => {
        throw withoutList(error);
      });
    const outputs = component as unknown as Readonly<Record<string, unknown>>;
    return {
      urn: component.urn,
      state: Object.fromEntries(Object.keys(resource.properties).map((output) => [output, outputs[output]])),
    };
  }

  private async settle(type: string, name: string, given: pulumi.Inputs): Promise<Record<string, unknown>> {
    const { inputs, problems } = await plainInputs(
      given,
      this.parsed.resources[type]!.inputProperties,
      (ref) => this.parsed.types[ref.slice("#/types/".length)]?.properties,
    );
    if (problems.length > 0) throw invalidArguments(`${shortName(type)} ${name}`, problems);
    return inputs;
  }

  private async build(
    type: string,
    name: string,
    inputs: Record<string, unknown>,
    options: pulumi.ComponentResourceOptions,
  ): Promise<pulumi.ComponentResource> {
    if (type === LOG_LAKE) return new LogLake(name, inputs, options);
    const { lake, ...rest } = inputs;
    const args = lake === undefined ? rest : { ...rest, lake: await referenceTo(lake, `${shortName(type)} ${name}`) };
    return ON_LAKES[shortName(type) as keyof typeof ON_LAKES](name, args, options);
  }
}

/** `CloudFrontLogs` of `amplify-log-pipeline:index:CloudFrontLogs`. */
const shortName = (type: string): string => type.split(":")[2]!;

type Build = (name: string, args: unknown, options: pulumi.ComponentResourceOptions) => pulumi.ComponentResource;

/** The components that take a lake. What their arguments must be, they check. */
const ON_LAKES = {
  AmplifyLogPipeline: (name, args, options) => new AmplifyLogPipeline(name, args as AmplifyLogPipelineArgs, options),
  ApplicationLogs: (name, args, options) => new ApplicationLogs(name, args as ApplicationLogsArgs, options),
  CloudFrontLogs: (name, args, options) => new CloudFrontLogs(name, args as CloudFrontLogsArgs, options),
} as const satisfies Record<string, Build>;

const referenceTo = async (lake: unknown, what: string): Promise<LogLakeReference> => {
  if (!(lake instanceof ExistingLake)) {
    const problem = { field: "lake", reason: "must be a LogLake", fix: "give the resource, not one of its properties" };
    throw invalidArguments(what, [problem]);
  }
  const { reference, problems } = await lakeReference(lake);
  if (problems.length > 0) throw invalidArguments(what, problems);
  return reference;
};
