import { expect } from "chai";
import { ApplicationLayout, ApplicationLogs, LogLake, type ApplicationLogsArgs } from "../../components";
import { parseApplicationSettings } from "../../src/model/applicationSettingsFile";
import type { ProgramGraph } from "../../src/local/programGraph";
import { stateOf, type AlarmInputs } from "../helpers/cloudWatch";
import { find, graphOf, json, LAMBDA, ofType, TABLE, variables } from "./evaluateHere";

const KEY = "arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555";
const TOPIC = "arn:aws:sns:eu-central-1:123456789012:alarms";
const SOURCE = "amplifylogs-logging-intite-ss4-inftes-123456789012";
const LAKE = "amplifylogs-logging-intite-ss1-inftes-123456789012";
const GLUE = "arn:aws:glue:eu-central-1:123456789012";
const DATABASE = "aws:glue/catalogDatabase:CatalogDatabase";
const CRAWLER = "aws:glue/crawler:Crawler";
const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
const RULE = "aws:cloudwatch/eventRule:EventRule";
const MACHINE = "aws:sfn/stateMachine:StateMachine";

const logsOf = (args: Partial<ApplicationLogsArgs> = {}): Promise<ProgramGraph> =>
  graphOf(() => void new ApplicationLogs("app", { lake: new LogLake("lake"), ...args }));

const refusal = async (args: object): Promise<string> => {
  const error: unknown = await logsOf(args as ApplicationLogsArgs).catch((caught: unknown) => caught);
  if (!(error instanceof Error)) throw new Error("nothing was refused");
  return error.message;
};

const statements = (graph: ProgramGraph, name: string) =>
  json(find(graph, "aws:iam/rolePolicy:RolePolicy", name).inputs["policy"]).Statement;

const actionsOn = (graph: ProgramGraph, name: string, resource: string): string[] =>
  statements(graph, name)
    .filter(({ Resource }) => [Resource].flat().includes(resource))
    .flatMap(({ Action }) => Action)
    .sort();

const tablesOf = (graph: ProgramGraph): Record<string, unknown> =>
  Object.fromEntries(
    ofType(graph, TABLE).map(({ inputs }) => [
      `${String(inputs["databaseName"])}.${String(inputs["name"])}`,
      (inputs["storageDescriptor"] as { location: string }).location,
    ]),
  );

