/** What can go wrong between a function and Amplify: one entry a kind, with what must come of the window. */
import { gzipSync } from "node:zlib";
import {
  afterHalf,
  asIs,
  at,
  atFirst,
  BOMB_BYTES,
  error,
  json,
  letters,
  page,
  storage,
  trickle,
  ZEROS,
  type Exchange,
} from "./answers";

export interface TransportFault {
  readonly name: string;
  /** How Amplify answers. Default: with the file's URL. */
  readonly api?: (exchange: Exchange) => void;
  /** How the file comes. Default: as it is. */
  readonly file?: (exchange: Exchange) => void;
  /** What is known of the window afterwards. */
  readonly outcome: "rows" | "no-url" | "blank" | "refused" | "failed" | "quarantined";
  /** What the error says; of outcomes that have one. */
  readonly says?: RegExp;
  /** Calls of Amplify, and downloads, that it takes: retries are the SDK's. */
  readonly calls: readonly [number, number];
}

const REFUSED = /Amplify's log URL was refused/;
/** src/aws/amplifySource has them; written out, so that another number is noticed. */
const SDK_ATTEMPTS = 8;

const refusedUrl = <Name extends string>(name: Name, logUrl: string, says: RegExp) =>
  ({ name, api: at(logUrl), outcome: "failed", says, calls: [1, 0] }) as const;

