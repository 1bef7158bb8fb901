/** Lines of applications' logs of which the history knows by itself what must become of them. */
import type { Random } from "../../../src/local/simulator/random";

export interface LogLine {
  /** Without a line end; a byte per character where it is no UTF-8. */
  readonly bytes: Buffer;
  /** Told apart for ever: in the message of a row, or in the raw text of an error row. */
  readonly mark: string;
  /** Where its row belongs; undefined when it breaks a rule. */
  readonly row: { readonly service: string; readonly date: string } | undefined;
}

const SERVICES = ["api-gateway", "auth", "billing"];
/** As it is written, and the partition that it belongs to. */
const STRANGE_SERVICES: readonly (readonly [string, string])[] = [
  ["../../state", "state"],
  ["a/b", "a-b"],
  ["API Gateway", "api-gateway"],
  ["service=x/year=1", "service-x-year-1"],
  ["__proto__", "__proto__"],
];
const DATES = ["2026-11-19", "2026-11-20", "2026-11-21"];

const timeOf = (random: Random): string =>
  [random.below(24), random.below(60), random.below(60)].map((part) => String(part).padStart(2, "0")).join(":");

/** Each takes a mark. None may become a row, and none may harm its neighbours. */
const BROKEN: readonly ((mark: string, day: string) => string | Buffer)[] = [
  (mark) => `{"mark":"${mark}`,
  (mark) => `{"level":"INFO","message":"${mark}"}`,
  (mark, day) => `{"timestamp":"${day}","message":"${mark}"}`,
  (mark, day) => `{"timestamp":"${day}","level":"LOUD","message":"${mark}"}`,
  (mark, day) => `{"timestamp":"${day}","level":"INFO","status_code":9223372036854775808,"message":"${mark}"}`,
  (mark, day) => `{"timestamp":"${day}","level":"INFO","status_code":99,"message":"${mark}"}`,
  (mark) => `{"timestamp":"1999-01-01T00:00:00Z","level":"INFO","message":"${mark}"}`,
  (mark, day) => `{"timestamp":"${day}","level":"INFO","service":"///","message":"${mark}"}`,
  (mark, day) => `{"m":"${mark}","timestamp":"${day}","level":"INFO","x":${"[".repeat(60)}${"]".repeat(60)}}`,
  (mark) => `no timestamp, ${mark}`,
  (mark) => `["${mark}"]`,
  (mark) => Buffer.concat([Buffer.from(`2026-11-20T00:00:00Z INFO ${mark} `), Buffer.from([0xff, 0xfe, 0xc0])]),
  (mark) => `2026-11-20T00:00:00Z INFO a\u0000b ${mark}`,
  (mark) => `${mark}${" ".repeat(20)}${"a=".repeat(3000)}`,
];

export const drawLine = (random: Random, mark: string): LogLine => {
  const date = random.pick(DATES);
  const instant = `${date}T${timeOf(random)}Z`;
  if (random.chance(0.2)) {
    const text = random.pick(BROKEN)(mark, instant);
    return { mark, row: undefined, bytes: Buffer.isBuffer(text) ? text : Buffer.from(text) };
  }
  const strange = random.chance(0.1);
  const [written, service] = strange ? random.pick(STRANGE_SERVICES) : [random.pick(SERVICES), undefined];
  const row = { service: service ?? written, date };
  if (!strange && random.chance(0.4)) {
    const shapes = [
      `${instant} INFO [${written}] ${mark} user_id=u1`,
      `${date} ${instant.slice(11, 19)},123 ERROR ${written}: ${mark}`,
      `[${date} ${instant.slice(11, 19)}] [WARN] [${written}] - ${mark} \u{1f600}`,
    ];
    return { mark, row, bytes: Buffer.from(random.pick(shapes)) };
  }
  const line = {
    timestamp: instant,
    level: random.pick(["INFO", "error"]),
    service: written,
    message: mark,
    status_code: random.pick([200, "404", null]),
    ...(random.chance(0.2) ? { client_ip: `203.0.113.${random.below(256)}`, trace: { id: "198.51.100.7" } } : {}),
  };
  return { mark, row, bytes: Buffer.from(JSON.stringify(line)) };
};
