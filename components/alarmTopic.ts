/** Where alarms go: one topic, with a key that CloudWatch may use. */
import * as pulumi from "@pulumi/pulumi";
import { Topic, TopicPolicy, TopicSubscription } from "@pulumi/aws/sns";
import type { PipelineContext } from "./context";
import { createCustomerKey } from "./key";
import { policyText, tlsOnly } from "./statements";

export interface AlarmTarget {
  readonly topicArn: pulumi.Output<string>;
  /** Of the topic that was made; undefined where one was given. */
  readonly keyArn: pulumi.Output<string> | undefined;
}

const createTopic = ({ name, settings, labels, account, parent }: PipelineContext): AlarmTarget => {
  const key = createCustomerKey(
    `${name}-alarms`,
    {
      keyName: labels.name("alarmKey"),
      description: "Alarms on their way; CloudWatch cannot publish with the key that SNS manages",
      account,
      tags: labels.tags,
      services: ["cloudwatch.amazonaws.com"],
    },
    parent,
  );
  const topic = new Topic(
    `${name}-alarms`,
    { name: labels.name("alarmTopic"), kmsMasterKeyId: key.arn, tags: labels.tags },
    { parent },
  );
  new TopicPolicy(
    `${name}-alarms`,
    {
      arn: topic.arn,
      policy: pulumi.all([topic.arn, account.id]).apply(([arn, id]) =>
        policyText([
          {
            Sid: "AlarmsPublish",
            Effect: "Allow",
            Principal: { Service: "cloudwatch.amazonaws.com" },
            Action: "sns:Publish",
            Resource: arn,
            Condition: { StringEquals: { "aws:SourceAccount": id } },
          },
          tlsOnly([arn], "sns:Publish"),
        ]),
      ),
    },
    { parent },
  );
  for (const email of settings.alarms.emails) {
    new TopicSubscription(
      `${name}-alarms-${email}`,
      { topic: topic.arn, protocol: "email", endpoint: email },
      { parent },
    );
  }
  return { topicArn: topic.arn, keyArn: key.arn };
};

/** The topic that was given, or one of the pipeline's own. */
export const alarmTarget = (context: PipelineContext): AlarmTarget => {
  const { alarms } = context.settings;
  if (alarms.topicArn === undefined) return createTopic(context);
  return { topicArn: pulumi.output(alarms.topicArn as pulumi.Input<string>), keyArn: undefined };
};
