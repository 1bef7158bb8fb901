/** A policy pack that runs as Pulumi's engine runs it: a process of its own, spoken to by the analyzer protocol. */
import { spawn, type ChildProcess } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";
import type * as grpcTypes from "@grpc/grpc-js";
import type { Empty as EmptyMessage } from "google-protobuf/google/protobuf/empty_pb";
import type { Struct as StructMessage } from "google-protobuf/google/protobuf/struct_pb";
import type * as analyzerTypes from "@pulumi/pulumi/proto/analyzer_pb";
import { AmplifyLogsError } from "../errors";
import { packageRoot } from "../local/bundles";
import type { CapturedResource } from "./captured";
import { ENFORCEMENT_LEVELS, type EnforcementLevel, type RuleSchema, type SettingSchema } from "./ruleConfiguration";

export const PACKS = ["encryption", "naming", "guardrails"] as const;
export type PackName = (typeof PACKS)[number];

export interface RuleInfo extends RuleSchema {
  readonly enforcementLevel: EnforcementLevel;
  readonly description: string;
  readonly url: string;
}

/** One thing that a rule said of one resource. */
export interface Diagnostic {
  readonly rule: string;
  readonly urn: string;
  readonly message: string;
  readonly enforcementLevel: EnforcementLevel;
}

export interface Answer {
  readonly diagnostics: readonly Diagnostic[];
  /** Rules that do not concern the resource, or any of the stack. */
  readonly notApplicable: readonly string[];
}

