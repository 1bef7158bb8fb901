/**
 * A language host for Node programs on Pulumi's own protos, for where the official one can't be had: runs programs, policy packs
 * and component packages, by the runners that the program's own SDK brings. Started by the engine, as `pulumi-language-nodejs`.
 */
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";
import type * as grpcTypes from "@grpc/grpc-js";
import type { Empty as EmptyMessage } from "google-protobuf/google/protobuf/empty_pb";
import type * as languageTypes from "@pulumi/pulumi/proto/language_pb";
import type * as pluginTypes from "@pulumi/pulumi/proto/plugin_pb";

const sdk = createRequire(require.resolve("@pulumi/pulumi"));
const grpc = sdk("@grpc/grpc-js") as typeof grpcTypes;
const { Empty } = sdk("google-protobuf/google/protobuf/empty_pb") as { Empty: new () => EmptyMessage };
const language = sdk("./proto/language_pb") as typeof languageTypes;
const plugin = sdk("./proto/plugin_pb") as typeof pluginTypes;
const { LanguageRuntimeService } = sdk("./proto/language_grpc_pb") as {
  LanguageRuntimeService: grpcTypes.ServiceDefinition;
};

type Unary<Request, Response> = grpcTypes.handleUnaryCall<Request, Response>;
type Runner = "run" | "run-plugin" | "run-policy-pack";

/** The engine's address is the last word; flags such as `-root=` come before it. */
const engine =
  process.argv
    .slice(2)
    .filter((word) => !word.startsWith("-"))
    .pop() ?? "";
/** What the SDK's runner answers when it has told the user itself. */
const BAILED = 32;
const MESSAGE_BYTES = 400 * 1024 * 1024;

const runnerOf = (folder: string, runner: Runner): string =>
  createRequire(path.join(folder, "index.js")).resolve(`@pulumi/pulumi/cmd/${runner}`);

interface RuntimeOptions {
  readonly typescript?: boolean;
  readonly nodeargs?: string;
  readonly tsconfig?: string;
}

const optionsOf = (info: languageTypes.ProgramInfo): RuntimeOptions => info.getOptions()?.toJavaScript() ?? {};

const environmentOf = ({ typescript, tsconfig }: RuntimeOptions): Record<string, string> => ({
  ...(typescript === false ? {} : { PULUMI_NODEJS_TYPESCRIPT: "true" }),
  ...(tsconfig === undefined ? {} : { PULUMI_NODEJS_TSCONFIG_PATH: tsconfig }),
});

const nodeArguments = ({ nodeargs }: RuntimeOptions): string[] => nodeargs?.split(" ").filter(Boolean) ?? [];

const run: Unary<languageTypes.RunRequest, languageTypes.RunResponse> = ({ request }, done) => {
  const info = request.getInfo()!;
  const options = optionsOf(info);
  const folder = info.getProgramDirectory();
  const config = JSON.stringify(Object.fromEntries(request.getConfigMap().getEntryList()));
  const child = spawn(
    process.execPath,
    [
      ...nodeArguments(options),
      runnerOf(folder, "run"),
      ...["--monitor", request.getMonitorAddress(), "--engine", engine],
      ...["--organization", request.getOrganization(), "--project", request.getProject()],
      ...["--stack", request.getStack(), "--pwd", request.getPwd(), "--parallel", String(request.getParallel())],
      ...["--root-directory", info.getRootDirectory()],
      ...(request.getDryrun() ? ["--dry-run"] : []),
      info.getEntryPoint(),
    ],
    {
      cwd: folder,
      stdio: ["ignore", "inherit", "inherit"],
      env: {
        ...process.env,
        ...environmentOf(options),
        PULUMI_CONFIG: config,
        PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
      },
    },
  );
  child.once("close", (code) => {
    const response = new language.RunResponse();
    if (code === BAILED) response.setBail(true);
    else if (code !== 0) response.setError(`Program exited with non-zero exit code: ${code}`);
    done(null, response);
  });
};

const pluginEnvironment = (request: languageTypes.RunPluginRequest): Record<string, string> =>
  Object.fromEntries(
    request.getEnvList().map((entry) => {
      const at = entry.indexOf("=");
      return [entry.slice(0, at), entry.slice(at + 1)];
    }),
  );

/** Providers, component packages and policy packs; the last takes the pack's folder as its last word, the others as the first. */
const runPlugin: grpcTypes.handleServerStreamingCall<
  languageTypes.RunPluginRequest,
  languageTypes.RunPluginResponse
> = (call) => {
  const { request } = call;
  const info = request.getInfo()!;
  const options = optionsOf(info);
  const folder = info.getProgramDirectory();
  const isPack = request.getKind() === "analyzer";
  const program = path.resolve(folder, info.getEntryPoint() || ".");
  const words = isPack ? [...request.getArgsList(), program] : [program, ...request.getArgsList()];
  const child = spawn(
    process.execPath,
    [...nodeArguments(options), runnerOf(folder, isPack ? "run-policy-pack" : "run-plugin"), ...words],
    {
      cwd: isPack ? folder : request.getPwd() || folder,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...pluginEnvironment(request), ...environmentOf(options) },
    },
  );
  const answer = (fill: (response: languageTypes.RunPluginResponse) => unknown): void => {
    const response = new language.RunPluginResponse();
    fill(response);
    call.write(response);
  };
  child.stdout.on("data", (data: Buffer) => answer((response) => response.setStdout(data)));
  child.stderr.on("data", (data: Buffer) => answer((response) => response.setStderr(data)));
  child.once("close", (code) => {
    answer((response) => response.setExitcode(code ?? 1));
    call.end();
  });
  call.once("cancelled", () => child.kill());
};

const answering =
  <Response>(make: () => Response): Unary<unknown, Response> =>
  (_, done) =>
    done(null, make());

const server = new grpc.Server({
  "grpc.max_receive_message_length": MESSAGE_BYTES,
  "grpc.max_send_message_length": MESSAGE_BYTES,
});
server.addService(LanguageRuntimeService, {
  handshake: answering(() => new language.LanguageHandshakeResponse()),
  getPluginInfo: answering(() => new plugin.PluginInfo().setVersion("3.250.0")),
  about: answering(() => new language.AboutResponse().setExecutable(process.execPath).setVersion(process.version)),
  getRequiredPlugins: answering(() => new language.GetRequiredPluginsResponse()),
  getRequiredPackages: answering(() => new language.GetRequiredPackagesResponse()),
  getProgramDependencies: answering(() => new language.GetProgramDependenciesResponse()),
  runtimeOptionsPrompts: answering(() => new language.RuntimeOptionsResponse()),
  link: answering(() => new language.LinkResponse()),
  cancel: answering(() => new Empty()),
  // The tests install what a program needs themselves.
  installDependencies: (call: grpcTypes.ServerWritableStream<unknown, unknown>) => call.end(),
  run: run as grpcTypes.UntypedHandleCall,
  runPlugin: runPlugin as grpcTypes.UntypedHandleCall,
});
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  // The engine reads the port from the first line.
  console.log(String(port));
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(0));
// An engine that was killed stops nobody: whoever is left without it goes, too.
const engineProcess = process.ppid;
setInterval(() => process.ppid !== engineProcess && process.exit(0), 1000).unref();
