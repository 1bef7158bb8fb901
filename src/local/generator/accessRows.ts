import { MINUTE_MS, isoDate } from "../../model/windows";
import { Random } from "../simulator/random";
import { responseOf, type Exchange, type TrafficWriter, type Viewer } from "../simulator/rowWriter";
import type { Site } from "../simulator/site";
import { ascii, type LineBuffer } from "./lineBuffer";
import { RowIds } from "./rowIds";
import { RowStream, type Lateness, type RowLimits } from "./traffic";

/** How a log writes the 33 fields. */
export interface AccessRowStyle {
  readonly separator: "," | "\t";
  /** From Amplify's escapes, in which the simulator keeps its texts. */
  readonly text: (amplify: string) => string;
}

export const AMPLIFY_STYLE: AccessRowStyle = { separator: ",", text: (text) => text };

/** CloudFront has no backslashes, and commas are nothing special there: Amplify drops them. */
export const CLOUDFRONT_STYLE: AccessRowStyle = {
  separator: "\t",
  text: (text) => text.replace(/\\([()=])/g, "$1").replaceAll("(KHTML%20like", "(KHTML,%20like"),
};

/** As the simulated Amplify has it: two in a hundred come hours late, one in a thousand up to a day. */
const LATENESS: Lateness = {
  share: 0.02,
  veryLateShare: 0.05,
  lateMinutes: [60, 300],
  veryLateMinutes: [360, 1200],
  batchMinutes: 15,
};

/** The longest row: a query of 3,000 characters, and all else. */
const LONGEST_ROW = 8192;
const NEW_LINE = 10;
const DASH = 45;
const COLON = 58;
const KNOWN_TEXTS = 20_000;

/** Writes people's and robots' requests as rows of an access log. */
export class AccessRows extends RowStream implements TrafficWriter {
  random = new Random(0);
  private minuteMs = 0;
  private readonly ids: RowIds;
  private readonly separator: number;
  private readonly known = new Map<string, Uint8Array>();
  private readonly constants: Readonly<Record<"none" | "tls" | "http" | "https", Uint8Array>>;
  private readonly times = new Map<number, Uint8Array>();

  constructor(
    readonly site: Site,
    private readonly style: AccessRowStyle,
    limits: RowLimits,
  ) {
    super(limits, LATENESS);
    this.ids = new RowIds(site.seed, site.distribution);
    this.separator = style.separator.charCodeAt(0);
    const fields = (...texts: string[]): Uint8Array => ascii(texts.map((text) => style.separator + text).join(""));
    this.constants = {
      none: fields("-", "-"),
      tls: fields("TLSv1.3", "TLS_AES_128_GCM_SHA256"),
      http: ascii("http"),
      https: ascii("https"),
    };
  }

  /** What is made from now on begins in this minute. */
  startMinute(minuteMs: number, seed: number): void {
    this.minuteMs = minuteMs;
    this.random = new Random(seed);
  }

  beginning(): number {
    return this.minuteMs + this.random.below(MINUTE_MS);
  }

  write(viewer: Viewer, exchange: Exchange): void {
    const { random, separator, constants } = this;
    const line = this.begin(exchange.atMs, random, LONGEST_ROW);
    if (line === undefined) return;
    const { status, result, range } = exchange;
    const { tookMs, firstMs, detailed, length, bytes } = responseOf(random, exchange);
    const isPlain = result === "Redirect";
    this.time(line, exchange.atMs);
    this.field(line, viewer.edge);
    line.byte(separator);
    line.integer(bytes);
    this.once(line, viewer.address);
    this.field(line, exchange.method);
    this.field(line, this.site.distribution);
    this.field(line, exchange.path);
    line.byte(separator);
    line.three(status);
    this.field(line, exchange.referrer);
    this.field(line, viewer.agent);
    this.field(line, exchange.query);
    this.field(line, "-");
    this.field(line, result);
    line.byte(separator);
    this.ids.writeRequestId(line, random);
    this.field(line, exchange.host);
    line.byte(separator);
    line.raw(isPlain ? constants.http : constants.https);
    line.byte(separator);
    line.integer(random.between(60, 900));
    line.byte(separator);
    line.seconds(tookMs);
    this.once(line, viewer.forwardedFor);
    line.raw(isPlain ? constants.none : constants.tls);
    this.field(line, result);
    this.field(line, viewer.httpVersion);
    line.raw(constants.none);
    line.byte(separator);
    line.integer(viewer.port);
    line.byte(separator);
    line.seconds(firstMs);
    this.field(line, detailed);
    this.field(line, status === 304 ? "-" : exchange.type);
    this.once(line, length);
    if (range === undefined) line.raw(constants.none);
    else for (const end of range) this.once(line, String(end));
    line.byte(NEW_LINE);
  }

  /** Date and time of the row. */
  private time(line: LineBuffer, atMs: number): void {
    const minute = Math.floor(atMs / MINUTE_MS);
    let known = this.times.get(minute);
    if (known === undefined) {
      // A visit is over within the hour; what is older is asked for no more.
      if (this.times.size > 1000) this.times.clear();
      const iso = new Date(minute * MINUTE_MS).toISOString();
      known = ascii(`${isoDate(atMs)}${this.style.separator}${iso.slice(11, 16)}`);
      this.times.set(minute, known);
    }
    line.raw(known);
    line.byte(COLON);
    line.two(Math.floor((atMs - minute * MINUTE_MS) / 1000));
  }

  /** A text that comes again and again, with its separator: its bytes are kept. */
  private field(line: LineBuffer, text: string): void {
    line.byte(this.separator);
    if (text === "-") return line.byte(DASH);
    let bytes = this.known.get(text);
    if (bytes === undefined) {
      if (this.known.size > KNOWN_TEXTS) this.known.clear();
      bytes = ascii(this.style.text(text));
      this.known.set(text, bytes);
    }
    line.raw(bytes);
  }

  /** A text that may never come again, and has nothing to escape. */
  private once(line: LineBuffer, text: string): void {
    line.byte(this.separator);
    line.text(text);
  }
}
