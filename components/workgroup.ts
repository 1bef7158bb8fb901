import * as pulumi from "@pulumi/pulumi";
import { Workgroup } from "@pulumi/aws/athena";

export interface WorkgroupArgs {
  readonly workgroupName: string;
  readonly description: string;
  readonly resultsBucketName: pulumi.Input<string>;
  /** Where in the results bucket; without slashes at its ends. */
  readonly folder: string;
  readonly keyArn: pulumi.Input<string> | undefined;
  /** Most that one query may scan; no limit where absent. */
  readonly scanLimitBytes: number;
  readonly tags: Record<string, string>;
}

/** A workgroup whose settings hold over its clients' own: results are encrypted, and lie where they expire. */
export const createWorkgroup = (name: string, args: WorkgroupArgs, parent: pulumi.Resource): Workgroup =>
  new Workgroup(
    name,
    {
      name: args.workgroupName,
      description: args.description,
      // It holds a history of queries; destroying the lake must not stop at that.
      forceDestroy: true,
      configuration: {
        enforceWorkgroupConfiguration: true,
        publishCloudwatchMetricsEnabled: true,
        bytesScannedCutoffPerQuery: args.scanLimitBytes,
        engineVersion: { selectedEngineVersion: "Athena engine version 3" },
        resultConfiguration: {
          outputLocation: pulumi.interpolate`s3://${args.resultsBucketName}/${args.folder}/`,
          encryptionConfiguration:
            args.keyArn === undefined
              ? { encryptionOption: "SSE_S3" }
              : { encryptionOption: "SSE_KMS", kmsKeyArn: args.keyArn },
        },
      },
      tags: args.tags,
    },
    { parent },
  );
