/** What the further sources of a lake are alike in. */
import type * as pulumi from "@pulumi/pulumi";
import { lookUpAccount } from "./account";
import { MINUTES, queueMetric, single } from "./alarmMetrics";
import type { LogLakeReference } from "./arguments";
import type { FunctionSettings, SourceContext } from "./context";
import { SIZING, type HandlerFunction } from "./function";
import { invalidArguments } from "./invalidArguments";
import { makeLabels } from "./labels";
import { createObjectQueue, type ObjectQueue } from "./objectQueue";
import { createSourceAlarm, failedReads } from "./sourceAlarms";
import type { SourceBucketArgs } from "./sourceArguments";
import { sourceBucket, type SourceBucket, type SourceBucketSettings } from "./sourceBucket";

/** Begins the roles of what a source makes; with it go the bundle that reads its objects. */
const BUNDLES = { cloudFront: "cloudfront", application: "applogs" } as const;
export type SourceKind = keyof typeof BUNDLES;

/** What each source's settings hold, as they were checked. */
export type SourceSettings = Omit<FunctionSettings, "retention"> &
  Parameters<typeof makeLabels>[0] & {
    readonly logDays: number;
    readonly sourceDays: number;
    readonly protectData: boolean;
    /** A bucket, whose names and keys that are known later went through as they came. */
    readonly bucket?: unknown;
    /** A topic, known or known later. */
    readonly alarmTopicArn?: unknown;
  };

/** JavaScript and other languages may leave it out. */
export const checkLake = (what: string, lake: LogLakeReference | undefined): void => {
  if (lake !== undefined) return;
  throw invalidArguments(what, [
    { field: "lake", reason: "is missing", fix: "give the LogLake that the pipeline has, too" },
  ]);
};

/** What the parts of a source share. */
export const sourceContext = <Settings extends SourceSettings>(
  name: string,
  settings: Settings,
  lake: LogLakeReference,
  parent: pulumi.Resource,
): SourceContext<Settings & FunctionSettings> => ({
  name,
  settings: { ...settings, retention: { logDays: settings.logDays } },
  labels: makeLabels(settings),
  account: lookUpAccount(parent),
  lake,
  parent,
});

/** Where a source's alarms go. */
export const topicOf = ({ alarmTopicArn }: Pick<SourceSettings, "alarmTopicArn">): pulumi.Input<string> | undefined =>
  alarmTopicArn as pulumi.Input<string> | undefined;

/** The bucket that a source's objects are delivered to. */
export const createSource = (
  context: SourceContext<SourceSettings & FunctionSettings>,
  of: SourceKind,
  deliverers: SourceBucketSettings["deliverers"],
): SourceBucket => {
  const { bucket, sourceDays, protectData } = context.settings;
  const given = bucket as SourceBucketArgs | undefined;
  return sourceBucket(context, { given, role: `${of}Bucket`, sourceDays, protectData, deliverers });
};

/** The queue of a source's new objects. */
export const createSourceQueue = (
  { name, labels, parent }: SourceContext,
  of: SourceKind,
  source: SourceBucket,
  keySuffixes: readonly string[] = [],
): ObjectQueue =>
  createObjectQueue(
    name,
    {
      labels,
      ruleSuffix: "delivered",
      queueSuffix: "read",
      roles: { rule: `${of}Rule`, queue: `${of}Queue`, deadLetters: `${of}DeadLetters` },
      bucketName: source.bucketName,
      keyPrefix: source.keyPrefix,
      keySuffixes,
      timeoutSeconds: SIZING[BUNDLES[of]].timeoutSeconds,
      dependsOn: source.notifications,
    },
    parent,
  );

/** Alarms of a source: reads that failed, and objects that were given up. */
export const createReadAlarms = (
  context: SourceContext<SourceSettings & FunctionSettings>,
  of: SourceKind,
  { reader, queues }: { readonly reader: HandlerFunction; readonly queues: ObjectQueue },
): void => {
  const topicArn = topicOf(context.settings);
  createSourceAlarm(context, `${of}Errors`, failedReads(context, BUNDLES[of], reader), topicArn);
  const given = queueMetric("ApproximateNumberOfMessagesVisible", queues.deadLetters.name);
  createSourceAlarm(context, `${of}DeadLetters`, single(given, 5 * MINUTES), topicArn);
};
