/** What the reader of application logs may do. Pure data of known ARNs. */
import { APPLICATION_STATE } from "../src/model/applicationKeys";
import { PREFIXES } from "../src/model/keys";
import { receiveStatement, saltStatements, sourceStatements } from "./cloudFrontStatements";
import { allow, listBelow, objectsBelow, type Statement } from "./statements";

export interface ApplicationRights {
  /** Of the lake. */
  readonly bucketArn: string;
  /** Of what applications deliver to. */
  readonly sourceArn: string;
  /** With its slash; empty for the whole bucket. */
  readonly keyPrefix: string;
  readonly sourceKeyArn: string | undefined;
  readonly queueArn: string;
  /** `arn:aws:glue:REGION:ACCOUNT`. */
  readonly glueArn: string;
  readonly database: string;
  /** The table whose partitions it registers. */
  readonly table: string;
  readonly saltParameterArn: string | undefined;
}

/** What it writes is united with what is there, so that it reads it too. */
const OWN_PREFIXES = [PREFIXES.processed, PREFIXES.errors, APPLICATION_STATE];

export const applicationStatements = (rights: ApplicationRights): Statement[] => {
  const { bucketArn, glueArn, database, table } = rights;
  return [
    ...sourceStatements(rights),
    allow("UniteRows", ["s3:GetObject", "s3:PutObject"], objectsBelow(bucketArn, OWN_PREFIXES)),
    listBelow(bucketArn, OWN_PREFIXES),
    allow(
      "RegisterPartitions",
      ["glue:BatchCreatePartition", "glue:GetTable"],
      [`${glueArn}:catalog`, `${glueArn}:database/${database}`, `${glueArn}:table/${database}/${table}`],
    ),
    receiveStatement(rights.queueArn),
    ...saltStatements(rights.saltParameterArn),
  ];
};
