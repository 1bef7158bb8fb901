/**
 * Evaluates a Pulumi program in this process, with no engine and no account: what comes out is the graph that `pulumi up`
 * would deploy. The SDK is the program's own, found from its path, and is loaded only here.
 */
import { createRequire } from "node:module";
import type * as Pulumi from "@pulumi/pulumi";
import { AmplifyLogsError, InputError } from "../errors";
import { MOCK_REGION, mockCall, mockOutputs } from "./mockOutputs";

export interface ProgramResource {
  readonly type: string;
  /** Logical name. */
  readonly name: string;
  readonly urn: string;
  /** Plain values; assets stay assets, with a `path` or `text`. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** URN of the parent; empty for the stack's own. */
  readonly parent: string;
  readonly protect: boolean;
  /** URNs. */
  readonly dependencies: readonly string[];
}

export interface ProgramGraph {
  readonly resources: readonly ProgramResource[];
  /** The stack's outputs. */
  readonly outputs: Readonly<Record<string, unknown>>;
}

export interface Evaluation {
  readonly stack: string;
  /** The project's name and its config's namespace. Default: amplify-logs. */
  readonly project?: string;
  /** `namespace:key` to text; `aws:region` says where. */
  readonly config: Readonly<Record<string, string>>;
}

/** The part of the monitor's request that is recorded; its class is generated code without types of its own. */
interface RegisterRequest {
  getType(): string;
  getName(): string;
  getParent(): string;
  getProtect(): boolean;
  getObject(): unknown;
  getDependenciesList(): string[];
}
interface RegisterResponse {
  getUrn(): string;
}
type Register = (request: RegisterRequest, done: (error: unknown, response?: RegisterResponse) => void) => unknown;

interface Sdk {
  readonly pulumi: typeof Pulumi;
  readonly getMonitor: () => { registerResource: Register };
  readonly waitForRPCs: () => Promise<void>;
  readonly deserializeProperties: (object: unknown) => Record<string, unknown>;
}

const loadSdk = (from: NodeJS.Require): Sdk => ({
  pulumi: from("@pulumi/pulumi") as typeof Pulumi,
  ...(from("@pulumi/pulumi/runtime/settings") as Pick<Sdk, "getMonitor" | "waitForRPCs">),
  ...(from("@pulumi/pulumi/runtime/rpc") as Pick<Sdk, "deserializeProperties">),
});

const STACK_TYPE = "pulumi:pulumi:Stack";

const record = (sdk: Sdk, resources: ProgramResource[]): void => {
  const monitor = sdk.getMonitor();
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, done) =>
    register(request, (error, response) => {
      if (response !== undefined && request.getType() !== STACK_TYPE) {
        resources.push({
          type: request.getType(),
          name: request.getName(),
          urn: response.getUrn(),
          inputs: sdk.deserializeProperties(request.getObject()),
          parent: request.getParent(),
          protect: request.getProtect(),
          dependencies: request.getDependenciesList(),
        });
      }
      done(error, response);
    });
};

interface Arborist {
  loadActual(options?: unknown): Promise<unknown>;
}

/**
 * For each function, CallbackFunction has npm read the whole of node_modules, with the same result: that made half of the time
 * that 50 apps take. Here it is read once. Gives back what undoes that.
 */
export const readPackagesOnce = (from: NodeJS.Require): (() => void) => {
  const sdkRequire = createRequire(from.resolve("@pulumi/pulumi"));
  const { Arborist } = sdkRequire("@npmcli/arborist") as { Arborist: { prototype: Arborist } };
  const { prototype } = Arborist;
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its own object below
  const load = prototype.loadActual;
  const own = Object.getOwnPropertyDescriptor(prototype, "loadActual");
  let tree: Promise<unknown> | undefined;
  prototype.loadActual = function (this: Arborist, options) {
    return (tree ??= load.call(this, options));
  };
  return () => {
    if (own === undefined) delete (prototype as Partial<Arborist>).loadActual;
    else Object.defineProperty(prototype, "loadActual", own);
  };
};

/** An error of the program's user ends as its message; anything else is a bug and keeps its stack. */
const asUserError = (error: unknown): unknown => {
  if (error instanceof AmplifyLogsError || !(error instanceof Error)) return error;
  const isUsers = "__pulumiInputPropertiesError" in error || "__pulumiRunError" in error;
  return isUsers ? new ProgramError(error.message, error) : error;
};

/** The program found its config wrong; the message holds all of it, one problem a line. */
export class ProgramError extends InputError {
  constructor(message: string, cause: unknown) {
    super("", { cause });
    this.message = message;
  }
}

/** Runs `build` as a program and records what it declares. `from` finds the SDK that `build` uses. */
export const evaluate = async (
  from: NodeJS.Require,
  { stack, project = "amplify-logs", config }: Evaluation,
  build: () => unknown,
): Promise<ProgramGraph> => {
  const sdk = loadSdk(from);
  const { runtime } = sdk.pulumi;
  const region = config["aws:region"] ?? MOCK_REGION;
  runtime.setAllConfig({ ...config });
  await runtime.setMocks(
    {
      newResource: (args) => mockOutputs({ ...args, inputs: args.inputs as Record<string, unknown> }, region),
      call: ({ token }) => mockCall(token, region),
    },
    project,
    stack,
  );
  const resources: ProgramResource[] = [];
  record(sdk, resources);

  // What fails inside an output surfaces only as an unhandled rejection.
  let fail: (error: unknown) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => (fail = reject));
  failed.catch(() => undefined);
  process.on("unhandledRejection", fail);
  const readPackagesAgain = readPackagesOnce(from);
  try {
    const run = async (): Promise<ProgramGraph> => {
      const outputs = await runtime.runInPulumiStack(async () => {
        try {
          return await build();
        } catch (error) {
          fail(error); // Thrown on, it would reject promises inside the SDK that nobody can catch.
          return {};
        }
      });
      await sdk.waitForRPCs();
      return { resources, outputs: outputs ?? {} };
    };
    const graph = await Promise.race([run(), failed]);
    if (graph.resources.length === 0) {
      throw new InputError("the program declares nothing", { field: "program", fix: "check its main in Pulumi.yaml" });
    }
    return graph;
  } catch (error) {
    throw asUserError(error);
  } finally {
    await new Promise((resolve) => setImmediate(resolve)); // Rejections are reported after the microtasks.
    process.off("unhandledRejection", fail);
    readPackagesAgain();
  }
};

const resolveProgram = (from: NodeJS.Require, programPath: string): string => {
  try {
    return from.resolve(programPath);
  } catch (cause) {
    throw new InputError("there is no program", { field: "main", value: programPath, fix: "run npm run build", cause });
  }
};

/** Evaluates the program in a file. */
export const evaluateProgram = async ({
  programPath,
  ...evaluation
}: Evaluation & { readonly programPath: string }): Promise<ProgramGraph> => {
  const from = createRequire(programPath);
  const file = resolveProgram(from, programPath);
  // A program runs as it is loaded: a second evaluation must load it again.
  delete from.cache[file];
  return evaluate(from, evaluation, () => from(file));
};
