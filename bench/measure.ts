import { spawnSync } from "node:child_process";

export interface Measure {
  readonly seconds: number;
  /** Peak resident set of the process, its whole life. */
  readonly peakMb: number;
  readonly output: string;
}

/** Runs a script in a Node process of its own, so that its memory is its own; a failure ends the benchmark. */
export const measure = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Measure => {
  const report = "process.on('exit',()=>process.stderr.write('\\nPEAK_KB='+process.resourceUsage().maxRSS+'\\n'))";
  const started = performance.now();
  const child = spawnSync(process.execPath, [...args], {
    encoding: "utf8",
    maxBuffer: 1 << 26,
    env: { ...process.env, ...env, NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(report)}` },
  });
  const seconds = (performance.now() - started) / 1000;
  if (child.status !== 0) throw new Error(`${args.join(" ")} failed: ${child.stderr}`);
  const peaks = [...child.stderr.matchAll(/PEAK_KB=(\d+)/g)].map((match) => Number(match[1]));
  return { seconds, peakMb: Math.round(Math.max(...peaks) / 1024), output: child.stdout };
};
