import type { Command } from "commander";
import { AmplifyLogsError, InputError } from "../errors";
import { visibleText } from "./output";
import { defaultStateFile, ReprocessState, type ReprocessPosition } from "./reprocessState";
import { many } from "./figures";

interface Options {
  readonly bucket: string;
  readonly action: string;
  readonly prefix: string;
  readonly functionName?: string;
  readonly batchSize: string;
  readonly rate: string;
  readonly state?: string;
  readonly restart?: boolean;
}

const PROGRESS_MS = 2000;
const MOST_KEYS = 1000;
const MOST_PER_SECOND = 100;
/** A name or an access point's ARN. Whether the name is a bucket's is S3's to say: old ones in us-east-1 have capitals. */
const BUCKET = /^(arn:[\w-]+:s3[\w-]*:\S+|[A-Za-z0-9._-]{1,255})$/;
/** Of the API reference of Invoke: a name, an ARN or the end of one, with a version or an alias. */
const FUNCTION = /^[A-Za-z0-9:_.$-]{1,256}$/;

const checkBucket = (value: string): void => {
  const fix = "write the name alone, without s3://";
  if (!BUCKET.test(value)) throw new InputError("not a bucket's name", { field: "--bucket", value, fix });
};

const functionOf = ({ functionName: value }: Options): string => {
  const field = "--function-name";
  const fix = "give the function's name or its ARN";
  if (value === undefined) throw new InputError("is wanted for --action index", { field, fix });
  if (!FUNCTION.test(value)) throw new InputError("not a function's name", { field, value, fix });
  return value;
};

const batchSizeOf = ({ batchSize: value }: Options): number => {
  const size = /^\d{1,4}$/.test(value) ? Number(value) : 0;
  if (size >= 1 && size <= MOST_KEYS) return size;
  const fix = `write a whole number from 1 to ${MOST_KEYS}`;
  throw new InputError("not a number of keys", { field: "--batch-size", value, fix });
};

const rateOf = ({ rate: value }: Options): number => {
  const rate = /^\d{1,3}(\.\d{1,3})?$/.test(value) ? Number(value) : 0;
  if (rate > 0 && rate <= MOST_PER_SECOND) return rate;
  const fix = `write a number above 0, up to ${MOST_PER_SECOND}, such as 10 or 0.5`;
  throw new InputError("not a number of invocations a second", { field: "--rate", value, fix });
};

/** A key a line: what would break the line, or drive a terminal, is made visible. */
const lineOf = (key: string): string =>
  process.stdout.isTTY ? visibleText(key) : key.replace(/\p{Cc}+/gu, (controls) => visibleText(controls));

/** Waits for whoever reads: a million keys are not held in memory. */
const write = (text: string): Promise<void> =>
  new Promise((resolve, reject) => process.stdout.write(text, (error) => (error ? reject(error) : resolve())));

const printKeys = async (pages: AsyncIterable<readonly string[]>): Promise<void> => {
  let keys = 0;
  for await (const page of pages) {
    keys += page.length;
    if (page.length > 0) await write(page.map((key) => `${lineOf(key)}\n`).join(""));
  }
  console.error(many(keys, "key"));
};

const tellProgress = (): ((position: ReprocessPosition) => void) => {
  let toldMs = Date.now();
  return ({ keys, invocations, lastKey }) => {
    if (Date.now() - toldMs < PROGRESS_MS) return;
    toldMs = Date.now();
    console.error(`${many(keys, "key")} in ${many(invocations, "invocation")}, up to ${visibleText(lastKey)}`);
  };
};

const indexKeys = async (
  options: Options,
  pages: (after: string | undefined) => AsyncIterable<readonly string[]>,
): Promise<void> => {
  const { bucket, prefix } = options;
  const functionName = functionOf(options);
  const [batchSize, rate] = [batchSizeOf(options), rateOf(options)];
  const job = { bucket, prefix, functionName };
  const state = new ReprocessState(options.state ?? defaultStateFile(job), job);
  if (options.restart === true) state.remove();
  const from = state.read();
  if (from !== undefined)
    console.error(
      `goes on after ${visibleText(from.lastKey)}: ${many(from.keys, "key")} before; --restart begins anew`,
    );
  const { AsyncFunction } = await import("../aws/asyncFunction.js");
  const { reprocessKeys } = await import("./reprocess.js");
  const target = new AsyncFunction(functionName);
  const ports = {
    pages,
    start: (payload: string) => target.start(payload),
    save: (position: ReprocessPosition) => state.write(position),
    progress: tellProgress(),
  };
  const { keys, invocations } = await reprocessKeys(ports, { bucket, batchSize, rate, from });
  state.remove();
  console.log(`${many(keys, "key")} in ${many(invocations, "invocation")} of ${visibleText(functionName)}`);
  if (keys > 0) console.log("They run by and by: the function's log and its dead letters say what becomes of them");
};

const reprocess = async (options: Options): Promise<void> => {
  checkBucket(options.bucket);
  const { bucket, prefix, action } = options;
  if (action !== "print" && action !== "index")
    throw new InputError("no such action", { field: "--action", value: action, fix: "use print or index" });
  const { quietSdk } = await import("../local/bundles.js");
  quietSdk();
  const [{ makeS3Client }, { objectPages }] = await Promise.all([
    import("../aws/s3Client.js"),
    import("../aws/objectPages.js"),
  ]);
  const { describeAwsError } = await import("../aws/errors.js");
  const client = makeS3Client();
  const pages = async function* (after: string | undefined): AsyncGenerator<readonly string[]> {
    for await (const page of objectPages(client, { bucket, prefix, after })) yield page.map(({ key }) => key);
  };
  try {
    await (action === "print" ? printKeys(pages(undefined)) : indexKeys(options, pages));
  } catch (error) {
    if (error instanceof InputError || (error as NodeJS.ErrnoException).code === "EPIPE") throw error;
    const described = describeAwsError(error);
    if (action === "print") throw described;
    throw new AmplifyLogsError(described.message.replace(/\.$/, ""), {
      fix: "mend the cause and run the same again: it goes on where it stopped",
      cause: error,
    });
  }
};

export const registerReprocess = (program: Command): void => {
  program
    .command("reprocess")
    .description(
      "hand objects that lie in a bucket to a function: those that came before it, or that it is to read again",
    )
    .requiredOption("--bucket <name>", "the bucket with the objects")
    .requiredOption("--action <name>", "print: write the keys to standard output; index: start the function with them")
    .option("--prefix <text>", "only keys that begin so", "")
    .option("--function-name <name>", "for index: the function, by name or ARN")
    .option("--batch-size <number>", "keys of one invocation, at most", "20")
    .option("--rate <number>", "invocations a second, at most", "10")
    .option("--state <file>", "where to keep how far it came (default: reprocess-BUCKET-PREFIX-FUNCTION-HASH.json)")
    .option("--restart", "begin anew, whatever the file says")
    .action(reprocess);
};
