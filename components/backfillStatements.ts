/** What the backfill's planner may do: pure data of known ARNs. */
import { allow, type Statement } from "./statements";

export interface PlanRights {
  readonly bucketArn: string;
  /** Key of the list of apps. */
  readonly appsKey: string;
}

export const planStatements = ({ bucketArn, appsKey }: PlanRights): Statement[] => [
  allow("ReadApps", ["s3:GetObject"], [`${bucketArn}/${appsKey}`]),
];