export interface ProviderInputs {
  readonly type: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

export interface RunningPack {
  /** Asked after the stack is known, on which the levels depend. */
  rules(): Promise<readonly RuleInfo[]>;
  configureStack(stack: string, project: string): Promise<void>;
  /** Every rule's level and settings. @throws AmplifyLogsError with all that is wrong. */
  configure(
    configuration: Readonly<Record<string, { level: EnforcementLevel; settings: Readonly<Record<string, unknown>> }>>,
  ): Promise<void>;
  /** The inputs as rules at level remediate mend them. */
  remediate(
    resource: CapturedResource,
    provider: ProviderInputs | undefined,
  ): Promise<Readonly<Record<string, unknown>>>;
  /** What the rules say of one resource's inputs. @throws AmplifyLogsError when a rule crashes. */
  analyze(resource: CapturedResource, provider: ProviderInputs | undefined): Promise<Answer>;
  analyzeStack(
    resources: readonly CapturedResource[],
    providerOf: (resource: CapturedResource) => ProviderInputs | undefined,
  ): Promise<Answer>;
  close(): void;
}

const sdk = createRequire(require.resolve("@pulumi/policy"));
const grpc = sdk("@grpc/grpc-js") as typeof grpcTypes;
const { Struct } = sdk("google-protobuf/google/protobuf/struct_pb") as { Struct: typeof StructMessage };
const analyzer = sdk("@pulumi/pulumi/proto/analyzer_pb") as typeof analyzerTypes;
const pulumi = createRequire(sdk.resolve("@pulumi/pulumi"));
const { Empty } = pulumi("google-protobuf/google/protobuf/empty_pb") as { Empty: new () => EmptyMessage };
const { AnalyzerClient } = sdk("@pulumi/pulumi/proto/analyzer_grpc_pb") as {
  AnalyzerClient: new (address: string, credentials: unknown, options: object) => Client;
};

type Call<Request, Response> = (request: Request, done: (error: Error | null, response: Response) => void) => void;
interface Client {
  getAnalyzerInfo: Call<EmptyMessage, analyzerTypes.AnalyzerInfo>;
  configureStack: Call<analyzerTypes.AnalyzerStackConfigureRequest, unknown>;
  configure: Call<analyzerTypes.ConfigureAnalyzerRequest, unknown>;
  remediate: Call<analyzerTypes.AnalyzeRequest, analyzerTypes.RemediateResponse>;
  analyze: Call<analyzerTypes.AnalyzeRequest, analyzerTypes.AnalyzeResponse>;
  analyzeStack: Call<analyzerTypes.AnalyzeStackRequest, analyzerTypes.AnalyzeResponse>;
  close(): void;
}

/** The protocol's numbers, in both directions; a level that it may add later is an error, not advice. */
const LEVEL_NUMBERS: Readonly<Record<EnforcementLevel, number>> = {
  advisory: analyzer.EnforcementLevel.ADVISORY,
  mandatory: analyzer.EnforcementLevel.MANDATORY,
  remediate: analyzer.EnforcementLevel.REMEDIATE,
  disabled: analyzer.EnforcementLevel.DISABLED,
};
const levelOf = (number: number): EnforcementLevel => {
  const level = ENFORCEMENT_LEVELS.find((candidate) => LEVEL_NUMBERS[candidate] === number);
  if (level === undefined) throw new AmplifyLogsError("unknown enforcement level", { field: "pack", value: number });
  return level;
};

const structOf = (value: Readonly<Record<string, unknown>>): StructMessage =>
  Struct.fromJavaScript(value as Parameters<typeof Struct.fromJavaScript>[0]);

const providerMessage = (provider: ProviderInputs): analyzerTypes.AnalyzerProviderResource =>
  new analyzer.AnalyzerProviderResource()
    .setType(provider.type)
    .setName("default")
    .setProperties(structOf(provider.inputs));

const optionsOf = (resource: CapturedResource): analyzerTypes.AnalyzerResourceOptions =>
  new analyzer.AnalyzerResourceOptions().setProtect(resource.protect).setParent(resource.parent);

const request = (resource: CapturedResource, provider: ProviderInputs | undefined): analyzerTypes.AnalyzeRequest => {
  const { type, name, urn, inputs } = resource;
  const message = new analyzer.AnalyzeRequest().setType(type).setName(name).setUrn(urn);
  message.setProperties(structOf(inputs)).setOptions(optionsOf(resource));
  return provider === undefined ? message : message.setProvider(providerMessage(provider));
};

const stackResource = (
  resource: CapturedResource,
  provider: ProviderInputs | undefined,
): analyzerTypes.AnalyzerResource => {
  const { type, name, urn, outputs } = resource;
  const message = new analyzer.AnalyzerResource().setType(type).setName(name).setUrn(urn);
  message.setProperties(structOf(outputs)).setOptions(optionsOf(resource));
  message.setParent(resource.parent).setDependenciesList([...resource.dependencies]);
  for (const [key, urns] of Object.entries(resource.propertyDependencies)) {
    const made = new analyzer.AnalyzerPropertyDependencies().setUrnsList([...urns]);
    message.getPropertydependenciesMap().set(key, made);
  }
  return provider === undefined ? message : message.setProvider(providerMessage(provider));
};

const answerOf = (response: analyzerTypes.AnalyzeResponse, urn: string): Answer => ({
  diagnostics: response.getDiagnosticsList().map((diagnostic) => ({
    rule: diagnostic.getPolicyname(),
    urn: diagnostic.getUrn() || urn,
    message: diagnostic.getMessage(),
    enforcementLevel: levelOf(diagnostic.getEnforcementlevel()),
  })),
  notApplicable: response.getNotApplicableList().map((policy) => policy.getPolicyName()),
});

const infoOf = (info: analyzerTypes.PolicyInfo): RuleInfo => ({
  name: info.getName(),
  description: info.getDescription(),
  url: info.getUrl(),
  enforcementLevel: levelOf(info.getEnforcementlevel()),
  settings: (info.getConfigschema()?.getProperties()?.toJavaScript() ?? {}) as Record<string, SettingSchema>,
});

/** The first line that a pack prints is its port. */
const readPort = (child: ChildProcess, name: string): Promise<string> =>
  new Promise((resolve, reject) => {
    let printed = "";
    let complaints = "";
    child.stderr!.on("data", (data: Buffer) => (complaints += data.toString("utf8")));
    child.stdout!.on("data", (data: Buffer) => {
      printed += data.toString("utf8");
      const port = /^(\d+)\r?\n/m.exec(printed)?.[1];
      if (port !== undefined) resolve(port);
    });
    child.once("error", reject);
    child.once("close", (code) =>
      reject(new AmplifyLogsError(`the policy pack ended with ${code}: ${complaints}`, { field: name })),
    );
  });

/** gRPC's own words before a message, and the stack behind it, say nothing to people. */
const readable = (error: Error): string =>
  error.message
    .replace(/^\d+ [A-Z_]+: /, "")
    .split("\n")
    .filter((line) => !/^\s+at /.test(line))
    .join("\n");

const MESSAGE_BYTES = 400 * 1024 * 1024;

/** Starts a pack of this package. */
export const startPack = (name: PackName): Promise<RunningPack> =>
  startPackFile(
    name,
    path.join(__dirname, "..", "..", "policy", name, "pack.js"),
    // The SDK reads the pack's version from the package.json there.
    path.join(packageRoot(), "policy", name),
  );

/** Starts several; where one does not start, none stays behind. */
export const startPacks = async (
  names: readonly PackName[],
  start: (name: PackName) => Promise<RunningPack> = startPack,
): Promise<{ readonly pack: PackName; readonly process: RunningPack }[]> => {
  const started = await Promise.allSettled(names.map(async (pack) => ({ pack, process: await start(pack) })));
  const running = started.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  const failed = started.find((result) => result.status === "rejected");
  if (failed === undefined) return running;
  for (const { process } of running) process.close();
  throw failed.reason;
};

/** Starts any program that serves a pack. */
export const startPackFile = async (name: string, file: string, folder: string): Promise<RunningPack> => {
  const child = spawn(process.execPath, [file], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NODE_NO_WARNINGS: "1" },
  });
  const stop = (): boolean => child.kill();
  process.once("exit", stop);
  const end = (): void => {
    process.off("exit", stop);
    child.kill();
  };
  const port = await readPort(child, name).catch((error: unknown) => {
    end();
    throw error;
  });
  const client = new AnalyzerClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), {
    "grpc.max_send_message_length": MESSAGE_BYTES,
    "grpc.max_receive_message_length": MESSAGE_BYTES,
  });
  const call = <Request, Response>(method: Call<Request, Response>, message: Request): Promise<Response> =>
    new Promise((resolve, reject) =>
      method.call(client, message, (error, response) => {
        if (error === null) return resolve(response);
        reject(new AmplifyLogsError(readable(error), { field: name, cause: error }));
      }),
    );
  return {
    rules: async () => (await call(client.getAnalyzerInfo, new Empty())).getPoliciesList().map(infoOf),
    configureStack: async (stack, project) => {
      await call(
        client.configureStack,
        new analyzer.AnalyzerStackConfigureRequest().setStack(stack).setProject(project).setDryRun(true),
      );
    },
    configure: async (configuration) => {
      const message = new analyzer.ConfigureAnalyzerRequest();
      for (const [rule, { level, settings }] of Object.entries(configuration)) {
        const entry = new analyzer.PolicyConfig().setProperties(structOf(settings));
        message.getPolicyconfigMap().set(rule, entry.setEnforcementlevel(LEVEL_NUMBERS[level]));
      }
      await call(client.configure, message);
    },
    remediate: async (resource, provider) => {
      const response = await call(client.remediate, request(resource, provider));
      const mended = response.getRemediationsList().map((remediation) => remediation.getProperties());
      return mended.reduce((inputs, next) => next?.toJavaScript() ?? inputs, resource.inputs);
    },
    analyze: async (resource, provider) =>
      answerOf(await call(client.analyze, request(resource, provider)), resource.urn),
    analyzeStack: async (resources, providerOf) => {
      const message = new analyzer.AnalyzeStackRequest().setResourcesList(
        resources.map((resource) => stackResource(resource, providerOf(resource))),
      );
      return answerOf(await call(client.analyzeStack, message), "");
    },
    close: () => {
      client.close();
      end();
    },
  };
};
