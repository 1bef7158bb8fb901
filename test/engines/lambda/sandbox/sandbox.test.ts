/** The sandbox itself: that what Lambda would not allow fails here as well. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { zipSync } from "fflate";
import { expect } from "chai";
import { need } from "../../tools/missing";
import type { Deployed, DeployedResource } from "../deployed";
import { LAMBDA_MAJORS, lambdaNode, type LambdaNode } from "../nodes";
import { answerOf, errorOf } from "../run";
import { openSandbox, type Sandbox } from "./sandbox";

const HANDLER = `
exports.handler = async ({ code }, context) => {
  const run = Object.getPrototypeOf(async () => undefined).constructor;
  return await new run("require", "context", code)(require, context);
};
exports.withCallback = (event, context, callback) => callback(null, "called back");
`;

for (const major of LAMBDA_MAJORS) {
  describe(`Lambda: the sandbox on Node ${major}`, function () {
    this.timeout(60_000);
    let folder: string;
    let node: LambdaNode;
    const open: Sandbox[] = [];

    before(async function () {
      node = await need(this, `Node ${major}`, () => lambdaNode(major));
      folder = mkdtempSync(path.join(tmpdir(), "alp-sandbox-"));
      writeFileSync(path.join(folder, "code.zip"), zipSync({ "index.js": Buffer.from(HANDLER) }));
    });
    afterEach(async () => {
      for (const sandbox of open.splice(0)) await sandbox.close();
    });
    after(() => rmSync(folder, { recursive: true, force: true }));

    const start = async (more: Readonly<Record<string, unknown>> = {}): Promise<Sandbox> => {
      const lambda: DeployedResource = {
        urn: "urn:pulumi:test::test::aws:lambda/function:Function::f",
        type: "aws:lambda/function:Function",
        id: "f",
        inputs: {},
        outputs: {
          name: "f",
          arn: "arn:aws:lambda:eu-central-1:123456789012:function:f",
          handler: "index.handler",
          runtime: `nodejs${major}.x`,
          memorySize: 256,
          timeout: 20,
          loggingConfig: { logFormat: "JSON" },
          environment: { variables: { COLOUR: "blue" } },
          ...more,
        },
      };
      const deployed: Deployed = {
        stack: "test",
        resources: [lambda],
        outputs: {},
        archive: () => path.join(folder, "code.zip"),
      };
      const credentials = { accessKeyId: "a", secretAccessKey: "b", sessionToken: "c" };
      const place = { region: "eu-central-1", credentials, proxyPort: 9, authority: "" };
      const sandbox = await openSandbox({ deployed, lambda, node, variables: {}, ...place });
      open.push(sandbox);
      return sandbox;
    };
    const says = async (code: string, more?: Readonly<Record<string, unknown>>): Promise<string> =>
      errorOf(await (await start(more)).invoke({ code }));

    it("gives a function the environment of the program and of Lambda, and nothing else", async () => {
      const sandbox = await start();
      const names = answerOf<string[]>(await sandbox.invoke({ code: "return Object.keys(process.env)" }));
      const own = ["COLOUR", "HOME", "LANG", "NODE_EXTRA_CA_CERTS", "PATH", "TMPDIR", "TZ", "_HANDLER"];
      expect(names.filter((name) => !/^(AWS|LAMBDA)_/.test(name)).sort()).to.deep.equal(own.sort());
      const zone = answerOf(
        await sandbox.invoke({ code: "return new Date(0).getTimezoneOffset() + process.env.COLOUR" }),
      );
      expect(zone).to.equal("0blue");
    });

    it("lets a function connect to AWS only", async () => {
      const get = (url: string): string => `return (await fetch(${JSON.stringify(url)})).status`;
      for (const url of ["https://example.com/", "http://127.0.0.1:4566/", "http://169.254.169.254/latest/meta-data"]) {
        const error = await says(`try { ${get(url)} } catch (error) { throw error.cause }`);
        expect(error, url).to.include("the function may connect to AWS only");
      }
    });

    it("lets a function read its archive and no other file, and write temporary ones only", async () => {
      const read = (file: string): string =>
        `return require("node:fs").readFileSync(${JSON.stringify(file)}, "utf8").length`;
      const sandbox = await start();
      expect(answerOf(await sandbox.invoke({ code: read("./index.js") }))).to.equal(HANDLER.length);
      for (const file of ["/etc/hosts", __filename, path.join(folder, "code.zip")])
        expect(errorOf(await sandbox.invoke({ code: read(file) })), file).to.match(
          /Access to this API has been restricted/,
        );
      const write = 'require("node:fs").writeFileSync("x", "y")';
      expect(errorOf(await sandbox.invoke({ code: write }))).to.match(/Access to this API has been restricted/);
      const temporary = `const file = require("node:os").tmpdir() + "/x"; require("node:fs").writeFileSync(file, "yz"); return require("node:fs").statSync(file).size`;
      expect(answerOf(await sandbox.invoke({ code: temporary }))).to.equal(2);
    });

    it("lets a function require nothing that is not in its archive", async () => {
      expect(await says('require("@aws-sdk/client-s3")')).to.match(/Cannot find module|restricted/);
    });

    it("ends a function that holds more than its memory", async () => {
      const sandbox = await start({ memorySize: 128 });
      const hoard = "const all = []; for (;;) all.push(new Array(1000).fill(0.5).map(Math.random))";
      const error = await sandbox.invoke({ code: hoard }).catch((caught: unknown) => caught);
      expect(String(error)).to.match(/ended by itself.*SIGABRT|ended by itself \(134\)/);
      expect(String(error)).to.include("heap out of memory");
    });

    it("ends a function that takes longer than its time-out", async () => {
      const sandbox = await start({ timeout: 1 });
      const error = await sandbox.invoke({ code: "await new Promise(() => setInterval(() => 0, 1000))" }).catch(String);
      expect(error).to.match(/ended by itself \(SIGKILL\)/);
    });

    it("tells a function how long it has left, and says what it logs as Lambda's log does", async () => {
      const sandbox = await start();
      const code = 'console.log({ event: "seen" }); return context.getRemainingTimeInMillis()';
      expect(answerOf(await sandbox.invoke({ code }))).to.be.within(10_000, 20_000);
      await sandbox.close();
      expect(sandbox.logs).to.have.length(1);
      expect(sandbox.logs[0]).to.deep.include({ level: "INFO", message: { event: "seen" } });
    });

    it("refuses handlers with a callback where Lambda does", async () => {
      const error = await start({ handler: "index.withCallback" }).then(() => "", String);
      expect(error.includes("declares a callback")).to.equal(major >= 24);
    });
  });
}
