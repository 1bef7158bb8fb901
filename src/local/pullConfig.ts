/** The configuration file of `amplify-logs pull`: apps, where files go, and how much is asked for at once. */
import { readFileSync } from "node:fs";
import { z } from "zod";
import { InputError } from "../errors";
import { shownPath, valueAt } from "../model/configuration";
import { appSchema } from "../model/configurationSchema";

export interface PullApp {
  /** Name in the lake. */
  readonly name: string;
  readonly appId: string;
  readonly domainName: string;
  /** Default: the SDK's own, AWS_REGION or the profile's. */
  readonly region?: string | undefined;
  /** Default: the SDK's own chain of credentials. */
  readonly profile?: string | undefined;
}

export interface PullConfig {
  readonly apps: readonly PullApp[];
  /** Where files go if no lake is named. */
  readonly s3?: { readonly bucket: string; readonly prefix: string } | undefined;
  /** Days of the widest window. */
  readonly chunkDays: number;
  /** What a reader should know of this file. */
  readonly notes: readonly string[];
}

/** Amplify serves two weeks at most. */
export const MOST_CHUNK_DAYS = 14;

const days = (most: number) => z.int().min(1).max(most);

const fileSchema = z.strictObject({
  applications: z
    .array(
      z.strictObject({
        profile: z.string().min(1).optional(),
        region: appSchema.shape.region,
        appId: appSchema.shape.appId,
        domainName: appSchema.shape.domainName,
        appName: z.string().min(1),
      }),
    )
    .min(1),
  s3: z.strictObject({ bucket: z.string(), prefix: z.string().default("raw") }).optional(),
  timeChunkSize: days(MOST_CHUNK_DAYS).default(MOST_CHUNK_DAYS),
  logRetention: days(3650).optional(),
});

const FIXES: Record<string, string> = {
  applications: "list at least one app with appName, appId, domainName and region",
  timeChunkSize: `write days from 1 to ${MOST_CHUNK_DAYS}: Amplify serves two weeks at most`,
  logRetention: "write days, or leave it out: pull deletes nothing",
  appName: "write the app's name",
  profile: "write a profile of ~/.aws/config, or leave it out",
};

/** A name as people write it, as Athena takes it: `My-Shop` is `my_shop`. */
export const lakeName = (appName: string): string =>
  appName
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "");

const nameApp = (appName: string, field: string): string => {
  const name = lakeName(appName);
  if (!appSchema.shape.name.safeParse(name).success) {
    throw new InputError("cannot be a name in the lake", {
      field,
      value: appName,
      fix: "use letters, digits and hyphens, a letter first, at most 26",
    });
  }
  return name;
};

const problem = (file: string, content: unknown, issue: z.core.$ZodIssue): InputError => {
  if (issue.code === "unrecognized_keys") {
    const field = shownPath([...issue.path, issue.keys[0]!]);
    return new InputError("is not a setting of this file", {
      field: `${file}: ${field}`,
      fix: "remove it, or check its spelling",
    });
  }
  const last = issue.path.findLast((part): part is string => typeof part === "string");
  const rule = issue as { params?: { fix?: string } };
  return new InputError(issue.message, {
    field: `${file}: ${shownPath(issue.path) || "the file"}`,
    value: valueAt(content, issue.path),
    fix: rule.params?.fix ?? (last === undefined ? undefined : FIXES[last]) ?? "see docs/operations.md",
  });
};

/** What a file's content says. @throws InputError that names the file, the field, the value and the fix */
export const parsePullConfig = (content: unknown, file: string): PullConfig => {
  const parsed = fileSchema.safeParse(content);
  if (!parsed.success) throw problem(file, content, parsed.error.issues[0]!);
  const { applications, s3, timeChunkSize, logRetention } = parsed.data;
  const notes: string[] = [];
  const apps = applications.map(({ appName, ...app }, i): PullApp => {
    const field = `${file}: applications[${i}]`;
    const name = nameApp(appName, `${field}.appName`);
    if (name !== appName) notes.push(`${appName} is ${name} in the lake`);
    if (app.domainName.toLowerCase().startsWith("www.")) {
      const fix = `write ${app.domainName.slice("www.".length)}: Amplify keeps access logs by domain association`;
      throw new InputError("is a subdomain", { field: `${field}.domainName`, value: app.domainName, fix });
    }
    return { name, ...app };
  });
  const twice = apps.find(({ name }, i) => apps.findIndex((other) => other.name === name) !== i);
  if (twice !== undefined)
    throw new InputError("two apps have this name", {
      field: `${file}: applications`,
      value: twice.name,
      fix: "give each a name of its own",
    });
  if (logRetention !== undefined)
    notes.push(
      `logRetention (${logRetention} days) is the bucket's: deploy it as retention.rawDays; pull deletes nothing`,
    );
  return { apps, s3, chunkDays: timeChunkSize, notes };
};

/** @throws InputError when the file cannot be read, is no JSON or breaks a rule */
export const readPullConfig = (file: string): PullConfig => {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === "ENOENT";
    throw new InputError(missing ? "no such file" : `not JSON that can be read: ${(cause as Error).message}`, {
      field: "--config",
      value: file,
      fix: missing ? "name a file, or give --app, --app-id and --domain" : "mend the file",
      cause,
    });
  }
  return parsePullConfig(content, file);
};

const BUCKET = /^(?=.{3,63}$)[a-z0-9][a-z0-9.-]*[a-z0-9]$/;

/** The bucket of a file's s3 section, when it is to be used. @throws InputError */
export const checkBucket = ({ bucket, prefix }: { bucket: string; prefix: string }, file: string): void => {
  if (!BUCKET.test(bucket)) {
    const fix = "write the bucket's name, or name a folder with --lake";
    throw new InputError("is not a bucket's name", { field: `${file}: s3.bucket`, value: bucket, fix });
  }
  if (!/^[A-Za-z0-9]([A-Za-z0-9_./-]*[A-Za-z0-9])?$/.test(prefix) || prefix.includes("//") || prefix.includes("..")) {
    const fix = "write it without a slash at its ends, like raw";
    throw new InputError("is not a prefix", { field: `${file}: s3.prefix`, value: prefix, fix });
  }
};
