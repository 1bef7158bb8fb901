import { createHash } from "node:crypto";
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { InputError } from "../errors";

/** What a run is of: another one has another file. */
export interface ReprocessJob {
  readonly bucket: string;
  readonly prefix: string;
  readonly functionName: string;
}

const STATE = z.object({
  bucket: z.string(),
  prefix: z.string(),
  functionName: z.string(),
  /** The last key that was handed over. */
  lastKey: z.string().min(1),
  keys: z.int().min(1),
  invocations: z.int().min(1),
});

export type ReprocessPosition = Pick<z.infer<typeof STATE>, "lastKey" | "keys" | "invocations">;

/** Of what a file name may hold. */
const safe = (text: string): string => text.replace(/[^A-Za-z0-9._-]+/g, "_").slice(-60);

/** A name that people recognise, and a hash, because several may look alike. */
export const defaultStateFile = ({ bucket, prefix, functionName }: ReprocessJob): string => {
  const hash = createHash("sha256")
    .update(JSON.stringify([bucket, prefix, functionName]))
    .digest("hex");
  const words = [bucket, prefix, functionName].map(safe).filter((word) => word !== "");
  return `reprocess-${words.join("-")}-${hash.slice(0, 8)}.json`;
};

/** How far a run has come, in a file: it is written whole or not at all. */
export class ReprocessState {
  constructor(
    readonly file: string,
    private readonly job: ReprocessJob,
  ) {}

  /** @throws InputError when the file is not this job's. */
  read(): ReprocessPosition | undefined {
    if (!existsSync(this.file)) return undefined;
    const field = "--state";
    const fix = "name another file with --state, or begin anew with --restart";
    let content: unknown;
    try {
      content = JSON.parse(readFileSync(this.file, "utf8"));
    } catch (cause) {
      throw new InputError("cannot be read as a state", { field, value: this.file, fix, cause });
    }
    const { data } = STATE.safeParse(content);
    if (data === undefined) throw new InputError("cannot be read as a state", { field, value: this.file, fix });
    const { bucket, prefix, functionName } = this.job;
    if (data.bucket !== bucket || data.prefix !== prefix || data.functionName !== functionName) {
      const other = `is of bucket ${data.bucket}, prefix "${data.prefix}", function ${data.functionName}`;
      throw new InputError(other, { field, value: this.file, fix });
    }
    return data;
  }

  write(position: ReprocessPosition): void {
    const temporary = `${this.file}.${process.pid}.tmp`;
    try {
      writeFileSync(temporary, `${JSON.stringify({ ...this.job, ...position }, null, 2)}\n`);
      renameSync(temporary, this.file);
    } catch (cause) {
      rmSync(temporary, { force: true });
      const reason = `cannot be written: ${(cause as Error).message}`;
      const fix = "name a file that can be written with --state";
      throw new InputError(reason, { field: "--state", value: this.file, fix, cause });
    }
  }

  remove(): void {
    rmSync(this.file, { force: true });
  }
}
