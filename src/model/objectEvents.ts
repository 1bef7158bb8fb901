/** Whatever can start a function that reads objects, as a list of objects. What names none is told with its reason; the rest goes on. */

/** An object that an event is about. */
export interface NamedObject {
  /** The queue's message, when it came by one. */
  readonly messageId?: string;
  /** Undefined where the sender leaves it to the function: `{ "keys": [...] }`. */
  readonly bucket?: string;
  /** As it is in the bucket: decoded where the event had it encoded. */
  readonly key: string;
}

/** A part of an event that names no object. It would be as wrong the next time: to be logged, not to be given back. */
export interface EventProblem {
  readonly messageId?: string;
  readonly reason: string;
  /** The beginning of what came. */
  readonly found: string;
}

export interface ObjectEvents {
  readonly objects: readonly NamedObject[];
  readonly problems: readonly EventProblem[];
  /** Whether SQS waits for the messages that failed; any other sender wants an error. */
  readonly fromQueue: boolean;
}

type Fields = Readonly<Record<string, unknown>>;
type Found = Omit<NamedObject, "messageId"> | Omit<EventProblem, "messageId">;

const FOUND_CHARS = 500;
const CREATED = "Object Created";
/** S3 writes `ObjectCreated:Put`; a copy that was restored from an archive can be read like a new one. */
const READABLE = /^(s3:)?(ObjectCreated|ObjectRestore:Completed)/;

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});

const shown = (value: unknown): string =>
  (typeof value === "string" ? value : (JSON.stringify(value) ?? String(value))).slice(0, FOUND_CHARS);
const problem = (reason: string, value: unknown): Found => ({ reason, found: shown(value) });

const named = (bucket: unknown, key: unknown, whole: unknown): Found => {
  if (typeof key !== "string") return problem("no object key in the event", whole);
  if (key === "") return problem("the object key is empty", whole);
  return typeof bucket === "string" && bucket !== "" ? { bucket, key } : { key };
};

/** S3's own notifications hold the key as a form would: `+` is a space. Undefined when it is not encoded so. */
const decodeKey = (key: string): string | undefined => {
  try {
    return decodeURIComponent(key.replaceAll("+", " "));
  } catch {
    return undefined;
  }
};

const fromNotification = (record: unknown): Found => {
  const { s3, eventName } = fieldsOf(record);
  const { bucket, object } = fieldsOf(s3);
  const { key } = fieldsOf(object);
  if (typeof eventName === "string" && !READABLE.test(eventName))
    return problem(`an event of the kind ${eventName.slice(0, 60)}, which brings no object`, record);
  const decoded = typeof key === "string" ? decodeKey(key) : key;
  if (typeof key === "string" && decoded === undefined)
    return problem("the object key is not encoded as S3 encodes keys", record);
  return named(fieldsOf(bucket)["name"], decoded, record);
};

/** EventBridge gives the key as it is. */
const fromBridge = (event: Fields): Found => {
  const { bucket, object } = fieldsOf(event["detail"]);
  const kind = event["detail-type"];
  if (kind !== undefined && kind !== CREATED)
    return problem(`an event of the kind ${shown(kind).slice(0, 60)}, which brings no object`, event);
  return named(fieldsOf(bucket)["name"], fieldsOf(object)["key"], event);
};

const fromKeys = (keys: readonly unknown[], event: Fields): Found[] =>
  keys.length === 0
    ? [problem("the list of keys is empty", event)]
    : keys.map((key) => named(event["bucket"], key, key));

/** One event that is no batch of a queue's. */
const readEvent = (event: unknown): Found[] => {
  if (!isFields(event)) return [problem("not an event", event)];
  const { Records: records, keys } = event;
  if (Array.isArray(keys)) return fromKeys(keys, event);
  if (isFields(event["detail"])) return [fromBridge(event)];
  if (event["Event"] === "s3:TestEvent") return [problem("S3's test event, which names no object", event)];
  if (!Array.isArray(records)) return [problem("an event without Records", event)];
  if (records.length === 0) return [problem("the list of Records is empty", event)];
  return records.map(fromNotification);
};

const readBody = (body: unknown): Found[] => {
  if (typeof body !== "string") return [problem("a message without a body", body)];
  let event: unknown;
  try {
    event = JSON.parse(body);
  } catch {
    return [problem("the message is not JSON", body)];
  }
  return readEvent(event);
};

const isQueueRecord = (record: unknown): boolean =>
  isFields(record) && typeof record["messageId"] === "string" && record["s3"] === undefined;

/**
 * The objects of an event: a batch of SQS with events of EventBridge or notifications of S3 as bodies, either of them without a
 * queue, S3's test event, or `{ "bucket"?, "keys": [...] }` with plain keys.
 */
export const readObjectEvents = (event: unknown): ObjectEvents => {
  const records = isFields(event) ? event["Records"] : undefined;
  const fromQueue = Array.isArray(records) && records.some(isQueueRecord);
  const objects: NamedObject[] = [];
  const problems: EventProblem[] = [];
  const take = (found: readonly Found[], messageId?: string): void => {
    const by = messageId === undefined ? {} : { messageId };
    for (const one of found) {
      if ("key" in one) objects.push({ ...by, ...one });
      else problems.push({ ...by, ...one });
    }
  };
  if (!fromQueue) take(readEvent(event));
  else {
    for (const record of records as readonly unknown[]) {
      const { messageId, body } = fieldsOf(record);
      take(readBody(body), typeof messageId === "string" ? messageId : undefined);
    }
  }
  return { objects, problems, fromQueue };
};
