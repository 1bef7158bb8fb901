/**
 * Runs a Pulumi program as a preview would, with a monitor of its own in this process instead of an engine, and records what it
 * registers. A program may do anything to its process, so this runs in one of its own: see capture.ts.
 */
import { createRequire } from "node:module";
import { existsSync } from "node:fs";
import path from "node:path";
import type * as Pulumi from "@pulumi/pulumi";
import { InputError } from "../errors";
import { MOCK_REGION } from "../local/mockOutputs";
import { readPackagesOnce } from "../local/programGraph";
import { answerCall, answerResource } from "./answers";
import { hideSecrets, type Capture, type CapturedResource } from "./captured";
import { loadProgram } from "./loadProgram";
import type { Project } from "./project";

interface StructMessage {
  toJavaScript(): Record<string, unknown>;
}
/** The parts of generated classes that are used; they bring no types of their own. */
interface RegisterRequest {
  getType(): string;
  getName(): string;
  getParent(): string;
  getProtect(): boolean;
  getProvider(): string;
  getRemote(): boolean;
  getObject(): StructMessage | undefined;
  getDependenciesList(): string[];
  getPropertydependenciesMap(): { entries(): Iterable<[string, { getUrnsList(): string[] }]> };
}
interface RegisterResponse {
  getUrn(): string;
  getId(): string;
  getObject(): StructMessage | undefined;
}
interface InvokeRequest {
  getTok(): string;
  getArgs(): StructMessage | undefined;
}
interface InvokeResponse {
  setUnknown?(unknown: boolean): void;
}
type Rpc<Request, Response> = (request: Request, done: (error: unknown, response?: Response) => void) => unknown;
interface Monitor {
  registerResource: Rpc<RegisterRequest, RegisterResponse>;
  invoke: Rpc<InvokeRequest, InvokeResponse>;
}

interface Sdk {
  readonly pulumi: typeof Pulumi;
  readonly getMonitor: () => Monitor;
  readonly waitForRPCs: () => Promise<void>;
  readonly ResourceInvokeResponse: new () => InvokeResponse;
}

const loadSdk = (from: NodeJS.Require): Sdk => {
  try {
    from.resolve("@pulumi/pulumi");
  } catch (cause) {
    throw new InputError("the program's packages are not installed", {
      field: "@pulumi/pulumi",
      fix: "run npm install in its folder",
      cause,
    });
  }
  return {
    pulumi: from("@pulumi/pulumi") as typeof Pulumi,
    ...(from("@pulumi/pulumi/runtime/settings") as Pick<Sdk, "getMonitor" | "waitForRPCs">),
    ...(from("@pulumi/pulumi/proto/resource_pb") as Pick<Sdk, "ResourceInvokeResponse">),
  };
};

const record = (monitor: Monitor, resources: CapturedResource[]): void => {
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, done) =>
    register(request, (error, response) => {
      if (response !== undefined) {
        const inputs = (hideSecrets(request.getObject()?.toJavaScript() ?? {}) ?? {}) as Record<string, unknown>;
        const answered = hideSecrets(response.getObject()?.toJavaScript() ?? {}) as Record<string, unknown>;
        const id = response.getId();
        resources.push({
          type: request.getType(),
          name: request.getName(),
          urn: response.getUrn(),
          parent: request.getParent(),
          protect: request.getProtect(),
          inputs,
          outputs: { ...answered, ...inputs, ...(id === "" ? {} : { id }) },
          dependencies: request.getDependenciesList(),
          propertyDependencies: Object.fromEntries(
            [...request.getPropertydependenciesMap().entries()].map(([key, made]) => [key, made.getUrnsList()]),
          ),
          provider: request.getProvider(),
          remote: request.getRemote(),
        });
      }
      done(error, response);
    });
};

/** What only AWS could answer is unknown, as if the call waited for a resource that does not exist yet. */
const answerUnknown = (sdk: Sdk, monitor: Monitor, region: string): void => {
  const invoke = monitor.invoke.bind(monitor);
  monitor.invoke = (request, done) => {
    const token = request.getTok();
    const args = request.getArgs()?.toJavaScript() ?? {};
    if (token.startsWith("pulumi:") || answerCall(token, args, region) !== undefined) return invoke(request, done);
    const response = new sdk.ResourceInvokeResponse();
    if (response.setUnknown === undefined) {
      const details = `the program asks AWS (${token}), and its SDK knows no unknown answers: update @pulumi/pulumi`;
      return void done({ details });
    }
    response.setUnknown(true);
    done(null, response);
  };
};

const STACK_TYPE = "pulumi:pulumi:Stack";

/** Changes the working directory to the project's, as `pulumi` does. */
export const evaluateProject = async (project: Project): Promise<Capture> => {
  if (!existsSync(project.main)) {
    throw new InputError("there is no program", { field: "main", value: project.main, fix: "build the program first" });
  }
  process.chdir(project.folder);
  const from = createRequire(path.join(project.folder, "index.js"));
  const sdk = loadSdk(from);
  const { runtime } = sdk.pulumi;
  const region = project.config["aws:region"] ?? MOCK_REGION;
  const config = { "aws:region": region, ...project.config };
  runtime.setAllConfig(config);
  await runtime.setMocks(
    {
      newResource: ({ custom, ...args }) =>
        custom === false
          ? { id: "", state: {} }
          : answerResource({ ...args, inputs: args.inputs as Record<string, unknown> }, region),
      call: ({ token, inputs }) => answerCall(token, inputs as Record<string, unknown>, region) ?? {},
    },
    project.name,
    project.stack,
    true,
  );
  const resources: CapturedResource[] = [];
  const monitor = sdk.getMonitor();
  record(monitor, resources);
  answerUnknown(sdk, monitor, region);
  const readPackagesAgain = readPackagesOnce(from);
  try {
    // What fails inside an output surfaces only as an unhandled rejection.
    await new Promise<void>((resolve, reject) => {
      const fail: (error: unknown) => void = reject;
      process.on("unhandledRejection", fail);
      const run = async (): Promise<void> => {
        await runtime.runInPulumiStack(async () => {
          try {
            return (await loadProgram(project, from)) as Record<string, unknown>;
          } catch (error) {
            fail(error); // Thrown on, it would reject promises inside the SDK that nobody can catch.
            return {};
          }
        });
        await sdk.waitForRPCs();
      };
      run().then(resolve, fail);
    });
    await new Promise((resolve) => setImmediate(resolve));
  } finally {
    readPackagesAgain();
  }
  const declared = resources.filter(({ type }) => type !== STACK_TYPE);
  if (declared.length === 0) {
    throw new InputError("the program declares nothing", { field: "program", fix: "check main in its Pulumi.yaml" });
  }
  return { stack: project.stack, project: project.name, config, resources: declared };
};
