import * as pulumi from "@pulumi/pulumi";
import { LogGroup } from "@pulumi/aws/cloudwatch";
import { Role, RolePolicy } from "@pulumi/aws/iam";
import { CallbackFunction, type CallbackFunctionArgs } from "@pulumi/aws/lambda";
import { bundlePath, excludedPackages, loadHandler, packWith, type Bundle } from "./packaging";
import { functionStatements, keyStatements, policyText, trustOf, type Statement } from "./statements";

/** What a handler needs to run. */
export interface Sizing {
  readonly memoryMegabytes: number;
  readonly timeoutSeconds: number;
}

/** Per handler; a megabyte-second costs the same for each, so these follow from what the work holds and waits for. */
export const SIZING = {
  /** A busy hour is some 150 MB of CSV (337,334 rows seen) and is merged in memory. Five minutes as in the source: Amplify takes up to 18 s a window. */
  fetch: { memoryMegabytes: 1024, timeoutSeconds: 300 },
  /** 1,769 MB is one whole CPU, and conversion is bound by CPU; the same busy hour takes well under a minute. */
  convert: { memoryMegabytes: 1769, timeoutSeconds: 300 },
  /** Waits for Athena and holds nothing; its query is stopped a minute before the function would be. */
  partitions: { memoryMegabytes: 256, timeoutSeconds: 300 },
} as const satisfies Record<Bundle, Sizing>;

export interface HandlerFunctionArgs {
  readonly bundle: Bundle;
  readonly functionName: string;
  readonly roleName: string;
  readonly description: string;
  readonly statements: pulumi.Output<Statement[]>;
  readonly environment: Record<string, pulumi.Input<string>>;
  readonly runtime: string;
  readonly logDays: number;
  readonly tags: Record<string, string>;
  readonly dataKeyArn: pulumi.Input<string> | undefined;
  /** Where events go that failed for good; absent where the caller is a queue, which keeps them itself. */
  readonly failuresArn: pulumi.Input<string> | undefined;
}

export interface HandlerFunction {
  readonly lambda: CallbackFunction<unknown, unknown>;
  readonly role: Role;
  readonly logGroup: LogGroup;
}

/** A handler in Lambda, with its log group and its role. */
export const createHandlerFunction = (
  name: string,
  args: HandlerFunctionArgs,
  parent: pulumi.Resource,
): HandlerFunction => {
  const { bundle, tags } = args;
  const sizing = SIZING[bundle];
  bundlePath(bundle); // A missing build must stop the preview, not surface from inside an output.

  // Declared before the function, which may not create one: else it would live for ever, without tags.
  const logGroup = new LogGroup(
    name,
    { name: `/aws/lambda/${args.functionName}`, retentionInDays: args.logDays, tags },
    { parent },
  );
  const role = new Role(
    name,
    {
      name: args.roleName,
      description: args.description,
      assumeRolePolicy: JSON.stringify(trustOf("lambda.amazonaws.com")),
      tags,
    },
    { parent },
  );
  const rights = pulumi
    .all([args.statements, logGroup.arn, args.dataKeyArn, args.failuresArn])
    .apply(([own, logGroupArn, keyArn, failuresArn]) =>
      policyText([...own, ...keyStatements(keyArn), ...functionStatements(logGroupArn, failuresArn)]),
    );
  const rolePolicy = new RolePolicy(name, { name: args.roleName, role: role.name, policy: rights }, { parent });

  const lambda = new CallbackFunction(
    name,
    {
      name: args.functionName,
      description: args.description,
      callbackFactory: loadHandler as CallbackFunctionArgs<unknown, unknown>["callbackFactory"],
      codePathOptions: { extraExcludePackages: excludedPackages() },
      role: role.arn,
      runtime: args.runtime,
      // Arm: a fifth cheaper a second than x86 (November 2026), and the bundles hold no native code.
      architectures: ["arm64"],
      memorySize: sizing.memoryMegabytes,
      timeout: sizing.timeoutSeconds,
      environment: { variables: args.environment },
      // JSON, so that a metric filter can tell errors apart by field.
      loggingConfig: { logFormat: "JSON", logGroup: logGroup.name },
      ...(args.failuresArn === undefined ? {} : { deadLetterConfig: { targetArn: args.failuresArn } }),
      tags,
    },
    { parent, dependsOn: [logGroup, rolePolicy], transformations: [packWith(bundle)] },
  );
  return { lambda, role, logGroup };
};
