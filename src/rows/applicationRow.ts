/** From a line of an application's log to a row of its columns, or the rule that the line breaks. Pure: a line has one answer. */
import { LEVEL_FIELD, SERVICE_FIELD, TIMESTAMP_FIELD } from "../model/applicationColumns";
import { safeService, serviceOfKey } from "../model/applicationKeys";
import type { ApplicationSettings } from "../model/applicationSettingsFile";
import { redactAddresses, treatAddress } from "../model/ipPolicy";
import { bareService, DEFAULT_PATTERN, pairsIn } from "../model/lineGrammar";
import { LinearRegex } from "../model/regexMatcher";
import { parsePattern } from "../model/regexParser";
import { compileRule, type RowCheck } from "./applicationRules";
import { BrokenRule, excerpt, readValue, type ApplicationValue } from "./applicationValues";
import { isDeeper, parseJsonText } from "./jsonText";
import { parseTimestamp } from "./timestampText";

export type ReaderSettings = Pick<
  ApplicationSettings,
  "fields" | "rules" | "pattern" | "defaultService" | "years" | "ipPolicy"
>;

/** A line that keeps all rules. */
export interface ApplicationRow {
  readonly service: string;
  /** `YYYY-MM-DD`, UTC. */
  readonly date: string;
  /** In the order of the fields. */
  readonly values: readonly ApplicationValue[];
  /** JSON of what has no column; null when there is none. */
  readonly extra: string | null;
  /** What the row's id is made of: the line, without the addresses that the columns do not have either. */
  readonly identity: string;
}

export class RejectedLine {
  constructor(
    readonly service: string | null,
    readonly rule: string,
    readonly reason: string,
  ) {}
}

type Fields = Readonly<Record<string, unknown>>;

/** Levels of JSON that a value may have: what is deeper is no log, and would take the stack of whoever writes it again. */
const MAX_LEVELS = 32;
const NUL = "\0";
/** Before the slow search for addresses: nearly no text has what could be one. */
const MAY_HOLD_ADDRESS = /\d\.\d{1,3}\.\d|:[0-9a-f]{0,4}:|%(?:25)*(?:2e|3a)/i;

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What a line says of a name. `__proto__` and `constructor` are names like others. */
const own = (fields: Fields, name: string): unknown => (Object.hasOwn(fields, name) ? fields[name] : undefined);

const matcherOf = (pattern: string): ((text: string) => Fields | undefined) => {
  if (pattern === DEFAULT_PATTERN) {
    const regex = new RegExp(pattern);
    return (text) => regex.exec(text)?.groups;
  }
  const parsed = parsePattern(pattern);
  // Settings are checked before they come here.
  if ("problem" in parsed) throw new Error(`pattern ${parsed.problem}`);
  const regex = new LinearRegex(parsed);
  return (text) => regex.groups(text);
};

export class RowReader {
  private readonly names: ReadonlySet<string>;
  private readonly checks: readonly RowCheck[];
  private readonly match: (text: string) => Fields | undefined;
  private readonly indexOf: ReadonlyMap<string, number>;
  private readonly firstMs: number;
  private readonly endMs: number;
  private readonly keyService: string;
  private readonly services = new Map<string, string | undefined>();

  /** `key` names the object; `salt` is needed by ipPolicy hashed. */
  constructor(
    private readonly settings: ReaderSettings,
    key: string,
    private readonly salt?: string,
  ) {
    const { fields, rules, pattern, years, defaultService } = settings;
    this.indexOf = new Map(fields.map(({ name }, index) => [name, index]));
    this.names = new Set([...this.indexOf.keys(), SERVICE_FIELD]);
    // A default rule may be about a field that these settings do not have.
    this.checks = rules.filter(({ field }) => this.names.has(field)).map(compileRule);
    this.match = matcherOf(pattern);
    this.firstMs = Date.UTC(years.first, 0);
    this.endMs = Date.UTC(years.last + 1, 0);
    const named = serviceOfKey(key);
    this.keyService = (named === undefined ? undefined : safeService(named)) ?? defaultService;
  }

  /** The service of lines that name none. */
  get defaultService(): string {
    return this.keyService;
  }

