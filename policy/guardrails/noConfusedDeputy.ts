import { isSourced, statementsAt } from "../documents";
import { resourceRule } from "../rule";
import { texts } from "../settings";
import { BUCKET_POLICIES, BUCKETS, KEY, KEY_POLICY, QUEUE, QUEUE_POLICY, TOPIC, TOPIC_POLICY } from "../types";

/**
 * Services that say for whom they act ("Services that support aws:SourceArn", their guides, November 2026). Others, such as load
 * balancers that write their logs, do not, and a condition would lock them out.
 */
const SERVICES = [
  "backup",
  "budgets",
  "cloudfront",
  "cloudtrail",
  "cloudwatch",
  "config",
  "delivery.logs",
  "events",
  "guardduty",
  "inventory.s3",
  "iot",
  "logging.s3",
  "logs",
  "pipes",
  "s3",
  "scheduler",
  "ses",
  "sns",
].map((name) => `${name}.amazonaws.com`);

export const noConfusedDeputy = resourceRule({
  name: "no-confused-deputy",
  description: "Services reach buckets, queues, topics and keys for a named source or account alone.",
  severity: "high",
  controls: {},
  remediation:
    'Condition: { StringEquals: { "aws:SourceAccount": accountId } }, or { ArnLike: { "aws:SourceArn": source.arn } }, beside Principal: { Service: … }',
  settings: { services: texts("Services that say for whom they act, as principals of policies", SERVICES) },
  types: [...BUCKET_POLICIES, ...BUCKETS, QUEUE_POLICY, QUEUE, TOPIC_POLICY, TOPIC, KEY_POLICY, KEY],
  judge: (subject, { settings, violation, each }) => {
    each(statementsAt(subject, "policy"), (statement) => {
      if (statement.effect !== "Allow" || isSourced(statement)) return;
      const deputies = (statement.principals["Service"] ?? []).filter((service) =>
        settings.services.includes(service.replace(/\.cn$/, "")),
      );
      if (deputies.length === 0) return;
      violation(`${statement.path}.Condition`, "the source or the account that the service acts for", {
        found: `no such condition on ${deputies.join(", ")}`,
      });
    });
  },
});
