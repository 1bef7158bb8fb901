import * as pulumi from "@pulumi/pulumi";
import type { Bucket } from "@pulumi/aws/s3";
import { validateLake, type LakeSettings } from "../src/model/configuration";
import { GIGABYTE } from "../src/model/units";
import { lookUpAccount, type Account } from "./account";
import type { LogLakeArgs, LogLakeReference } from "./arguments";
import { createPrivateBucket } from "./bucket";
import { createCatalogDatabase } from "./catalog";
import { createConvertQueue } from "./convertQueue";
import { settingsOrThrow } from "./invalidArguments";
import { createCustomerKey } from "./key";
import { makeLabels, type Labels } from "./labels";
import { dataLifecycle, resultsLifecycle } from "./lifecycle";
import { createWorkgroup } from "./workgroup";

/** Far above a day of a hundred apps, so that it stops only a statement gone wrong, at some 50 USD. What it stops is tried again. */
const MAINTENANCE_SCAN_BYTES = 10_000 * GIGABYTE;

/**
 * What can exist once for all sources of logs: the bucket with its policy, its one lifecycle configuration and its one
 * notification, the results bucket, the database, both workgroups and the converter's queue.
 */
export class LogLake extends pulumi.ComponentResource implements LogLakeReference {
  /** The data bucket. */
  public readonly bucketName: pulumi.Output<string>;
  /** Its ARN. */
  public readonly bucketArn: pulumi.Output<string>;
  /** The bucket of query results. */
  public readonly resultsBucketName: pulumi.Output<string>;
  /** Its ARN. */
  public readonly resultsBucketArn: pulumi.Output<string>;
  /** The Glue database, known before anything is deployed. */
  public readonly databaseName: string;
  /** The same name, as the database has it: whoever uses it waits for the database. */
  public readonly databaseReference: pulumi.Output<string>;
  /** Prefix of Amplify's files in the data bucket. */
  public readonly rawPrefix: string;
  /** For people: each query is limited in what it may scan. */
  public readonly usersWorkgroupName: pulumi.Output<string>;
  /** For a pipeline's own statements. */
  public readonly maintenanceWorkgroupName: pulumi.Output<string>;
  /** Its ARN. */
  public readonly maintenanceWorkgroupArn: pulumi.Output<string>;
  /** The queue of raw files that wait for the converter. */
  public readonly convertQueueArn: pulumi.Output<string>;
  /** The queue of those that it gave up. */
  public readonly convertDeadLettersName: pulumi.Output<string>;
  /** The customer key of the data; absent where S3 holds the keys. */
  public readonly dataKeyArn: pulumi.Output<string> | undefined;

  constructor(name: string, args: LogLakeArgs = {}, opts: pulumi.ComponentResourceOptions = {}) {
    super("amplify-log-pipeline:index:LogLake", name, {}, opts);
    const settings = settingsOrThrow(`LogLake ${name}`, validateLake(args, pulumi.getStack()));
    const labels = makeLabels(settings);
    const account = lookUpAccount(this);

    const keyArn = createDataKey(name, { settings, given: args.kmsKeyArn, account, labels }, this);
    const shared = { settings, account, labels, keyArn };
    const data = createDataBucket(name, shared, this);
    const results = createResultsBucket(name, shared, this);
    const convert = createConvertQueue(name, { bucket: data, rawPrefix: settings.rawPrefix, labels }, this);
    const workgroups = createWorkgroups(name, { ...shared, results }, this);

    this.bucketName = data.bucket;
    this.bucketArn = data.arn;
    this.resultsBucketName = results.bucket;
    this.resultsBucketArn = results.arn;
    this.databaseName = settings.database.name;
    this.databaseReference = createDatabase(name, { settings, labels }, this);
    this.rawPrefix = settings.rawPrefix;
    this.usersWorkgroupName = workgroups.users.name;
    this.maintenanceWorkgroupName = workgroups.maintenance.name;
    this.maintenanceWorkgroupArn = workgroups.maintenance.arn;
    this.convertQueueArn = convert.queue.arn;
    this.convertDeadLettersName = convert.deadLetters.name;
    this.dataKeyArn = keyArn;
    this.registerOutputs({
      bucketName: this.bucketName,
      bucketArn: this.bucketArn,
      resultsBucketName: this.resultsBucketName,
      resultsBucketArn: this.resultsBucketArn,
      databaseName: this.databaseName,
      databaseReference: this.databaseReference,
      rawPrefix: this.rawPrefix,
      usersWorkgroupName: this.usersWorkgroupName,
      maintenanceWorkgroupName: this.maintenanceWorkgroupName,
      maintenanceWorkgroupArn: this.maintenanceWorkgroupArn,
      convertQueueArn: this.convertQueueArn,
      convertDeadLettersName: this.convertDeadLettersName,
      dataKeyArn: this.dataKeyArn,
    });
  }
}

