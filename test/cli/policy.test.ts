/** `amplify-logs policy` on programs of others: no engine, no account. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
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
