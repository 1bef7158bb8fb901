import { closeSync, openSync, statSync, writeSync } from "node:fs";
import { Random, seedOf } from "../src/local/simulator/random";

export const SERVICES = ["api-gateway", "authentication", "payment-service", "user-service"];
const LEVELS = ["DEBUG", "INFO", "INFO", "INFO", "WARN", "ERROR"];
const METHODS = ["GET", "POST", "PUT", "DELETE"];
const DAY = Date.parse("2026-11-20T00:00:00Z");
const LINES_AT_A_TIME = 10_000;

/** Writes JSON lines of a day of four services until the file has so many bytes; one line of a hundred breaks a rule. */
export const writeApplicationSample = (
  file: string,
  bytes: number,
): { readonly rows: number; readonly bytes: number } => {
  const random = new Random(seedOf("application bench"));
  const out = openSync(file, "w");
  let [rows, written] = [0, 0];
  while (written < bytes) {
    const lines: string[] = [];
    for (let line = 0; line < LINES_AT_A_TIME; line++, rows++) {
      const status = random.chance(0.01) ? 700 : random.pick([200, 200, 200, 201, 302, 404, 500]);
      lines.push(
        JSON.stringify({
          timestamp: new Date(DAY + ((rows * 97) % 86_400_000)).toISOString(),
          level: random.pick(LEVELS),
          service: random.pick(SERVICES),
          message: `request ${random.below(1_000_000)} was answered`,
          request_id: random.bits().toString(16).padStart(8, "0") + random.bits().toString(16).padStart(8, "0"),
          method: random.pick(METHODS),
          endpoint: `/api/v1/items/${random.below(5000)}`,
          status_code: status,
          response_time_ms: random.below(200_000) / 100,
          client_ip: `203.0.113.${random.below(256)}`,
          user_id: `user-${random.below(20_000)}`,
        }),
      );
    }
    written += writeSync(out, `${lines.join("\n")}\n`);
  }
  closeSync(out);
  return { rows, bytes: statSync(file).size };
};
