/** moto: a stand-in for S3, Glue and others of AWS's services, on one port. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { installed, onPath } from "./cache";
import { freePort, mustRun, startServer } from "./processes";

const VERSION = "5.2.5";

export interface Moto {
  readonly version: string;
  /** All services answer here, by the name in the request's signature. */
  readonly url: string;
  /** Forgets everything: buckets, tables, queues. */
  reset(): Promise<void>;
  stop(): Promise<void>;
}

/** What the SDK of any language wants, and moto does not look at. */
export const MOTO_CREDENTIALS = { accessKeyId: "moto", secretAccessKey: "moto" } as const;
export const MOTO_REGION = "eu-west-1";

/** Python of a virtual environment with moto in it. */
export const motoPython = async (): Promise<string> => {
  const folder = await installed("moto", VERSION, async (target) => {
    const system = onPath("python3");
    if (system === undefined) throw new Error("moto needs python3 (3.9 or later, with venv) on PATH");
    await mustRun(system, ["-m", "venv", target]);
    await mustRun(path.join(target, "bin", "python"), ["-m", "pip", "install", "-q", `moto[server]==${VERSION}`]);
  });
  return path.join(folder, "bin", "python");
};

export const startMoto = async (): Promise<Moto> => {
  const command = await motoPython();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const folder = mkdtempSync(path.join(tmpdir(), "alp-moto-"));
  const api = async (call: string, method: string): Promise<boolean> =>
    (await fetch(`${url}/moto-api/${call}`, { method })).ok;
  // As a module: the environment was moved after its scripts were written, and they name the old place.
  const server = await startServer(command, ["-m", "moto.server", "-H", "127.0.0.1", "-p", String(port)], {
    cwd: folder,
    logFile: path.join(folder, "moto.log"),
    ready: () => api("data.json", "GET"),
  });
  return {
    version: VERSION,
    url,
    reset: async () => {
      if (!(await api("reset", "POST"))) throw new Error("moto did not reset");
    },
    stop: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
