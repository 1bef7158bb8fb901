import { Option, type Command } from "commander";
import { AmplifyLogsError, InputError } from "../errors";
import type { Filter } from "../local/upload/filters";
import type { Outcome } from "../local/upload/upload";
import type { TaggedObject } from "../ports";
import { visibleText } from "./output";
import { many, megabytes, number } from "./figures";

interface Options {
  readonly dryRun?: boolean;
  readonly concurrency: string;
}

interface Destination {
  readonly bucket: string;
  /** Empty, or with a slash at its end. */
  readonly prefix: string;
}

const MOST_AT_ONCE = 64;
const PROGRESS_MS = 2000;
/** Whether a name is a bucket's is S3's to say: old ones in us-east-1 have capitals and up to 255 characters. */
const DESTINATION = /^s3:\/\/([A-Za-z0-9._-]{1,255})(?:\/(.*))?$/s;

const parseDestination = (value: string): Destination => {
  const match = DESTINATION.exec(value);
  const fix = "write s3://BUCKET or s3://BUCKET/PREFIX";
  if (match === null) throw new InputError("not a place in S3", { field: "DESTINATION", value, fix });
  const prefix = (match[2] ?? "").replace(/\/+$/, "");
  return { bucket: match[1]!, prefix: prefix === "" ? "" : `${prefix}/` };
};

const parseConcurrency = (value: string): number => {
  const concurrency = /^\d{1,3}$/.test(value) ? Number(value) : 0;
  if (concurrency >= 1 && concurrency <= MOST_AT_ONCE) return concurrency;
  const fix = `write a whole number from 1 to ${MOST_AT_ONCE}`;
  throw new InputError("not a number of files", { field: "--concurrency", value, fix });
};

/** Counts what was done, and says it: each file that is sent, each that is not, and how far it is. */
class Teller {
  sent = 0;
  unchanged = 0;
  failed = 0;
  bytes = 0;
  private toldMs = Date.now();

  constructor(
    private readonly files: number,
    private readonly place: string,
    private readonly dryRun: boolean,
  ) {}

  tell(outcome: Outcome): void {
    const name = visibleText(outcome.file.relative);
    if (outcome.kind === "failed") {
      this.failed++;
      console.error(`error: ${name}: ${visibleText(outcome.file.reason)}`);
    } else if (outcome.kind === "unchanged") this.unchanged++;
    else {
      this.sent++;
      this.bytes += outcome.file.bytes;
      console.log(`${this.dryRun ? "would upload" : "upload"}: ${name} to ${this.place}${visibleText(outcome.key)}`);
    }
    if (Date.now() - this.toldMs < PROGRESS_MS) return;
    this.toldMs = Date.now();
    const done = this.sent + this.unchanged + this.failed;
    console.error(`${number(done)} of ${many(this.files, "file")}, ${megabytes(this.bytes)} sent`);
  }
}

const upload = async (folder: string, to: string, options: Options, filters: readonly Filter[]): Promise<void> => {
  const { bucket, prefix } = parseDestination(to);
  const concurrency = parseConcurrency(options.concurrency);
  const dryRun = options.dryRun === true;
  const { makeFilter } = await import("../local/upload/filters.js");
  const { readTree } = await import("../local/upload/tree.js");
  const entries = readTree(folder, makeFilter(filters));
  const { quietSdk } = await import("../local/bundles.js");
  quietSdk();
  const [{ makeS3Client }, { objectPages }] = await Promise.all([
    import("../aws/s3Client.js"),
    import("../aws/objectPages.js"),
  ]);
  const { S3Upload } = await import("../aws/s3Upload.js");
  const { describeAwsError } = await import("../aws/errors.js");
  const { uploadFiles } = await import("../local/upload/upload.js");
  const client = makeS3Client();
  const stored = new Map<string, TaggedObject>();
  const wanted = new Set(entries.map(({ relative }) => prefix + relative));
  try {
    for await (const page of objectPages(client, { bucket, prefix }))
      for (const object of page) if (wanted.has(object.key)) stored.set(object.key, object);
  } catch (error) {
    throw describeAwsError(error);
  }
  const teller = new Teller(entries.length, `s3://${bucket}/`, dryRun);
  await uploadFiles(entries, new S3Upload(client, bucket), { prefix, concurrency, dryRun, stored }, (outcome) =>
    teller.tell(outcome),
  );
  const sent = `${many(teller.sent, "file")} ${dryRun ? "to upload" : "uploaded"}, ${megabytes(teller.bytes)}`;
  console.log(`${sent}; ${number(teller.unchanged)} unchanged: s3://${bucket}/${visibleText(prefix)}`);
  if (teller.failed > 0) {
    throw new AmplifyLogsError(`${teller.failed} of ${many(entries.length, "file")} could not be uploaded`, {
      fix: "mend the cause and run the same again: what is there is left alone",
    });
  }
};

export const registerUpload = (program: Command): void => {
  const filters: Filter[] = [];
  // Their order counts, across both options.
  const filter = (flags: string, help: string, includes: boolean): Option =>
    new Option(flags, help).argParser((glob) => void filters.push({ includes, glob }));
  program
    .command("upload")
    .description("send a folder to S3, as aws s3 sync does: what is there with the same content is left alone")
    .argument("<dir>", "the folder, such as what amplify-logs generate wrote")
    .argument("<destination>", "s3://BUCKET/PREFIX")
    .addOption(filter("--exclude <glob>", "leave these out; * is any text, folders included", false))
    .addOption(
      filter("--include <glob>", "take these nevertheless: of all such options the last that matches decides", true),
    )
    .option("--dry-run", "say what would be sent, and send nothing")
    .option("--concurrency <number>", "files at a time", "4")
    .action((folder: string, to: string, options: Options) => upload(folder, to, options, filters));
};
