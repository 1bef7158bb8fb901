/** moto, Trino and Athena's endpoint, with the catalogue of stack infdev: started once for all suites of this folder. */
import { GlueClient } from "@aws-sdk/client-glue";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { ofType, replayCatalog } from "../athena/glueReplay";
import { deployedResources } from "../athena/program";
import { MOTO_CREDENTIALS, MOTO_REGION, startMoto } from "../tools/moto";
import { startTrino } from "../tools/trino";
import { startAthenaApi, type AthenaApi } from "./athenaApi";
import type { Workgroup } from "./execution";
import { workgroupsOf } from "./glue";
import { startGlueStatistics } from "./glueStatistics";
import type { SqlEngine } from "./sql/engine";
import { trinoEngine } from "./sql/trinoEngine";
import type { Services } from "./tables";

export interface World {
  readonly version: string;
  readonly athena: AthenaApi;
  readonly services: Services;
  readonly engine: SqlEngine;
  readonly database: string;
  /** The lake's bucket. */
  readonly bucket: string;
  readonly resultsBucket: string;
  readonly users: Workgroup;
  readonly maintenance: Workgroup;
  /** One of no program: its clients say where results go. */
  readonly free: Workgroup;
  /** One of no program: nothing may be read in it. */
  readonly tight: Workgroup;
  /** The partition updater's, as the program gives it. */
  readonly updaterEnvironment: Readonly<Record<string, string>>;
  /** For a child process that asks these services and no others. */
  readonly childEnvironment: NodeJS.ProcessEnv;
}

interface FunctionInputs {
  readonly environment: { readonly variables: Readonly<Record<string, string>> };
}

/** The SDK warns of old versions of Node: which ones are supported is said elsewhere. */
const QUIET_SDK = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" };

const open = async (): Promise<{ readonly world: World; readonly close: () => Promise<void> }> => {
  Object.assign(process.env, QUIET_SDK);
  const moto = await startMoto();
  const statistics = await startGlueStatistics(moto.url);
  const [trino, resources] = await Promise.all([
    startTrino({ glueUrl: statistics.url, s3Url: moto.url }),
    deployedResources(),
  ]);
  const client = { endpoint: moto.url, region: MOTO_REGION, credentials: MOTO_CREDENTIALS };
  const services = { glue: new GlueClient(client), s3: new S3Client({ ...client, forcePathStyle: true }) };
  for (const { bucket } of ofType<{ bucket: string }>(resources, "aws:s3/bucket:Bucket")) {
    await services.s3.send(
      new CreateBucketCommand({
        Bucket: bucket,
        CreateBucketConfiguration: { LocationConstraint: MOTO_REGION },
      }),
    );
  }
  const { database } = await replayCatalog(services.glue, resources);
  const deployed = workgroupsOf(resources);
  const free = { name: "free", enforced: false, outputLocation: undefined };
  const tight = { name: "tight", enforced: true, outputLocation: deployed[0]!.outputLocation, scanLimitBytes: 1 };
  const workgroups = [...deployed, free, tight];
  const engine = trinoEngine(trino.url);
  const athena = await startAthenaApi({ services, engine, workgroups });
  const updaterEnvironment = ofType<FunctionInputs>(resources, "aws:lambda/function:Function")
    .map(({ environment }) => environment.variables)
    .find((variables) => "WORKGROUP" in variables)!;
  const workgroupNamed = (wanted: unknown): Workgroup => workgroups.find(({ name }) => name === wanted)!;
  const maintenance = workgroupNamed(updaterEnvironment["WORKGROUP"]);
  const users = workgroupNamed(
    ofType<{ workgroup: string }>(resources, "aws:athena/namedQuery:NamedQuery")[0]!.workgroup,
  );
  const world: World = {
    version: trino.version,
    athena,
    services,
    engine,
    database,
    bucket: updaterEnvironment["BUCKET"]!,
    resultsBucket: /^s3:\/\/([^/]+)/.exec(users.outputLocation!)![1]!,
    users,
    maintenance,
    free,
    tight,
    updaterEnvironment,
    childEnvironment: {
      PATH: process.env["PATH"],
      HOME: process.env["HOME"],
      AWS_REGION: MOTO_REGION,
      AWS_ACCESS_KEY_ID: MOTO_CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: MOTO_CREDENTIALS.secretAccessKey,
      AWS_ENDPOINT_URL_ATHENA: athena.url,
      AWS_ENDPOINT_URL_GLUE: moto.url,
      AWS_ENDPOINT_URL_S3: moto.url,
      ...QUIET_SDK,
      NO_COLOR: "1",
    },
  };
  return {
    world,
    close: async () => {
      await athena.stop();
      await trino.stop();
      await statistics.stop();
      await moto.stop();
    },
  };
};

let opened: ReturnType<typeof open> | undefined;

/** The same one for every suite; it is stopped when all suites are through. */
export const openWorld = async (): Promise<World> => (await (opened ??= open())).world;

after(async () => {
  const current = await opened?.catch(() => undefined);
  await current?.close();
});
