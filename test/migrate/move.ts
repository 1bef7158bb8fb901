/** A move as its document has it: the document's own commands, run by a shell, between buckets that are folders. */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { loadBundle, packageRoot } from "../../src/local/bundles";
import { DirectoryStore } from "../../src/local/directoryStore";
import { openLake, type JsonValue } from "../../src/local/duckdbLake";
import { registerPartitions } from "../../src/local/lakeWriter";
import { declareApps } from "../../src/local/localCatalog";
import { LOG_COLUMNS } from "../../src/model/columns";
import { systemClock } from "../../src/ports";

const COMMAND = path.join(__dirname, "../../src/cli/main.js");
const AWS = path.join(__dirname, "awsStandIn.js");

/** The bucket that `pulumi stack output bucketName` names: the one of a lake that DuckDB can read. */
export const LAKE_BUCKET = "bucket";

export const migrationDocument = (name: string): string => path.join(packageRoot(), "docs", "migrate", `${name}.md`);

/** The shell's blocks below a heading of second order, each as one text. */
export const stepsBelow = (file: string, heading: string): string[] => {
  const section = readFileSync(file, "utf8")
    .split(/^## /m)
    .find((text) => text.startsWith(`${heading}\n`));
  if (section === undefined) throw new Error(`${file} has no heading ${heading}`);
  return [...section.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, body]) => body!);
};

export class Move {
  readonly root = mkdtempSync(path.join(tmpdir(), "alp-move-"));
  /** Folder that the document's commands run in. */
  readonly folder = path.join(this.root, "work");
  /** The deployed lake: its bucket is beside the old system's. */
  readonly lake = path.join(this.root, "buckets");
  private readonly programs = path.join(this.root, "bin");

  constructor(outputs: Readonly<Record<string, string>> = {}) {
    for (const folder of [this.folder, this.bucket(LAKE_BUCKET), this.programs]) mkdirSync(folder, { recursive: true });
    this.program("amplify-logs", `exec '${process.execPath}' '${COMMAND}' "$@"`);
    this.program("aws", `exec '${process.execPath}' '${AWS}' "$@"`);
    const known = { bucketName: LAKE_BUCKET, ...outputs };
    const cases = Object.entries(known).map(([name, value]) => `"stack output ${name}") echo '${value}' ;;`);
    this.program("pulumi", `case "$*" in ${cases.join(" ")} *) echo "pulumi: $*?" >&2; exit 2 ;; esac`);
  }

  private program(name: string, script: string): void {
    const file = path.join(this.programs, name);
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
  }

  bucket(name: string): string {
    return path.join(this.lake, name);
  }

  /** An empty bucket. */
  make(name: string): void {
    mkdirSync(this.bucket(name), { recursive: true });
  }

  /** Puts an object where the old system has it. */
  put(bucket: string, key: string, body: string | Uint8Array): void {
    const file = path.join(this.bucket(bucket), key);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, body);
  }

  write(name: string, body: string): void {
    writeFileSync(path.join(this.folder, name), body);
  }

  /** Runs a block of a document; what a shell would stop at fails the test. */
  run(block: string): string {
    const { status, stdout, stderr } = spawnSync("sh", ["-eu", "-c", block], {
      cwd: this.folder,
      encoding: "utf8",
      env: {
        ...process.env,
        PATH: [this.programs, process.env["PATH"]].join(path.delimiter),
        ALP_BUCKETS: this.lake,
        NO_COLOR: "1",
        NODE_NO_WARNINGS: "1",
        TZ: "UTC",
      },
    });
    expect(status, `${block}\n${stdout}${stderr}`).to.equal(0);
    return stdout;
  }

  store(bucket = LAKE_BUCKET): DirectoryStore {
    return new DirectoryStore(this.bucket(bucket));
  }

  /** What the bucket's events do to raw files that were put there, and then the partition updater. */
  async convert(apps: readonly string[]): Promise<void> {
    declareApps(this.lake, apps);
    const environment = { BUCKET: LAKE_BUCKET, RAW_PREFIX: "raw", IP_POLICY: "truncated", PIPELINE: "test" };
    const store = this.store();
    const noSecret = (): Promise<string> => Promise.reject(new Error("no secret is needed"));
    const converter = await loadBundle("convert").local(environment, { store, clock: systemClock }, noSecret);
    for (const { key } of await store.list("raw/")) await converter.convert(key);
    await registerPartitions(this.lake, apps);
  }

  async query(sql: string, today?: string): Promise<Readonly<Record<string, JsonValue>>[]> {
    const session = await openLake(this.lake, today === undefined ? {} : { today });
    try {
      return [...(await session.query(sql)).rows];
    } finally {
      session.close();
    }
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

const REQUEST_ID = LOG_COLUMNS.findIndex(({ name }) => name === "request_id");

/** The requests in files of Amplify's form, counted before a move: by their ids, as a file's answer may overlap another's. */
export const requestsIn = (files: readonly string[]): number =>
  new Set(
    files.flatMap((text) =>
      text
        .split("\n")
        .slice(1)
        .filter(Boolean)
        .map((line) => line.split(",")[REQUEST_ID]),
    ),
  ).size;
