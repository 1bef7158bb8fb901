import path from "node:path";
import { expect } from "chai";
import { CONFIG_KEYS } from "../../components/stackConfig";
import { evaluateProgram, ProgramError } from "../../src/local/programGraph";
import { loadStackConfig } from "../../src/local/stackConfig";
import { find, LAMBDA, ofType, programPath, variables } from "./evaluateHere";

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
    [
      "cloudFront",
      "[]",
      /amplify-logs:cloudFront: must be a JSON object \(got \[\]\)\. Fix: write it like \{"distributions"/,
    ],
    [
      "cloudFront",
      '{"distributions": [{"name": "docs", "distributionId": "docs"}]}',
      /amplify-logs:cloudFront\.distributions\[0\]\.distributionId: is not the id of a distribution \(got "docs"\)/,
    ],
    [
      "cloudFront",
      '{"distributions": [{"name": "shop", "distributionId": "E1ABCDEF234567"}]}',
      /amplify-logs:cloudFront\.distributions\[0\]\.name: is the name of apps\[0\] too/,
    ],
    [
      "applicationLogs",
      '{"layout": "perTable"}',
      /amplify-logs:applicationLogs\.layout: must be one of single, perService/,
    ],
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

  const CDN = { distributions: [{ name: "cdn", distributionId: "E1ABCDEF234567" }] };
  const withConfig = async (own: Readonly<Record<string, string>>) => {
    const stack = configOf("infdev");
    const named = Object.entries(own).map(([key, value]): [string, string] => [`amplify-logs:${key}`, value]);
    return evaluateProgram({ ...stack, config: { ...stack.config, ...Object.fromEntries(named) } });
  };

  it("adds the sources that its config names, on the pipeline's lake, under its topic and its names", async () => {
    const graph = await withConfig({
      cloudFront: JSON.stringify(CDN),
      applicationLogs: JSON.stringify({ layout: "perService", services: ["api-gateway"] }),
      owner: "web team",
    });
    const lakes = graph.resources.filter(({ type }) => type === "amplify-log-pipeline:index:LogLake");
    expect(lakes.map(({ name }) => name)).to.deep.equal(["logs"]);
    expect(graph.outputs).to.include({
      cloudFrontBucketName: "amplifylogs-logging-intite-ss3-infdev-123456789012",
      cloudFrontFunctionName: "amplifylogs-logging-intite-lm7-infdev",
      applicationLogsBucketName: "amplifylogs-logging-intite-ss4-infdev-123456789012",
      applicationLogsFunctionName: "amplifylogs-pipeline-intite-lm8-infdev",
    });
    expect(variables(graph, "cloudfront-cloudfront")["BUCKET"]).to.equal(graph.outputs["bucketName"]);
    const reader = find(graph, LAMBDA, "applogs-applogs").inputs;
    expect(reader["tags"]).to.include({ Owner: "web team" });
    // infdev keeps its logs for a week, and lets its data go.
    expect(find(graph, "aws:cloudwatch/logGroup:LogGroup", "cloudfront-cloudfront").inputs["retentionInDays"]).to.equal(
      7,
    );
    expect(find(graph, "aws:s3/bucket:Bucket", "cloudfront-source").protect).to.equal(false);
    const [topic] = ofType(graph, "aws:sns/topic:Topic");
    const told = find(graph, "aws:cloudwatch/metricAlarm:MetricAlarm", "cloudfront-cloudfront-errors").inputs;
    expect(told["alarmActions"]).to.deep.equal([
      `arn:aws:sns:eu-central-1:123456789012:${String(topic!.inputs["name"])}`,
    ]);
    expect(graph.outputs["viewNames"]).to.include.members(["shop_today", "cdn_today"]);
    expect(variables(graph, "logs-partitions")["APPS"]).to.equal("shop,blog,cdn");
  });

  it("keeps the lake's resources where they are when a source is added", async () => {
    const urns = async (own: Readonly<Record<string, string>>): Promise<string[]> =>
      (await withConfig(own)).resources.map(({ urn }) => urn).filter((urn) => urn.includes("LogLake"));
    expect(await urns({ cloudFront: JSON.stringify(CDN) })).to.deep.equal(await urns({}));
  });

  it("has no alarm's topic for a source where alarms are off", async () => {
    const graph = await withConfig({ cloudFront: JSON.stringify(CDN), alarmsEnabled: "false" });
    const alarms = ofType(graph, "aws:cloudwatch/metricAlarm:MetricAlarm");
    expect(alarms.map(({ inputs }) => inputs["alarmActions"])).to.deep.equal([undefined, undefined]);
  });

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
