/** The hour's new Parquet file, made in memory or on disk, and what is said of it. */
import type { AppHour } from "../../src/model/keys";
import type { FileBody } from "../../src/ports";
import type { Rejections } from "./rejections";
import type { Privacy } from "./typedHour";

export interface ConvertJob {
  readonly key: string;
  readonly hour: AppHour;
  readonly privacy: Privacy;
  readonly nowMs: number;
  /** What the file says of itself. */
  readonly metadata: Readonly<Record<string, string>>;
}

export interface TypedFile extends Rejections {
  readonly rows: number;
  readonly added: number;
  readonly kept: number;
  /** Undefined when there is no row. */
  readonly body: Uint8Array | FileBody | undefined;
}
