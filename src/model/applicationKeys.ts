/** Where the application logs' objects lie in the lake's bucket. */
import { PREFIXES } from "./keys";

/** State of the reader: its settings, and where the error rows of an object lie. The function reads and writes below it. */
export const APPLICATION_STATE = `${PREFIXES.state}/application-logs`;

/** Key of the settings that a component wrote, by its name. */
export const applicationSettingsKey = (name: string): string => `${APPLICATION_STATE}/${name}.json`;

/** Says on which day the object's first error rows were written, where they stay. */
export const errorsStateKey = (hash: string): string => `${APPLICATION_STATE}/objects/${hash}.json`;

/** One service's rows of one day, UTC. */
export interface ServiceDay {
  readonly service: string;
  /** `YYYY-MM-DD`. */
  readonly date: string;
}

const calendarPath = (date: string): string => {
  const [year, month, day] = date.split("-");
  return `year=${year}/month=${month}/day=${day}/`;
};

/** Values of the partition, in the order of the table's keys. */
export const partitionValues = ({ service, date }: ServiceDay): readonly string[] => [service, ...date.split("-")];

/** Prefix of the partition, with a slash at its end. */
export const processedPrefix = ({ service, date }: ServiceDay): string =>
  `${PREFIXES.processed}/service=${service}/${calendarPath(date)}`;

export const processedKey = (day: ServiceDay, hash: string): string => `${processedPrefix(day)}${hash}.parquet`;

export const errorsKey = (date: string, hash: string): string =>
  `${PREFIXES.errors}/${calendarPath(date)}${hash}.json.gz`;

const LONGEST_SERVICE = 64;

/** A service's name as a part of keys: lower case, digits, `_` and single hyphens; undefined when nothing of it is left. */
export const safeService = (text: string): string | undefined => {
  const safe = text
    .slice(0, 4 * LONGEST_SERVICE)
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, LONGEST_SERVICE)
    .replace(/-+$/, "");
  return safe === "" ? undefined : safe;
};

/** The service that a key names: `service=NAME/`, or the folder before `year=`, as the generated trees have it. */
export const serviceOfKey = (key: string): string | undefined =>
  /(?:^|\/)service=([^/]+)\//.exec(key)?.[1] ?? /(?:^|\/)([^/=]+)\/year=\d/.exec(key)?.[1];

const READABLE = /\.(log|json|ndjson)(\.gz)?$/i;
/** Whether an object is one of ours by its name. */
export const isApplicationLog = (key: string): boolean => READABLE.test(key);
