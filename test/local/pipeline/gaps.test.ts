import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { readDeployment } from "../../../src/local/deployment";
import { DirectoryStore } from "../../../src/local/directoryStore";
import { bucketPath, replaceDefinitions } from "../../../src/local/localCatalog";
import { openPipeline, woundClock, type LocalPipeline, type WoundClock } from "../../../src/local/pipeline";
import { startSimulatedAmplify, type SimulatedAmplify } from "../../../src/local/simulator/amplifyEndpoint";
import { NO_FAULTS } from "../../../src/local/simulator/faults";
import { parseCoverage } from "../../../src/model/coverage";
import { coverageKey } from "../../../src/model/keys";
import { HOUR_MS } from "../../../src/model/windows";

const BRANCH = "main.d1a2b3c4d5e6f7.amplifyapp.com";
const SHOP = { name: "shop", appId: "d1a2b3c4d5e6f7", domainName: "shop.example" };
const at = (text: string): number => Date.parse(`2026-11-${text}:00Z`);

/** The deployed program's own schedules and functions, on a wound clock, against the simulated Amplify. */
describe("the local pipeline after missed ticks", function () {
  this.timeout(120_000);
  const root = mkdtempSync(path.join(tmpdir(), "alp-gaps-"));
  const lake = path.join(root, "lake");
  const clock: WoundClock = woundClock(at("10T00:00"));
  let amplify: SimulatedAmplify;
  let pipeline: LocalPipeline;

  before(async () => {
    const config = {
      "aws:region": "eu-central-1",
      "amplify-logs:apps": JSON.stringify([{ ...SHOP, furtherDomains: [BRANCH] }]),
    };
    const deployment = await readDeployment("infdev", config);
    replaceDefinitions(lake, deployment);
    const socketPath = path.join(root, "amplify.sock");
    const options = { apps: [SHOP], seed: "gaps", requestsPerDay: 200, clock, socketPath, faults: NO_FAULTS };
    amplify = await startSimulatedAmplify(options);
    const { url: amplifyUrl, logHost } = amplify;
    pipeline = await openPipeline({ lake, deployment, clock, amplifyUrl, logHost, socketPath });
  });
  after(async () => {
    await amplify.close();
    rmSync(root, { recursive: true, force: true });
  });

  const wind = (from: string, to: string): Promise<void> =>
    pipeline.wind({ startMs: at(from), endMs: at(to) }, () => undefined);
  /** Hours of the tenth that are proven. */
  const proven = async (): Promise<number[]> => {
    const key = coverageKey({ app: "shop", hourMs: at("10T00:00") });
    const stored = await new DirectoryStore(bucketPath(lake)).get(key);
    return [...parseCoverage(stored!.body, key)].flatMap(([hourMs, { state }]) =>
      state === "fetched" || state === "quiet" ? [(hourMs - at("10T00:00")) / HOUR_MS] : [],
    );
  };

  it("starts with a domain more than one, and without gaps", async () => {
    await wind("10T08:00", "10T09:00");
    // The run of eight o'clock: six hours until seven, each proven by both of its domains.
    expect(await proven()).to.deep.equal([1, 2, 3, 4, 5, 6]);
    expect(pipeline.counts).to.include({ fetches: 1, failures: 0, gapRanges: 0 });
    // The windows of a run, for each domain: the second gives its own host alone, and both go into one hour's file.
    expect(amplify.requests).to.equal(2);
  });

  it("has the hours asked for again that no run asked for", async () => {
    await wind("10T20:00", "10T20:50");
    // The newest run went back to 13:00 only.
    expect(await proven()).to.deep.equal([1, 2, 3, 4, 5, 6, 13, 14, 15, 16, 17, 18]);
    await wind("10T20:50", "10T21:00");
    expect(await proven()).to.deep.equal(Array.from({ length: 18 }, (_, i) => i + 1));
    expect(pipeline.counts).to.include({ failures: 0, gapRanges: 1 });
  });
});
