/** The real client and the real source before a far side on the loopback that misbehaves as told. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { AmplifyClient } from "@aws-sdk/client-amplify";
import { AmplifyLogSource, MAX_ATTEMPTS } from "../../../src/aws/amplifySource";
import type { LogAnswer, TimeRange } from "../../../src/ports";
import { nameFile, sendFile, type Exchange } from "./answers";
import { TRANSPORT_FAULTS, type TransportFault, type TransportFaultName } from "./faults";

/** One window that is asked for, as the far side knows it. */
interface Asked {
  readonly fault: TransportFault | undefined;
  readonly content: Buffer;
  readonly calls: [number, number];
  readonly abort: AbortController;
  read: number;
  watch: { readonly bytes: number; readonly action: () => void } | undefined;
}

interface FarSide {
  readonly server: Server;
  readonly host: string;
  readonly asked: Map<string, Asked>;
}

let farSide: Promise<FarSide> | undefined;
let count = 0;

const respond = (
  { asked, host }: Pick<FarSide, "asked" | "host">,
  request: IncomingMessage,
  response: ServerResponse,
): void => {
  const [, kind, id] = /^\/(apps|file)\/(w\d+)/.exec(request.url!)!;
  const window = asked.get(id!)!;
  const which = kind === "apps" ? 0 : 1;
  const exchange: Exchange = {
    response,
    call: ++window.calls[which],
    content: window.content,
    url: `http://${host}/file/${id}?X-Amz-Signature=secret`,
    deadline: () => window.abort.abort(new Error("the deadline came: aborted")),
    onceRead: (bytes, action) => {
      window.watch = { bytes, action };
      watched(window);
    },
  };
  if (which === 0) (window.fault?.api ?? nameFile)(exchange);
  else (window.fault?.file ?? sendFile)(exchange);
};

const watched = (window: Asked): void => {
  const { watch } = window;
  if (watch === undefined || window.read < watch.bytes) return;
  window.watch = undefined;
  watch.action();
};

const open = async (): Promise<FarSide> => {
  const asked = new Map<string, Asked>();
  const server = createServer((request, response) => {
    request.resume();
    request.on("end", () => respond({ asked, host }, request, response));
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  server.unref();
  return { server, host, asked };
};

/** The SDK's own retries, without the time between them. */
const clientAt = async (url: string): Promise<AmplifyClient> => {
  const client = new AmplifyClient({
    region: "eu-central-1",
    endpoint: url,
    maxAttempts: MAX_ATTEMPTS,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  const strategy = (await client.config.retryStrategy()) as unknown as {
    retryBackoffStrategy: { computeNextBackoffDelay: () => number };
  };
  strategy.retryBackoffStrategy.computeNextBackoffDelay = () => 0;
  return client;
};

export interface Opened {
  readonly answer: Promise<LogAnswer>;
  /** Calls of Amplify and downloads so far. */
  readonly calls: readonly [number, number];
}

/** Asks for a window through a fault. `read` hears how many bytes of the file were read, each time. */
export const openThrough = async (
  fault: TransportFault | undefined,
  content: Buffer,
  range: TimeRange,
  read: (bytes: Uint8Array) => void = () => undefined,
): Promise<Opened> => {
  const { host, asked } = await (farSide ??= open());
  const id = `w${++count}`;
  const window: Asked = { fault, content, calls: [0, 0], abort: new AbortController(), read: 0, watch: undefined };
  asked.set(id, window);
  const client = await clientAt(`http://${host}`);
  const source = new AmplifyLogSource(client, { logHosts: [host], signal: () => window.abort.signal });
  const over = (): void => {
    asked.delete(id);
    client.destroy();
  };
  const tap = (found: LogAnswer): LogAnswer => {
    if (found.kind !== "file") {
      over();
      return found;
    }
    const { body } = found;
    async function* tapped(): AsyncGenerator<Uint8Array> {
      try {
        for await (const chunk of body) {
          yield chunk;
          read(chunk);
          window.read += chunk.byteLength;
          watched(window);
        }
      } finally {
        over();
      }
    }
    return { kind: "file", body: tapped() };
  };
  const answer = source.open({ appId: id, domainName: "shop.example", range }).then(tap, (error: unknown) => {
    over();
    throw error;
  });
  return { answer, calls: window.calls };
};

const LF = 10;

const lineEnds = (bytes: Uint8Array): number => {
  let ends = 0;
  for (let at = bytes.indexOf(LF); at !== -1; at = bytes.indexOf(LF, at + 1)) ends++;
  return ends;
};
const HOUR = { startMs: 0, endMs: 3_600_000 };

/** The same for a history: `lines` hears, when all is over, how many whole lines were read, the header being one. */
export const openOnTheWay = async (
  name: TransportFaultName,
  content: Buffer,
  lines: (whole: number) => void,
): Promise<LogAnswer> => {
  const fault: TransportFault = TRANSPORT_FAULTS.find((one) => one.name === name)!;
  let whole = 0;
  const { answer } = await openThrough(fault, content, HOUR, (bytes) => void (whole += lineEnds(bytes)));
  const found = await answer;
  if (found.kind !== "file") return found;
  const { body } = found;
  async function* counted(): AsyncGenerator<Uint8Array> {
    try {
      yield* body;
    } finally {
      lines(fault.outcome === "quarantined" ? 0 : whole);
    }
  }
  return { kind: "file", body: counted() };
};

export const closeFarSide = async (): Promise<void> => {
  const open = await farSide;
  farSide = undefined;
  open?.server.closeAllConnections();
  await new Promise<void>((done) => (open === undefined ? done() : void open.server.close(() => done())));
};
