/** SQS: queues and their policies. AWS's model has no limits for attributes; these are of SetQueueAttributes' documentation. */
import { AwsError } from "../awsError";
import type { Cloud } from "../cloud";
import { text, type ApiCall, type ResourceModel } from "../model";
import { checkResourcePolicy } from "../policies";
import { same, type Values } from "../values";

const LIMITS: Readonly<Record<string, { readonly attribute: string; readonly min: number; readonly max: number }>> = {
  delaySeconds: { attribute: "DelaySeconds", min: 0, max: 900 },
  maxMessageSize: { attribute: "MaximumMessageSize", min: 1024, max: 1_048_576 },
  messageRetentionSeconds: { attribute: "MessageRetentionPeriod", min: 60, max: 1_209_600 },
  receiveWaitTimeSeconds: { attribute: "ReceiveMessageWaitTimeSeconds", min: 0, max: 20 },
  visibilityTimeoutSeconds: { attribute: "VisibilityTimeout", min: 0, max: 43_200 },
};

const queuePrefix = "sqs:";
const keyOf = (region: string, name: string): string => `${queuePrefix}${region}:queue/${name}`;
const arnParts = (arn: string): { region: string; name: string } => {
  const [, , , region = "", , name = ""] = arn.split(":");
  return { region, name };
};

/** A queue's inputs, by its ARN. */
export const queueOf = (cloud: Cloud, arn: string): Values | undefined => {
  const { region, name } = arnParts(arn);
  return cloud.get(keyOf(region, name))?.inputs;
};

const invalid = (attribute: string, reason: string): AwsError =>
  new AwsError("InvalidAttributeValue", `Invalid value for the parameter ${attribute}. Reason: ${reason}`);

const checkRedrive = (inputs: Values, cloud: Cloud): void => {
  const redrive = inputs["redrivePolicy"];
  if (redrive === undefined) return;
  let parsed: { deadLetterTargetArn?: string; maxReceiveCount?: number };
  try {
    parsed = JSON.parse(text(redrive)) as typeof parsed;
  } catch {
    throw invalid("RedrivePolicy", "Redrive policy is not a valid JSON map.");
  }
  const count = Number(parsed.maxReceiveCount);
  if (!(count >= 1 && count <= 1000))
    throw invalid(
      "RedrivePolicy",
      `Value ${count} for parameter RedrivePolicy is invalid. Reason: Invalid value for maxReceiveCount: ${count}, valid values are from 1 to 1000 both inclusive.`,
    );
  if (queueOf(cloud, parsed.deadLetterTargetArn ?? "") === undefined)
    throw invalid(
      "RedrivePolicy",
      `Value ${text(redrive)} for parameter RedrivePolicy is invalid. Reason: Dead letter target does not exist.`,
    );
};

export const queue: ResourceModel = {
  title: "SQS Queue",
  nameInput: "name",
  forceNew: ["name", "namePrefix", "fifoQueue"],
  identify: (inputs, { account, region }) => {
    const name = text(inputs["name"]);
    const url = `https://sqs.${region}.amazonaws.com/${account}/${name}`;
    return { key: keyOf(region, name), id: url, computed: { url, arn: `arn:aws:sqs:${region}:${account}:${name}` } };
  },
  calls: [
    {
      service: "sqs",
      operation: "CreateQueue",
      parameters: ({ name, tags }) => ({ queueName: name, tags }),
    } satisfies ApiCall,
  ],
  plan: (inputs) => {
    const name = text(inputs["name"]);
    const fifo = inputs["fifoQueue"] === true;
    const pattern = fifo ? /^[A-Za-z0-9_-]{1,75}\.fifo$/ : /^[A-Za-z0-9_-]{1,80}$/;
    const problems: [string, string][] = [];
    if (typeof inputs["name"] === "string" && !pattern.test(name))
      problems.push(["name", `invalid queue name: ${name}`]);
    for (const [input, { min, max }] of Object.entries(LIMITS)) {
      const value = inputs[input];
      if (typeof value === "number" && (value < min || value > max || !Number.isInteger(value)))
        problems.push([input, `expected ${input} to be in the range (${min} - ${max}), got ${value}`]);
    }
    if (inputs["sqsManagedSseEnabled"] === true && inputs["kmsMasterKeyId"] !== undefined)
      problems.push(["kmsMasterKeyId", "conflicts with sqsManagedSseEnabled"]);
    return problems;
  },
  // The same queue again is no error: SQS answers with its address.
  taken: (inputs, existing) => {
    const other = Object.keys({ ...inputs, ...existing }).find(
      (key) => key !== "tags" && key in inputs && !same(inputs[key], existing[key]),
    );
    return other === undefined
      ? undefined
      : new AwsError(
          "QueueNameExists",
          `A queue already exists with the same name and a different value for attribute ${LIMITS[other]?.attribute ?? other}`,
        );
  },
  verify: ({ inputs, cloud }) => checkRedrive(inputs, cloud),
};

export const queuePolicy: ResourceModel = {
  title: "SQS Queue Policy",
  forceNew: ["queueUrl"],
  identify: (inputs) => ({
    key: `sqs::policy/${text(inputs["queueUrl"])}`,
    id: text(inputs["queueUrl"]),
    computed: {},
  }),
  calls: [
    {
      service: "sqs",
      operation: "SetQueueAttributes",
      parameters: ({ queueUrl, policy }) => ({ queueUrl, attributes: { Policy: policy } }),
    },
  ],
  verify: ({ inputs, cloud }) => {
    const url = text(inputs["queueUrl"]);
    if (!cloud.below(queuePrefix).some(([, entry]) => entry.id === url))
      throw new AwsError("AWS.SimpleQueueService.NonExistentQueue", "The specified queue does not exist.");
    checkResourcePolicy(text(inputs["policy"]), 8192, "sqs");
  },
};
