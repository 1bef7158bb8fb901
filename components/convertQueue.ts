import * as pulumi from "@pulumi/pulumi";
import { EventRule, EventTarget } from "@pulumi/aws/cloudwatch";
import { BucketNotification, type Bucket } from "@pulumi/aws/s3";
import { Queue, QueuePolicy } from "@pulumi/aws/sqs";
import { SIZING } from "./function";
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

export interface ConvertQueue {
  readonly queue: Queue;
  readonly deadLetters: Queue;
}

/** New raw objects, by way of EventBridge (whose keys are not encoded), in a queue that the converter empties at its own pace. */
export const createConvertQueue = (
  name: string,
  { bucket, rawPrefix, labels }: { readonly bucket: Bucket; readonly rawPrefix: string; readonly labels: Labels },
  parent: pulumi.Resource,
): ConvertQueue => {
  const { tags } = labels;
  const notification = new BucketNotification(`${name}-data`, { bucket: bucket.bucket, eventbridge: true }, { parent });
  const deadLetters = new Queue(
    `${name}-convert-dead`,
    {
      name: labels.name("convertDeadLetters"),
      sqsManagedSseEnabled: true,
      messageRetentionSeconds: DEAD_LETTER_SECONDS,
      tags,
    },
    { parent },
  );
  const queue = new Queue(
    `${name}-convert`,
    {
      name: labels.name("convertQueue"),
      sqsManagedSseEnabled: true,
      messageRetentionSeconds: DEAD_LETTER_SECONDS,
      // Six times the function's time-out, as Lambda's guide asks: a throttled batch must not be handed out twice.
      visibilityTimeoutSeconds: 6 * SIZING.convert.timeoutSeconds,
      redrivePolicy: deadLetters.arn.apply((arn) => JSON.stringify({ deadLetterTargetArn: arn, maxReceiveCount: 5 })),
      tags,
    },
    { parent },
  );
  const rule = new EventRule(
    `${name}-raw`,
    {
      name: labels.name("rawRule"),
      description: `Objects created below ${rawPrefix}/`,
      eventPattern: bucket.bucket.apply((bucketName) =>
        JSON.stringify({
          source: ["aws.s3"],
          "detail-type": ["Object Created"],
          detail: { bucket: { name: [bucketName] }, object: { key: [{ prefix: `${rawPrefix}/` }] } },
        }),
      ),
      tags,
    },
    { parent, dependsOn: [notification] },
  );
  const policies = [
    ["convert", queue],
    ["convert-dead", deadLetters],
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
    `${name}-raw`,
    { rule: rule.name, targetId: "convert", arn: queue.arn, deadLetterConfig: { arn: deadLetters.arn } },
    { parent, dependsOn: allowed },
  );
  return { queue, deadLetters };
};
