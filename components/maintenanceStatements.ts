/** What those may do who look after the table: the partition updater and the compaction. Pure data of known ARNs. */
import { PREFIXES } from "../src/model/keys";
import { allow, listBelow, objectsBelow, type Statement } from "./statements";

export interface MaintenanceRights {
  readonly bucketArn: string;
  readonly resultsBucketArn: string;
  readonly workgroupArn: string;
  /** `arn:aws:glue:REGION:ACCOUNT`. */
  readonly glueArn: string;
  readonly database: string;
  readonly table: string;
}

const tableArns = ({ glueArn, database }: MaintenanceRights, tables: readonly string[]): string[] => [
  `${glueArn}:catalog`,
  `${glueArn}:database/${database}`,
  ...tables.map((table) => `${glueArn}:table/${database}/${table}`),
];

/** Athena's own needs, whoever asks it. */
const athenaStatements = (rights: MaintenanceRights, further: readonly string[] = []): Statement[] => [
  allow(
    "RunQueries",
    ["athena:StartQueryExecution", "athena:GetQueryExecution", "athena:StopQueryExecution", ...further],
    [rights.workgroupArn],
  ),
  // Athena reads the default database on its own account ("Access to the default database", Athena user guide).
  allow("ReadDefaultDatabase", ["glue:GetDatabase"], [`${rights.glueArn}:database/default`]),
  // Athena writes results with its caller's rights, in parts ("Actions for Athena", service authorization reference).
  allow(
    "WriteQueryResults",
    ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"],
    [`${rights.resultsBucketArn}/*`],
  ),
  allow(
    "FindResults",
    ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
    [rights.resultsBucketArn],
  ),
  allow("LocateData", ["s3:GetBucketLocation"], [rights.bucketArn]),
];

/** Prefixes of what a day consists of. */
const DAY_PREFIXES = [PREFIXES.accessLogs, PREFIXES.compacted, PREFIXES.state];

/**
 * ADD IF NOT EXISTS writes no object: only a plain ADD of a partition that exists leaves `_$folder$` behind ("ALTER TABLE ADD
 * PARTITION", Athena user guide), so that no s3:PutObject is needed.
 */
export const partitionStatements = (rights: MaintenanceRights): Statement[] => [
  ...athenaStatements(rights),
  allow(
    "KeepPartitions",
    [
      "glue:GetDatabase",
      "glue:GetTable",
      "glue:GetPartition",
      "glue:GetPartitions",
      "glue:BatchCreatePartition",
      "glue:CreatePartition",
      "glue:BatchUpdatePartition",
      "glue:BatchDeletePartition",
    ],
    tableArns(rights, [rights.table]),
  ),
  allow("ReadStates", ["s3:GetObject"], objectsBelow(rights.bucketArn, [PREFIXES.state])),
  allow("DropExpired", ["s3:DeleteObject"], objectsBelow(rights.bucketArn, DAY_PREFIXES)),
  listBelow(rights.bucketArn, DAY_PREFIXES),
];

export interface CompactRights extends MaintenanceRights {
  /** Names of the tables that only the compaction reads. */
  readonly hiddenTables: readonly string[];
}

export const compactStatements = (rights: CompactRights): Statement[] => {
  const files = [PREFIXES.accessLogs, PREFIXES.compacted];
  return [
    ...athenaStatements(rights, ["athena:GetQueryResults"]),
    allow(
      "ReadTables",
      ["glue:GetDatabase", "glue:GetTable", "glue:GetPartitions"],
      tableArns(rights, [rights.table, ...rights.hiddenTables]),
    ),
    allow("SwitchPartitions", ["glue:BatchUpdatePartition"], tableArns(rights, [rights.table])),
    allow("ReadFiles", ["s3:GetObject"], objectsBelow(rights.bucketArn, [...files, PREFIXES.state])),
    allow("WriteStates", ["s3:PutObject"], objectsBelow(rights.bucketArn, [PREFIXES.state])),
    // UNLOAD writes with its caller's rights, in parts ("Actions for Athena", service authorization reference).
    allow(
      "WriteCompacted",
      ["s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"],
      objectsBelow(rights.bucketArn, [PREFIXES.compacted]),
    ),
    // The version that was read, and no newer one; without versions, the object.
    allow(
      "TagSuperseded",
      ["s3:PutObjectVersionTagging", "s3:PutObjectTagging"],
      objectsBelow(rights.bucketArn, files),
    ),
    listBelow(rights.bucketArn, DAY_PREFIXES),
  ];
};
