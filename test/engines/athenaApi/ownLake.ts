/** A lake of a suite's own beside the shared one: the program under other names, on the same S3, Glue and Trino. */
import { AthenaClient } from "@aws-sdk/client-athena";
import { CreateBucketCommand, PutBucketVersioningCommand } from "@aws-sdk/client-s3";
import { local as openConverter, type LocalConverter } from "../../../handlers/convert/index";
import { S3MaintenanceStore } from "../../../src/aws/s3MaintenanceStore";
import { rawKey } from "../../../src/model/keys";
import { systemClock, type Clock } from "../../../src/ports";
import { gzipFile } from "../../rows/logLines";
import { ofType, replayCatalog, type Resource } from "../athena/glueReplay";
import type { HourOfLines } from "../athena/lake";
import { evaluatedResources } from "../athena/program";
import { MOTO_CREDENTIALS, MOTO_REGION } from "../tools/moto";
import { startAthenaApi, type AthenaApi } from "./athenaApi";
import type { Workgroup } from "./execution";
import { workgroupsOf } from "./glue";
import type { SqlEngine } from "./sql/engine";
import type { Services } from "./tables";
import type { World } from "./world";

type Environment = Readonly<Record<string, string>>;

export interface OwnLake {
  readonly resources: readonly Resource[];
  readonly bucket: string;
  readonly database: string;
  readonly table: string;
  readonly athena: AthenaApi;
  readonly athenaClient: AthenaClient;
  /** Around Athena's API: an answer of any length. */
  readonly engine: SqlEngine;
  readonly users: Workgroup;
  readonly services: Services;
  readonly store: S3MaintenanceStore;
  /** The environment of the function that has these variables. */
  environmentWith(...variables: readonly string[]): Environment;
  /** Has these hours fetched and converted, whatever is there of them; returns how many rows were new. */
  convert(hours: readonly HourOfLines[], clock?: Clock): Promise<number>;
  close(): Promise<void>;
}

const noSecret = (): Promise<string> => Promise.reject(new Error("no secret is needed"));

/** `name` makes the names: of a project, and of a database. */
export const openOwnLake = async (
  world: World,
  name: string,
  changes: Readonly<Record<string, string>> = {},
): Promise<OwnLake> => {
  const resources = await evaluatedResources({ ...changes, namingProject: name, databaseName: `${name}_logs` });
  const { services, engine } = world;
  for (const { bucket } of ofType<{ bucket: string }>(resources, "aws:s3/bucket:Bucket")) {
    const CreateBucketConfiguration = { LocationConstraint: MOTO_REGION } as const;
    await services.s3.send(new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration }));
  }
  const VersioningConfiguration = { Status: "Enabled" } as const;
  for (const { bucket } of ofType<{ bucket: string }>(resources, "aws:s3/bucketVersioning:BucketVersioning"))
    await services.s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }));
  const { database } = await replayCatalog(services.glue, resources);
  const workgroups = workgroupsOf(resources);
  const athena = await startAthenaApi({ services, engine, workgroups });
  const environmentWith = (...names: readonly string[]): Environment =>
    ofType<{ environment?: { variables: Environment } }>(resources, "aws:lambda/function:Function")
      .map(({ environment }) => environment?.variables ?? {})
      .find((variables) => names.every((name) => name in variables))!;
  const { BUCKET: bucket, TABLE: table } = environmentWith("WORKGROUP");
  const usersName = ofType<{ workgroup: string }>(resources, "aws:athena/namedQuery:NamedQuery")[0]!.workgroup;
  const store = new S3MaintenanceStore(services.s3, bucket!);
  const converterEnvironment = environmentWith("IP_POLICY");
  const convertOne = async (converter: LocalConverter, { lines, ...hour }: HourOfLines): Promise<number> => {
    const key = rawKey(converterEnvironment["RAW_PREFIX"]!, hour);
    await store.put(key, gzipFile(lines));
    return (await converter.convert(key)).added;
  };
  return {
    resources,
    bucket: bucket!,
    database,
    table: table!,
    athena,
    athenaClient: new AthenaClient({ endpoint: athena.url, region: MOTO_REGION, credentials: MOTO_CREDENTIALS }),
    engine,
    users: workgroups.find((workgroup) => workgroup.name === usersName)!,
    services,
    store,
    environmentWith,
    convert: async (hours, clock = systemClock) => {
      const converter = await openConverter(converterEnvironment, { store, clock }, noSecret);
      let added = 0;
      for (const hour of hours) added += await convertOne(converter, hour);
      return added;
    },
    close: () => athena.stop(),
  };
};
