import path from "node:path";
import { expect } from "chai";
import { CONFIG_KEYS } from "../../components/stackConfig";
import { evaluateProgram, ProgramError } from "../../src/local/programGraph";
import { loadStackConfig } from "../../src/local/stackConfig";
import { ofType, programPath } from "./evaluateHere";

const ROOT = process.cwd();
const configOf = (stack: string) => ({ ...loadStackConfig(ROOT, stack), programPath });

describe("the program", function () {
  this.timeout(120_000);

  it("deploys the three stacks as a team's differ", async () => {
    const shown = [];
    for (const stack of ["infdev", "inftes", "infpro"]) {
      const graph = await evaluateProgram(configOf(stack));
      const bucket = ofType(graph, "aws:s3/bucket:Bucket").find(({ name }) => name === "logs-data");
      const database = ofType(graph, "aws:glue/catalogDatabase:CatalogDatabase")[0];
      shown.push([
        stack,
        bucket?.protect,
        database?.inputs["name"],
        ofType(graph, "aws:cloudwatch/metricAlarm:MetricAlarm").length,
      ]);
      expect(graph.outputs).to.include({
        bucketName: `amplifylogs-logging-intite-ss1-${stack}-123456789012`,
        tableName: "access_logs",
      });
    }
    expect(shown).to.deep.equal([
      ["infdev", false, "amplify_logs_dev", 15],
      ["inftes", false, "amplify_logs_test", 15],
      ["infpro", true, "amplify_logs", 15],
    ]);
  });

  it("declares in Pulumi.yaml only keys that it knows", () => {
    const own = Object.keys(configOf("infpro").config).filter((key) => key.startsWith("amplify-logs:"));
    expect(own.filter((key) => !CONFIG_KEYS.includes(key.slice("amplify-logs:".length)))).to.deep.equal([]);
  });

  const app = (more: object) =>
    JSON.stringify([{ name: "shop", appId: "d1a2b3c4d5e6f7", domainName: "example.com", ...more }]);
  const bad: [string, string, RegExp][] = [
    [
      "apps",
      app({ appId: "shop" }),
      /amplify-logs:apps\[0\]\.appId: is not the id of an Amplify app \(got "shop"\)\. Fix: copy/,
    ],
    [
      "apps",
      app({ domainName: "www.example.com" }),
      /amplify-logs:apps\[0\]\.domainName: is a subdomain.*Fix: write example\.com/,
    ],
    ["apps", app({ name: "access_logs" }), /amplify-logs:apps\[0\]\.name: would make the view access_logs_today/],
    ["apps", app({ colour: "red" }), /amplify-logs:apps\[0\]\.colour: is not a setting/],
    ["apps", "[{", /amplify-logs:apps: is not JSON/],
    [
      "retentionRawDays",
      "-3",
      /amplify-logs:retentionRawDays: must be a whole number of days from 1 to 3650 \(got -3\)/,
    ],
    ["delayMinutes", "soon", /amplify-logs:delayMinutes: must be a whole number of minutes/],
    ["databaseName", "My-DB", /amplify-logs:databaseName: must be a name that Athena takes/],
    ["protectData", "yes", /amplify-logs:protectData: must be true or false/],
    ["lookback", "3", /amplify-logs:lookback: is not a config key of this program \(got "3"\)/],
  ];
  for (const [key, value, message] of bad) {
    it(`refuses ${key} = ${value}`, async () => {
      const stack = configOf("infdev");
      const config = { ...stack.config, [`amplify-logs:${key}`]: value };
      const error: unknown = await evaluateProgram({ ...stack, config }).catch((caught: unknown) => caught);
      expect(error).to.be.instanceOf(ProgramError);
      expect((error as Error).message)
        .to.match(message)
        .and.match(/^Stack infdev is not configured right:\n/);
    });
  }

  it("evaluates 50 apps, each policy within its limit", async () => {
    const stack = configOf("inftes");
    const apps = Array.from({ length: 50 }, (_, i) => ({
      name: `app${i}`,
      appId: `d${i}abc`,
      domainName: "example.com",
    }));
    const config = { ...stack.config, "amplify-logs:apps": JSON.stringify(apps) };
    const graph = await evaluateProgram({ ...stack, config });
    expect(ofType(graph, "aws:lambda/function:Function")).to.have.length(50 + 5);
    // A managed policy holds 6,144 characters.
    for (const { inputs } of ofType(graph, "aws:iam/policy:Policy"))
      expect(String(inputs["policy"])).to.have.length.below(6144);
  });

  it("says which program or stack is missing", async () => {
    const missing = path.join(ROOT, "nowhere.js");
    const error: unknown = await evaluateProgram({ ...configOf("infdev"), programPath: missing }).catch(
      (caught: unknown) => caught,
    );
    expect(String(error)).to.match(/there is no program.*run npm run build/);
    expect(() => loadStackConfig(ROOT, "nope")).to.throw(/Pulumi\.nope\.yaml: there is no such file/);
  });
});
