import * as pulumi from "@pulumi/pulumi";
import { Role } from "@pulumi/aws/iam";
import { Schedule, ScheduleGroup } from "@pulumi/aws/scheduler";
import { Queue, QueuePolicy } from "@pulumi/aws/sqs";
import type { Account } from "./account";
import { DEAD_LETTER_SECONDS } from "./objectQueue";
import type { Labels } from "./labels";
import { attachPolicySets } from "./policySets";
import { policyText, startStatements, tlsOnly, trustOf } from "./statements";

/** What all schedules share. */
export interface Scheduling {
  readonly group: ScheduleGroup;
  readonly role: Role;
  /** Runs that failed for good, whether the schedule could not start them or the function gave up. */
  readonly failedRuns: Queue;
}

export const createScheduling = (
  name: string,
  { labels, account }: { readonly labels: Labels; readonly account: Account },
  parent: pulumi.Resource,
): Scheduling => {
  const { tags } = labels;
  const failedRuns = new Queue(
    `${name}-failed-runs`,
    { name: labels.name("failedRuns"), sqsManagedSseEnabled: true, messageRetentionSeconds: DEAD_LETTER_SECONDS, tags },
    { parent },
  );
  new QueuePolicy(
    `${name}-failed-runs`,
    { queueUrl: failedRuns.url, policy: failedRuns.arn.apply((arn) => policyText([tlsOnly([arn], "sqs:*")])) },
    { parent },
  );
  const group = new ScheduleGroup(`${name}-schedules`, { name: labels.name("scheduleGroup"), tags }, { parent });
  const role = new Role(
    `${name}-scheduler`,
    {
      name: labels.name("schedulerRole"),
      description: "Starts the pipeline's functions",
      // Only this group's schedules, or another's of the account could use the role.
      assumeRolePolicy: pulumi
        .all([account.id, group.arn])
        .apply(([id, arn]) =>
          JSON.stringify(
            trustOf("scheduler.amazonaws.com", { StringEquals: { "aws:SourceAccount": id, "aws:SourceArn": arn } }),
          ),
        ),
      tags,
    },
    { parent },
  );
  return { group, role, failedRuns };
};

/** Lets the scheduler's role start these functions and state machines (by a stable key) and keep what it could not start. */
export const allowStarting = (
  name: string,
  targets: Readonly<Record<string, pulumi.Output<string>>>,
  { scheduling, labels }: { readonly scheduling: Scheduling; readonly labels: Labels },
  parent: pulumi.Resource,
): pulumi.Resource[] =>
  attachPolicySets(
    `${name}-scheduler`,
    {
      role: scheduling.role,
      policyRole: "schedulerPolicy",
      description: "Starts functions of the pipeline and keeps failed starts",
      labels,
      targets,
      statements: (arns) => scheduling.failedRuns.arn.apply((queueArn) => startStatements(arns, queueArn)),
    },
    parent,
  );

export interface FunctionScheduleArgs {
  readonly scheduleName: string;
  readonly description: string;
  readonly expression: string;
  /** ARN of the function, or of the state machine. */
  readonly targetArn: pulumi.Input<string>;
  /** Added to the event besides the time. */
  readonly input?: Readonly<Record<string, string>>;
  readonly enabled: boolean;
  readonly scheduling: Scheduling;
  readonly dependsOn: readonly pulumi.Resource[];
}

/** Minutes within which a run may start: a hundred apps do not all call Amplify in the same second. */
const WINDOW_MINUTES = 5;

/** Runs a function by the clock. The event holds the time that was planned, not the one when it happened to start. */
export const createSchedule = (name: string, args: FunctionScheduleArgs, parent: pulumi.Resource): Schedule =>
  new Schedule(
    name,
    {
      name: args.scheduleName,
      description: args.description,
      groupName: args.scheduling.group.name,
      scheduleExpression: args.expression,
      scheduleExpressionTimezone: "UTC",
      state: args.enabled ? "ENABLED" : "DISABLED",
      flexibleTimeWindow: { mode: "FLEXIBLE", maximumWindowInMinutes: WINDOW_MINUTES },
      target: {
        arn: args.targetArn,
        roleArn: args.scheduling.role.arn,
        input: JSON.stringify({ time: "<aws.scheduler.scheduled-time>", ...args.input }),
        // After an hour the next run asks for the same hours again.
        retryPolicy: { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 10 },
        deadLetterConfig: { arn: args.scheduling.failedRuns.arn },
      },
    },
    { parent, dependsOn: [...args.dependsOn] },
  );
