/** The memory setting of the application logs' function, on an object of 100 MB: new, delivered again, and longer; packed and not. */
import { createReadStream, createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { expect } from "chai";
import { SERVICES, writeApplicationSample } from "../../../bench/applicationSample";
import { packageRoot } from "../../../src/local/bundles";
import { need } from "../tools/missing";
import { startMoto, type Moto } from "../tools/moto";
import { append, deliver, MEMORY_BYTES, readInOwnProcess } from "./applicationMemory";
import { LAMBDA_MAJORS, lambdaNode } from "./nodes";

const BYTES = 100_000_000;
// The peak counts the pages of Node's own binary, some 45 MB which the system takes back where memory is short. Besides them, it differs
// by up to 15 MB between equal runs, with what V8 does on other threads.

/** A line more for each service: all that is stored is written anew. */
const MORE = SERVICES.map(
  (service) =>
    `${JSON.stringify({ timestamp: "2026-11-20T10:00:00Z", level: "INFO", service, message: "one more" })}\n`,
).join("");

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
        for (const what of ["first", "again", "appended"] as const) {
          if (what === "appended") await append(moto.url, path.join(folder, name), MORE);
          const { event, peakBytes } = await readInOwnProcess({ url: moto.url, node, bundle, folder }, name);
          const which = `${name}, ${what}`;
          console.log(`      ${node.version}, ${which}: ${Math.round(peakBytes / 1024 ** 2)} MB`);
          expect(event.rows + event.errors, which).to.equal(sample.rows + (what === "appended" ? SERVICES.length : 0));
          expect(event.added, which).to.equal({ first: event.rows, again: 0, appended: SERVICES.length }[what]);
          expect(peakBytes, which).to.be.lessThan(MEMORY_BYTES);
        }
    });
  }
});
