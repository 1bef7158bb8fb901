/** The memory setting of the application logs' function, on an object of 100 MB: new and delivered again, packed and not. */
import { createReadStream, createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { expect } from "chai";
import { writeApplicationSample } from "../../../bench/applicationSample";
import { packageRoot } from "../../../src/local/bundles";
import { need } from "../tools/missing";
import { startMoto, type Moto } from "../tools/moto";
import { deliver, MEMORY_BYTES, readInOwnProcess } from "./applicationMemory";
import { LAMBDA_MAJORS, lambdaNode } from "./nodes";

const BYTES = 100_000_000;
/** What Lambda's own account of a function's memory may be over ours, and what other rows than these take. */
const HEADROOM = 0.95;

describe("Lambda: an application's log of 100 MB", function () {
  this.timeout(300_000);
  let moto: Moto;
  let folder: string;
  let sample: ReturnType<typeof writeApplicationSample>;

  before(async function () {
    if (process.platform !== "linux") return this.skip();
    moto = await need(this, "moto", startMoto);
    folder = mkdtempSync(path.join(tmpdir(), "alp-memory-"));
    const file = path.join(folder, "app.json");
    sample = writeApplicationSample(file, BYTES);
    await pipeline(createReadStream(file), createGzip(), createWriteStream(`${file}.gz`));
  });
  after(async () => {
    await moto?.stop();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  for (const major of LAMBDA_MAJORS) {
    it(`fits into the function on Node ${major}`, async function () {
      const node = await need(this, `Node ${major}`, () => lambdaNode(major));
      await moto.reset();
      const names = ["app.json", "app.json.gz"];
      await deliver(
        moto.url,
        names.map((name) => path.join(folder, name)),
      );
      const bundle = path.join(packageRoot(), "dist", "bundles", "applogs.js");
      for (const name of names)
        for (const again of [false, true]) {
          const { event, peakBytes } = await readInOwnProcess({ url: moto.url, node, bundle, folder }, name);
          const what = `${name}, ${again ? "again" : "first"}`;
          console.log(`      ${node.version}, ${what}: ${Math.round(peakBytes / 1024 ** 2)} MB`);
          expect(event.rows + event.errors, what).to.equal(sample.rows);
          expect(event.added, what).to.equal(again ? 0 : event.rows);
          expect(peakBytes, what).to.be.lessThan(HEADROOM * MEMORY_BYTES);
        }
    });
  }
});
