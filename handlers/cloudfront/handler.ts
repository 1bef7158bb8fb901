import { PartialFailureError } from "../../src/errors";
import { readObjectEvents, type NamedObject } from "../../src/model/objectEvents";
import { giveBack, type BatchResponse } from "../batchResponse";
import type { Telemetry } from "../environment";
import { ObjectBatch, type BatchLimits, type ReaderPorts, type ReadObject } from "./objectBatch";
import type { ReaderSettings } from "./settings";

/** Reads objects by their plain keys, each once. */
export const readObjects = async (
  ports: ReaderPorts,
  settings: ReaderSettings,
  keys: readonly string[],
  limits?: BatchLimits,
): Promise<{ readonly objects: readonly ReadObject[]; readonly added: number }> => {
  const batch = new ObjectBatch(ports, settings, limits);
  for (const key of new Set(keys)) await batch.read(key);
  const objects = await batch.finish();
  return { objects, added: batch.added };
};

const tell = ({ log, metrics }: Telemetry, object: ReadObject): void => {
  const { key, outcome, app, rows, rejected, reason, error } = object;
  log(`cloudfront.${outcome}`, {
    key,
    app,
    rows,
    rejected,
    reason,
    ...(error === undefined ? {} : { error: String(error) }),
  });
  if (rejected > 0) metrics.count("RowsRejected", rejected);
  if (outcome === "quarantined") metrics.count("FilesQuarantined", 1);
  if (outcome === "ignored") metrics.count("ObjectsIgnored", 1);
  if (outcome === "failed") metrics.count("ReadsFailed", 1);
};

/**
 * Reads what an event names. A queue gets back the messages whose objects failed; any other sender gets an error once all others are
 * done, so that Lambda starts the function again. Begins no object without time, but the first.
 */
export const readEvent = async (
  ports: ReaderPorts,
  settings: ReaderSettings,
  event: unknown,
  telemetry: Telemetry,
  hasTime: () => boolean = () => true,
): Promise<BatchResponse> => {
  const { objects, problems, fromQueue } = readObjectEvents(event);
  const { log, metrics } = telemetry;
  const ignore = (facts: Readonly<Record<string, unknown>>): void => {
    log("cloudfront.ignored", facts);
    metrics.count("ObjectsIgnored", 1);
  };
  // Not given back: they would be as wrong the next time. The log has them.
  for (const { messageId, reason, found } of problems) ignore({ messageId, reason, found });
  const wanted: NamedObject[] = [];
  for (const object of objects) {
    const { messageId, key, bucket = settings.sourceBucket } = object;
    if (bucket === settings.sourceBucket) wanted.push(object);
    else ignore({ messageId, key, reason: `an object of another bucket: ${bucket}` });
  }

  const batch = new ObjectBatch(ports, settings);
  const begun = new Set<string>();
  const postponed = new Set<string>();
  for (const { key } of wanted) {
    if (begun.has(key) || postponed.has(key)) continue;
    if (begun.size > 0 && !hasTime()) postponed.add(key);
    else {
      begun.add(key);
      await batch.read(key);
    }
  }
  const read = await batch.finish();
  for (const object of read) tell(telemetry, object);
  if (batch.added > 0) metrics.count("RowsFetched", batch.added);
  for (const key of postponed) log("cloudfront.postponed", { key });

  const failures = read.flatMap(({ error }) => error ?? []);
  if (!fromQueue && failures.length + postponed.size > 0) {
    const late = [...postponed].map((key) => new Error(`${key}: the time was over`));
    throw new PartialFailureError("objects that could not be read", [...failures, ...late]);
  }
  const again = new Set([...postponed, ...read.filter(({ outcome }) => outcome === "failed").map(({ key }) => key)]);
  const messages = new Set(wanted.flatMap(({ messageId, key }) => (again.has(key) ? (messageId ?? []) : [])));
  return giveBack(messages);
};