interface Shared {
  readonly settings: LakeSettings;
  readonly account: Account;
  readonly labels: Labels;
  readonly keyArn: pulumi.Output<string> | undefined;
}

const createDataKey = (
  name: string,
  of: Omit<Shared, "keyArn"> & { readonly given: pulumi.Input<string> | undefined },
  parent: pulumi.Resource,
): pulumi.Output<string> | undefined => {
  if (of.settings.encryption === "s3") return undefined;
  if (of.given !== undefined) return pulumi.output(of.given);
  const { account, labels } = of;
  const description = "Access logs at rest";
  return createCustomerKey(
    `${name}-data`,
    { keyName: labels.name("dataKey"), description, account, tags: labels.tags, services: [] },
    parent,
  ).arn;
};

const createDataBucket = (
  name: string,
  { settings, account, labels, keyArn }: Shared,
  parent: pulumi.Resource,
): Bucket =>
  createPrivateBucket(
    `${name}-data`,
    {
      bucketName: labels.globalName("dataBucket", account.id),
      tags: labels.tags,
      keyArn,
      lifecycle: dataLifecycle(settings),
      versioned: true,
      forceDestroy: !settings.protectData,
      protect: settings.protectData,
    },
    parent,
  );

const createResultsBucket = (
  name: string,
  { settings, account, labels, keyArn }: Shared,
  parent: pulumi.Resource,
): Bucket =>
  createPrivateBucket(
    `${name}-results`,
    {
      bucketName: labels.globalName("resultsBucket", account.id),
      tags: labels.tags,
      keyArn,
      lifecycle: resultsLifecycle(settings),
      versioned: true,
      // Results can be asked for again.
      forceDestroy: true,
      protect: false,
    },
    parent,
  );

const createWorkgroups = (name: string, of: Shared & { readonly results: Bucket }, parent: pulumi.Resource) => {
  const { settings, labels, keyArn, results } = of;
  const shared = { resultsBucketName: results.bucket, keyArn, tags: labels.tags };
  return {
    users: createWorkgroup(
      `${name}-users`,
      {
        ...shared,
        workgroupName: labels.name("usersWorkgroup"),
        description: "People's queries, each limited in what it may scan",
        folder: "users",
        scanLimitBytes: settings.scanLimitGigabytes * GIGABYTE,
      },
      parent,
    ),
    maintenance: createWorkgroup(
      `${name}-maintenance`,
      {
        ...shared,
        workgroupName: labels.name("maintenanceWorkgroup"),
        description: "The pipeline's own statements",
        folder: "maintenance",
        scanLimitBytes: MAINTENANCE_SCAN_BYTES,
      },
      parent,
    ),
  };
};

const createDatabase = (
  name: string,
  { settings, labels }: Pick<Shared, "settings" | "labels">,
  parent: pulumi.Resource,
): pulumi.Output<string> => {
  if (!settings.database.create) return pulumi.output(settings.database.name);
  const { name: databaseName } = settings.database;
  const description = "Access logs of Amplify apps";
  return createCatalogDatabase(name, { databaseName, description, tags: labels.tags }, parent).name;
};
