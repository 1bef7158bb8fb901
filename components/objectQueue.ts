import * as pulumi from "@pulumi/pulumi";
import { EventRule, EventTarget } from "@pulumi/aws/cloudwatch";
import { Queue, QueuePolicy } from "@pulumi/aws/sqs";
import type { RoleName } from "../src/model/names";
import type { Labels } from "./labels";
import { policyText, tlsOnly, type Statement } from "./statements";

/** SQS keeps a message at most 14 days: as long as possible for somebody to look. */
export const DEAD_LETTER_SECONDS = 14 * 86_400;

const fromRule = (queueArn: string, ruleArn: string): Statement => ({
  Sid: "RuleSends",
  Effect: "Allow",
  Principal: { Service: "events.amazonaws.com" },
  Action: "sqs:SendMessage",
  Resource: queueArn,
  Condition: { ArnEquals: { "aws:SourceArn": ruleArn } },
});

export interface ObjectQueueArgs {
  readonly labels: Labels;
  /** Last part of the rule's logical name. */
  readonly ruleSuffix: string;
  /** Last part of the queue's logical name; the dead letters' queue adds `-dead`. */
  readonly queueSuffix: string;
  readonly roles: { readonly rule: RoleName; readonly queue: RoleName; readonly deadLetters: RoleName };
  readonly bucketName: pulumi.Output<string>;
  /** Beginning of the keys that count, with its slash; empty for all. */
  readonly keyPrefix: string;
  /** Ends of the keys that count, as they are written. Default: all. */
  readonly keySuffixes?: readonly string[];
  /** Time-out of the function that empties the queue. */
  readonly timeoutSeconds: number;
  /** What must stand before the first event: the bucket's own notification to EventBridge. */
  readonly dependsOn: readonly pulumi.Resource[];
}

export interface ObjectQueue {
  readonly queue: Queue;
  readonly deadLetters: Queue;
}

const keyFilters = (keyPrefix: string, suffixes: readonly string[]): object[] => {
  // One filter has the prefix and the suffix: two would each be enough. A backslash would escape what follows.
  const literal = keyPrefix.replaceAll("\\", "\\\\");
  if (suffixes.length > 0) return suffixes.map((suffix) => ({ wildcard: `${literal}*${suffix}` }));
  return keyPrefix === "" ? [] : [{ prefix: keyPrefix }];
};

const createdBelow = (bucketName: string, filters: readonly object[]): string =>
  JSON.stringify({
    source: ["aws.s3"],
    "detail-type": ["Object Created"],
    detail: {
      bucket: { name: [bucketName] },
      ...(filters.length === 0 ? {} : { object: { key: filters } }),
    },
  });

/** A bucket's new objects, by way of EventBridge (whose keys are not encoded), in a queue that a function empties at its own pace. */
export const createObjectQueue = (name: string, args: ObjectQueueArgs, parent: pulumi.Resource): ObjectQueue => {
  const { labels, ruleSuffix, queueSuffix, roles, keyPrefix } = args;
  const { tags } = labels;
  const deadLetters = new Queue(
    `${name}-${queueSuffix}-dead`,
    {
      name: labels.name(roles.deadLetters),
      sqsManagedSseEnabled: true,
      messageRetentionSeconds: DEAD_LETTER_SECONDS,
      tags,
    },
    { parent },
  );
  const queue = new Queue(
    `${name}-${queueSuffix}`,
    {
      name: labels.name(roles.queue),
      sqsManagedSseEnabled: true,
      messageRetentionSeconds: DEAD_LETTER_SECONDS,
      // Six times the function's time-out, as Lambda's guide asks: a throttled batch must not be handed out twice.
      visibilityTimeoutSeconds: 6 * args.timeoutSeconds,
      redrivePolicy: deadLetters.arn.apply((arn) => JSON.stringify({ deadLetterTargetArn: arn, maxReceiveCount: 5 })),
      tags,
    },
    { parent },
  );
  const rule = new EventRule(
    `${name}-${ruleSuffix}`,
    {
      name: labels.name(roles.rule),
      description: keyPrefix === "" ? "Objects created" : `Objects created below ${keyPrefix}`,
      eventPattern: args.bucketName.apply((bucketName) =>
        createdBelow(bucketName, keyFilters(keyPrefix, args.keySuffixes ?? [])),
      ),
      tags,
    },
    { parent, dependsOn: [...args.dependsOn] },
  );
  const policies = [
    [queueSuffix, queue],
    [`${queueSuffix}-dead`, deadLetters],
  ] as const;
  const allowed = policies.map(
    ([suffix, target]) =>
      new QueuePolicy(
        `${name}-${suffix}`,
        {
          queueUrl: target.url,
          policy: pulumi
            .all([target.arn, rule.arn])
            .apply(([arn, ruleArn]) => policyText([fromRule(arn, ruleArn), tlsOnly([arn], "sqs:*")])),
        },
        { parent },
      ),
  );
  // Without a queue of its own, EventBridge drops an event after 24 hours.
  new EventTarget(
    `${name}-${ruleSuffix}`,
    { rule: rule.name, targetId: queueSuffix, arn: queue.arn, deadLetterConfig: { arn: deadLetters.arn } },
    { parent, dependsOn: allowed },
  );
  return { queue, deadLetters };
};
