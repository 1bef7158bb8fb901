/** The processes of one function: as many at once as its reserved concurrency, each with one job at a time. */
import { fork, type ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import type { Answer, Job, Setup } from "./jobs";

export type Outcome = "done" | "died" | { readonly error: string };

/** As in Lambda's own runtime: a tenth is for young objects, of which two spaces exist. */
const memoryOptions = (megabytes: number): string[] => {
  const young = Math.floor(megabytes / 10);
  return [`--max-semi-space-size=${Math.floor(young / 2)}`, `--max-old-space-size=${megabytes - young}`];
};

/** The most that the process has held so far; on Linux, where the kernel tells it of any process. */
const peakOf = ({ pid }: ChildProcess): number => {
  if (process.platform !== "linux" || pid === undefined) return 0;
  try {
    return Number(/^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) * 1024;
  } catch {
    return 0; // It has just died.
  }
};

export class Pool {
  peakBytes = 0;
  deaths = 0;
  private readonly idle: ChildProcess[] = [];
  private readonly waiting: ((child: ChildProcess) => void)[] = [];
  private readonly all = new Set<ChildProcess>();

  constructor(
    private readonly setup: Setup,
    private readonly megabytes: number,
    size: number,
    private readonly created: (key: string) => void,
  ) {
    for (let left = size; left > 0; left--) this.free(this.start());
  }

  async run(job: Job): Promise<Outcome> {
    const child = this.idle.pop() ?? (await new Promise<ChildProcess>((taken) => this.waiting.push(taken)));
    const outcome = await this.give(child, job);
    if (outcome === "died") {
      this.deaths++;
      this.all.delete(child);
      this.free(this.start());
    } else this.free(child);
    return outcome;
  }

  async close(): Promise<void> {
    for (const child of this.all) {
      const over = new Promise((done) => child.once("exit", done));
      child.kill("SIGKILL");
      await over;
    }
  }

  private give(child: ChildProcess, job: Job): Promise<Outcome> {
    return new Promise((resolve) => {
      const end = (outcome: Outcome): void => {
        this.peakBytes = Math.max(this.peakBytes, peakOf(child));
        child.removeAllListeners("message").removeAllListeners("exit");
        resolve(outcome);
      };
      child.on("message", (answer: Answer) => {
        if ("created" in answer) this.created(answer.created);
        else end("done" in answer ? "done" : { error: answer.error });
      });
      child.once("exit", () => end("died"));
      child.send(job);
    });
  }

  private start(): ChildProcess {
    const child = fork(path.join(__dirname, "archive.js"), [JSON.stringify(this.setup)], {
      execArgv: memoryOptions(this.megabytes),
      env: { ...process.env, TZ: "UTC", AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
    });
    this.all.add(child);
    return child;
  }

  private free(child: ChildProcess): void {
    const next = this.waiting.shift();
    if (next === undefined) this.idle.push(child);
    else next(child);
  }
}
