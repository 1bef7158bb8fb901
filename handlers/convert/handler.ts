import type { BatchResponse } from "../batchResponse";
import type { Telemetry } from "../environment";
import { convertHour, type ConvertPorts, type ConvertSettings } from "./convertHour";

/** What SQS gives a function, as far as we read it. */
export interface SqsEvent {
  readonly Records?: readonly { readonly messageId: string; readonly body: string }[];
}

/** The key of an EventBridge "Object Created" event, which does not encode keys; undefined for anything else. */
export const keyOf = (body: string): string | undefined => {
  try {
    const event = JSON.parse(body) as { detail?: { object?: { key?: unknown } } } | null;
    const key = event?.detail?.object?.key;
    return typeof key === "string" ? key : undefined;
  } catch {
    return undefined;
  }
};

/**
 * Converts what the messages name. Begins none of them without time, but the first: what is left is given back, as a batch of
 * large hours may take longer than one run.
 */
export const convertBatch = async (
  ports: ConvertPorts,
  settings: ConvertSettings,
  event: SqsEvent,
  { log, metrics }: Telemetry,
  hasTime: () => boolean = () => true,
): Promise<BatchResponse> => {
  const batchItemFailures: BatchResponse["batchItemFailures"] = [];
  for (const [index, { messageId, body }] of (event.Records ?? []).entries()) {
    const key = keyOf(body);
    if (key === undefined) {
      // Not retried into the dead-letter queue: it would be as wrong the next time. The log has it.
      log("convert.ignored", { messageId, reason: "no object key in the message", body: body.slice(0, 500) });
      continue;
    }
    if (index > 0 && !hasTime()) {
      log("convert.postponed", { messageId, key });
      batchItemFailures.push({ itemIdentifier: messageId });
      continue;
    }
    try {
      const { outcome, rows, added, rejected, kept, reason } = await convertHour(ports, settings, key);
      log(`convert.${outcome}`, { messageId, key, rows, added, rejected, kept, reason });
      if (outcome === "quarantined") metrics.count("FilesQuarantined", 1);
      if (outcome !== "converted") continue;
      // Both of the whole hour, or a late row would make a share of its own.
      metrics.count("RowsConverted", rows);
      metrics.count("RowsRejected", rejected);
    } catch (error) {
      log("convert.failed", { messageId, key, error: String(error) });
      metrics.count("ConversionsFailed", 1);
      batchItemFailures.push({ itemIdentifier: messageId });
    }
  }
  return { batchItemFailures };
};
