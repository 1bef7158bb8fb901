/** What Lambda's runtime for Node does, as far as a function can notice: one process, one event after the other. */
import path from "node:path";

/** From the test to the runtime. */
export interface Invoke {
  readonly requestId: string;
  readonly functionArn: string;
  /** JSON. */
  readonly event: string;
  readonly timeoutMs: number;
}

/** From the runtime to the test. */
export type Outcome = { readonly peakBytes: number } & (
  | { readonly ready: true }
  | { readonly requestId: string; readonly answer: string }
  | { readonly requestId: string; readonly errorType: string; readonly errorMessage: string }
);

type Handler = (event: unknown, context: unknown) => unknown;

let requestId = "";

/** With the log format JSON, a line is an object and what was logged is its message. */
const patchConsole = (): void => {
  const levels = { log: "INFO", info: "INFO", warn: "WARN", error: "ERROR" } as const;
  for (const [method, level] of Object.entries(levels)) {
    console[method as keyof typeof levels] = (...values: unknown[]): void => {
      const message = values.length === 1 ? values[0] : values.map(String).join(" ");
      process.stdout.write(`${JSON.stringify({ timestamp: new Date().toISOString(), level, requestId, message })}\n`);
    };
  }
};

/** Kilobytes, says Node's documentation of resourceUsage. */
const peakBytes = (): number => process.resourceUsage().maxRSS * 1024;

const say = (outcome: Outcome): void => void process.send!(outcome);

const loadHandler = (): Handler => {
  const [file, name] = process.env["_HANDLER"]!.split(".") as [string, string];
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- what Lambda does
  const exported = require(path.join(process.env["LAMBDA_TASK_ROOT"]!, file)) as Record<string, Handler | undefined>;
  const handler = exported[name];
  if (typeof handler !== "function") throw new Error(`${process.env["_HANDLER"]} is undefined or not exported`);
  // Node 24's runtime refuses handlers that want a callback.
  if (handler.length > 2 && Number(process.versions.node.split(".")[0]) >= 24)
    throw new Error(`${process.env["_HANDLER"]} declares a callback, which Node 24's runtime does not give`);
  return handler;
};

const run = async (handler: Handler, { event, functionArn, timeoutMs }: Invoke): Promise<Outcome> => {
  const deadline = Date.now() + timeoutMs;
  const context = {
    callbackWaitsForEmptyEventLoop: true,
    functionName: process.env["AWS_LAMBDA_FUNCTION_NAME"],
    functionVersion: "$LATEST",
    memoryLimitInMB: process.env["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"],
    logGroupName: process.env["AWS_LAMBDA_LOG_GROUP_NAME"],
    logStreamName: process.env["AWS_LAMBDA_LOG_STREAM_NAME"],
    invokedFunctionArn: functionArn,
    awsRequestId: requestId,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
  try {
    const answer = JSON.stringify(await handler(JSON.parse(event), context)) ?? "null";
    return { requestId, answer, peakBytes: peakBytes() };
  } catch (error) {
    const { name, message } = error instanceof Error ? error : { name: "Error", message: String(error) };
    return { requestId, errorType: name, errorMessage: message, peakBytes: peakBytes() };
  }
};

patchConsole();
const handler = loadHandler();
process.on("message", (invoke: Invoke) => {
  requestId = invoke.requestId;
  void run(handler, invoke).then(say);
});
say({ ready: true, peakBytes: peakBytes() });
