/** What crawlers may do, and those who start them: pure data of known ARNs. No managed policy: AWSGlueServiceRole allows glue:* on all. */
import { allow, type Statement } from "./statements";

export interface CrawledBucket {
  readonly bucketArn: string;
  /** Prefixes without slashes at their ends. */
  readonly prefixes: readonly string[];
  /** Customer key of its objects; undefined where S3 holds the keys. */
  readonly keyArn: string | undefined;
}

export interface CatalogueRights {
  /** `arn:aws:glue:REGION:ACCOUNT`. */
  readonly glueArn: string;
  readonly database: string;
  /** Before the names of its tables; empty where the database is its own. */
  readonly tablePrefix: string;
}

export interface CrawlerRights extends CatalogueRights {
  readonly buckets: readonly CrawledBucket[];
  readonly logGroupArn: string;
  /** The key of its log. */
  readonly keyArn: string;
}

const catalogueArns = ({ glueArn, database, tablePrefix }: CatalogueRights): string[] => [
  `${glueArn}:catalog`,
  `${glueArn}:database/${database}`,
  `${glueArn}:table/${database}/${tablePrefix}*`,
];

const readBucket = ({ bucketArn, prefixes, keyArn }: CrawledBucket, i: number): Statement[] => [
  allow(
    `ReadFiles${i}`,
    ["s3:GetObject"],
    prefixes.map((prefix) => `${bucketArn}/${prefix}/*`),
  ),
  allow(`ListPrefixes${i}`, ["s3:ListBucket"], [bucketArn], {
    StringLike: { "s3:prefix": prefixes.flatMap((prefix) => [prefix, `${prefix}/*`]) },
  }),
  allow(`LocateBucket${i}`, ["s3:GetBucketLocation"], [bucketArn]),
  ...(keyArn === undefined ? [] : [allow(`DecryptFiles${i}`, ["kms:Decrypt"], [keyArn])]),
];

/** Its own prefixes, its own tables, its own log; it deletes nothing. */
export const crawlerStatements = (rights: CrawlerRights): Statement[] => [
  ...rights.buckets.flatMap(readBucket),
  allow(
    "WriteTables",
    [
      "glue:GetDatabase",
      "glue:GetTable",
      "glue:GetTables",
      "glue:CreateTable",
      "glue:UpdateTable",
      "glue:GetPartition",
      "glue:GetPartitions",
      "glue:BatchGetPartition",
      "glue:CreatePartition",
      "glue:BatchCreatePartition",
      "glue:UpdatePartition",
      "glue:BatchUpdatePartition",
    ],
    catalogueArns(rights),
  ),
  // AWS has no resource for this action (service authorization reference of AWS Glue).
  allow("ReadSecurityConfiguration", ["glue:GetSecurityConfiguration"], ["*"]),
  // The group is declared, with its retention and key: Glue asks for both rights all the same ("Encrypting data written by AWS
  // Glue", AWS Glue's guide).
  allow("OwnLogGroup", ["logs:CreateLogGroup", "logs:AssociateKmsKey"], [rights.logGroupArn]),
  allow("WriteLog", ["logs:CreateLogStream", "logs:PutLogEvents"], [`${rights.logGroupArn}:*`]),
  allow("UseLogKey", ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"], [rights.keyArn]),
];

export interface CrawlRights extends CatalogueRights {
  readonly crawlerArn: string;
}

/** For who starts a crawler, waits for it and looks what it found. */
export const crawlStatements = ({ crawlerArn, ...rights }: CrawlRights): Statement[] => [
  allow("RunCrawler", ["glue:StartCrawler", "glue:GetCrawler", "glue:StopCrawler"], [crawlerArn]),
  allow("SeeTables", ["glue:GetTables"], catalogueArns(rights)),
];

/**
 * CloudWatch Logs encrypts a group with a key that lets it, for this group alone ("Encrypt log data in CloudWatch Logs using AWS
 * Key Management Service", CloudWatch Logs user guide).
 */
export const logKeyStatement = (region: string, logGroupArn: string): Statement => ({
  Sid: "LogsUse",
  Effect: "Allow",
  Principal: { Service: `logs.${region}.amazonaws.com` },
  Action: ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"],
  Resource: "*",
  Condition: { ArnEquals: { "kms:EncryptionContext:aws:logs:arn": logGroupArn } },
});
