import { readFileSync } from "node:fs";
import path from "node:path";
import { expect } from "chai";
import { packageRoot } from "../../src/local/bundles";
import type { CapturedResource } from "../../src/judge/captured";
import { PACKS, startPack, startPackFile, type RunningPack } from "../../src/judge/packProcess";
import { encryptionRules } from "../../policy/encryption/index";
import { guardrailRules } from "../../policy/guardrails/index";
import { namingRules } from "../../policy/naming/index";
import { RESOURCELESS } from "../../policy/resourceless";

const ROOT = packageRoot();
const RULES = { encryption: encryptionRules, naming: namingRules, guardrails: guardrailRules };

const failure = async (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "nothing failed",
    (error: unknown) => (error as Error).message,
  );

const resource = (type: string): CapturedResource => ({
  type,
  name: "it",
  urn: `urn:pulumi:infpro::project::${type}::it`,
  parent: "",
  protect: false,
  inputs: {},
  outputs: {},
  dependencies: [],
  propertyDependencies: {},
  provider: "",
  remote: false,
});

describe("the policy packs", function () {
  this.timeout(120_000);
  const running = new Map<string, RunningPack>();
  before(async () => {
    for (const name of PACKS) running.set(name, await startPack(name));
  });
  after(() => running.forEach((pack) => pack.close()));

  for (const name of PACKS) {
    it(`serves ${name} with what its rules say of themselves`, async () => {
      const pack = running.get(name)!;
      await pack.configureStack("infpro", "project");
      const served = await pack.rules();
      expect(served.map((rule) => rule.name)).to.deep.equal(RULES[name].map((rule) => rule.name));
      for (const rule of served) {
        expect(rule.description, rule.name).to.match(/^[A-Z].+\.$/);
        expect(Object.keys(rule.settings), rule.name).to.include.members(["include", "exclude"]);
        for (const [setting, schema] of Object.entries(rule.settings)) {
          expect(schema.description, `${rule.name}.${setting}`).to.be.a("string").and.not.empty;
          expect(schema, `${rule.name}.${setting}`).to.have.property("default");
        }
      }
    });

    it(`warns in infdev and binds elsewhere, ${name}`, async () => {
      const pack = running.get(name)!;
      const levels = async (stack: string): Promise<Set<string>> => {
        await pack.configureStack(stack, "project");
        return new Set((await pack.rules()).map((rule) => rule.enforcementLevel));
      };
      const onRequest = RULES[name].some((rule) => rule.onRequest === true) ? ["disabled"] : [];
      expect([...(await levels("infdev"))]).to.have.members(["advisory", ...onRequest]);
      expect([...(await levels("infpro"))]).to.have.members(["mandatory", ...onRequest]);
      expect([...(await levels("anything"))]).to.have.members(["mandatory", ...onRequest]);
    });

    it(`can be used alone by its folder, ${name}`, () => {
      const read = (file: string): string => readFileSync(path.join(ROOT, "policy", name, file), "utf8");
      const { main, version } = JSON.parse(read("package.json")) as { main: string; version: string };
      const own = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as { version: string };
      expect(version).to.equal(own.version);
      expect(path.resolve(ROOT, "policy", name, main)).to.equal(path.join(ROOT, "dist", "policy", name, "pack.js"));
      expect(read("PulumiPolicy.yaml")).to.match(/name: nodejs\n\s+options:\n\s+typescript: false/);
    });
  }

  it("have rules with a name of their own, a remedy, and controls that are written as their catalogues write them", () => {
    const rules = Object.values(RULES).flat();
    expect(new Set(rules.map(({ name }) => name)).size).to.equal(rules.length);
    for (const { name, controls, remediation } of rules) {
      expect(name).to.match(/^[a-z][a-z0-9-]+$/);
      expect(remediation.length, name).to.be.greaterThan(10);
      for (const id of controls.fsbp ?? []) expect(id).to.match(/^[A-Z][A-Za-z0-9]+\.\d+$/);
      for (const id of controls.checkov ?? []) expect(id).to.match(/^CKV2?_AWS_\d+$/);
      for (const id of controls.cis ?? []) expect(id).to.match(/^\d+\.\d+(\.\d+)?$/);
    }
    for (const action of RESOURCELESS) expect(action).to.match(/^[a-z0-9-]+:[A-Z*][A-Za-z*]+$/);
  });

  const wrong: [string, Record<string, unknown>, RegExp][] = [
    [
      "an unknown rule",
      { "s3-encrption": {} },
      /s3-encrption: there is no such rule; the rules are all, s3-encryption/,
    ],
    [
      "a setting that is none",
      { "s3-encryption": { colour: 1 } },
      /s3-encryption\.colour: is not a setting of this rule; its settings are enforcementLevel, .*exclude/,
    ],
    [
      "a broken expression",
      { "s3-encryption": { exclude: ["ok", "("] } },
      /s3-encryption\.exclude\[1\]: must be a regular expression that compiles: .+\(got "\("\)/,
    ],
    [
      "a value that is not allowed",
      { "s3-encryption": { algorithms: ["rot13"] } },
      /s3-encryption\.algorithms\[0\]: must be one of AES256, aws:kms, aws:kms:dsse \(got "rot13"\)/,
    ],
  ];
  for (const [title, settings, message] of wrong) {
    it(`refuses ${title}, before anything is judged`, async () => {
      const configuration = Object.fromEntries(
        Object.entries(settings).map(([rule, given]) => [
          rule,
          { level: "mandatory" as const, settings: given as object },
        ]),
      );
      expect(await failure(running.get("encryption")!.configure(configuration as never))).to.match(message);
    });
  }

  it("refuse a pattern that makes no names", async () => {
    const settings = { pattern: "{project}-{typo}" };
    const message = await failure(
      running.get("naming")!.configure({ "naming-pattern": { level: "mandatory", settings } }),
    );
    expect(message).to.match(/naming-pattern\.pattern: must be a pattern of names: .*\{typo\}/);
  });

  it("fail, and do not pass, when a rule crashes", async () => {
    const file = path.join(__dirname, "fixtures", "crashingPack.js");
    const pack = await startPackFile("crashing", file, path.join(ROOT, "policy", "encryption"));
    try {
      const queue = resource("aws:sqs/queue:Queue");
      expect(await failure(pack.analyze(queue, undefined))).to.match(/policy 'crash-resource'.*the rule has a bug/s);
      const topic = resource("aws:sns/topic:Topic");
      const { diagnostics } = await pack.analyze(topic, undefined);
      expect(diagnostics).to.deep.equal([]);
      expect(await failure(pack.analyzeStack([topic], () => undefined))).to.match(/policy 'crash-stack'.*has a bug/s);
    } finally {
      pack.close();
    }
  });

  it("take text that is no policy for a violation of the program's, not for a crash", async () => {
    const pack = running.get("guardrails")!;
    for (const policy of ["nonsense", "7", '{"Statement":["x"]}', '{"Statement":[null]}']) {
      const broken = { ...resource("aws:iam/policy:Policy"), inputs: { policy } };
      const { diagnostics } = await pack.analyze(broken, undefined);
      const said = diagnostics.filter(({ rule }) => rule === "iam-no-star").map(({ message }) => message);
      expect(said.join(), policy).to.match(/`policy(\.Statement\[0\])?` of .+ is none; wanted: a policy document/);
    }
  });

  it("mend tags where the configuration says by what", async () => {
    const pack = await startPack("naming");
    try {
      const settings = { values: { Owner: "platform", CostCenter: "web" } };
      await pack.configure({ "tags-present": { level: "remediate", settings } });
      const queue = { ...resource("aws:sqs/queue:Queue"), inputs: { name: "q", tags: { Project: "shop", Owner: "" } } };
      expect(await pack.remediate(queue, undefined)).to.deep.equal({
        name: "q",
        tags: { Project: "shop", Owner: "platform", CostCenter: "web", Environment: "infpro" },
      });
      const whole = { ...queue, inputs: { tags: { Project: "a", Owner: "b", CostCenter: "c", Environment: "d" } } };
      expect(await pack.remediate(whole, undefined)).to.deep.equal(whole.inputs);
    } finally {
      pack.close();
    }
  });
});
