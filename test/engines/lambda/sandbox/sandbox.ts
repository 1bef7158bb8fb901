/** A function as Lambda runs it: its archive in a directory of its own, Lambda's environment, and nothing else of this machine. */
import { spawn, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { unzipSync } from "fflate";
import { property, text, variablesOf, type Deployed, type DeployedResource } from "../deployed";
import type { LambdaNode } from "../nodes";
import type { Invoke, Outcome } from "./runtime";

export interface SandboxOptions {
  readonly deployed: Deployed;
  /** The function, as a resource of the stack. */
  readonly lambda: DeployedResource;
  readonly node: LambdaNode;
  /** In place of the program's own. */
  readonly variables: Readonly<Record<string, string>>;
  /** How far the function's clock is ahead of this machine's. Default: 0. */
  readonly laterMs?: number;
  readonly region: string;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken: string;
  };
  /** Where AWS's hosts are. */
  readonly proxyPort: number;
  /** PEM, of the authority that those hosts' certificates are of. */
  readonly authority: string;
}

export type Invocation =
  | { readonly answer: unknown; readonly peakBytes: number }
  | { readonly errorType: string; readonly errorMessage: string; readonly peakBytes: number };

export interface Sandbox {
  readonly memoryBytes: number;
  /** Most that the process has held so far. */
  readonly peakBytes: number;
  /** What the function logged so far. */
  readonly logs: readonly Readonly<Record<string, unknown>>[];
  invoke(event: unknown): Promise<Invocation>;
  close(): Promise<void>;
}

const MEGABYTE = 1024 * 1024;

/** As in the runtime's own start script: a tenth is for young objects, of which two spaces exist. */
const memoryOptions = (megabytes: number): string[] => {
  const young = Math.floor(megabytes / 10);
  return [`--max-semi-space-size=${Math.floor(young / 2)}`, `--max-old-space-size=${megabytes - young}`];
};

/** Lambda's file system can be read and not be written, but for /tmp; here a function reads its own archive and no other file. */
const confined = (version: string, readable: readonly string[], writable: string): string[] => {
  const major = Number(/^v(\d+)/.exec(version)![1]);
  return [
    major >= 23 ? "--permission" : "--experimental-permission",
    ...[...readable, writable].map((file) => `--allow-fs-read=${file}`),
    `--allow-fs-write=${writable}`,
  ];
};

const unpack = (archive: string): string => {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "alp-lambda-")));
  mkdirSync(path.join(folder, "tmp"));
  for (const [name, content] of Object.entries(unzipSync(readFileSync(archive)))) {
    const file = path.join(folder, "task", name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  return folder;
};

const environmentOf = (
  { lambda, region, credentials, variables }: SandboxOptions,
  folder: string,
): Record<string, string> => {
  const name = text(lambda, "name");
  const { logGroup = `/aws/lambda/${name}` } = property(lambda, "loggingConfig") as { logGroup?: string };
  // Lambda's developer guide, "Defined runtime environment variables".
  return {
    ...(variablesOf(lambda) as Record<string, string>),
    ...variables,
    _HANDLER: text(lambda, "handler"),
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${text(lambda, "runtime")}`,
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(property(lambda, "memorySize")),
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: "2026/08/15/[$LATEST]0123456789abcdef",
    AWS_LAMBDA_LOG_FORMAT: "JSON",
    LAMBDA_TASK_ROOT: path.join(folder, "task"),
    LAMBDA_RUNTIME_DIR: "/var/runtime",
    LANG: "en_US.UTF-8",
    PATH: "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin",
    TZ: ":UTC",
    // A user of Lambda's has no files: settings of this machine's user must not come in.
    HOME: "/home/sbx_user1051",
    // In place of /tmp, which Lambda does not name: that one is this machine's.
    TMPDIR: path.join(folder, "tmp"),
    NODE_EXTRA_CA_CERTS: path.join(folder, "authority.pem"),
  };
};

const start = (options: SandboxOptions, folder: string): ChildProcess => {
  const { lambda, node, proxyPort, authority, laterMs = 0 } = options;
  writeFileSync(path.join(folder, "authority.pem"), authority);
  const [preload, runtime] = ["preload.js", "runtime.js"].map((name) => path.join(__dirname, name)) as [string, string];
  const readable = [path.join(folder, "task"), path.join(folder, "authority.pem"), preload, runtime];
  const flags = [
    ...memoryOptions(Number(property(lambda, "memorySize"))),
    "--expose-gc",
    ...confined(node.version, readable, path.join(folder, "tmp")),
    "--disable-warning=ExperimentalWarning",
    "--disable-warning=SecurityWarning",
    "--require",
    preload,
  ];
  return spawn(node.file, [...flags, runtime, String(proxyPort), String(laterMs)], {
    cwd: path.join(folder, "task"),
    env: environmentOf(options, folder),
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
};

/**
 * The most memory that the process had resident since its program began. The child's own count would do elsewhere; on Linux it
 * begins with what this process holds, because a fork hands it on.
 */
const peakOf = (child: ChildProcess, counted: number): number => {
  if (process.platform !== "linux") return counted;
  const peak = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"));
  return Number(peak![1]) * 1024;
};

/** Starts the function's process; it is ready when its module is loaded. */
export const openSandbox = async (options: SandboxOptions): Promise<Sandbox> => {
  const { deployed, lambda } = options;
  const name = text(lambda, "name");
  const functionArn = text(lambda, "arn");
  const timeoutMs = Number(property(lambda, "timeout")) * 1000;
  const folder = unpack(deployed.archive(name));
  const child = start(options, folder);

  let output = "";
  let words = "";
  child.stdout!.setEncoding("utf8").on("data", (part: string) => (output += part));
  child.stderr!.setEncoding("utf8").on("data", (part: string) => (words += part));
  const closed = once(child, "close").then(() => {
    throw new Error(
      `${name} ended by itself (${child.exitCode ?? child.signalCode}): ${(output + words).slice(-8000)}`,
    );
  });
  closed.catch(() => undefined);

  let peakBytes = 0;
  const next = async (): Promise<Outcome> => {
    const [outcome] = (await Promise.race([once(child, "message"), closed])) as [Outcome];
    peakBytes = peakOf(child, outcome.peakBytes);
    return outcome;
  };
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  await next().catch((error: unknown) => {
    remove();
    throw error;
  });

  return {
    memoryBytes: Number(property(lambda, "memorySize")) * MEGABYTE,
    get peakBytes() {
      return peakBytes;
    },
    get logs() {
      // Lambda reads both streams, and what is no JSON it wraps: Node's own warnings.
      const lines = `${output}\n${words}`.split("\n").filter((line) => line.startsWith("{"));
      return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    },
    invoke: async (event) => {
      const invoke: Invoke = { requestId: randomUUID(), functionArn, event: JSON.stringify(event), timeoutMs };
      const timer = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
      child.send(invoke);
      const outcome = await next().finally(() => clearTimeout(timer));
      if ("answer" in outcome) return { answer: JSON.parse(outcome.answer) as unknown, peakBytes };
      if ("errorType" in outcome) return { ...outcome, peakBytes };
      throw new Error(`${name} started twice`);
    },
    close: async () => {
      child.kill("SIGKILL");
      await closed.catch(() => undefined);
      remove();
    },
  };
};