describe("ApplicationLogs", function () {
  this.timeout(120_000);
  let graph: ProgramGraph;
  before(async () => {
    graph = await logsOf();
  });

  it("makes the source's database with its two tables, over processed/ and errors/ of the lake", () => {
    expect(tablesOf(graph)).to.deep.equal({
      "log_analytics_db.processed_logs": `s3://${LAKE}/processed/`,
      "log_analytics_db.errors_logs": `s3://${LAKE}/errors/`,
    });
    expect(ofType(graph, DATABASE).map(({ inputs }) => inputs["name"])).to.have.members([
      "amplify_logs",
      "log_analytics_db",
    ]);
    const { inputs } = find(graph, TABLE, "app-processed_logs");
    expect((inputs["partitionKeys"] as { name: string }[]).map(({ name }) => name)).to.deep.equal([
      "service",
      "year",
      "month",
      "day",
    ]);
    // Its partitions are registered by the function: a projection would hide services that nobody declared.
    expect(inputs["parameters"]).not.to.have.property("projection.enabled");
  });

  it("makes one table per service besides, with the crawler's name for it and a column service", async () => {
    const services = ["api-gateway", "payment"];
    const both = await logsOf({ layout: ApplicationLayout.PerService, services });
    expect(tablesOf(both)).to.deep.equal({
      "log_analytics_db.processed_logs": `s3://${LAKE}/processed/`,
      "log_analytics_db.errors_logs": `s3://${LAKE}/errors/`,
      "app_logs_db.api_gateway": `s3://${LAKE}/processed/service=api-gateway/`,
      "app_logs_db.payment": `s3://${LAKE}/processed/service=payment/`,
    });
    const { storageDescriptor, parameters } = find(both, TABLE, "app-services-api_gateway").inputs as {
      storageDescriptor: { columns: { name: string; type: string }[] };
      parameters: Record<string, string>;
    };
    const types = Object.fromEntries(storageDescriptor.columns.map(({ name, type }) => [name, type]));
    expect(types).to.include({ service: "string", timestamp: "string", status_code: "int" });
    expect(parameters["projection.enabled"]).to.equal("true");
  });

  it("lets through what is a log by its name, below the prefix, and nothing else", async () => {
    const own = await logsOf({ bucket: { name: "my-logs", prefix: "logs" } });
    const detail = (of: ProgramGraph) =>
      (JSON.parse(String(find(of, RULE, "app-delivered").inputs["eventPattern"])) as { detail: Detail }).detail;
    interface Detail {
      readonly bucket: { readonly name: string[] };
      readonly object: { readonly key: { readonly wildcard: string }[] };
    }
    const matching = (of: ProgramGraph, key: string): boolean =>
      detail(of).object.key.some(({ wildcard }) =>
        new RegExp(`^${wildcard.replaceAll(".", "\\.").replaceAll("*", ".*")}$`).test(key),
      );
    expect(detail(own).bucket.name).to.deep.equal(["my-logs"]);
    for (const key of [
      "logs/a.log",
      "logs/a/b.json",
      "logs/x.ndjson",
      "logs/a.log.gz",
      "logs/b.json.gz",
      "logs/c.ndjson.gz",
    ])
      expect([key, matching(own, key)]).to.deep.equal([key, true]);
    for (const key of ["logs/a.csv", "other/a.log", "logs/a.log.bz2", "logs/", "logs/a.gz"])
      expect([key, matching(own, key)]).to.deep.equal([key, false]);
    expect([matching(graph, "sample_log.log"), matching(graph, "picture.png")]).to.deep.equal([true, false]);
  });

  it("gives the function its settings, its tables and its buckets", async () => {
    const { SETTINGS_KEY: key, ...rest } = variables(graph, "app-applogs");
    expect(rest).to.deep.equal({
      BUCKET: LAKE,
      SOURCE_BUCKET: SOURCE,
      MALLOC_ARENA_MAX: "1",
      MALLOC_MMAP_THRESHOLD_: "131072",
      MALLOC_TRIM_THRESHOLD_: "131072",
      TABLE_DATABASE: "log_analytics_db",
      TABLE_NAME: "processed_logs",
      PIPELINE: "amplifylogs-inftes",
    });
    const { inputs } = find(graph, LAMBDA, "app-applogs");
    expect(inputs).to.include({ memorySize: 128, timeout: 900 });
    expect(inputs["architectures"]).to.deep.equal(["arm64"]);
    const written = find(graph, "aws:s3/bucketObjectv2:BucketObjectv2", "app-settings").inputs;
    expect([written["bucket"], written["key"], key]).to.deep.equal([
      LAKE,
      key,
      "state/application-logs/amplifylogs-inftes.json",
    ]);
  });

  it("writes settings that the function itself reads, with values of a rule in their field's type", async () => {
    const own = await logsOf({
      fields: [
        { name: "timestamp", type: "string" },
        { name: "status", type: "int" },
        { name: "cached", type: "boolean" },
        { name: "tier", type: "string" },
      ],
      rules: [
        { rule: "enum", field: "status", values: ["200", "404"] },
        { rule: "enum", field: "cached", values: ["true"] },
        { rule: "enum", field: "tier", values: ["1", "2"] },
      ],
      defaultService: "web",
    });
    const content = String(find(own, "aws:s3/bucketObjectv2:BucketObjectv2", "app-settings").inputs["content"]);
    const read = parseApplicationSettings(content, "settings");
    expect(read.defaultService).to.equal("web");
    expect(read.rules.map((rule) => (rule.rule === "enum" ? rule.values : []))).to.deep.equal([
      [200, 404],
      [true],
      ["1", "2"],
    ]);
  });

  it("may read what was delivered, unite rows and register partitions of one table; it deletes nothing", () => {
    const name = "app-applogs";
    expect(actionsOn(graph, name, `arn:aws:s3:::${SOURCE}/*`)).to.deep.equal(["s3:GetObject"]);
    for (const prefix of ["processed", "errors", "state/application-logs"])
      expect(actionsOn(graph, name, `arn:aws:s3:::${LAKE}/${prefix}/*`)).to.deep.equal([
        "s3:GetObject",
        "s3:PutObject",
      ]);
    expect(actionsOn(graph, name, `${GLUE}:table/log_analytics_db/processed_logs`)).to.deep.equal([
      "glue:BatchCreatePartition",
      "glue:GetTable",
    ]);
    const all = statements(graph, name);
    expect(all.flatMap(({ Action }) => Action).filter((action) => /Delete(?!Message)/.test(action))).to.deep.equal([]);
    const glue = all.flatMap(({ Resource }) => Resource).filter((resource) => resource.startsWith("arn:aws:glue:"));
    expect(glue).to.have.members([
      `${GLUE}:catalog`,
      `${GLUE}:database/log_analytics_db`,
      `${GLUE}:table/log_analytics_db/processed_logs`,
    ]);
  });

  it("reads an encrypted bucket that is given, and leaves its notifications alone unless told otherwise", async () => {
    const notification = "aws:s3/bucketNotification:BucketNotification";
    const given = await logsOf({ bucket: { name: "my-logs", kmsKeyArn: KEY } });
    expect(ofType(given, notification).map(({ name }) => name)).to.deep.equal(["lake-data"]);
    expect(actionsOn(given, "app-applogs", KEY)).to.deep.equal(["kms:Decrypt"]);
    const told = await logsOf({ bucket: { name: "my-logs", notifies: true } });
    expect(ofType(told, notification).map(({ inputs }) => inputs["bucket"])).to.include("my-logs");
  });

  it("has alarms for failures and for what was given up, which tell a topic where one is given", async () => {
    const told = await logsOf({ alarmTopicArn: TOPIC });
    for (const suffix of ["applogs-errors", "applogs-dead-letters"]) {
      expect(find(told, ALARM, `app-${suffix}`).inputs["alarmActions"]).to.deep.equal([TOPIC]);
      expect(find(graph, ALARM, `app-${suffix}`).inputs).not.to.have.property("alarmActions");
    }
    const errors = find(graph, ALARM, "app-applogs-errors").inputs as unknown as AlarmInputs;
    const failed = `AWS/Lambda Errors FunctionName=${String(find(graph, LAMBDA, "app-applogs").inputs["name"])}`;
    const given = "AmplifyLogPipeline/amplifylogs-inftes/applogs ReadErrors";
    const states = [[failed, 1] as const, [given, 1] as const, [failed, 0] as const].map(([metric, count]) =>
      stateOf(errors, new Map([[metric, [count]]])),
    );
    expect(states).to.deep.equal(["ALARM", "ALARM", "OK"]);
  });

  it("has no crawler, no further database and no state machine unless asked", () => {
    expect([...ofType(graph, CRAWLER), ...ofType(graph, MACHINE)]).to.deep.equal([]);
  });

  describe("with a crawler", () => {
    let crawled: ProgramGraph;
    before(async () => {
      crawled = await logsOf({ crawler: {}, alarmTopicArn: TOPIC });
    });

    it("finds one table per service below logs/, every six hours, as the source's does", () => {
      const { inputs } = find(crawled, CRAWLER, "app-crawler");
      expect(inputs).to.include({ databaseName: "app_logs_db", schedule: "cron(0 */6 * * ? *)" });
      expect(inputs["s3Targets"]).to.deep.equal([{ path: `s3://${SOURCE}/logs/` }]);
      expect((JSON.parse(String(inputs["configuration"])) as { Grouping: object }).Grouping).to.deep.equal({
        TableGroupingPolicy: "CombineCompatibleSchemas",
        TableLevelConfiguration: 2,
      });
      expect(inputs).not.to.have.property("tablePrefix");
    });

    it("is run on demand by a state machine, which may start it and see its tables, and no more", () => {
      const machine = find(crawled, MACHINE, "app-crawl").inputs;
      expect(String(machine["definition"])).to.contain('"Name":"amplifylogs-analysis-intite-gl2-inftes"');
      const glue = statements(crawled, "app-crawl").filter(({ Action }) => String(Action).includes("glue:"));
      expect(glue.map(({ Action, Resource }) => [Action, Resource])).to.deep.equal([
        [
          ["glue:StartCrawler", "glue:GetCrawler", "glue:StopCrawler"],
          [`${GLUE}:crawler/amplifylogs-analysis-intite-gl2-inftes`],
        ],
        [["glue:GetTables"], [`${GLUE}:catalog`, `${GLUE}:database/app_logs_db`, `${GLUE}:table/app_logs_db/*`]],
      ]);
    });

    it("takes another prefix, level and key, no schedule, and only new folders", async () => {
      const own = await logsOf({
        crawler: { prefix: "a/b", tableLevel: 5, onDemand: true, newFoldersOnly: true, kmsKeyArn: KEY },
      });
      const { inputs } = find(own, CRAWLER, "app-crawler");
      expect(inputs).not.to.have.property("schedule");
      expect(inputs["s3Targets"]).to.deep.equal([{ path: `s3://${SOURCE}/a/b/` }]);
      expect(String(inputs["configuration"])).to.contain('"TableLevelConfiguration":5');
      expect(inputs["recrawlPolicy"]).to.deep.equal({ recrawlBehavior: "CRAWL_NEW_FOLDERS_ONLY" });
      expect(inputs["schemaChangePolicy"]).to.deep.equal({ deleteBehavior: "LOG", updateBehavior: "LOG" });
      expect(ofType(own, "aws:kms/key:Key").map(({ name }) => name)).not.to.include("app-crawler");
    });

    it("gives crawled tables names of their own where declared ones have the same", async () => {
      const both = await logsOf({ layout: ApplicationLayout.PerService, services: ["api-gateway"], crawler: {} });
      expect(find(both, CRAWLER, "app-crawler").inputs["tablePrefix"]).to.equal("raw_");
      expect(String(find(both, MACHINE, "app-crawl").inputs["definition"])).to.contain('"Expression":"raw_.*"');
    });
  });

  describe("refuses", () => {
    const REFUSED: readonly (readonly [string, object, readonly string[]])[] = [
      ["no lake", { lake: undefined }, ["lake", "is missing"]],
      ["tables per service without services", { layout: "perService" }, ["services", "is needed by layout perService"]],
      ["an unknown layout", { layout: "each" }, ["layout", "single, perService"]],
      ["a rule of an unknown kind", { rules: [{ rule: "exists", field: "level" }] }, ["rules[0]"]],
      ["a rule about an unknown field", { rules: [{ rule: "required", field: "lvl" }] }, ["rules[0].field", "lvl"]],
      ["a broken pattern", { pattern: "(?<timestamp>" }, ["pattern"]],
      ["one database for both", { servicesDatabase: "log_analytics_db" }, ["servicesDatabase", "database"]],
      ["a rate for a crawler", { crawler: { schedule: "rate(6 hours)" } }, ["crawler.schedule", "cron(0 */6 * * ? *)"]],
      ["a level above the prefix", { crawler: { prefix: "a/b/c", tableLevel: 2 } }, ["crawler.tableLevel", "a/b/c"]],
      [
        "crawled tables with declared names",
        { layout: "perService", services: ["api"], crawler: { tablePrefix: "" } },
        ["crawler.tablePrefix", "raw_"],
      ],
      ["an unknown setting", { crawler: { level: 2 } }, ["crawler.level", "is not a setting", "tableLevel"]],
    ];
    for (const [what, args, words] of REFUSED)
      it(what, async () => {
        const message = await refusal(args);
        for (const word of words) expect(message).to.contain(word);
      });
  });
});
