import { HOUR_MS, isoDate, isoHour } from "../../model/windows";
import type { Random } from "./random";
import type { Site } from "./site";

/** One row of the log, and when Amplify begins to show it. */
export interface SimulatedRow {
  /** The CSV line, 33 fields, without a line end. */
  readonly line: string;
  /** The row's date and time, whole seconds in ms UTC. */
  readonly ms: number;
  readonly requestId: string;
  /** The row's x-host-header. */
  readonly host: string;
  /** From then on answers hold the row, ms UTC. */
  readonly visibleAtMs: number;
}

/** Who asks. Texts are as the log writes them. */
export interface Viewer {
  readonly address: string;
  readonly edge: string;
  readonly agent: string;
  readonly port: number;
  readonly httpVersion: "HTTP/1.1" | "HTTP/2.0" | "HTTP/3.0";
  /** x-forwarded-for. */
  readonly forwardedFor: string;
}

/** What is asked, and what comes back. Texts are as the log writes them. */
export interface Exchange {
  readonly atMs: number;
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly query: string;
  readonly referrer: string;
  readonly status: number;
  readonly type: string;
  readonly bytes: number;
  readonly result: "Hit" | "Miss" | "RefreshHit" | "Error" | "Redirect";
  /** Until the last byte. */
  readonly tookMs: number;
  readonly range?: readonly [start: number, end: number];
}

/** What people and robots write to: what becomes of a row is not their business. */
export interface TrafficWriter {
  readonly site: Site;
  readonly random: Random;
  /** Draws when something begins, ms UTC. */
  beginning(): number;
  write(viewer: Viewer, exchange: Exchange): void;
}

const PAD2 = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, "0"));
const PAD3 = Array.from({ length: 1000 }, (_, value) => String(value).padStart(3, "0"));
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const PAIRS = Array.from({ length: 4096 }, (_, value) => ALPHABET[value >>> 6]! + ALPHABET[value & 63]!);

/** 54 characters and ==, as CloudFront's ids. */
const requestId = (random: Random): string => {
  let id = "";
  for (let word = 0; word < 9; word++) {
    const bits = random.bits();
    // Three pairs from 32 bits overlap by four: an id has far more of them than uniqueness needs.
    id += PAIRS[bits & 4095]! + PAIRS[(bits >>> 12) & 4095]! + PAIRS[(bits >>> 20) & 4095]!;
  }
  return `${id}==`;
};

const seconds = (ms: number): string => `${Math.floor(ms / 1000)}.${PAD3[ms % 1000]!}`;

const BATCH_MS = 300_000;
const MINUTE_MS = 60_000;

/** Log files come from the edge in batches, most within half an hour; about 2 % hours late, one in a thousand up to 20 h. */
const visibleAt = (random: Random, ms: number): number => {
  const luck = random.unit();
  if (luck >= 0.979) {
    const hours = luck >= 0.999 ? 6 + 14 * random.unit() : 1 + 5 * random.unit();
    return ms + Math.round(hours * HOUR_MS);
  }
  // A batch ends up to 5 minutes after the row and takes at most 50 more: always under an hour.
  const batchEnd = Math.floor(ms / BATCH_MS) * BATCH_MS + BATCH_MS;
  return batchEnd + (2 + Math.floor(luck * 10)) * MINUTE_MS + (luck > 0.9 ? random.below(38 * MINUTE_MS) : 0);
};

/** What the log says of an answer besides what was decided: drawn once a row. */
export const responseOf = (
  random: Random,
  { status, method, result, tookMs: took, bytes }: Exchange,
): { tookMs: number; firstMs: number; detailed: string; length: string; bytes: number } => {
  const tookMs = Math.max(1, Math.round(took));
  const firstMs = bytes > 20_000 ? Math.max(1, Math.floor(tookMs * 0.7)) : tookMs;
  const hasBody = status !== 304 && method !== "HEAD";
  // Amplify writes -0 now and then where it means -.
  const length = hasBody && result !== "Error" && random.chance(0.4) ? String(bytes) : random.chance(0.01) ? "-0" : "-";
  const sent = (hasBody ? bytes : 0) + random.between(240, 520);
  return { tookMs, firstMs, detailed: status >= 500 ? "OriginError" : result, length, bytes: sent };
};

/** Collects the rows of one hour; what happens outside of it is not its business. */
export class RowWriter implements TrafficWriter {
  readonly rows: SimulatedRow[] = [];
  private readonly date: string;
  private readonly hour: string;

  constructor(
    readonly site: Site,
    readonly hourMs: number,
    readonly random: Random,
  ) {
    this.date = isoDate(hourMs);
    this.hour = isoHour(hourMs);
  }

  beginning(): number {
    return this.hourMs + this.random.below(HOUR_MS);
  }

  write(viewer: Viewer, exchange: Exchange): void {
    const second = Math.floor((exchange.atMs - this.hourMs) / 1000);
    if (second < 0 || second >= 3600) return;
    const { random } = this;
    const { status, result, range } = exchange;
    const id = requestId(random);
    const { tookMs, firstMs, detailed, length, bytes } = responseOf(random, exchange);
    const line =
      `${this.date},${this.hour}:${PAD2[Math.floor(second / 60)]!}:${PAD2[second % 60]!},${viewer.edge},${bytes},${viewer.address},` +
      `${exchange.method},${this.site.distribution},${exchange.path},${status},${exchange.referrer},${viewer.agent},${exchange.query},-,` +
      `${result},${id},${exchange.host},${result === "Redirect" ? "http" : "https"},${random.between(60, 900)},${seconds(tookMs)},` +
      `${viewer.forwardedFor},${result === "Redirect" ? "-,-" : "TLSv1.3,TLS_AES_128_GCM_SHA256"},${result},${viewer.httpVersion},-,-,` +
      `${viewer.port},${seconds(firstMs)},${detailed},${status === 304 ? "-" : exchange.type},${length},` +
      (range === undefined ? "-,-" : `${range[0]},${range[1]}`);
    const ms = this.hourMs + second * 1000;
    this.rows.push({ line, ms, requestId: id, host: exchange.host, visibleAtMs: visibleAt(random, ms) });
  }
}
