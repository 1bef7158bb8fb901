/** The default event bus, from S3's events to the queues of the stack's rules. */
import type { Authority } from "../iam/authority";
import { ofType, text, type Deployed } from "./deployed";
import { objectCreated, rulesFor } from "./events";

/** Carries events to queues as EventBridge does: by the stack's rules, and as far as the queue's policy lets it. */
export const openBus = (deployed: Deployed, authority: Authority, region: string) => {
  const queues = new Map<string, string[]>();
  const deliver = async (event: ReturnType<typeof objectCreated>): Promise<void> => {
    for (const rule of rulesFor(deployed, event)) {
      const targets = ofType(deployed, "aws:cloudwatch/eventTarget:EventTarget");
      for (const target of targets.filter((one) => text(one, "rule") === text(rule, "name"))) {
        const resource = text(target, "arn");
        const context = { "aws:SourceArn": text(rule, "arn"), "aws:SecureTransport": "true" };
        const ruling = await authority.ofService("events.amazonaws.com", {
          action: "sqs:SendMessage",
          resource,
          context,
        });
        if (ruling.result === "Allowed") queues.set(resource, [...(queues.get(resource) ?? []), JSON.stringify(event)]);
      }
    }
  };
  let pending: Promise<void> = Promise.resolve();
  return {
    created: (bucket: string, key: string, bytes: number): void => {
      pending = pending.then(() => deliver(objectCreated(bucket, key, bytes, region, authority.account)));
      pending.catch(() => undefined); // Whoever takes messages hears of it.
    },
    take: async (queueArn: string): Promise<string[]> => {
      await pending;
      const messages = queues.get(queueArn) ?? [];
      queues.delete(queueArn);
      return messages;
    },
  };
};
