import { PREFIXES } from "../src/model/keys";
import { allow, listBelow, type Statement } from "./statements";

export interface GapFinderRights {
  readonly bucketArn: string;
  /** Key of the list of apps. */
  readonly appsKey: string;
  readonly stateMachineArn: string;
}

export const gapFinderStatements = ({ bucketArn, appsKey, stateMachineArn }: GapFinderRights): Statement[] => [
  allow("ReadCoverage", ["s3:GetObject"], [`${bucketArn}/${PREFIXES.coverage}/*`, `${bucketArn}/${appsKey}`]),
  listBelow(bucketArn, [PREFIXES.coverage, PREFIXES.state]),
  allow("StartBackfill", ["states:StartExecution", "states:ListExecutions"], [stateMachineArn]),
];
