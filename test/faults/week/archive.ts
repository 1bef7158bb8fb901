/**
 * A function's archive in a process of its own: the very bundle that is uploaded, on a bucket that refuses, conflicts and loses
 * answers, in a process that dies in the middle. Started with what it is; then one job after the other.
 */
import { createRequire } from "node:module";
import { DirectoryMaintenanceStore } from "../../../src/local/directoryMaintenanceStore";
import { Random, seedOf } from "../../../src/local/simulator/random";
import type { ConvertBundle, FetchBundle } from "../../../src/local/bundles";
import { ProcessStore, type ProcessFaults } from "../process";
import type { Answer, Job, Setup } from "./jobs";

const setup = JSON.parse(process.argv[2]!) as Setup;
const bucket = new DirectoryMaintenanceStore(setup.lake);
const bundle = createRequire(setup.bundle)(setup.bundle) as ConvertBundle & FetchBundle;

/** Waits until the parent has it: what is written exists, whatever becomes of this process. */
const say = (answer: Answer): Promise<void> => new Promise((told) => process.send!(answer, () => told()));

const storeFor = (job: Job): ProcessStore => {
  const random = new Random(seedOf("archive", setup.seed, job.number));
  const faults: ProcessFaults = job.calm
    ? { dieAfterPuts: Infinity, refuse: 0, conflict: 0, lostAnswer: 0, stall: 0 }
    : {
        dieAfterPuts: random.chance(0.02) ? random.below(8) : Infinity,
        refuse: 0.001,
        conflict: 0.02,
        lostAnswer: 0.01,
        stall: 0,
        denied: random.chance(0.01)
          ? { operation: "write", prefix: random.pick(["raw/", "coverage/", "access_logs/"]) }
          : undefined,
      };
  const created = (key: string): Promise<void> => say({ created: key });
  return new ProcessStore(
    bucket,
    () => Promise.resolve(),
    random,
    faults,
    created,
    {},
    () => process.kill(process.pid, "SIGKILL"),
  );
};

const carryOut = async (job: Job): Promise<void> => {
  const store = storeFor(job);
  const clock = { now: () => job.nowMs };
  if (job.kind === "convert") {
    const converter = await bundle.local(setup.environment, { store, clock }, () => Promise.resolve(""));
    await converter.convert(job.key);
    return;
  }
  const { app } = job;
  const environment = { ...setup.environment, APP_NAME: app.name, APP_ID: app.appId, DOMAIN_NAME: app.domainName };
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  await bundle.local(environment, { store, clock, credentials, ...setup.amplify }).fetch(job.event);
};

process.on("message", (job: Job) => {
  carryOut(job)
    .then(() => say({ done: job.number }))
    .catch((error: unknown) => say({ failed: job.number, error: String(error) }));
});
