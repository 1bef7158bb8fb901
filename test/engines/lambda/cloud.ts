/** One stack, in a cloud of stand-ins: its functions can be started, and what they write makes the events that AWS would make. */
import { GlueClient } from "@aws-sdk/client-glue";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import {
  startSimulatedAmplify,
  type SimulatedAmplify,
  type SimulatedAmplifyOptions,
} from "../../../src/local/simulator/amplifyEndpoint";
import { startAthenaApi, type AthenaApi } from "../athenaApi/athenaApi";
import { replayCatalog } from "../athena/glueReplay";
import { workgroupsOf } from "../athenaApi/glue";
import { openAuthority, type Authority } from "../iam/authority";
import type { Judge } from "../iam/judge";
import { policiesOf } from "../iam/policies";
import { startProxy, type Backend, type Proxy } from "../iam/proxy";
import { MOTO_CREDENTIALS, type Moto } from "../tools/moto";
import { amplifyAt, forwardTo, LOG_BUCKET, s3At, statesOf, type StartedExecution } from "./backends";
import { openBus } from "./bus";
import { selfSigned } from "./certificate";
import { ofType, property, text, theOne, variablesOf, type Deployed, type DeployedResource } from "./deployed";
import { lakeEngine } from "./lakeEngine";
import type { LambdaNode } from "./nodes";
import { openSandbox, type Sandbox } from "./sandbox/sandbox";
import { keysBelow } from "./table";

export interface CloudOptions {
  readonly deployed: Deployed;
  readonly judge: Judge;
  readonly moto: Moto;
  /** What time it is at Amplify; can be set later. */
  readonly nowMs: number;
  /** Of services that the stack's own functions do not call by default. */
  readonly backends?: Readonly<Record<string, Backend>>;
  readonly traffic: Pick<SimulatedAmplifyOptions, "apps" | "seed" | "requestsPerDay"> &
    Partial<SimulatedAmplifyOptions>;
}

/** How a function runs otherwise than as deployed: for what would take minutes or days to come about. */
export interface Otherwise {
  /** In place of the program's own. */
  readonly variables?: Readonly<Record<string, string>>;
  /** How far its clock is ahead. */
  readonly laterMs?: number;
}

export interface Cloud {
  readonly deployed: Deployed;
  readonly authority: Authority;
  readonly amplify: SimulatedAmplify;
  readonly proxy: Pick<Proxy, "faults">;
  readonly athena: AthenaApi;
  /** Around the proxy: for what a test puts in place and looks at. */
  readonly s3: S3Client;
  readonly glue: GlueClient;
  readonly dataBucket: string;
  /** Of the converter's queue. */
  readonly queueArn: string;
  /** By app. */
  readonly fetchers: ReadonlyMap<string, DeployedResource>;
  readonly converter: DeployedResource;
  readonly updater: DeployedResource;
  readonly compactor: DeployedResource;
  readonly gapFinder: DeployedResource;
  readonly planner: DeployedResource;
  /** Executions of the backfill that the functions started; none of them ever ends. */
  readonly backfills: readonly StartedExecution[];
  setClock(nowMs: number): void;
  /** In place of every log file, until it is undefined again. */
  serveLogFile(content: Buffer | undefined): void;
  start(lambda: DeployedResource, node: LambdaNode, otherwise?: Otherwise): Promise<Sandbox>;
  /** The messages that wait in the converter's queue; they are taken out. */
  messages(): Promise<string[]>;
  /** Removes all objects of the data bucket. */
  empty(): Promise<void>;
  close(): Promise<void>;
}

const FUNCTION = "aws:lambda/function:Function";

const customerKeys = (deployed: Deployed): ReadonlyMap<string, string> =>
  new Map(
    ofType(deployed, "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration").flatMap(
      (encryption) => {
        const [rule] = property(encryption, "rules") as {
          applyServerSideEncryptionByDefault: { kmsMasterKeyId?: string };
        }[];
        const keyArn = rule?.applyServerSideEncryptionByDefault.kmsMasterKeyId;
        return keyArn === undefined ? [] : [[text(encryption, "bucket"), keyArn] as const];
      },
    ),
  );

