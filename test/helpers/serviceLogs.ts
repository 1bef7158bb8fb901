/** Logs of services as the sources' systems have them: JSON lines below SERVICE/year=…, and text in `.log` objects. */

export interface ServiceEntry {
  readonly timestamp: string;
  readonly level: string;
  readonly service: string;
  readonly message: string;
  readonly request_id: string;
  readonly method: string;
  readonly endpoint: string;
  readonly status_code: number;
  readonly response_time_ms: number;
  readonly client_ip: string;
  readonly user_agent: string;
}

const LEVELS = ["INFO", "INFO", "INFO", "WARNING", "ERROR"] as const;
const ENDPOINTS = ["/api/v1/users", "/api/v1/orders", "/login"] as const;

/** `count` entries of one day; the same arguments, the same entries. Levels, times and answers differ from entry to entry. */
export const serviceEntries = (service: string, date: string, count: number): ServiceEntry[] =>
  Array.from({ length: count }, (_, i) => {
    const level = LEVELS[i % LEVELS.length]!;
    const second = Math.floor((i * 86_399) / Math.max(1, count - 1));
    return {
      timestamp: `${new Date(Date.parse(date) + second * 1000).toISOString().slice(0, 19)}.${String(i % 1000).padStart(3, "0")}Z`,
      level,
      service,
      message: `request ${i}: "done", ${level.toLowerCase()}`,
      request_id: `${service}-${date}-${i}`,
      method: i % 3 === 0 ? "POST" : "GET",
      endpoint: ENDPOINTS[i % ENDPOINTS.length]!,
      status_code: level === "ERROR" ? 500 + (i % 4) : 200,
      response_time_ms: i % 7 === 0 ? 1000.5 + i : 12.25 + i,
      client_ip: `203.0.113.${i % 250}`,
      user_agent: "Mozilla/5.0",
    };
  });

export const jsonLines = (entries: readonly object[]): string =>
  `${entries.map((entry) => JSON.stringify(entry)).join("\n")}\n`;

/** `SERVICE/year=2025/month=04/day=03/logs_SERVICE_20250403.json`. */
export const serviceKey = (service: string, date: string): string => {
  const [year, month, day] = date.split("-");
  return `${service}/year=${year}/month=${month}/day=${day}/logs_${service}_${year}${month}${day}.json`;
};
