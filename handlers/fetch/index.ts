import { Agent, type AgentOptions } from "node:http";
import { AmplifyClient } from "@aws-sdk/client-amplify";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { S3Client } from "@aws-sdk/client-s3";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { AmplifyRequests } from "../../src/aws/amplifyRequests";
import { allowedLogHosts, AmplifyLogSource, MAX_ATTEMPTS } from "../../src/aws/amplifySource";
import { S3Store } from "../../src/aws/s3Store";
import { AmplifyLogsError } from "../../src/errors";
import { fetchOverSocket } from "../../src/local/socketFetch";
import { systemClock, type Clock, type ObjectStore, type TimeRange } from "../../src/ports";
import { required, requiredNumber, type Environment } from "../environment";
import { observed } from "../telemetry";
import { fetchBackfill, type BackfillEvent, type BackfillTurn } from "./backfill";
import {
  fetchHours,
  fetchRun,
  type FetchOutcome,
  type FetchPorts,
  type FetchResult,
  type FetchSettings,
} from "./handler";
import type { FetchEvent } from "./range";

const readSettings = (environment: Environment): FetchSettings => ({
  app: required(environment, "APP_NAME"),
  appId: required(environment, "APP_ID"),
  domainName: required(environment, "DOMAIN_NAME"),
  furtherDomains: (environment["FURTHER_DOMAINS"] ?? "").split(",").filter((domain) => domain !== ""),
  rawPrefix: required(environment, "RAW_PREFIX"),
  delayMinutes: requiredNumber(environment, "DELAY_MINUTES"),
  lookbackHours: requiredNumber(environment, "LOOKBACK_HOURS"),
  settlingHours: requiredNumber(environment, "SETTLING_HOURS"),
  chunkDays: requiredNumber(environment, "CHUNK_DAYS"),
  openHours: environment["OPEN_HOURS"] === "true",
});

interface StaticCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** What the local pipeline puts in AWS's place. */
export interface LocalFetchPorts {
  readonly store: ObjectStore;
  readonly clock: Clock;
  /** Where the simulated Amplify listens. */
  readonly amplifyUrl: string;
  /** The host[:port] that its log files come from. */
  readonly logHost: string;
  readonly credentials: StaticCredentials;
  /** Socket file that Amplify listens on, in place of a port. */
  readonly socketPath: string;
}

export interface LocalFetcher {
  fetch(event: FetchEvent): Promise<FetchResult>;
}

/** The same function on other ports: what the local pipeline runs. */
export const local = (environment: Environment, ports: LocalFetchPorts): LocalFetcher => {
  const client = new AmplifyClient({
    region: required(environment, "APP_REGION"),
    endpoint: ports.amplifyUrl,
    credentials: ports.credentials,
    maxAttempts: MAX_ATTEMPTS,
    requestHandler: {
      httpAgent: new Agent({ keepAlive: true, ...({ socketPath: ports.socketPath } as AgentOptions) }),
    },
  });
  const source = new AmplifyLogSource(client, { logHosts: [ports.logHost], fetch: fetchOverSocket(ports.socketPath) });
  const settings = readSettings(environment);
  return { fetch: (event) => fetchRun({ source, store: ports.store, clock: ports.clock }, settings, event) };
};

/** The same work on any source: what `amplify-logs pull` and `amplify-logs backfill` do with one's own credentials. */
export const over = (
  environment: Environment,
  ports: FetchPorts,
): {
  fetchHours(range: TimeRange): Promise<FetchOutcome>;
  fetchBackfill(event: BackfillEvent, deadlineMs?: number): Promise<BackfillTurn>;
} => {
  const settings = readSettings(environment);
  return {
    fetchHours: (range) => fetchHours(ports, settings, range),
    fetchBackfill: (event, deadlineMs) => fetchBackfill(ports, settings, event, deadlineMs),
  };
};

/** Credentials of the role in the app's own account. */
const assumeRole = (roleArn: string) => async () => {
  const session = { RoleArn: roleArn, RoleSessionName: "amplify-log-pipeline", DurationSeconds: 900 };
  const { Credentials } = await new STSClient({}).send(new AssumeRoleCommand(session));
  if (Credentials?.AccessKeyId === undefined || Credentials.SecretAccessKey === undefined) {
    throw new AmplifyLogsError("STS gave no credentials", {
      field: "ROLE_ARN",
      value: roleArn,
      fix: "check the role's trust policy",
    });
  }
  return {
    accessKeyId: Credentials.AccessKeyId,
    secretAccessKey: Credentials.SecretAccessKey,
    ...(Credentials.SessionToken === undefined ? {} : { sessionToken: Credentials.SessionToken }),
    ...(Credentials.Expiration === undefined ? {} : { expiration: Credentials.Expiration }),
  };
};

/** Kept back from Lambda's own deadline: to store what came (an hour of 1 GB takes some 40 s), to write the coverage and to say so. */
const RESERVE_MS = 90_000;
/** When this run must begin nothing more, ms since the epoch. */
let deadlineMs = Infinity;

const deployed = () => {
  const roleArn = process.env["ROLE_ARN"];
  // Both are asked where the app is, with its own account's rights.
  const place = {
    region: required(process.env, "APP_REGION"),
    ...(roleArn === undefined || roleArn === "" ? {} : { credentials: assumeRole(roleArn) }),
  };
  const client = new AmplifyClient({ ...place, maxAttempts: MAX_ATTEMPTS });
  const compared = process.env["COMPLETENESS"] === "true";
  return {
    ports: {
      source: new AmplifyLogSource(client, {
        logHosts: allowedLogHosts(process.env),
        signal: () => AbortSignal.timeout(Math.max(1, deadlineMs - systemClock.now())),
      }),
      store: new S3Store(new S3Client({}), required(process.env, "BUCKET")),
      clock: systemClock,
      ...(compared ? { requests: new AmplifyRequests(new CloudWatchClient(place)) } : {}),
    },
    settings: readSettings(process.env),
  };
};

let ready: ReturnType<typeof deployed> | undefined;

export const handler = observed("fetch", async (event: FetchEvent | BackfillEvent, { log, metrics }, context) => {
  ready ??= deployed();
  deadlineMs = systemClock.now() + context.getRemainingTimeInMillis() - RESERVE_MS;
  if ("backfill" in event) {
    const turn = await fetchBackfill({ ...ready.ports, metrics }, ready.settings, event, deadlineMs);
    log("fetch.backfilled", { ...turn });
    return turn;
  }
  const result = await fetchRun({ ...ready.ports, metrics }, ready.settings, event, deadlineMs);
  log("fetch.done", { ...result });
  return result;
});
