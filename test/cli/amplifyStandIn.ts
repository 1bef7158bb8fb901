import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { logFile, logLine } from "../rows/logLines";

/** Rows of a day. */
export const TEN_MINUTES = 144;
const MINUTE_MS = 60_000;

/** A row each ten minutes of November's first four days, in 2024. */
export const ROWS = Array.from(
  { length: 4 * TEN_MINUTES },
  (_, i) => Date.parse("2024-11-01T00:00:00Z") + i * 10 * MINUTE_MS,
);
const lineAt = (ms: number): string => {
  const text = new Date(ms).toISOString();
  return logLine({ date: text.slice(0, 10), time: text.slice(11, 19), request_id: `id-${ms}` });
};

interface Asked {
  readonly appId: string;
  readonly domainName: string;
  readonly from: string;
  readonly to: string;
}

/** Answers as Amplify does, both ends inclusive; `broken` windows hold the instant that it cannot serve. */
export class AmplifyStandIn {
  readonly asked: Asked[] = [];
  broken: number | undefined;
  private server: Server | undefined;
  url = "";

  async start(): Promise<void> {
    this.server = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url!, this.url);
      const between = (from: number, to: number): number[] => ROWS.filter((ms) => ms >= from && ms <= to);
      if (request.method === "GET") {
        const [from, to] = [Number(searchParams.get("from")), Number(searchParams.get("to"))];
        return response.end(logFile(between(from, to).map(lineAt)));
      }
      const parts: Buffer[] = [];
      request.on("data", (part: Buffer) => parts.push(part));
      request.on("end", () => {
        const { startTime, endTime, domainName } = JSON.parse(Buffer.concat(parts).toString()) as {
          startTime: number;
          endTime: number;
          domainName: string;
        };
        const [from, to] = [startTime * 1000, endTime * 1000];
        const iso = (ms: number): string => new Date(ms).toISOString().slice(5, 16);
        this.asked.push({ appId: pathname.split("/")[2]!, domainName, from: iso(from), to: iso(to) });
        const hit = this.broken !== undefined && from <= this.broken && this.broken < to;
        response.setHeader("content-type", "application/json");
        response.end(JSON.stringify(hit ? {} : { logUrl: `${this.url}/file?from=${from}&to=${to}&X-Amz-Signature=1` }));
      });
    }).listen(0, "127.0.0.1");
    await once(this.server, "listening");
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** What lets a process ask it. */
  environment(): Record<string, string> {
    return { AWS_ENDPOINT_URL_AMPLIFY: this.url, AMPLIFY_LOGS_LOG_HOSTS: new URL(this.url).host };
  }

  stop(): void {
    this.server?.closeAllConnections();
    this.server?.close();
  }
}
