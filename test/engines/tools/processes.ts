/** Child processes for the engines: run to the end, or servers that are stopped by their process id. */
import { spawn, type ChildProcess } from "node:child_process";
import { createWriteStream } from "node:fs";
import { createServer } from "node:net";
import { once } from "node:events";

export interface RunOptions {
  readonly cwd?: string;
  /** The whole environment of the child. Default: this process's. */
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string;
  /** Milliseconds; then the child is killed. Default: ten minutes. */
  readonly timeoutMs?: number;
}

export interface RunResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end; the caller judges the exit code. */
export const run = async (command: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> => {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: ["pipe", "pipe", "pipe"],
    timeout: options.timeoutMs ?? 600_000,
    killSignal: "SIGKILL",
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  child.stdin.on("error", () => undefined);
  child.stdin.end(options.input ?? "");
  const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  return { code: code ?? -1, stdout, stderr: signal === null ? stderr : `${stderr}\nkilled by ${signal}` };
};

/** As `run`, but anything other than exit code 0 is an error with the end of what the program said. */
export const mustRun = async (
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> => {
  const result = await run(command, args, options);
  if (result.code === 0) return result;
  throw new Error(
    `${command} ${args.join(" ")} ended with ${result.code}:\n${(result.stdout + result.stderr).slice(-4000)}`,
  );
};

/** A port of 127.0.0.1 that was free just now. */
export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
};

export interface ServerOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Both of its streams go there. */
  readonly logFile: string;
  /** Asked every 100 ms until it is true. */
  readonly ready: () => Promise<boolean>;
  /** Milliseconds. Default: two minutes. */
  readonly timeoutMs?: number;
}

export interface RunningServer {
  readonly pid: number;
  /** SIGTERM to its process group, SIGKILL after ten seconds; resolves when it is gone. */
  stop(): Promise<void>;
}

const signalGroup = (child: ChildProcess, signal: NodeJS.Signals): void => {
  try {
    process.kill(-child.pid!, signal);
  } catch {
    // It is gone already.
  }
};

const running = new Set<ChildProcess>();
process.once("exit", () => running.forEach((child) => signalGroup(child, "SIGKILL")));

/** Starts a server in a process group of its own and waits until it answers. */
export const startServer = async (
  command: string,
  args: readonly string[],
  options: ServerOptions,
): Promise<RunningServer> => {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const log = createWriteStream(options.logFile);
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const gone = once(child, "exit");
  running.add(child);
  gone.finally(() => running.delete(child)).catch(() => undefined);
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    signalGroup(child, "SIGTERM");
    const timer = setTimeout(() => signalGroup(child, "SIGKILL"), 10_000);
    await gone;
    clearTimeout(timer);
    log.end();
  };
  const deadline = Date.now() + (options.timeoutMs ?? 120_000);
  while (!(await options.ready().catch(() => false))) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`${command} ended before it was ready; its words are in ${options.logFile}`);
    if (Date.now() > deadline) {
      await stop();
      throw new Error(`${command} was not ready in time; its words are in ${options.logFile}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { pid: child.pid!, stop };
};
