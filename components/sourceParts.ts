import * as pulumi from "@pulumi/pulumi";
import type { Account } from "./account";
import type { LogLakeReference } from "./arguments";
import { invalidArguments } from "./invalidArguments";

/** JavaScript and other languages may leave it out. */
export const checkLake = (what: string, lake: LogLakeReference | undefined): void => {
  if (lake !== undefined) return;
  throw invalidArguments(what, [
    { field: "lake", reason: "is missing", fix: "give the LogLake that the pipeline has, too" },
  ]);
};

/** ARN of a parameter of SSM's by its name; undefined where there is none. */
export const parameterArn = (account: Account, parameter: string | undefined): pulumi.Output<string> | undefined => {
  if (parameter === undefined) return undefined;
  return pulumi.interpolate`arn:${account.partition}:ssm:${account.region}:${account.id}:parameter/${parameter.replace(/^\//, "")}`;
};
