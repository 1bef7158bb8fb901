/** What a demo's lake remembers, and the simulated Amplify that it was filled from: the same seed gives the same logs again. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { InputError } from "../errors";
import type { Clock } from "../ports";
import { startSimulatedAmplify, type SimulatedAmplify } from "./simulator/amplifyEndpoint";

export const DEMO_APPS = [
  { name: "shop", appId: "d1a2b3c4d5e6f7", domainName: "shop.example" },
  { name: "blog", appId: "d7f6e5d4c3b2a1", domainName: "blog.example" },
];
const SEED = "amplify-logs demo";

export interface DemoState {
  /** The last hour that was wound to, ISO instant. */
  readonly wound: string;
  readonly requestsPerDay: number;
  /** Whether the further sources are part of it. Default: false. */
  readonly all?: boolean;
}

export const demoStatePath = (lake: string): string => path.join(lake, "demo.json");

/** Undefined where the lake is not a demo's. */
export const readDemoState = (lake: string): DemoState | undefined => {
  try {
    return JSON.parse(readFileSync(demoStatePath(lake), "utf8")) as DemoState;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new InputError("not the demo's own state", {
      field: demoStatePath(lake),
      fix: "delete the lake's folder and run the demo again",
      cause: error,
    });
  }
};

/** A socket file has a short path of its own: 108 bytes are all that a path may take. Windows has pipes for it. */
const reserveSocket = (): { socketPath: string; release: () => void } => {
  if (process.platform === "win32")
    return { socketPath: `\\\\.\\pipe\\amplify-logs-${process.pid}`, release: () => undefined };
  const folder = mkdtempSync(path.join(tmpdir(), "amplify-logs-"));
  return {
    socketPath: path.join(folder, "amplify.sock"),
    release: () => rmSync(folder, { recursive: true, force: true }),
  };
};

export interface DemoAmplify {
  readonly amplify: SimulatedAmplify;
  /** Socket file that it listens on. */
  readonly socketPath: string;
  close(): Promise<void>;
}

export const startDemoAmplify = async (requestsPerDay: number, clock: Clock): Promise<DemoAmplify> => {
  const { socketPath, release } = reserveSocket();
  const amplify = await startSimulatedAmplify({ apps: DEMO_APPS, seed: SEED, requestsPerDay, clock, socketPath });
  const close = async (): Promise<void> => {
    await amplify.close();
    release();
  };
  return { amplify, socketPath, close };
};
