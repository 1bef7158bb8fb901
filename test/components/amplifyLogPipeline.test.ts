import { expect } from "chai";
import * as pulumi from "@pulumi/pulumi";
import { IpPolicy } from "../../components";
import type { ProgramGraph } from "../../src/local/programGraph";
import { blog, find, json, LAMBDA, ofType, pipelineOf, SCHEDULE, shop, TABLE, variables } from "./evaluateHere";

describe("AmplifyLogPipeline", function () {
  this.timeout(120_000);
  let graph: ProgramGraph;
  before(async () => {
    graph = await pipelineOf();
  });

  it("declares as much as two apps need, and nothing twice", () => {
    const counts: Record<string, number> = Object.fromEntries(
      [
        LAMBDA,
        TABLE,
        SCHEDULE,
        "aws:s3/bucket:Bucket",
        "aws:athena/workgroup:Workgroup",
        "aws:sqs/queue:Queue",
        "aws:cloudwatch/metricAlarm:MetricAlarm",
      ].map((type) => [type.replace(/.*:/, ""), ofType(graph, type).length]),
    );
    // 4 tables, 2 hidden ones, 4 views over all, 4 for each app, and logs; a fetcher for each app, and 5 functions for all.
    expect(counts).to.deep.equal({
      Function: 7,
      CatalogTable: 19,
      Schedule: 8,
      Bucket: 2,
      Workgroup: 2,
      Queue: 3,
      MetricAlarm: 15,
    });
    expect(new Set(graph.resources.map(({ urn }) => urn)).size).to.equal(graph.resources.length);
  });

  it("puts every resource below a component", () => {
    const components = graph.resources
      .filter(({ type }) => type.startsWith("amplify-log-pipeline:"))
      .map(({ urn }) => urn);
    expect(components).to.have.length(2);
    const loose = graph.resources.filter(({ urn, parent }) => urn !== components[0] && !components.includes(parent));
    expect(loose.map(({ urn }) => urn)).to.deep.equal([]);
  });

  it("gives the fetcher the environment that its handler reads", () => {
    expect(variables(graph, "logs-shop-fetch")).to.deep.equal({
      APP_NAME: "shop",
      APP_ID: "d1a2b3c4d5e6f7",
      DOMAIN_NAME: "example.com",
      APP_REGION: "eu-central-1",
      BUCKET: "amplifylogs-logging-intite-ss1-inftes-123456789012",
      RAW_PREFIX: "raw",
      DELAY_MINUTES: "60",
      LOOKBACK_HOURS: "6",
      SETTLING_HOURS: "48",
      CHUNK_DAYS: "14",
      PIPELINE: "amplifylogs-inftes",
    });
    expect(variables(graph, "logs-partitions")).to.deep.equal({
      BUCKET: "amplifylogs-logging-intite-ss1-inftes-123456789012",
      DATABASE: "amplify_logs",
      TABLE: "access_logs",
      WORKGROUP: "amplifylogs-analysis-intite-wg2-inftes",
      APPS: "shop,blog",
      QUERY_TIMEOUT_SECONDS: "240",
      TABLE_DAYS: "400",
      PIPELINE: "amplifylogs-inftes",
    });
    expect(variables(graph, "logs-convert")).to.have.keys("BUCKET", "RAW_PREFIX", "IP_POLICY", "PIPELINE");
  });

  it("asks for open hours only where runs follow each other within the hour", async () => {
    const often = await pipelineOf({ schedule: "rate(5 minutes)", delayMinutes: 10 });
    expect(variables(often, "logs-shop-fetch")).to.include({ OPEN_HOURS: "true", DELAY_MINUTES: "10" });
  });

  it("runs functions on arm64, for five minutes, with logs that exist before them", () => {
    const fetcher = find(graph, LAMBDA, "logs-shop-fetch");
    expect(fetcher.inputs).to.deep.include({
      runtime: "nodejs24.x",
      architectures: ["arm64"],
      timeout: 300,
      handler: "__index.handler",
    });
    const group = find(graph, "aws:cloudwatch/logGroup:LogGroup", "logs-shop-fetch");
    expect(group.inputs).to.deep.include({
      name: `/aws/lambda/${String(fetcher.inputs["name"])}`,
      retentionInDays: 30,
    });
    expect(fetcher.dependencies).to.include(group.urn);
    const actions = ofType(graph, "aws:iam/rolePolicy:RolePolicy").flatMap(({ inputs }) =>
      json(inputs["policy"]).Statement.flatMap(({ Action }) => Action),
    );
    expect(actions).to.not.include("logs:CreateLogGroup");
  });

  it("ships the bundle and its loader, the same for every app", async () => {
    const archives = await Promise.all(
      ["logs-shop-fetch", "logs-blog-fetch"].map(async (name) => {
        const assets = await (find(graph, LAMBDA, name).inputs["code"] as pulumi.asset.AssetArchive).assets;
        const loader = assets["__index.js"] as pulumi.asset.StringAsset;
        const bundle = assets["handler.js"] as pulumi.asset.FileAsset;
        return { files: Object.keys(assets), loader: await loader.text, bundle: await bundle.path };
      }),
    );
    expect(archives[0]?.files.sort()).to.deep.equal(["__index.js", "handler.js"]);
    expect(archives[0]?.loader).to.include("./handler.js").and.have.length.below(1000);
    expect(archives[1]).to.deep.equal({ ...archives[0], files: archives[1]?.files });
    expect(archives[0]?.bundle).to.match(/dist.bundles.fetch\.js$/);
  });

  it("lets a fetcher ask for its own app and touch its own prefixes only", () => {
    const { Statement } = json(find(graph, "aws:iam/rolePolicy:RolePolicy", "logs-shop-fetch").inputs["policy"]);
    const app = "arn:aws:amplify:eu-central-1:123456789012:apps/d1a2b3c4d5e6f7";
    expect(Statement.find(({ Sid }) => Sid === "GenerateAccessLogs")?.Resource).to.deep.equal([
      app,
      `${app}/accesslogs/*`,
    ]);
    const objects = Statement.find(({ Sid }) => Sid === "ReadWriteOwnPrefixes");
    expect(objects?.Action).to.deep.equal(["s3:GetObject", "s3:PutObject"]);
    expect([objects?.Resource].flat())
      .to.have.length(3)
      .and.satisfy((all: string[]) => all.every((arn) => arn.endsWith("/app=shop/*")));
    const aside = Statement.find(({ Sid }) => Sid === "PutAside");
    expect(aside?.Action).to.deep.equal(["s3:PutObject"]);
    expect([aside?.Resource].flat())
      .to.have.length(2)
      .and.satisfy((all: string[]) => all.every((arn) => arn.endsWith("/app=shop/*")));
    for (const { inputs } of ofType(graph, "aws:iam/rolePolicy:RolePolicy")) {
      for (const { Sid, Action, Resource } of json(inputs["policy"]).Statement) {
        // Of what state machines need to hand over logs and traces, AWS knows no resource.
        if (Sid !== "DeliverLogs" && Sid !== "Trace") expect([Resource].flat()).to.not.include("*");
        expect([Action].flat().filter((action) => action.includes("*"))).to.deep.equal([]);
      }
    }
  });

  it("assumes the role of an app in another account, and asks Amplify for nothing itself", async () => {
    const roleArn = "arn:aws:iam::210987654321:role/reader";
    const other = await pipelineOf({ apps: [{ ...shop, region: "us-east-1", roleArn: pulumi.output(roleArn) }] });
    const { Statement } = json(find(other, "aws:iam/rolePolicy:RolePolicy", "logs-shop-fetch").inputs["policy"]);
    expect(Statement.find(({ Sid }) => Sid === "AssumeAppRole")).to.deep.include({
      Action: ["sts:AssumeRole"],
      Resource: [roleArn],
    });
    expect(JSON.stringify(Statement)).to.not.include("amplify:");
    expect(variables(other, "logs-shop-fetch")).to.include({ APP_REGION: "us-east-1", ROLE_ARN: roleArn });
  });

  it("starts functions by the time that was planned", () => {
    const schedules = Object.fromEntries(
      ofType(graph, SCHEDULE).map(({ name, inputs }) => [
        name,
        [inputs["scheduleExpression"], (inputs["target"] as { input: string }).input],
      ]),
    );
    const time = `"time":"<aws.scheduler.scheduled-time>"`;
    expect(schedules).to.deep.include({
      "logs-shop-fetch": ["rate(1 hour)", `{${time},"mode":"lookback","app":"shop","hours":"6"}`],
      "logs-shop-settle": ["cron(15 2 * * ? *)", `{${time},"mode":"settle","app":"shop","hours":"48"}`],
      "logs-partitions": ["cron(30 3 * * ? *)", `{${time}}`],
      "logs-partitions-hourly": ["cron(5 * * * ? *)", `{${time}}`],
    });
    for (const { inputs } of ofType(graph, SCHEDULE)) {
      expect(inputs).to.deep.include({
        scheduleExpressionTimezone: "UTC",
        flexibleTimeWindow: { mode: "FLEXIBLE", maximumWindowInMinutes: 5 },
      });
      expect((inputs["target"] as { deadLetterConfig: { arn: string } }).deadLetterConfig.arn).to.match(/sq3-inftes$/);
    }
  });

  it("shows the rows of retired and disabled apps, and fetches neither", async () => {
    const few = await pipelineOf({ apps: [shop, { ...blog, enabled: false }], retiredApps: ["old"] });
    const parameters = find(few, TABLE, "logs-access_logs_raw").inputs["parameters"] as Record<string, string>;
    expect(parameters).to.include({
      "projection.app.values": "shop,blog,old",
      "projection.year.range": "2020,2040",
      "skip.header.line.count": "1",
    });
    expect(find(few, SCHEDULE, "logs-blog-fetch").inputs["state"]).to.equal("DISABLED");
    expect(find(few, SCHEDULE, "logs-shop-fetch").inputs["state"]).to.equal("ENABLED");
    expect(ofType(few, LAMBDA).map(({ name }) => name)).to.not.include("logs-old-fetch");
  });

  it("stores views as Athena does, after their table", () => {
    const view = find(graph, TABLE, "logs-shop_today");
    expect(view.inputs).to.deep.include({
      tableType: "VIRTUAL_VIEW",
      viewExpandedText: "/* Presto View */",
      parameters: { presto_view: "true", comment: "Presto View" },
    });
    expect(view.inputs).to.not.have.property("description");
    const [, base64] = /^\/\* Presto View: (\S+) \*\/$/.exec(String(view.inputs["viewOriginalText"])) ?? [];
    const { originalSql, schema, catalog, columns } = JSON.parse(
      Buffer.from(base64 ?? "", "base64").toString(),
    ) as Record<string, unknown> & { columns: { name: string }[] };
    expect({ schema, catalog }).to.deep.equal({ schema: "amplify_logs", catalog: "awsdatacatalog" });
    expect(originalSql).to.include(`t."app" = 'shop'`).and.not.match(/;\s*$/);
    const stored = view.inputs["storageDescriptor"] as { columns: { name: string }[]; serDeInfo: object };
    expect(stored.columns.map(({ name }) => name)).to.deep.equal(columns.map(({ name }) => name));
    expect(stored.serDeInfo).to.have.property("serializationLibrary");
    expect(view.dependencies).to.include(find(graph, TABLE, "logs-access_logs").urn);
  });

  it("makes no database where one is given", async () => {
    const source = await pipelineOf({
      database: { name: "default", create: false },
      tableName: "loshadki_access_logs",
    });
    expect(ofType(source, "aws:glue/catalogDatabase:CatalogDatabase")).to.deep.equal([]);
    expect(find(source, TABLE, "logs-loshadki_access_logs_yesterday").inputs).to.include({ databaseName: "default" });
  });

  it("alarms through a topic whose key CloudWatch may use; an own topic replaces both", async () => {
    expect(String(find(graph, "aws:kms/key:Key", "logs-alarms").inputs["policy"])).to.include(
      "cloudwatch.amazonaws.com",
    );
    const topicArn = "arn:aws:sns:eu-central-1:123456789012:ours";
    const own = await pipelineOf({ alarms: { topicArn } });
    expect(ofType(own, "aws:sns/topic:Topic")).to.deep.equal([]);
    expect(ofType(own, "aws:kms/key:Key")).to.deep.equal([]);
    for (const { inputs } of ofType(own, "aws:cloudwatch/metricAlarm:MetricAlarm"))
      expect(inputs["alarmActions"]).to.deep.equal([topicArn]);
    expect(
      ofType(await pipelineOf({ alarms: { enabled: false } }), "aws:cloudwatch/metricAlarm:MetricAlarm"),
    ).to.deep.equal([]);
  });

  it("hands the salt's name to the converter, with the right to read that parameter alone", async () => {
    const hashed = await pipelineOf({ ipPolicy: IpPolicy.Hashed, saltParameter: "/amplify-logs/salt" });
    expect(variables(hashed, "logs-convert")).to.include({ IP_POLICY: "hashed", SALT_PARAMETER: "/amplify-logs/salt" });
    const { Statement } = json(find(hashed, "aws:iam/rolePolicy:RolePolicy", "logs-convert").inputs["policy"]);
    expect(Statement.find(({ Sid }) => Sid === "ReadSalt")?.Resource).to.deep.equal([
      "arn:aws:ssm:eu-central-1:123456789012:parameter/amplify-logs/salt",
    ]);
  });
});