export const TRANSPORT_FAULTS = [
  {
    name: "throttledTwice",
    api: atFirst(2, error(429, "TooManyRequestsException", "Too Many Requests")),
    outcome: "rows",
    calls: [3, 1],
  },
  {
    name: "throttled",
    api: error(429, "TooManyRequestsException", "Too Many Requests"),
    outcome: "failed",
    says: /Too Many Requests/,
    calls: [SDK_ATTEMPTS, 0],
  },
  {
    name: "internalOnce",
    api: atFirst(1, error(500, "InternalFailureException", "internal")),
    outcome: "rows",
    calls: [2, 1],
  },
  { name: "resetOnce", api: atFirst(1, ({ response }) => void response.destroy()), outcome: "rows", calls: [2, 1] },
  {
    name: "endpointTimeOut",
    api: error(504, "InternalServerErrorException", "Endpoint request timed out"),
    outcome: "refused",
    says: /Endpoint request timed out/,
    calls: [1, 0],
  },
  {
    name: "gatewayPage",
    api: ({ response }) =>
      void response.writeHead(400, { "content-type": "text/html" }).end("<html>Bad Request</html>"),
    outcome: "failed",
    says: /./,
    calls: [1, 0],
  },
  {
    name: "accessDenied",
    api: error(403, "AccessDeniedException", "not authorized"),
    outcome: "failed",
    says: /not authorized/,
    calls: [1, 0],
  },
  { name: "noUrl", api: ({ response }) => json(response, 200, "{}"), outcome: "no-url", calls: [1, 0] },
  { name: "nullUrl", api: at(null), outcome: "no-url", calls: [1, 0] },
  { name: "emptyUrl", api: at(""), outcome: "no-url", calls: [1, 0] },
  refusedUrl("badHost", "https://evil.example/access-logs.csv?X-Amz-Signature=secret", REFUSED),
  refusedUrl(
    "plainHttp",
    "http://logs.s3.eu-central-1.amazonaws.com/access-logs.csv?X-Amz-Signature=secret",
    /refused: not https/,
  ),
  refusedUrl("linkLocal", "http://169.254.169.254/latest/meta-data/iam/security-credentials/", REFUSED),
  refusedUrl("credentialsInUrl", "https://logs.s3.eu-central-1.amazonaws.com@evil.example/", REFUSED),
  { name: "noUrlAtAll", api: at("access-logs.csv"), outcome: "failed", says: /refused: not a URL/, calls: [1, 0] },
  {
    name: "redirected",
    file: ({ response }) => void response.writeHead(302, { location: "http://169.254.169.254/" }).end(),
    outcome: "failed",
    says: /redirect|answered 302/,
    calls: [1, 1],
  },
  {
    name: "blankFile",
    file: ({ response }) => void response.writeHead(200, { "content-length": 0 }).end(),
    outcome: "blank",
    calls: [1, 1],
  },
  {
    name: "expiredUrl",
    file: storage(403, "AccessDenied", "Request has expired"),
    outcome: "failed",
    says: /answered 403/,
    calls: [1, 1],
  },
  {
    name: "fileGone",
    file: storage(404, "NoSuchKey", "The specified key does not exist."),
    outcome: "failed",
    says: /answered 404/,
    calls: [1, 1],
  },
  {
    name: "slowDown",
    file: storage(503, "SlowDown", "Please reduce your request rate."),
    outcome: "failed",
    says: /answered 503/,
    calls: [1, 1],
  },
  {
    name: "shortBody",
    file: afterHalf(
      ({ content }) => ({ "content-length": content.length }),
      ({ response }) => void response.destroy(),
    ),
    outcome: "failed",
    says: /terminated|ended|closed|aborted/,
    calls: [1, 1],
  },
  {
    name: "shortChunks",
    file: afterHalf(
      () => ({}),
      ({ response }) => void response.destroy(),
    ),
    outcome: "failed",
    says: /terminated|ended|closed|aborted/,
    calls: [1, 1],
  },
  {
    name: "truncatedGzip",
    file: ({ response, content }) => {
      const zipped = gzipSync(content);
      response.writeHead(200, { "content-encoding": "gzip" });
      response.end(zipped.subarray(0, Math.floor(zipped.length * 0.7)));
    },
    outcome: "failed",
    says: /unexpected end|terminated|ended/,
    calls: [1, 1],
  },
  {
    name: "wholeGzip",
    file: ({ response, content }) =>
      void response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(content)),
    outcome: "rows",
    calls: [1, 1],
  },
  {
    name: "stallBeforeFile",
    file: ({ deadline }) => deadline(),
    outcome: "failed",
    says: /abort|timed? ?out/i,
    calls: [1, 1],
  },
  {
    name: "stallInFile",
    file: afterHalf(
      ({ content }) => ({ "content-length": content.length }),
      ({ deadline }) => deadline(),
    ),
    outcome: "failed",
    says: /abort|timed? ?out/i,
    calls: [1, 1],
  },
  {
    name: "stallAtApi",
    api: ({ deadline }) => deadline(),
    outcome: "failed",
    says: /abort|timed? ?out/i,
    calls: [1, 0],
  },
  { name: "trickle", file: (exchange) => trickle(exchange, Infinity), outcome: "rows", calls: [1, 1] },
  {
    name: "trickleTooLong",
    file: (exchange) => trickle(exchange, 20),
    outcome: "failed",
    says: /abort|timed? ?out/i,
    calls: [1, 1],
  },
  {
    name: "bomb",
    file: ({ response, content }) => {
      response.writeHead(200, { "content-encoding": "gzip" });
      response.end(Buffer.concat([gzipSync(content), ...new Array<Buffer>(BOMB_BYTES >> 24).fill(ZEROS)]));
    },
    outcome: "rows",
    calls: [1, 1],
  },
  {
    name: "htmlPage",
    file: page("<!DOCTYPE html><html><body>Sign in</body></html>\n", "text/html"),
    outcome: "quarantined",
    says: /not an Amplify access log/,
    calls: [1, 1],
  },
  {
    name: "xmlPage",
    file: page("<Error><Code>AccessDenied</Code></Error>", "application/xml"),
    outcome: "quarantined",
    says: /not an Amplify access log/,
    calls: [1, 1],
  },
  {
    name: "columnAdded",
    file: asIs((header) => `${header},x-new`),
    outcome: "quarantined",
    says: /34 columns where Amplify's has 33/,
    calls: [1, 1],
  },
  {
    name: "columnRemoved",
    file: asIs((header) => letters(header).slice(0, -1).join(",")),
    outcome: "quarantined",
    says: /sc-range-end/,
    calls: [1, 1],
  },
  {
    name: "columnsReordered",
    file: asIs((header) => [letters(header)[1], letters(header)[0], ...letters(header).slice(2)].join(",")),
    outcome: "quarantined",
    says: /column 1 of the header is "time"/,
    calls: [1, 1],
  },
] as const satisfies readonly TransportFault[];

export type TransportFaultName = (typeof TRANSPORT_FAULTS)[number]["name"];
