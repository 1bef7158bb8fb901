/** Some days of two apps as our functions write them: a lake on disk, and the same objects in the deployed bucket. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { bucketPath, replaceDefinitions } from "../../../src/local/localCatalog";
import { openPipeline, woundClock } from "../../../src/local/pipeline";
import { startSimulatedAmplify } from "../../../src/local/simulator/amplifyEndpoint";
import { NO_FAULTS } from "../../../src/local/simulator/faults";
import { DAY_MS, floorDay, floorHour, HOUR_MS } from "../../../src/model/windows";
import type { TimeRange } from "../../../src/ports";
import { localDeployment } from "../athena/program";
import type { World } from "./world";

/** The command, built beside this file, whatever folder the build goes to. */
export const MAIN = path.join(__dirname, "../../../src/cli/main.js");

const APPS = [
  { name: "shop", appId: "d1a2b3c4d5e6f7", domainName: "develop.d1a2b3c4d5e6f7.amplifyapp.com" },
  { name: "blog", appId: "d7f6e5d4c3b2a1", domainName: "develop.d7f6e5d4c3b2a1.amplifyapp.com" },
];
const REQUESTS_PER_DAY = 2000;
/** Days before today: all of the week, and some within the month, at its edge, and beyond. */
const DAYS_BACK = [1, 2, 3, 4, 5, 6, 7, 8, 20, 33];

/** Two hours of each of these days, and the first of today that can be known. */
const ranges = (nowMs: number): TimeRange[] => {
  const today = floorDay(nowMs);
  const known = Math.min(today + 2 * HOUR_MS, floorHour(nowMs) - HOUR_MS);
  const past = DAYS_BACK.map((days) => today - days * DAY_MS + 9 * HOUR_MS);
  return [
    ...past.map((startMs) => ({ startMs, endMs: startMs + 2 * HOUR_MS })),
    ...(known > today ? [{ startMs: today, endMs: known }] : []),
  ];
};

/** Has the deployed functions fetch and convert these hours from a simulated Amplify. */
const fill = async (lake: string, socketFolder: string): Promise<void> => {
  const deployment = await localDeployment();
  replaceDefinitions(lake, deployment);
  const clock = woundClock(Date.now());
  const socketPath = path.join(socketFolder, "amplify.sock");
  const amplify = await startSimulatedAmplify({
    apps: APPS,
    seed: "athena's api",
    requestsPerDay: REQUESTS_PER_DAY,
    clock,
    socketPath,
    faults: NO_FAULTS,
  });
  try {
    const { url: amplifyUrl, logHost } = amplify;
    const pipeline = await openPipeline({ lake, deployment, clock, amplifyUrl, logHost, socketPath });
    for (const range of ranges(clock.now())) await pipeline.fetchAgain(range);
    const [error] = pipeline.errors;
    if (error !== undefined) throw new Error(`the lake could not be filled: ${error}`);
  } finally {
    await amplify.close();
  }
};

/** Copies all objects of a lake's folder into the bucket. */
const upload = async ({ services, bucket }: World, lake: string): Promise<void> => {
  const folder = bucketPath(lake);
  const keys = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join("/"));
  for (const Key of keys)
    await services.s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: readFileSync(path.join(folder, Key)) }));
};

let made: Promise<string> | undefined;
const scratch: string[] = [];
after(() => scratch.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** The lake's folder; made once for all suites. */
export const sharedLake = (world: World): Promise<string> =>
  (made ??= (async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "alp-api-"));
    scratch.push(folder);
    const lake = path.join(folder, "lake");
    await fill(lake, folder);
    await upload(world, lake);
    return lake;
  })());
