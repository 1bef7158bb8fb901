/** `amplify-logs policy` on programs of others: no engine, no account. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { packageRoot } from "../../src/local/bundles";

const MAIN = path.join(__dirname, "../../src/cli/main.js");

interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

describe("amplify-logs policy", function () {
  this.timeout(120_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "alp-policy-"));
    symlinkSync(path.join(packageRoot(), "node_modules"), path.join(folder, "node_modules"));
    write("package.json", '{ "name": "site", "version": "1.0.0" }');
    write("Pulumi.yaml", "name: site\nruntime: nodejs\n");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const write = (name: string, text: string): void => writeFileSync(path.join(folder, name), text);
  const run = (...args: string[]): Run =>
    spawnSync(process.execPath, [MAIN, "policy", "--program", folder, ...args], {
      encoding: "utf8",
      env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined, AWS_PROFILE: "nobody" },
    });

  const QUEUE = `
    import * as aws from "@pulumi/aws";
    const queue: aws.sqs.Queue = new aws.sqs.Queue("work", { sqsManagedSseEnabled: true });
    const { json } = aws.iam.getPolicyDocumentOutput({
      statements: [
        {
          effect: "Deny",
          principals: [{ type: "*", identifiers: ["*"] }],
          actions: ["sqs:*"],
          resources: [queue.arn],
          conditions: [{ test: "Bool", variable: "aws:SecureTransport", values: ["false"] }],
        },
      ],
    });
    new aws.sqs.QueuePolicy("work", { queueUrl: queue.id, policy: json });
    console.log("a program may print");
  `;

  it("ends with 0 for a program in TypeScript that is right", () => {
    write("index.ts", QUEUE);
    const { status, stdout, stderr } = run("--pack", "encryption");
    expect({ status, stderr }).to.deep.equal({ status: 0, stderr: "" });
    expect(stdout).to.match(/^2 resources, \d+ rules: 0 mandatory violations, 0 advisory violations, 0 not judged\n$/);
  });

  describe("on a program of ES modules", () => {
    const judged = /^2 resources, \d+ rules: 0 mandatory violations, 0 advisory violations, 0 not judged\n$/;
    const asModule = (more: object = {}): void =>
      write("package.json", JSON.stringify({ name: "site", version: "1.0.0", type: "module", ...more }));
    const JAVASCRIPT = QUEUE.replace(": aws.sqs.Queue", "");

    it("in JavaScript, with top-level await and outputs", () => {
      asModule();
      write("index.js", `${JAVASCRIPT}\nawait Promise.resolve();\nexport const url = queue.url;`);
      const { status, stdout, stderr } = run("--pack", "encryption");
      expect({ status, stderr }).to.deep.equal({ status: 0, stderr: "" });
      expect(stdout).to.match(judged);
    });

    it("in TypeScript, in several files and with types", () => {
      asModule();
      write("parts.ts", "export const encrypted: { sqsManagedSseEnabled?: boolean } = { sqsManagedSseEnabled: true };");
      const program = `import { encrypted } from "./parts.js";\n${QUEUE.replace("{ sqsManagedSseEnabled: true }", "encrypted")}`;
      write("index.ts", program);
      const { status, stdout, stderr } = run("--pack", "encryption");
      expect({ status, stderr }).to.deep.equal({ status: 0, stderr: "" });
      expect(stdout).to.match(judged);
      write("parts.ts", "export const encrypted = {};");
      expect(run("--pack", "encryption").status).to.equal(1);
    });

    it("that its package.json names, and that exports a function", () => {
      asModule({ main: "lib/start.js" });
      write("index.js", "process.exit(7);");
      mkdirSync(path.join(folder, "lib"));
      const body = JAVASCRIPT.replace(/^\s*import .*$/m, "");
      write("lib/start.js", `import * as aws from "@pulumi/aws";\nexport default async () => {${body}};`);
      expect(run("--pack", "encryption")).to.deep.include({ status: 0, stderr: "" });
    });

    it("that lies in a folder of its own, which its Pulumi.yaml names", () => {
      write("Pulumi.yaml", "name: site\nruntime: nodejs\nmain: infra/\n");
      mkdirSync(path.join(folder, "infra"));
      write("infra/package.json", '{ "type": "module" }');
      write("infra/index.mjs", JAVASCRIPT);
      expect(run("--pack", "encryption")).to.deep.include({ status: 0, stderr: "" });
    });

    it("with a loader of its own, which is left alone", () => {
      asModule();
      write("Pulumi.yaml", "name: site\nruntime:\n  name: nodejs\n  options: { nodeargs: --import=./loader.mjs }\n");
      write("loader.mjs", "globalThis.sse = { sqsManagedSseEnabled: true };");
      write("index.js", JAVASCRIPT.replace("{ sqsManagedSseEnabled: true }", "globalThis.sse"));
      expect(run("--pack", "encryption")).to.deep.include({ status: 0, stderr: "" });
    });

    it("and says what is wrong with its exports, its entry or its text", () => {
      asModule();
      write("index.js", `${JAVASCRIPT}\nexport const a = 1;\nexport default 2;`);
      expect(run())
        .to.include({ status: 2 })
        .and.property("stderr")
        .to.match(/exports both a default and names/);
      rmSync(path.join(folder, "index.js"));
      expect(run())
        .to.include({ status: 2 })
        .and.property("stderr")
        .to.match(/there is no program in the folder/);
      write("index.ts", "export const = ;");
      expect(run())
        .to.include({ status: 2 })
        .and.property("stderr")
        .to.match(/could not be evaluated/);
    });
  });

  it("ends with 1 for violations, and lists them in JSON", () => {
    write("index.ts", QUEUE.replace("sqsManagedSseEnabled: true", "").replace('"sqs:*"', '"sqs:SendMessage"'));
    const { status, stdout } = run("--pack", "encryption", "--format", "json");
    expect(status).to.equal(1);
    const list = JSON.parse(stdout) as Record<string, unknown>[];
    expect(
      list.map(({ pack, rule, enforcement, resource, type, path: at }) => [
        pack,
        rule,
        enforcement,
        resource,
        type,
        at,
      ]),
    ).to.deep.equal([
      ["encryption", "sqs-encryption", "mandatory", "work", "aws:sqs/queue:Queue", "sqsManagedSseEnabled"],
      ["encryption", "sqs-tls-only", "mandatory", "work", "aws:sqs/queuePolicy:QueuePolicy", "policy"],
    ]);
  });

  it("ends with 2 where something that only AWS knows decides", () => {
    write("Pulumi.yaml", "name: site\nruntime: nodejs\nmain: main.js\n");
    write("Pulumi.dev.yaml", "config:\n  site:encrypt: { secure: AAAB }\n");
    write(
      "main.js",
      `const aws = require("@pulumi/aws");
       const pulumi = require("@pulumi/pulumi");
       const zones = aws.getAvailabilityZonesOutput();
       new aws.kms.Key("asked", { enableKeyRotation: zones.names.apply((names) => names.length > 1) });
       new aws.sns.Topic("secret", { kmsMasterKeyId: new pulumi.Config().require("encrypt") });
       module.exports = async () => ({ done: true });`,
    );
    const { status, stdout } = run("--pack", "encryption", "--config", "none.json");
    expect({ status, stdout }).to.deep.equal({ status: 2, stdout: "" });
    write("rules.yaml", "sns-tls-only: advisory\n");
    const judged = run("--pack", "encryption", "--config", path.join(folder, "rules.yaml"));
    expect(judged.status).to.equal(2);
    expect(judged.stdout).to.match(/not judged: encryption\/kms-key-rotation {2}asked/);
    expect(judged.stdout).to.match(/not judged: encryption\/sns-encryption {2}secret/);
    expect(judged.stdout).to.match(/advisory: encryption\/sns-tls-only {2}secret/);
  });

  it("ends with 2 and says why where no verdict can be given", () => {
    const because = (text: string, ...args: string[]): void => {
      const { status, stdout, stderr } = run(...args);
      expect({ status, stdout }, text).to.deep.equal({ status: 2, stdout: "" });
      expect(stderr).to.match(new RegExp(text));
      expect(stderr).to.not.match(/\n\s+at .*:\d+/);
    };
    write("index.ts", "throw new Error('it needs a bucket');");
    because("the program could not be evaluated: .*it needs a bucket");
    write("index.ts", "process.exit(7);");
    because("it ended by itself with 7");
    write("index.ts", "export {};");
    because("the program declares nothing");
    because(
      '--pack: there is no such pack \\(got "strict"\\)\\. Fix: use encryption, naming, guardrails or all',
      "--pack",
      "strict",
    );
    because("--format: no such format", "--format", "xml");
    because("unknown option", "--colour");
    write("index.ts", QUEUE);
    write("rules.json", '{ "sqs-encrypton": "mandatory", "sqs-encryption": "strict" }');
    because(
      "sqs-encrypton: there is no such rule[^]*sqs-encryption\\.enforcementLevel: must be one of",
      "--config",
      path.join(folder, "rules.json"),
    );
  });
});
