/** A state machine with its log group and its role: what the backfill's and the compaction's have in common. */
import * as pulumi from "@pulumi/pulumi";
import { LogGroup } from "@pulumi/aws/cloudwatch";
import { Role, RolePolicy } from "@pulumi/aws/iam";
import { StateMachine } from "@pulumi/aws/sfn";
import type { RoleName } from "../src/model/names";
import type { SourceContext } from "./context";
import { observationStatements } from "./stateMachineStatements";
import { policyText, trustOf, type Statement } from "./statements";

export interface MachineRoleArgs {
  /** The role of the name, not a role in IAM. */
  readonly machine: RoleName;
  readonly role: RoleName;
  readonly description: string;
  /** What the machine's own work needs; it is given the ARN that the machine will have. */
  readonly statements: (machineArn: string) => pulumi.Input<Statement[]>;
}

export interface MachineRole {
  readonly machineName: string;
  /** Known before the machine is made: its role speaks of it. */
  readonly machineArn: pulumi.Output<string>;
  readonly role: Role;
  readonly rolePolicy: RolePolicy;
}

export const createMachineRole = (name: string, args: MachineRoleArgs, context: SourceContext): MachineRole => {
  const { labels, account, parent } = context;
  const machineName = labels.name(args.machine);
  const machineArn = pulumi
    .all([account.partition, account.region, account.id])
    .apply(([partition, region, id]) => `arn:${partition}:states:${region}:${id}:stateMachine:${machineName}`);
  const role = new Role(
    name,
    {
      name: labels.name(args.role),
      description: args.description,
      // Only this account's machines, or somebody else's could use the role through the service.
      assumeRolePolicy: account.id.apply((id) =>
        JSON.stringify(trustOf("states.amazonaws.com", { StringEquals: { "aws:SourceAccount": id } })),
      ),
      tags: labels.tags,
    },
    { parent },
  );
  const rights = machineArn.apply((arn) =>
    pulumi.output(args.statements(arn)).apply((own) => policyText([...own, ...observationStatements()])),
  );
  const rolePolicy = new RolePolicy(
    name,
    { name: labels.name(args.role), role: role.name, policy: rights },
    { parent },
  );
  return { machineName, machineArn, role, rolePolicy };
};

export interface StateMachineArgs {
  readonly role: MachineRole;
  /** Amazon States Language. */
  readonly definition: pulumi.Input<object>;
  /** Rights that must stand before AWS checks the role. */
  readonly dependsOn?: readonly pulumi.Resource[];
}

export interface CreatedStateMachine {
  readonly machine: StateMachine;
  readonly role: Role;
  readonly logGroup: LogGroup;
}

export const createStateMachine = (
  name: string,
  { role: { machineName, role, rolePolicy }, definition, dependsOn = [] }: StateMachineArgs,
  { labels, settings, parent }: SourceContext,
): CreatedStateMachine => {
  const logGroup = new LogGroup(
    `${name}-machine`,
    {
      // Below vendedlogs the log's resource policy does not grow with each machine: it holds 5,120 characters for all of an account.
      name: `/aws/vendedlogs/states/${machineName}`,
      retentionInDays: settings.retention.logDays,
      tags: labels.tags,
    },
    { parent },
  );
  const machine = new StateMachine(
    name,
    {
      name: machineName,
      // Standard: a run may take days, and each of its steps counts once.
      type: "STANDARD",
      roleArn: role.arn,
      definition: pulumi.output(definition).apply((states) => JSON.stringify(states)),
      loggingConfiguration: {
        level: "ALL",
        // Ranges, counts and reasons: no row, no address.
        includeExecutionData: true,
        logDestination: pulumi.interpolate`${logGroup.arn}:*`,
      },
      tracingConfiguration: { enabled: true },
      tags: labels.tags,
    },
    { parent, dependsOn: [logGroup, rolePolicy, ...dependsOn] },
  );
  return { machine, role, logGroup };
};
