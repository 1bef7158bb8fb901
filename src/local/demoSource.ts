import { Agent, type AgentOptions } from "node:http";
import { AmplifyClient } from "@aws-sdk/client-amplify";
import { AmplifyLogSource, MAX_ATTEMPTS } from "../aws/amplifySource";
import type { DemoAmplify } from "./demoLake";
import { fetchOverSocket } from "./socketFetch";

/** Asks the simulated Amplify as the deployed fetcher asks the real one. */
export const demoSource = ({ amplify, socketPath }: DemoAmplify): AmplifyLogSource => {
  const client = new AmplifyClient({
    region: "eu-central-1",
    endpoint: amplify.url,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: MAX_ATTEMPTS,
    requestHandler: { httpAgent: new Agent({ keepAlive: true, ...({ socketPath } as AgentOptions) }) },
  });
  return new AmplifyLogSource(client, { logHosts: [amplify.logHost], fetch: fetchOverSocket(socketPath) });
};
