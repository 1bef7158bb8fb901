/** The memory settings, at the largest hour that was ever reported, new and merged with what is stored. */
import { expect } from "chai";
import { NO_FAULTS } from "../../../src/local/simulator/faults";
import { need } from "../tools/missing";
import { appsOf } from "./apps";
import { BUSY_ROWS, busyFiles } from "./busyHour";
import { openCloud, type Cloud } from "./cloud";
import { text } from "./deployed";
import { realStack, sharedJudge, sharedMoto } from "./engines";
import { LAMBDA_MAJORS, lambdaNode } from "./nodes";
import { answerOf, drain, highestPeaks, inSandbox, type FetchAnswer, type Peak } from "./run";

const HOUR_MS = Date.parse("2026-08-12T16:00:00Z");
const EVENT = { from: "2026-08-12T16:00:00Z", to: "2026-08-12T17:00:00Z" };
/** What Lambda's own account of a function's memory may be over ours, and what a larger row than the simulator's takes. */
const HEADROOM = 0.8;
/** The fetcher's setting is for its CPU: it must do with this. */
const FETCH_BYTES = 256 * 1_048_576;

describe("Lambda: an hour of 337,334 requests", function () {
  this.timeout(300_000);
  let cloud: Cloud;
  let files: ReturnType<typeof busyFiles>;

  before(async function () {
    const judge = await need(this, "IAM simulator", sharedJudge);
    const moto = await need(this, "moto", sharedMoto);
    const deployed = await need(this, "stack infpro", () => realStack("infpro"));
    const [app] = appsOf(deployed);
    files = busyFiles(app!, HOUR_MS);
    const traffic = { apps: [app!], seed: "busy", requestsPerDay: 10, faults: NO_FAULTS };
    cloud = await openCloud({ deployed, judge, moto, nowMs: HOUR_MS + 3 * 3_600_000, traffic });
  });
  after(() => cloud?.close());

  for (const major of LAMBDA_MAJORS) {
    it(`fits into the fetcher and the converter on Node ${major}`, async function () {
      const node = await need(this, `Node ${major}`, () => lambdaNode(major));
      const peaks: Peak[] = [];
      const [lambda] = cloud.fetchers.values();
      const fetch = (): Promise<FetchAnswer> =>
        inSandbox(cloud, lambda!, node, peaks, async (sandbox) => answerOf<FetchAnswer>(await sandbox.invoke(EVENT)));
      const convert = (): Promise<number> =>
        inSandbox(cloud, cloud.converter, node, peaks, (sandbox) => drain(cloud, sandbox));
      expect(files.later.byteLength).to.be.greaterThan(100e6);

      const fresh = Math.floor(BUSY_ROWS / 100) + 1;
      cloud.serveLogFile(files.first);
      expect((await fetch()).added).to.equal(BUSY_ROWS - fresh);
      expect(await convert()).to.equal(1);
      cloud.serveLogFile(files.later);
      expect((await fetch()).added).to.equal(fresh);
      expect(await convert()).to.equal(1);
      const highest = highestPeaks(peaks, node);
      expect(highest.map(({ lambda: name }) => name)).to.include(text(lambda!, "name"));
      for (const { lambda: name, peakBytes, memoryBytes } of highest)
        expect(peakBytes, name).to.be.lessThan(HEADROOM * (name === text(lambda!, "name") ? FETCH_BYTES : memoryBytes));
      await cloud.empty();
    });
  }
});
