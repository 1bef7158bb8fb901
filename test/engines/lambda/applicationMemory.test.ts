/** The memory setting of the application logs' function, on an object of 100 MB: new, delivered again, and longer; packed and not. */
import { randomBytes } from "node:crypto";
import { closeSync, createReadStream, createWriteStream, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
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
/** What Lambda's own account of a function's memory may be over ours, and what other rows than these take. */
const HEADROOM = 0.95;

/** What objects there are besides the ordinary one: rows that strangers made long, and no rows at all. */
const writeLines = (file: string, line: (index: number) => string): number => {
  const opened = openSync(file, "wx");
  let lines = 0;
  for (let bytes = 0; bytes < BYTES; lines++) bytes += writeSync(opened, `${line(lines)}\n`);
  closeSync(opened);
  return lines;
};
/** Text that no codec makes small. */
const noise = (bytes: number): string => randomBytes(bytes / 2).toString("hex");
const longRow = (index: number): string =>
  JSON.stringify({
    timestamp: "2026-11-20T10:00:00Z",
    level: "ERROR",
    service: "a",
    message: `${index} ${noise(60_000)}`,
  });

/** A line more for each service: all that is stored is written anew. */
const MORE = SERVICES.map(
  (service) =>
    `${JSON.stringify({ timestamp: "2026-11-20T10:00:00Z", level: "INFO", service, message: "one more" })}\n`,
).join("");

describe("Lambda: an application's log of 100 MB", function () {
  this.timeout(900_000);
  let moto: Moto;
  let folder: string;
  /** Lines of each object. */
  const lines = new Map<string, number>();

  before(async function () {
    if (process.platform !== "linux") return this.skip();
    moto = await need(this, "moto", startMoto);
    folder = mkdtempSync(path.join(tmpdir(), "alp-memory-"));
    const file = path.join(folder, "app.json");
    const { rows } = writeApplicationSample(file, BYTES);
    await pipeline(createReadStream(file), createGzip(), createWriteStream(`${file}.gz`));
    lines.set("app.json", rows).set("app.json.gz", rows);
    lines.set("long.json", writeLines(path.join(folder, "long.json"), longRow));
    lines.set(
      "errors.log",
      writeLines(path.join(folder, "errors.log"), (index) => `${index} ${noise(1000)}`),
    );
  });
  after(async () => {
    await moto?.stop();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  for (const major of LAMBDA_MAJORS) {
    it(`fits into the function on Node ${major}`, async function () {
      const node = await need(this, `Node ${major}`, () => lambdaNode(major));
      await moto.reset();
      const names = [...lines.keys()];
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
          expect(event.rows + event.errors, which).to.equal(
            lines.get(name)! + (what === "appended" ? SERVICES.length : 0),
          );
          expect(event.added, which).to.equal({ first: event.rows, again: 0, appended: SERVICES.length }[what]);
          expect(peakBytes, which).to.be.lessThan(HEADROOM * MEMORY_BYTES);
        }
    });
  }
});
