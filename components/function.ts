import * as pulumi from "@pulumi/pulumi";
import { LogGroup } from "@pulumi/aws/cloudwatch";
import { Role, RolePolicy } from "@pulumi/aws/iam";
import { CallbackFunction, type CallbackFunctionArgs } from "@pulumi/aws/lambda";
import { pipelineId } from "../src/model/metrics";
import type { SourceContext } from "./context";
import { bundlePath, excludedPackages, loadHandler, packWith, type Bundle } from "./packaging";
import { functionStatements, keyStatements, policyText, trustOf, type Statement } from "./statements";

/** What a handler needs to run. */
export interface Sizing {
  readonly memoryMegabytes: number;
  readonly timeoutSeconds: number;
  /** Room for temporary files. Default: 512 MB, which Lambda gives for nothing. */
  readonly temporaryMegabytes?: number;
}

/** Per handler; a megabyte-second costs the same for each, so these follow from what the work holds and waits for. */
export const SIZING = {
  /**
   * Needs less than 256 MB, whatever comes: an hour of 1 GB waits on disk. Memory is Lambda's measure of CPU too, and such an hour
   * takes some 40 s of one; five minutes as in the source, as Amplify takes up to 18 s a window. Temporary files: an answer of
   * 4 GiB, the most that is taken, has some 3 GB of them.
   */
  fetch: { memoryMegabytes: 1024, timeoutSeconds: 300, temporaryMegabytes: 4096 },
  /** 1,769 MB is one whole CPU, and conversion is bound by CPU; an hour of 1 GB takes a minute, and 0.5 GB of temporary files. */
  convert: { memoryMegabytes: 1769, timeoutSeconds: 300, temporaryMegabytes: 4096 },
  /** Waits for Athena and holds nothing; its query is stopped a minute before the function would be. */
  partitions: { memoryMegabytes: 256, timeoutSeconds: 300 },
  /** Holds listings only, of a hundred apps' days; Athena does the work. A first run after a long backfill lists a million files. */
  compact: { memoryMegabytes: 512, timeoutSeconds: 900 },
  /** Holds two weeks of coverage of some apps at a time, 360 rows each. */
  gaps: { memoryMegabytes: 256, timeoutSeconds: 300 },
  /** Reads one small object. */
  plan: { memoryMegabytes: 256, timeoutSeconds: 60 },
  /** Bound by CPU; an object of CloudFront's has a few minutes of one edge's requests, but v2 deliveries may unite more. */
  cloudfront: { memoryMegabytes: 1024, timeoutSeconds: 300, temporaryMegabytes: 2048 },
  /**
   * Streams: an object of 100 MB waits on disk, row group by row group. 128 MB are a fourteenth of a CPU: such an object takes minutes, and
   * more of them when it comes again and longer.
   */
  applogs: { memoryMegabytes: 128, timeoutSeconds: 900, temporaryMegabytes: 2048 },
} as const satisfies Record<Bundle, Sizing>;

/** Of the roles that names are made for, those of functions. */
type FunctionRole =
  | "fetcher"
  | "converter"
  | "partitionUpdater"
  | "planner"
  | "gapFinder"
  | "compactor"
  | "cloudFrontReader"
  | "applicationReader";

/** What differs from function to function. */
export interface HandlerFunctionArgs {
  readonly bundle: Bundle;
  readonly role: FunctionRole;
  /** Where one exists for each app. */
  readonly app?: string;
  readonly description: string;
  /** What it may do besides writing its log. */
  readonly statements: pulumi.Output<Statement[]>;
  /** Besides BUCKET and PIPELINE. */
  readonly environment: Record<string, pulumi.Input<string>>;
  /** Whether it writes nothing into the buckets. Default: false. */
  readonly readsOnly?: boolean;
  /** The queue that keeps events which failed for good, where it is started by such; a queue or a state machine keeps its own. Default: none. */
  readonly failedRunsArn?: pulumi.Input<string>;
}

export interface HandlerFunction {
  readonly lambda: CallbackFunction<unknown, unknown>;
  readonly role: Role;
  readonly logGroup: LogGroup;
}

/** A handler in Lambda, with its log group and its role. */
export const createHandlerFunction = (context: SourceContext, args: HandlerFunctionArgs): HandlerFunction => {
  const { settings, labels, lake, parent } = context;
  const { bundle, role: kind, app } = args;
  const { tags } = labels;
  const name = [context.name, ...(app === undefined ? [] : [app]), bundle].join("-");
  const functionName = labels.name(kind, app);
  const roleName = labels.name(`${kind}Role`, app);
  const { failedRunsArn } = args;
  const sizing: Sizing = SIZING[bundle];
  bundlePath(bundle); // A missing build must stop the preview, not surface from inside an output.

  // Declared before the function, which may not create one: else it would live for ever, without tags.
  const logGroup = new LogGroup(
    name,
    { name: `/aws/lambda/${functionName}`, retentionInDays: settings.retention.logDays, tags },
    { parent },
  );
  const role = new Role(
    name,
    {
      name: roleName,
      description: args.description,
      assumeRolePolicy: JSON.stringify(trustOf("lambda.amazonaws.com")),
      tags,
    },
    { parent },
  );
  const rights = pulumi
    .all([args.statements, logGroup.arn, lake.dataKeyArn, failedRunsArn])
    .apply(([own, logGroupArn, keyArn, queueArn]) =>
      policyText([...own, ...keyStatements(keyArn, args.readsOnly), ...functionStatements(logGroupArn, queueArn)]),
    );
  const rolePolicy = new RolePolicy(name, { name: roleName, role: role.name, policy: rights }, { parent });

  const lambda = new CallbackFunction(
    name,
    {
      name: functionName,
      description: args.description,
      callbackFactory: loadHandler as CallbackFunctionArgs<unknown, unknown>["callbackFactory"],
      codePathOptions: { extraExcludePackages: excludedPackages() },
      role: role.arn,
      runtime: settings.runtime,
      // Arm: a fifth cheaper a second than x86 (November 2026), and the bundles hold no native code.
      architectures: ["arm64"],
      memorySize: sizing.memoryMegabytes,
      timeout: sizing.timeoutSeconds,
      ...(sizing.temporaryMegabytes === undefined ? {} : { ephemeralStorage: { size: sizing.temporaryMegabytes } }),
      environment: {
        variables: { BUCKET: lake.bucketName, ...args.environment, PIPELINE: pipelineId(settings.naming) },
      },
      // JSON, so that a metric filter can tell errors apart by field.
      loggingConfig: { logFormat: "JSON", logGroup: logGroup.name },
      tracingConfig: { mode: "Active" },
      ...(failedRunsArn === undefined ? {} : { deadLetterConfig: { targetArn: failedRunsArn } }),
      tags,
    },
    { parent, dependsOn: [logGroup, rolePolicy], transformations: [packWith(bundle)] },
  );
  return { lambda, role, logGroup };
};
