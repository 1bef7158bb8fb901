import { PartialFailureError } from "../../src/errors";
import { readObjectEvents, type NamedObject } from "../../src/model/objectEvents";
import { giveBack, type BatchResponse } from "../batchResponse";
import type { Telemetry } from "../environment";
import { readApplicationObject, type ApplicationPorts, type ReaderConfiguration, type ReadObject } from "./readObject";

/**
 * Reads what an event names, one object after the other. Begins none without time, but the first. Of a queue's messages it gives
 * those back that failed; any other sender gets an error when all is done, so that Lambda tries again.
 */
export const readBatch = async (
  ports: ApplicationPorts,
  configuration: ReaderConfiguration,
  event: unknown,
  telemetry: Telemetry,
  hasTime: () => boolean = () => true,
): Promise<BatchResponse> => {
  const { log, metrics } = telemetry;
  const { objects, problems, fromQueue } = readObjectEvents(event);
  // Not given back: it would be as wrong the next time. The log has it.
  for (const { messageId, reason, found } of problems) {
    log("applogs.ignored", { messageId, reason, found });
    metrics.count("ObjectsIgnored", 1);
  }
  const failed = new Set<string>();
  const failures: Error[] = [];
  for (const [index, object] of objects.entries()) {
    const { messageId, key } = object;
    try {
      if (index > 0 && !hasTime()) {
        log("applogs.postponed", { messageId, key });
        if (!fromQueue) failures.push(new Error(`no time was left for ${key}`));
        else if (messageId !== undefined) failed.add(messageId);
        continue;
      }
      tell(await readNamed(ports, configuration, object), messageId, telemetry);
    } catch (error) {
      log("applogs.failed", { messageId, key, error: String(error) });
      metrics.count("ReadsFailed", 1);
      failures.push(error instanceof Error ? error : new Error(String(error)));
      if (messageId !== undefined) failed.add(messageId);
    }
  }
  if (!fromQueue && failures.length > 0)
    throw new PartialFailureError(`${failures.length} of ${objects.length} objects were not read`, failures);
  return giveBack(failed);
};

const readNamed = (
  ports: ApplicationPorts,
  configuration: ReaderConfiguration,
  { bucket, key }: NamedObject,
): Promise<ReadObject> => {
  const { sourceBucket } = configuration;
  if (bucket === undefined || bucket === sourceBucket) return readApplicationObject(ports, configuration, key);
  const reason = `an object of the bucket ${bucket}, and not of ${sourceBucket}`;
  return Promise.resolve({ outcome: "not-ours", key, rows: 0, added: 0, errors: 0, reason });
};

const tell = (
  { outcome, key, rows, added, errors, reason }: ReadObject,
  messageId: string | undefined,
  { log, metrics }: Telemetry,
): void => {
  const facts = { messageId, key, rows, added, errors, reason };
  switch (outcome) {
    case "read":
      log("applogs.read", facts);
      metrics.count("ApplicationRows", rows);
      metrics.count("ApplicationErrorRows", errors);
      return;
    case "quarantined":
      log("applogs.quarantined", facts);
      metrics.count("FilesQuarantined", 1);
      metrics.count("ApplicationErrorRows", errors);
      return;
    case "gone":
    case "not-ours":
      log("applogs.ignored", { ...facts, outcome });
      metrics.count("ObjectsIgnored", 1);
      return;
    default:
      outcome satisfies never;
  }
};
