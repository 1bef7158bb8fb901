import { MINUTE_MS } from "../../model/windows";
import { Random, seedOf } from "../simulator/random";
import { jsonText } from "./applicationServices";
import { ascii, type LineBuffer } from "./lineBuffer";
import { RowIds } from "./rowIds";
import { RowStream, type Lateness, type RowLimits } from "./traffic";

/** Who calls a service. Texts are as JSON has them. */
export interface Caller {
  readonly address: string;
  readonly agent: Uint8Array;
  /** Null: nobody has logged in. */
  readonly userId: string | null;
}

/** One request to a service. */
export interface ServiceCall {
  readonly atMs: number;
  readonly method: string;
  readonly before: Uint8Array;
  /** What stands in the path after a number, and the number. */
  readonly after?: Uint8Array | undefined;
  readonly id: number;
  readonly level: "DEBUG" | "INFO" | "WARN" | "ERROR";
  readonly message: string;
  readonly status: number;
  readonly tookMs: number;
}

/** Shippers buffer: one line in a hundred comes minutes late, some after an outage of theirs. */
const LATENESS: Lateness = {
  share: 0.01,
  veryLateShare: 0.1,
  lateMinutes: [1, 45],
  veryLateMinutes: [60, 360],
  batchMinutes: 5,
};

const LONGEST_ROW = 4096;
const NULL = ascii("null");
const QUOTE = 34;
const COLON = 58;
const POINT = 46;
const LINE_END = ascii("}\n");

const part = (text: string): Uint8Array => ascii(text);
const PARTS = {
  time: part('{"timestamp":"'),
  requestId: part('","request_id":"'),
  method: part('","method":"'),
  endpoint: part('","endpoint":"'),
  status: part('","status_code":'),
  took: part(',"response_time_ms":'),
  address: part(',"client_ip":"'),
  agent: part('","user_agent":"'),
  userId: part('","user_id":'),
};

/** Writes calls as lines of JSON. */
export class ApplicationRows extends RowStream {
  random = new Random(0);
  private minuteMs = 0;
  private readonly ids: RowIds;
  private readonly service: Uint8Array;
  private readonly heads = new Map<string, Uint8Array>();
  private readonly times = new Map<number, Uint8Array>();

  constructor(
    readonly seed: number,
    service: string,
    limits: RowLimits,
  ) {
    super(limits, LATENESS);
    this.ids = new RowIds(seed, service);
    this.service = jsonText(service);
  }

  startMinute(minuteMs: number): void {
    this.minuteMs = minuteMs;
    this.random = new Random(seedOf(this.seed, "minute", minuteMs));
  }

  beginning(): number {
    return this.minuteMs + this.random.below(MINUTE_MS);
  }

  write({ address, agent, userId }: Caller, call: ServiceCall): void {
    const { random } = this;
    const line = this.begin(call.atMs, random, LONGEST_ROW);
    if (line === undefined) return;
    this.time(line, call.atMs);
    line.raw(this.headOf(call.level, call.message));
    this.ids.writeUuid(line, random);
    line.raw(PARTS.method);
    line.text(call.method);
    line.raw(PARTS.endpoint);
    line.raw(call.before);
    if (call.after !== undefined) {
      line.integer(call.id);
      line.raw(call.after);
    }
    line.raw(PARTS.status);
    line.three(call.status);
    line.raw(PARTS.took);
    const hundredths = Math.max(1, Math.round(call.tookMs * 100));
    const whole = Math.floor(hundredths / 100);
    line.integer(whole);
    line.byte(POINT);
    line.two(hundredths - whole * 100);
    line.raw(PARTS.address);
    line.text(address);
    line.raw(PARTS.agent);
    line.raw(agent);
    line.raw(PARTS.userId);
    if (userId === null) line.raw(NULL);
    else {
      line.byte(QUOTE);
      line.text(userId);
      line.byte(QUOTE);
    }
    line.raw(LINE_END);
  }

  private time(line: LineBuffer, atMs: number): void {
    const minute = Math.floor(atMs / MINUTE_MS);
    let known = this.times.get(minute);
    if (known === undefined) {
      if (this.times.size > 1000) this.times.clear();
      known = ascii(new Date(minute * MINUTE_MS).toISOString().slice(0, 16));
      this.times.set(minute, known);
    }
    const ms = Math.floor(atMs - minute * MINUTE_MS);
    line.raw(PARTS.time);
    line.raw(known);
    line.byte(COLON);
    const second = Math.floor(ms / 1000);
    line.two(second);
    line.byte(POINT);
    line.three(ms - second * 1000);
  }

  /** From the time's end to the request's id: the same for each message. */
  private headOf(level: string, message: string): Uint8Array {
    const key = level + message;
    let head = this.heads.get(key);
    if (head === undefined) {
      head = Buffer.concat([
        ascii(`Z","level":"${level}","service":"`),
        this.service,
        ascii('","message":"'),
        jsonText(message),
        PARTS.requestId,
      ]);
      this.heads.set(key, head);
    }
    return head;
  }
}
