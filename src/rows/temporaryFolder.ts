/** Files for what does not fit into memory, in the system's temporary folder. In Lambda that is all a function may write to. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { threadId } from "node:worker_threads";
import { AmplifyLogsError } from "../errors";

const PREFIX = "amplify-logs-spill-";
/** Folders that this thread uses now. */
const inUse = new Set<string>();

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
};

/**
 * Removes what processes left that were killed: a function's temporary folder outlives its process, and is not large. The next process
 * may have the same id, so that a name of ours is no proof that we use the folder; another thread's is left alone.
 */
const removeLeftovers = (): void => {
  for (const name of readdirSync(tmpdir())) {
    const [pid, thread] = name.startsWith(PREFIX) ? name.slice(PREFIX.length).split("-").map(Number) : [];
    if (pid === undefined || !Number.isInteger(pid) || pid <= 0) continue;
    const folder = path.join(tmpdir(), name);
    const isLeft = pid === process.pid ? thread === threadId && !inUse.has(folder) : !isRunning(pid);
    if (isLeft) rmSync(folder, { recursive: true, force: true });
  }
};

/** A folder that is made when the first file is wanted, and removed with all of them. */
export class TemporaryFolder {
  private folder: string | undefined;
  private files = 0;
  private open: { close(): void }[] = [];

  /** A path that no other file has. */
  newFile(): string {
    if (this.folder === undefined) {
      removeLeftovers();
      this.folder = mkdtempSync(path.join(tmpdir(), `${PREFIX}${process.pid}-${threadId}-`));
      inUse.add(this.folder);
    }
    return path.join(this.folder, String(this.files++));
  }

  /** Closes it when the folder goes. */
  closing<Opened extends { close(): void }>(opened: Opened): Opened {
    this.open.push(opened);
    return opened;
  }

  /** Removes all files; the next one is in a new folder. */
  remove(): void {
    for (const opened of this.open) opened.close();
    this.open = [];
    if (this.folder === undefined) return;
    rmSync(this.folder, { recursive: true, force: true });
    inUse.delete(this.folder);
    this.folder = undefined;
  }
}

/** A full disk in words that say what to do; any other error as it came. */
export const explainFullDisk = (error: unknown): Error => {
  const found = error as NodeJS.ErrnoException;
  if (found.code !== "ENOSPC") return found;
  return new AmplifyLogsError("the temporary folder is full", {
    field: tmpdir(),
    retryable: true,
    fix: "give the function more ephemeral storage, or the machine more room for temporary files",
    cause: error,
  });
};
