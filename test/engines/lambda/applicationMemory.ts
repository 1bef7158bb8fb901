/** The application logs' function on one object in a process of its own, as Lambda starts it, with moto for S3 and Glue. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { CreateDatabaseCommand, CreateTableCommand, GlueClient } from "@aws-sdk/client-glue";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { ALLOCATION } from "../../../components/applicationReader";
import { SIZING } from "../../../components/function";
import { applicationSettingsKey } from "../../../src/model/applicationKeys";
import { validateApplication } from "../../../src/model/applicationSettings";
import { renderApplicationSettings } from "../../../src/model/applicationSettingsFile";
import { MOTO_CREDENTIALS, MOTO_REGION } from "../tools/moto";
import type { LambdaNode } from "./nodes";

export const MEMORY_BYTES = SIZING.applogs.memoryMegabytes * 1024 ** 2;
const LAKE = "memory-lake";
const SOURCE = "memory-source";
const DATABASE = "memory_db";
const TABLE = "processed_logs";
const SETTINGS_KEY = applicationSettingsKey("memory");

/** What the child process runs: the bundle's own handler, on one message of the queue. */
const CHILD = `
const { readFileSync } = require("node:fs");
const [bundle, event] = process.argv.slice(2);
const context = { awsRequestId: "memory", getRemainingTimeInMillis: () => 300000 };
require(bundle).handler(JSON.parse(event), context).then((answer) => {
  const peak = /^VmHWM:\\s*(\\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"));
  console.log("ANSWER=" + JSON.stringify({ answer, peakBytes: Number(peak[1]) * 1024 }));
  process.exit(0);
});
`;

/** As in the runtime's own start script: a tenth is for young objects, of which two spaces exist. */
const flags = (): string[] => {
  const young = Math.floor(SIZING.applogs.memoryMegabytes / 10);
  const old = SIZING.applogs.memoryMegabytes - young;
  return ["--expose-gc", `--max-semi-space-size=${Math.floor(young / 2)}`, `--max-old-space-size=${old}`];
};

const clientsOf = (url: string): { readonly s3: S3Client; readonly glue: GlueClient } => {
  const options = { endpoint: url, region: MOTO_REGION, credentials: MOTO_CREDENTIALS };
  return { s3: new S3Client({ ...options, forcePathStyle: true }), glue: new GlueClient(options) };
};

/** An empty lake with its table and settings, and the bucket that the files are delivered to, by their names. */
export const deliver = async (url: string, files: readonly string[]): Promise<void> => {
  const { s3, glue } = clientsOf(url);
  for (const Bucket of [LAKE, SOURCE])
    await s3.send(
      new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: MOTO_REGION as never } }),
    );
  const checked = validateApplication({});
  if (!("settings" in checked)) throw new Error("the defaults are refused");
  const Body = renderApplicationSettings(checked.settings);
  await s3.send(new PutObjectCommand({ Bucket: LAKE, Key: SETTINGS_KEY, Body }));
  for (const file of files)
    await s3.send(new PutObjectCommand({ Bucket: SOURCE, Key: path.basename(file), Body: readFileSync(file) }));
  await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: DATABASE } }));
  const PartitionKeys = ["service", "year", "month", "day"].map((Name) => ({ Name, Type: "string" }));
  const StorageDescriptor = { Columns: [{ Name: "level", Type: "string" }], Location: `s3://${LAKE}/processed/` };
  const TableInput = { Name: TABLE, PartitionKeys, StorageDescriptor };
  await glue.send(new CreateTableCommand({ DatabaseName: DATABASE, TableInput }));
};

/** Writes a file to its object again, with further lines at its end. */
export const append = async (url: string, file: string, lines: string): Promise<void> => {
  const { s3 } = clientsOf(url);
  const tail = file.endsWith(".gz") ? gzipSync(lines) : Buffer.from(lines);
  const Body = Buffer.concat([readFileSync(file), tail]);
  await s3.send(new PutObjectCommand({ Bucket: SOURCE, Key: path.basename(file), Body }));
};

export interface ReadInOwnProcess {
  /** What the function logged of the object. */
  readonly event: { readonly rows: number; readonly added: number; readonly errors: number };
  readonly peakBytes: number;
}

/** Runs the bundle's handler on one object of the source bucket. @throws when it fails, or gives the message back */
export const readInOwnProcess = async (
  { url, node, bundle, folder }: { url: string; node: LambdaNode; bundle: string; folder: string },
  key: string,
): Promise<ReadInOwnProcess> => {
  const script = path.join(folder, "memoryChild.js");
  writeFileSync(script, CHILD);
  const body = JSON.stringify({
    "detail-type": "Object Created",
    detail: { bucket: { name: SOURCE }, object: { key } },
  });
  const event = JSON.stringify({ Records: [{ messageId: "m1", body }] });
  const child = spawn(node.file, [...flags(), script, bundle, event], {
    env: {
      AWS_ENDPOINT_URL: url,
      AWS_ACCESS_KEY_ID: MOTO_CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: MOTO_CREDENTIALS.secretAccessKey,
      AWS_REGION: MOTO_REGION,
      BUCKET: LAKE,
      SOURCE_BUCKET: SOURCE,
      SETTINGS_KEY,
      TABLE_DATABASE: DATABASE,
      TABLE_NAME: TABLE,
      PIPELINE: "memory",
      ...ALLOCATION,
      TMPDIR: folder,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (part: string) => (output += part));
  await once(child, "close");
  const said = /^ANSWER=(.*)$/m.exec(output)?.[1];
  const logged = output.split("\n").find((line) => line.includes('"event":"applogs.read"'));
  if (said === undefined || logged === undefined) throw new Error(`${key} was not read: ${output.slice(-4000)}`);
  const { answer, peakBytes } = JSON.parse(said) as {
    answer: { batchItemFailures: readonly unknown[] };
    peakBytes: number;
  };
  if (answer.batchItemFailures.length > 0) throw new Error(`${key} was given back: ${output.slice(-4000)}`);
  return { event: JSON.parse(logged) as ReadInOwnProcess["event"], peakBytes };
};
