/** The functions' bundles, the very files that are uploaded, called on local ports. Handlers are reached by path only. */
import { createRequire } from "node:module";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { AmplifyLogsError } from "../errors";
import type { BackfillWork } from "../model/backfillProgress";
import type { CoverageState, RejectedRow } from "../model/coverage";
import type {
  BackfillRuns,
  Clock,
  LogSource,
  MaintenanceStore,
  ObjectStore,
  PartitionCatalog,
  PartitionRegistry,
  QueryEngine,
  QueryReader,
  TimeRange,
} from "../ports";
import type { CompactionSteps } from "./compaction";

type Environment = Readonly<Record<string, string | undefined>>;

export interface Conversion {
  readonly outcome: "converted" | "unchanged" | "quarantined" | "gone" | "not-ours";
  readonly rows: number;
  readonly added: number;
  readonly rejected: number;
  readonly reason?: string;
  readonly rejections?: readonly Omit<RejectedRow, "source">[];
}

export interface ConvertBundle {
  local(
    environment: Environment,
    ports: { readonly store: ObjectStore; readonly clock: Clock },
    secret: (name: string) => Promise<string>,
  ): Promise<{ convert(key: string): Promise<Conversion> }>;
}

export interface FetchEvent {
  readonly time?: string;
  readonly mode?: "lookback" | "settle";
  readonly from?: string;
  readonly to?: string;
}

export interface HourResult {
  /** Start of the hour, ISO instant in UTC. */
  readonly hour: string;
  readonly state: CoverageState;
  readonly rows: number;
  readonly added: number;
  readonly late: number;
  /** Why it failed or was refused. */
  readonly error?: string;
}

export interface FetchResult {
  readonly app: string;
  readonly hours: readonly HourResult[];
  readonly added: number;
}

export interface FetchOutcome extends FetchResult {
  readonly failures: readonly Error[];
}

export interface FetchBundle {
  local(
    environment: Environment,
    ports: {
      readonly store: ObjectStore;
      readonly clock: Clock;
      readonly amplifyUrl: string;
      readonly logHost: string;
      readonly socketPath: string;
      readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
    },
  ): { fetch(event: FetchEvent): Promise<FetchResult> };
  over(
    environment: Environment,
    ports: { readonly source: LogSource; readonly store: ObjectStore; readonly clock: Clock },
  ): {
    fetchHours(range: TimeRange): Promise<FetchOutcome>;
    fetchBackfill(event: { readonly backfill: BackfillWork }, deadlineMs?: number): Promise<BackfillWork>;
  };
}

export interface PartitionsBundle {
  local(
    environment: Environment,
    ports: {
      readonly engine: QueryEngine;
      readonly store: MaintenanceStore;
      readonly catalog: PartitionCatalog;
      readonly clock: Clock;
      readonly sleep: (ms: number) => Promise<void>;
    },
  ): {
    update(event: {
      readonly time: string;
    }): Promise<{ readonly partitions: number; readonly queries: number; readonly dropped: number }>;
  };
}

export interface CompactBundle {
  local(
    environment: Environment,
    ports: {
      readonly engine: QueryReader;
      readonly store: MaintenanceStore;
      readonly catalog: PartitionCatalog;
      readonly clock: Clock;
    },
  ): CompactionSteps;
}

export interface GapsBundle {
  local(
    environment: Environment,
    ports: { readonly store: ObjectStore; readonly clock: Clock; readonly backfill: BackfillRuns },
  ): { fill(event: { readonly time: string }): Promise<{ readonly gaps: number; readonly ranges: number }> };
}

/** What became of an object that CloudFront delivered. */
export interface ReadDelivery {
  readonly key: string;
  readonly outcome: "read" | "quarantined" | "ignored" | "gone" | "failed";
  /** Rows that it holds, new or not. */
  readonly rows: number;
  readonly rejected: number;
  readonly reason?: string;
  readonly error?: Error;
}

export interface CloudFrontBundle {
  local(
    environment: Environment,
    ports: { readonly store: ObjectStore; readonly source: ObjectStore; readonly clock: Clock },
    secret: (name: string) => Promise<string>,
  ): { read(keys: readonly string[]): Promise<readonly ReadDelivery[]> };
}

/** What became of an object of an application's logs. */
export interface ReadApplicationObject {
  readonly key: string;
  readonly outcome: "read" | "quarantined" | "gone" | "not-ours";
  /** Lines that keep all rules. */
  readonly rows: number;
  /** Of them, those that were not stored before. */
  readonly added: number;
  readonly errors: number;
  readonly reason?: string | undefined;
}

export interface ApplogsBundle {
  local(
    environment: Environment,
    ports: {
      readonly store: ObjectStore;
      readonly source: ObjectStore;
      readonly catalog: PartitionRegistry;
      readonly clock: Clock;
    },
    secret: (name: string) => Promise<string>,
  ): { read(keys: readonly string[]): Promise<readonly ReadApplicationObject[]> };
}

interface Bundles {
  readonly fetch: FetchBundle;
  readonly convert: ConvertBundle;
  readonly partitions: PartitionsBundle;
  readonly compact: CompactBundle;
  readonly gaps: GapsBundle;
  readonly cloudfront: CloudFrontBundle;
  readonly applogs: ApplogsBundle;
}

/** The folder of this package's package.json. */
export const packageRoot = (): string => {
  for (let folder = __dirname; folder !== path.dirname(folder); folder = path.dirname(folder)) {
    const file = path.join(folder, "package.json");
    if (
      existsSync(file) &&
      (JSON.parse(readFileSync(file, "utf8")) as { name?: string }).name === "amplify-log-pipeline"
    )
      return folder;
  }
  throw new AmplifyLogsError("the package's own package.json was not found", {
    fix: "install amplify-log-pipeline again",
  });
};

/** The SDK inside a bundle warns of old versions of Node: the README says which are supported, and the demo's output is for people. */
const QUIET_SDK = "AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED";
export const quietSdk = (): void => {
  process.env[QUIET_SDK] ??= "true";
};

export const loadBundle = <Name extends keyof Bundles>(name: Name): Bundles[Name] => {
  const file = path.join(packageRoot(), "dist", "bundles", `${name}.js`);
  if (!existsSync(file))
    throw new AmplifyLogsError("the function's bundle is missing", { field: name, fix: "run npm run build" });
  quietSdk();
  return createRequire(file)(file) as Bundles[Name];
};