export const openCloud = async ({
  deployed,
  judge,
  moto,
  nowMs: startMs,
  traffic,
  backends = {},
}: CloudOptions): Promise<Cloud> => {
  const functions = ofType(deployed, FUNCTION);
  const having = (name: string): readonly DeployedResource[] =>
    functions.filter((lambda) => name in variablesOf(lambda));
  const converter = theOne(having("IP_POLICY"), "converters");
  const maintainers = having("WORKGROUP");
  const compacts = (lambda: DeployedResource): boolean => "SETTLING_HOURS" in variablesOf(lambda);
  const compactor = theOne(maintainers.filter(compacts), "compactors");
  const updater = theOne(
    maintainers.filter((lambda) => !compacts(lambda)),
    "partition updaters",
  );
  const gapFinder = theOne(having("GAP_DAYS"), "gap finders");
  const planner = theOne(having("BACKFILL_DAYS"), "planners");
  const region = text(converter, "arn").split(":")[3]!;
  const dataBucket = variablesOf(converter)["BUCKET"]!;

  await moto.reset();
  const client = { endpoint: moto.url, region, credentials: MOTO_CREDENTIALS };
  const s3 = new S3Client({ ...client, forcePathStyle: true });
  const glue = new GlueClient(client);
  for (const bucket of ofType(deployed, "aws:s3/bucket:Bucket")) {
    const Bucket = text(bucket, "bucket");
    const where =
      region === "us-east-1" ? {} : { CreateBucketConfiguration: { LocationConstraint: region as "eu-central-1" } };
    await s3.send(new CreateBucketCommand({ Bucket, ...where }));
  }

  for (const versioning of ofType(deployed, "aws:s3/bucketVersioning:BucketVersioning")) {
    const { status } = property(versioning, "versioningConfiguration") as { status: "Enabled" };
    const VersioningConfiguration = { Status: status };
    await s3.send(new PutBucketVersioningCommand({ Bucket: text(versioning, "bucket"), VersioningConfiguration }));
  }

  for (const object of ofType(deployed, "aws:s3/bucketObjectv2:BucketObjectv2"))
    await s3.send(
      new PutObjectCommand({ Bucket: text(object, "bucket"), Key: text(object, "key"), Body: text(object, "content") }),
    );

  const backfills: StartedExecution[] = [];
  const authority = await openAuthority(judge, policiesOf(deployed));
  const bus = openBus(deployed, authority, region);
  let nowMs = startMs;
  const amplify = await startSimulatedAmplify({ clock: { now: () => nowMs }, ...traffic });
  await replayCatalog(glue, deployed.resources);
  const workgroups = workgroupsOf(deployed.resources);
  const services = { glue, s3 };
  const { DATABASE, TABLE, APPS } = variablesOf(compactor) as Record<string, string>;
  const lake = { bucket: dataBucket, database: DATABASE!, table: TABLE!, apps: APPS!.split(",") };
  const athena = await startAthenaApi({ services, engine: lakeEngine(services, lake), workgroups });
  const keys = customerKeys(deployed);
  const regions = new Set([region, ...having("APP_REGION").map((lambda) => variablesOf(lambda)["APP_REGION"]!)]);
  const certificate = selfSigned(
    [...regions].flatMap((name) => [`*.${name}.amazonaws.com`, `*.s3.${name}.amazonaws.com`]),
  );
  let logFile: Buffer | undefined;
  const unsigned: Backend = async (request) => {
    if (request.service !== "s3" || request.bucket !== LOG_BUCKET)
      throw new Error(`unsigned: ${request.method} ${request.headers["host"]}${request.path}`);
    if (logFile !== undefined) return { status: 200, headers: { "content-type": "text/csv" }, body: logFile };
    return forwardTo(amplify.url)(request);
  };
  const proxy = await startProxy({
    authority,
    certificate,
    backends: {
      s3: s3At(moto.url),
      ssm: forwardTo(moto.url),
      sts: forwardTo(moto.url),
      athena: forwardTo(athena.url),
      glue: forwardTo(moto.url),
      states: statesOf(backfills),
      amplify: amplifyAt(amplify.url),
      ...backends,
    },
    unsigned,
    keyOf: (bucket) => keys.get(bucket),
    stored: (bucket, key, bytes) => bus.created(bucket, key, bytes),
  });

  const mapping = theOne(ofType(deployed, "aws:lambda/eventSourceMapping:EventSourceMapping"), "event source mappings");
  const queueArn = text(mapping, "eventSourceArn");
  const sandboxes: Sandbox[] = [];
  return {
    deployed,
    authority,
    amplify,
    proxy,
    athena,
    s3,
    glue,
    dataBucket,
    queueArn,
    fetchers: new Map(having("APP_NAME").map((lambda) => [variablesOf(lambda)["APP_NAME"]!, lambda])),
    converter,
    updater,
    compactor,
    gapFinder,
    planner,
    backfills,
    setClock: (ms) => (nowMs = ms),
    serveLogFile: (content) => (logFile = content),
    start: async (lambda, node, { variables = {}, laterMs = 0 } = {}) => {
      const credentials = proxy.credentialsOf(text(lambda, "role"));
      const place = { region, credentials, proxyPort: proxy.port, authority: certificate.cert };
      const sandbox = await openSandbox({ deployed, lambda, node, variables, laterMs, ...place });
      sandboxes.push(sandbox);
      return sandbox;
    },
    messages: () => bus.take(queueArn),
    empty: async () => {
      for (const Key of await keysBelow(s3, dataBucket, ""))
        await s3.send(new DeleteObjectCommand({ Bucket: dataBucket, Key }));
    },
    close: async () => {
      for (const sandbox of sandboxes) await sandbox.close();
      await proxy.close();
      await athena.stop();
      await amplify.close();
      glue.destroy();
      s3.destroy();
    },
  };
};