  read(line: string): ApplicationRow | RejectedLine {
    const text = line.trim();
    const given = text.startsWith("{") ? this.readJson(text) : this.readText(text);
    if (given instanceof RejectedLine) return given;
    const named = own(given, SERVICE_FIELD);
    const service = this.serviceOf(named);
    if (service === undefined)
      return new RejectedLine(null, "service", `service has no letter and no digit: ${excerpt(named)}`);
    const reject = ({ rule, reason }: BrokenRule): RejectedLine => new RejectedLine(service, rule, reason);

    const values: ApplicationValue[] = [];
    for (const { name, type } of this.settings.fields) {
      const value = readValue(name, type, own(given, name));
      if (value instanceof BrokenRule) return reject(value);
      values.push(name === LEVEL_FIELD && typeof value === "string" ? value.toUpperCase() : value);
    }
    const at = this.instant(own(given, TIMESTAMP_FIELD));
    if (at instanceof BrokenRule) return reject(at);
    const timestamp = new Date(at).toISOString();
    values[this.indexOf.get(TIMESTAMP_FIELD)!] = timestamp;
    const row = {
      value: (field: string) => (field === SERVICE_FIELD ? service : values[this.indexOf.get(field)!]!),
      given: (field: string) => own(given, field),
    };
    for (const check of this.checks) {
      const broken = check(row);
      if (broken !== undefined) return reject(broken);
    }
    const extra = this.extraOf(given, service);
    const identity = this.hideAddresses(text, values);
    return { service, date: timestamp.slice(0, 10), values, extra, identity };
  }

  private readJson(text: string): Fields | RejectedLine {
    let value: unknown;
    try {
      value = parseJsonText(text);
    } catch (error) {
      return new RejectedLine(null, "json", `not JSON: ${(error as Error).message.slice(0, 200)}`);
    }
    if (!isFields(value)) return new RejectedLine(null, "json", "not a JSON object");
    if (isDeeper(value, MAX_LEVELS)) return new RejectedLine(null, "json", `JSON of more than ${MAX_LEVELS} levels`);
    return value;
  }

  private readText(text: string): Fields | RejectedLine {
    if (text.includes(NUL)) return new RejectedLine(null, "encoding", "a text with NUL");
    const groups = this.match(text);
    if (groups === undefined)
      return new RejectedLine(null, "grammar", "neither a JSON object nor a line of the pattern");
    const fields: Record<string, unknown> = Object.assign(Object.create(null), groups) as Record<string, unknown>;
    const { service, message } = fields;
    if (typeof service === "string") fields[SERVICE_FIELD] = bareService(service);
    if (typeof message === "string")
      for (const [name, value] of pairsIn(message))
        if (this.names.has(name) && fields[name] === undefined) fields[name] = value;
    return fields;
  }

  private serviceOf(named: unknown): string | undefined {
    if (named === undefined || named === null || named === "") return this.keyService;
    const text = typeof named === "string" ? named : JSON.stringify(named);
    if (this.services.has(text)) return this.services.get(text);
    const safe = safeService(text);
    // A hostile object may name millions.
    if (this.services.size < 1000) this.services.set(text, safe);
    return safe;
  }

  private instant(value: unknown): number | BrokenRule {
    if (value === undefined || value === null || value === "")
      return new BrokenRule("required", `${TIMESTAMP_FIELD} is missing`);
    const at = parseTimestamp(value);
    if (Number.isNaN(at)) return new BrokenRule("type", `${TIMESTAMP_FIELD} is not a time: ${excerpt(value)}`);
    if (at >= this.firstMs && at < this.endMs) return at;
    const { first, last } = this.settings.years;
    return new BrokenRule("range", `${TIMESTAMP_FIELD} is not of the years ${first} to ${last}: ${excerpt(value)}`);
  }

  /** What the schema does not name, and a service that is written otherwise in the table. */
  private extraOf(given: Fields, service: string): string | null {
    const parts: string[] = [];
    for (const name of Object.keys(given)) {
      const value = given[name];
      if (value === undefined || (this.names.has(name) && name !== SERVICE_FIELD)) continue;
      if (name === SERVICE_FIELD && (value === service || value === null || value === "")) continue;
      parts.push(`${JSON.stringify(name)}:${JSON.stringify(value)}`);
    }
    return parts.length === 0 ? null : this.redact(`{${parts.join(",")}}`);
  }

  private redact(text: string): string {
    const { ipPolicy } = this.settings;
    return ipPolicy === "full" || !MAY_HOLD_ADDRESS.test(text) ? text : redactAddresses(ipPolicy, text, this.salt);
  }

  /** Treats the addresses in the columns; gives back the line with none of those that it treated. */
  private hideAddresses(text: string, values: ApplicationValue[]): string {
    const { fields, ipPolicy } = this.settings;
    if (ipPolicy === "full") return text;
    let identity = text;
    fields.forEach((field, index) => {
      const value = values[index];
      if (typeof value !== "string" || value === "") return;
      if (field.address === true) {
        values[index] = treatAddress(ipPolicy, value, this.salt);
        identity = identity.replaceAll(value, "-");
      } else if (field.name === "message") values[index] = this.redact(value);
    });
    return identity;
  }
}
