/** What the reader of CloudFront's logs may do. Pure data of known ARNs. */
import { PREFIXES } from "../src/model/keys";
import { allow, listBelow, objectsBelow, type Statement } from "./statements";

export interface CloudFrontRights {
  /** Of the lake. */
  readonly bucketArn: string;
  readonly rawPrefix: string;
  readonly apps: readonly string[];
  /** Of what CloudFront delivers to. */
  readonly sourceArn: string;
  /** With its slash; empty for the whole bucket. */
  readonly keyPrefix: string;
  readonly sourceKeyArn: string | undefined;
  readonly queueArn: string;
  readonly jsonOutput: boolean;
  readonly saltParameterArn: string | undefined;
}

/** What a reader needs of the bucket that logs are delivered to: nothing that changes it. */
export const sourceStatements = (of: {
  readonly sourceArn: string;
  readonly keyPrefix: string;
  readonly sourceKeyArn: string | undefined;
}): Statement[] => [
  allow("ReadDelivered", ["s3:GetObject"], [`${of.sourceArn}/${of.keyPrefix}*`]),
  // Without it, an object that is gone would answer 403, as one that may not be read does.
  of.keyPrefix === ""
    ? allow("FindDelivered", ["s3:ListBucket"], [of.sourceArn])
    : allow("FindDelivered", ["s3:ListBucket"], [of.sourceArn], {
        StringLike: { "s3:prefix": [`${of.keyPrefix}*`] },
      }),
  ...(of.sourceKeyArn === undefined ? [] : [allow("UseSourceKey", ["kms:Decrypt"], [of.sourceKeyArn])]),
];

export const receiveStatement = (queueArn: string): Statement =>
  allow("ReceiveEvents", ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], [queueArn]);

export const saltStatements = (parameterArn: string | undefined): Statement[] =>
  parameterArn === undefined ? [] : [allow("ReadSalt", ["ssm:GetParameter"], [parameterArn])];

export const cloudFrontStatements = (rights: CloudFrontRights): Statement[] => {
  const { bucketArn, rawPrefix, apps, jsonOutput } = rights;
  const own = (...prefixes: readonly string[]): string[] =>
    prefixes.flatMap((prefix) => apps.map((app) => `${prefix}/app=${app}`));
  return [
    ...sourceStatements(rights),
    allow("MergeHours", ["s3:GetObject", "s3:PutObject"], objectsBelow(bucketArn, own(rawPrefix))),
    allow("PutAside", ["s3:PutObject"], objectsBelow(bucketArn, own(PREFIXES.quarantine, PREFIXES.rejected))),
    // One wildcard for all its apps: nobody else writes there.
    ...(jsonOutput ? [allow("WriteJson", ["s3:PutObject"], objectsBelow(bucketArn, [PREFIXES.cloudFrontJson]))] : []),
    listBelow(bucketArn, own(rawPrefix)),
    receiveStatement(rights.queueArn),
    ...saltStatements(rights.saltParameterArn),
  ];
};
