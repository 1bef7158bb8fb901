/** How the far side answers, rightly and wrongly. */
import type { ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";

/** One download or call as the far side has it in hand. */
export interface Exchange {
  readonly response: ServerResponse;
  /** Whether it is the first call of its kind, the second, and so on; from 1. */
  readonly call: number;
  /** The true log file. */
  readonly content: Buffer;
  /** Where the log file is. */
  readonly url: string;
  /** Lambda's deadline comes. */
  readonly deadline: () => void;
  /** Runs something once the function has read so many bytes of the file. */
  readonly onceRead: (bytes: number, action: () => void) => void;
}

export const json = (
  response: ServerResponse,
  status: number,
  body: string,
  headers: Record<string, string> = {},
): void => void response.writeHead(status, { "content-type": "application/json", ...headers }).end(body);

export const error =
  (status: number, type: string, message: string) =>
  ({ response }: Pick<Exchange, "response">): void =>
    json(response, status, JSON.stringify({ message }), { "x-amzn-errortype": type });

export const nameFile = ({ response, url }: Pick<Exchange, "response" | "url">): void =>
  json(response, 200, JSON.stringify({ logUrl: url }));

export const sendFile = ({ response, content }: Pick<Exchange, "response" | "content">): void =>
  void response.writeHead(200, { "content-type": "text/csv", "content-length": content.length }).end(content);

export const at =
  (logUrl: unknown) =>
  ({ response }: Exchange): void =>
    json(response, 200, JSON.stringify({ logUrl }));

export const storage =
  (status: number, code: string, message: string) =>
  ({ response }: Exchange): void =>
    void response
      .writeHead(status, { "content-type": "application/xml" })
      .end(`<?xml version="1.0"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`);

/** At first something else, later what it should be. */
export const atFirst =
  (times: number, wrong: (exchange: Exchange) => void) =>
  (exchange: Exchange): void =>
    (exchange.call <= times ? wrong : nameFile)(exchange);

const half = ({ content }: Exchange): Buffer => content.subarray(0, Math.floor(content.length / 2));

/** Sends half of the file, and goes on once that has been read. */
export const afterHalf =
  (headers: (exchange: Exchange) => Record<string, string | number>, then: (exchange: Exchange) => void) =>
  (exchange: Exchange): void => {
    const part = half(exchange);
    exchange.onceRead(part.length, () => then(exchange));
    exchange.response.writeHead(200, { "content-type": "text/csv", ...headers(exchange) });
    exchange.response.write(part);
  };

export const asIs =
  (header: (text: string) => string) =>
  ({ response, content }: Exchange): void => {
    const text = content.toString("latin1");
    const end = text.indexOf("\n");
    response.writeHead(200, { "content-type": "text/csv" });
    response.end(Buffer.from(header(text.slice(0, end)) + text.slice(end), "latin1"));
  };

export const page =
  (body: string, type: string) =>
  ({ response }: Exchange): void =>
    void response.writeHead(200, { "content-type": type }).end(body);

/** Gzip of very much of nothing: 64 MB of zeros in 64 KB, behind the true file and without a line end. */
export const ZEROS = gzipSync(Buffer.alloc(1 << 24));
export const BOMB_BYTES = 4 << 24;

export const letters = (header: string): string[] => header.split(",");

/** Piece by piece, the next when the one before was read; the deadline comes after `pieces` of them. */
export function trickle({ response, content, onceRead, deadline }: Exchange, pieces: number): void {
  const size = Math.max(1, Math.ceil(content.length / 50));
  response.writeHead(200, { "content-type": "text/csv", "content-length": content.length });
  const send = (from: number, left: number): void => {
    if (from >= content.length) return void response.end();
    if (left === 0) return deadline();
    const end = Math.min(from + size, content.length);
    onceRead(end, () => send(end, left - 1));
    response.write(content.subarray(from, end));
  };
  send(0, pieces);
}
