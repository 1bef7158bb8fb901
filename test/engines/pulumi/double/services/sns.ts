/** SNS: topics, who may publish, and who listens. */
import { AwsError } from "../awsError";
import type { Cloud } from "../cloud";
import { text, type ResourceModel } from "../model";
import { checkResourcePolicy } from "../policies";

const topicPrefix = "sns:topic/";
const needsTopic = (cloud: Cloud, arn: string): void => {
  if (cloud.get(`${topicPrefix}${arn}`) === undefined) throw new AwsError("NotFound", "Topic does not exist");
};

const PROTOCOLS = ["application", "email", "email-json", "firehose", "http", "https", "lambda", "sms", "sqs"];
/** What a topic's policy may name (SNS's guide, "Allowed actions"); all of them at once it may not. */
const ACTIONS = /"(sns:\*|\*)"/i;

export const topic: ResourceModel = {
  title: "SNS Topic",
  nameInput: "name",
  forceNew: ["name", "namePrefix", "fifoTopic"],
  identify: (inputs, { account, region }) => {
    const arn = `arn:aws:sns:${region}:${account}:${text(inputs["name"])}`;
    return { key: `${topicPrefix}${arn}`, id: arn, computed: { arn, owner: account } };
  },
  calls: [{ service: "sns", operation: "CreateTopic", parameters: ({ name, tags }) => ({ name, tags }) }],
  plan: ({ name }) =>
    typeof name === "string" && !/^[A-Za-z0-9_-]{1,256}$/.test(name) ? [["name", `invalid topic name: ${name}`]] : [],
};

export const topicPolicy: ResourceModel = {
  title: "SNS Topic Policy",
  forceNew: ["arn"],
  identify: (inputs) => ({ key: `sns:policy/${text(inputs["arn"])}`, id: text(inputs["arn"]), computed: {} }),
  calls: [
    {
      service: "sns",
      operation: "SetTopicAttributes",
      parameters: ({ arn, policy }) => ({ topicArn: arn, attributeName: "Policy", attributeValue: policy }),
    },
  ],
  verify: ({ inputs, cloud }) => {
    needsTopic(cloud, text(inputs["arn"]));
    const policy = text(inputs["policy"]);
    checkResourcePolicy(policy, 30_720, "sns");
    const { Statement } = JSON.parse(policy) as { Statement: readonly { Action: unknown }[] };
    if (Statement.some(({ Action }) => ACTIONS.test(JSON.stringify(Action))))
      throw new AwsError("InvalidParameter", "Invalid parameter: Policy statement action out of service scope!");
  },
};

export const topicSubscription: ResourceModel = {
  title: "SNS Topic Subscription",
  forceNew: ["topic", "protocol", "endpoint"],
  identify: (inputs, { uuid }) => {
    const arn = `${text(inputs["topic"])}:${uuid()}`;
    const key = `sns:subscription/${text(inputs["topic"])}/${text(inputs["protocol"])}/${text(inputs["endpoint"])}`;
    return { key, id: arn, computed: { arn, pendingConfirmation: inputs["protocol"] === "email" } };
  },
  calls: [
    {
      service: "sns",
      operation: "Subscribe",
      parameters: ({ topic: of, protocol, endpoint }) => ({ topicArn: of, protocol, endpoint }),
    },
  ],
  plan: ({ protocol }) =>
    typeof protocol === "string" && !PROTOCOLS.includes(protocol)
      ? [["protocol", `expected protocol to be one of [${PROTOCOLS.join(" ")}], got ${protocol}`]]
      : [],
  verify: ({ inputs, cloud }) => {
    needsTopic(cloud, text(inputs["topic"]));
    if (inputs["protocol"] === "email" && !/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(text(inputs["endpoint"])))
      throw new AwsError("InvalidParameter", "Invalid parameter: Email address");
  },
};
