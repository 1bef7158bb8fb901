/** `npm run bench -- policy`: the packs on a stack of about 200 resources, as `amplify-logs policy` runs them. */
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { packageRoot } from "../src/local/bundles";
import { captureProject } from "../src/judge/capture";
import type { Capture } from "../src/judge/captured";
import { exitCodeOf, judgeCapture } from "../src/judge/judge";
import { PACKS } from "../src/judge/packProcess";
import { readProject } from "../src/judge/project";

const RESOURCES = 200;
const LIMIT_SECONDS = 2;
const RUNS = 3;

const show = (what: string, seconds: number, more = ""): void =>
  console.log(`${what.padEnd(58)} ${seconds.toFixed(1).padStart(6)} s  ${more}`);

const timed = async <Result>(work: () => Promise<Result>): Promise<{ seconds: number; result: Result }> => {
  const started = performance.now();
  const result = await work();
  return { seconds: (performance.now() - started) / 1000, result };
};

/** This repository's program with this many apps. */
const capture = (apps: number): Promise<Capture> => {
  const project = readProject(packageRoot(), "infpro");
  const list = Array.from({ length: apps }, (_, index) => ({
    name: `app${index}`,
    appId: `d${String(index).padStart(13, "0")}`,
    domainName: `app${index}.example`,
  }));
  return captureProject({
    ...project,
    main: path.join(__dirname, "..", "components", "program.js"),
    config: { ...project.config, "amplify-logs:apps": JSON.stringify(list) },
  });
};

/** As many apps as make the resources that are wanted, at least. */
const captureLarge = async (apps = 1): Promise<Capture> => {
  const captured = await capture(apps);
  return captured.resources.length < RESOURCES ? captureLarge(apps + 3) : captured;
};

/** Each process, this one and the packs, notes its own peak again and again: packs are ended from outside. */
const notePeaks = (folder: string): void => {
  mkdirSync(folder);
  const note = `import("node:fs").then(({ writeFileSync }) => setInterval(() => writeFileSync(${JSON.stringify(`${folder}/`)} + process.pid, String(process.resourceUsage().maxRSS)), 50).unref());`;
  process.env["NODE_OPTIONS"] = `--import=data:text/javascript,${encodeURIComponent(note)}`;
};
const peaks = (folder: string): number[] =>
  readdirSync(folder).map((name) => Math.round(Number(readFileSync(path.join(folder, name), "utf8")) / 1024));

export const benchPolicy = async (scratch: string): Promise<void> => {
  const large = await captureLarge();
  const none = { ...large, resources: [] };
  const count = large.resources.length;
  let best = Infinity;
  for (let run = 1; run <= RUNS; run += 1) {
    const start = await timed(() => judgeCapture(none, PACKS));
    const all = await timed(() => judgeCapture(large, PACKS));
    if (exitCodeOf(all.result) !== 0) throw new Error("the stack does not pass");
    const judging = Math.max(all.seconds - start.seconds, 0);
    best = Math.min(best, judging);
    const rules = all.result.rules.length;
    show(
      `run ${run}: ${count} resources, ${rules} rules, three packs`,
      all.seconds,
      `of which judging ${judging.toFixed(1)} s`,
    );
  }
  const folder = path.join(scratch, "peaks");
  notePeaks(folder);
  await judgeCapture(large, PACKS);
  console.log(`Peak memory: ${process.resourceUsage().maxRSS >> 10} MB here, ${peaks(folder).join(", ")} MB the packs`);
  const per = (best * RESOURCES) / count;
  show(`judging ${RESOURCES} resources, the best of ${RUNS}`, per, `at most ${LIMIT_SECONDS} s are allowed`);
  if (per > LIMIT_SECONDS) throw new Error(`${per.toFixed(1)} s, and ${LIMIT_SECONDS} s are allowed`);
};
