/** The double as a provider plugin: Pulumi's protocol around its decisions. Started by the engine, as `pulumi-resource-aws`. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type * as grpcTypes from "@grpc/grpc-js";
import type { Empty as EmptyMessage } from "google-protobuf/google/protobuf/empty_pb";
import type { Struct as StructMessage } from "google-protobuf/google/protobuf/struct_pb";
import type * as pluginTypes from "@pulumi/pulumi/proto/plugin_pb";
import type * as providerTypes from "@pulumi/pulumi/proto/provider_pb";
import { Cloud } from "./cloud";
import { answer } from "./invokes";
import { AwsDouble, type Tables } from "./provider";
import type { Values } from "./values";

const sdk = createRequire(require.resolve("@pulumi/pulumi"));
const grpc = sdk("@grpc/grpc-js") as typeof grpcTypes;
const { Empty } = sdk("google-protobuf/google/protobuf/empty_pb") as { Empty: new () => EmptyMessage };
const { Struct } = sdk("google-protobuf/google/protobuf/struct_pb") as { Struct: typeof StructMessage };
const plugin = sdk("./proto/plugin_pb") as typeof pluginTypes;
const proto = sdk("./proto/provider_pb") as typeof providerTypes;
const { ResourceProviderService } = sdk("./proto/provider_grpc_pb") as {
  ResourceProviderService: grpcTypes.ServiceDefinition;
};

const setting = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: the double is started by its tests only`);
  return value;
};

const cloud = new Cloud(setting("AWS_DOUBLE_CLOUD"));
const tables = JSON.parse(readFileSync(setting("AWS_DOUBLE_TABLES"), "utf8")) as Tables;
const version = setting("AWS_DOUBLE_VERSION");
const account = setting("AWS_DOUBLE_ACCOUNT");
let double = new AwsDouble(cloud, tables, account, "eu-central-1");

const values = (struct: StructMessage | undefined): Values => struct?.toJavaScript() ?? {};
// The marshaller knows no undefined.
const struct = (content: Values): StructMessage =>
  Struct.fromJavaScript(JSON.parse(JSON.stringify(content)) as Record<string, never>);

/** A method of the service: what it throws is the error that the user reads. */
const method =
  <Request, Response>(handle: (request: Request) => Response): grpcTypes.UntypedHandleCall =>
  ({ request }: { request: Request }, done: grpcTypes.sendUnaryData<Response>) => {
    try {
      done(null, handle(request));
    } catch (error) {
      done({ code: grpc.status.UNKNOWN, details: (error as Error).message });
    }
  };

const failure = (property: string, reason: string): providerTypes.CheckFailure =>
  new proto.CheckFailure().setProperty(property).setReason(reason);

const service = {
  handshake: method(() => new proto.ProviderHandshakeResponse().setAcceptSecrets(true)),
  getPluginInfo: method(() => new plugin.PluginInfo().setVersion(version)),
  getSchema: method(() => new proto.GetSchemaResponse().setSchema(JSON.stringify({ name: "aws", version }))),
  attach: method(() => new Empty()),
  cancel: method(() => new Empty()),
  checkConfig: method((request: providerTypes.CheckRequest) => {
    const { region } = values(request.getNews()) as { region?: string };
    const response = new proto.CheckResponse().setInputs(request.getNews());
    const bad = region !== undefined && !/^[a-z]{2}(-[a-z]+)+-\d$/.test(region) && region !== "";
    return bad ? response.addFailures(failure("region", `Invalid region: ${region}`)) && response : response;
  }),
  diffConfig: method(() => new proto.DiffResponse().setChanges(proto.DiffResponse.DiffChanges.DIFF_NONE)),
  configure: method((request: providerTypes.ConfigureRequest) => {
    const region = request.getVariablesMap().get("aws:config:region");
    if (region !== undefined && region !== "") double = new AwsDouble(cloud, tables, account, region);
    return new proto.ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true);
  }),
  invoke: method((request: providerTypes.InvokeRequest) =>
    new proto.InvokeResponse().setReturn(struct(answer(request.getTok(), values(request.getArgs()), double))),
  ),
  check: method((request: providerTypes.CheckRequest) => {
    const { inputs, problems } = double.check(request.getUrn(), values(request.getOlds()), values(request.getNews()));
    return new proto.CheckResponse()
      .setInputs(struct(inputs))
      .setFailuresList(problems.map(([path, reason]) => failure(path, reason)));
  }),
  diff: method((request: providerTypes.DiffRequest) => {
    const news = values(request.getNews());
    const { changed, replaced, deleteFirst } = double.diff(
      request.getUrn(),
      values(request.getOlds()),
      values(request.getOldInputs()),
      news,
    );
    const { DIFF_SOME, DIFF_NONE } = proto.DiffResponse.DiffChanges;
    return new proto.DiffResponse()
      .setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE)
      .setDiffsList([...changed])
      .setReplacesList([...replaced])
      .setDeletebeforereplace(deleteFirst);
  }),
  create: method((request: providerTypes.CreateRequest) => {
    const { id, outputs } = double.create(request.getUrn(), values(request.getProperties()), request.getPreview());
    return new proto.CreateResponse().setId(id).setProperties(struct(outputs));
  }),
  update: method((request: providerTypes.UpdateRequest) => {
    const [state, news] = [values(request.getOlds()), values(request.getNews())];
    const outputs = double.update(request.getUrn(), request.getId(), state, news, request.getPreview());
    return new proto.UpdateResponse().setProperties(struct(outputs));
  }),
  read: method((request: providerTypes.ReadRequest) => {
    const found = double.read(request.getUrn(), request.getId(), values(request.getProperties()));
    if (found === undefined) return new proto.ReadResponse();
    return new proto.ReadResponse()
      .setId(request.getId())
      .setInputs(struct(found.inputs))
      .setProperties(struct(found.outputs));
  }),
  delete: method((request: providerTypes.DeleteRequest) => {
    double.delete(request.getUrn(), request.getId(), values(request.getProperties()));
    return new Empty();
  }),
};

const server = new grpc.Server({
  "grpc.max_receive_message_length": 400 * 1024 * 1024,
  "grpc.max_send_message_length": 400 * 1024 * 1024,
});
server.addService(ResourceProviderService, service);
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  // The engine reads the port from the first line.
  console.log(String(port));
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(0));
// An engine that was killed stops nobody: whoever is left without it goes, too.
const engineProcess = process.ppid;
setInterval(() => process.ppid !== engineProcess && process.exit(0), 1000).unref();
