import * as pulumi from "@pulumi/pulumi";
import { validateCloudFront, type CloudFrontSettings } from "../src/model/cloudFrontSchema";
import { parameterArn } from "./account";
import type { CloudFrontLogsArgs } from "./cloudFrontArguments";
import { createJsonCrawler, type CloudFrontContext } from "./cloudFrontCrawler";
import { cloudFrontStatements } from "./cloudFrontStatements";
import { createHandlerFunction, type HandlerFunction } from "./function";
import { settingsOrThrow } from "./invalidArguments";
import type { ObjectQueue } from "./objectQueue";
import { createQueueMapping } from "./queueMapping";
import type { SourceBucket } from "./sourceBucket";
import { checkLake, createReadAlarms, createSource, createSourceQueue, sourceContext } from "./sourceParts";
import type { Statement } from "./statements";

/** Objects in one run, as the source's script has it. */
const BATCH_SIZE = 20;
/** Seconds that a batch is collected for: neighbouring objects go into the same hours, which are then written once. */
const BATCHING_SECONDS = 30;

/**
 * CloudFront's standard logs from a bucket, in the raw and typed tables of a lake: each distribution under its app. The pipeline on
 * the same lake names these apps in `otherApps`.
 *
 * ```ts
 * new CloudFrontLogs("cdn", { lake, distributions: [{ name: "docs", distributionId: "E1ABCDEF234567" }] });
 * ```
 */
export class CloudFrontLogs extends pulumi.ComponentResource {
  /** The bucket that logs are delivered to. */
  public readonly bucketName: pulumi.Output<string>;
  /** The function that reads them: what `amplify-logs reprocess --function-name` takes. */
  public readonly functionName: pulumi.Output<string>;
  /** Its ARN. */
  public readonly functionArn: pulumi.Output<string>;
  /** The queue of objects to read: where `amplify-logs redrive` sends back what was given up. */
  public readonly queueArn: pulumi.Output<string>;
  /** The queue of objects that were given up. */
  public readonly deadLettersArn: pulumi.Output<string>;
  /** The crawler over the JSON lines; empty where there is none. */
  public readonly crawlerName: pulumi.Output<string>;
  /** Names of the apps, for the pipeline's `otherApps`. */
  public readonly apps: string[];

  constructor(name: string, args: CloudFrontLogsArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super("amplify-log-pipeline:index:CloudFrontLogs", name, {}, opts);
    const settings = validateArguments(name, args);
    const context: CloudFrontContext = sourceContext(name, settings, args.lake, this);

    const source = createSource(context, "cloudFront", (bucketArn) => deliveryStatements(bucketArn, context));
    const queues = createSourceQueue(context, "cloudFront", source);
    const reader = createReader(context, { source, queues });
    createQueueMapping(context, {
      suffix: "read",
      queueArn: queues.queue.arn,
      handler: reader,
      batchSize: BATCH_SIZE,
      batchingSeconds: BATCHING_SECONDS,
    });
    createReadAlarms(context, "cloudFront", { reader, queues });
    const crawler = settings.crawler === undefined ? undefined : createJsonCrawler(context, settings.crawler);

    this.bucketName = source.bucketName;
    this.functionName = reader.lambda.name;
    this.functionArn = reader.lambda.arn;
    this.queueArn = queues.queue.arn;
    this.deadLettersArn = queues.deadLetters.arn;
    this.crawlerName = pulumi.output(crawler?.crawler.name ?? "");
    this.apps = appsOf(settings);
    this.registerOutputs({
      bucketName: this.bucketName,
      functionName: this.functionName,
      functionArn: this.functionArn,
      queueArn: this.queueArn,
      deadLettersArn: this.deadLettersArn,
      crawlerName: this.crawlerName,
      apps: this.apps,
    });
  }
}

const validateArguments = (name: string, { lake, ...rest }: CloudFrontLogsArgs): CloudFrontSettings => {
  const what = `CloudFrontLogs ${name}`;
  checkLake(what, lake);
  return settingsOrThrow(what, validateCloudFront(rest, pulumi.getStack()));
};

const appsOf = ({ distributions }: CloudFrontSettings): string[] => [
  ...new Set(distributions.map((distribution) => distribution.name)),
];

/** "Permissions for S3" of standard logging (v2), CloudWatch Logs User Guide: CloudFront's deliveries are made in us-east-1. */
const deliveryStatements = (bucketArn: string, { account }: CloudFrontContext): pulumi.Output<Statement[]> =>
  pulumi.all([account.partition, account.id]).apply(([partition, id]): Statement[] => [
    {
      Sid: "CloudFrontDelivers",
      Effect: "Allow",
      Principal: { Service: "delivery.logs.amazonaws.com" },
      Action: "s3:PutObject",
      Resource: `${bucketArn}/*`,
      Condition: {
        StringEquals: { "aws:SourceAccount": id, "s3:x-amz-acl": "bucket-owner-full-control" },
        ArnLike: { "aws:SourceArn": `arn:${partition}:logs:us-east-1:${id}:delivery-source:*` },
      },
    },
  ]);

interface Parts {
  readonly source: SourceBucket;
  readonly queues: ObjectQueue;
}

const createReader = (context: CloudFrontContext, { source, queues }: Parts): HandlerFunction => {
  const { settings, account, lake } = context;
  const { saltParameter, jsonOutput } = settings;
  // The rows in raw/ are as they came: only the JSON lines hold addresses that the policy is about.
  const salt = jsonOutput ? parameterArn(account, saltParameter) : undefined;
  const statements = pulumi
    .all([lake.bucketArn, source.bucketArn, source.keyArn, queues.queue.arn, salt])
    .apply(([bucketArn, sourceArn, sourceKeyArn, queueArn, saltParameterArn]) =>
      cloudFrontStatements({
        bucketArn,
        rawPrefix: lake.rawPrefix,
        apps: appsOf(settings),
        sourceArn,
        keyPrefix: source.keyPrefix,
        sourceKeyArn,
        queueArn,
        jsonOutput,
        saltParameterArn,
      }),
    );
  return createHandlerFunction(context, {
    bundle: "cloudfront",
    role: "cloudFrontReader",
    description: "Puts CloudFront's standard logs into the lake",
    statements,
    environment: {
      RAW_PREFIX: lake.rawPrefix,
      SOURCE_BUCKET: source.bucketName,
      DISTRIBUTIONS: JSON.stringify(
        settings.distributions.map(({ name: app, distributionId }) => ({ app, distributionId })),
      ),
      IP_POLICY: settings.ipPolicy,
      ...(jsonOutput ? { JSON_OUTPUT: "true" } : {}),
      ...(saltParameter === undefined ? {} : { SALT_PARAMETER: saltParameter }),
    },
    // `amplify-logs reprocess` starts it without the queue.
    failedRunsArn: queues.deadLetters.arn,
  });
};
