/** What crawlers, who starts them, and the reader of application logs may do, judged by somebody else. */
import { expect } from "chai";
import { AmplifyLogPipeline, ApplicationLogs, Catalog, LogLake } from "../../../components";
import type { ProgramGraph } from "../../../src/local/programGraph";
import { find, graphOf, shop } from "../../components/evaluateHere";
import { sharedJudge } from "../lambda/engines";
import { need } from "../tools/missing";
import type { Judge } from "./judge";
import type { Policy } from "./policies";

const ACCOUNT = "123456789012";
const REGION = "eu-central-1";
const LAKE = `arn:aws:s3:::amplifylogs-logging-intite-ss1-inftes-${ACCOUNT}`;
const SOURCE = `arn:aws:s3:::amplifylogs-logging-intite-ss4-inftes-${ACCOUNT}`;
const glue = (resource: string): string => `arn:aws:glue:${REGION}:${ACCOUNT}:${resource}`;
const group = (role: number, security: number): string =>
  `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:/aws-glue/crawlers-role/amplifylogs-analysis-intite-ir${role}-inftes-amplifylogs-analysis-intite-gs${security}-inftes`;
const [OWN_LOG, OTHER_LOG] = [group(13, 2), group(12, 1)];

type Case = readonly [
  role: string,
  action: string,
  resource: string,
  allowed: boolean,
  context?: Readonly<Record<string, string>>,
];

const CASES: readonly Case[] = [
  ["app-crawler", "s3:GetObject", `${SOURCE}/logs/api-gateway/a.json`, true],
  ["app-crawler", "s3:GetObject", `${SOURCE}/other/a.json`, false],
  ["app-crawler", "s3:GetObject", `${LAKE}/processed/a.parquet`, false],
  ["app-crawler", "s3:PutObject", `${SOURCE}/logs/a.json`, false],
  ["app-crawler", "s3:ListBucket", SOURCE, true, { "s3:prefix": "logs/" }],
  ["app-crawler", "s3:ListBucket", SOURCE, true, { "s3:prefix": "logs/payment/year=2025/" }],
  ["app-crawler", "s3:ListBucket", SOURCE, false, { "s3:prefix": "other/" }],
  ["app-crawler", "glue:CreateTable", glue("catalog"), true],
  ["app-crawler", "glue:CreateTable", glue("database/app_logs_db"), true],
  ["app-crawler", "glue:CreateTable", glue("table/app_logs_db/api_gateway"), true],
  ["app-crawler", "glue:CreateTable", glue("database/amplify_logs"), false],
  ["app-crawler", "glue:UpdateTable", glue("table/log_analytics_db/processed_logs"), false],
  ["app-crawler", "glue:DeleteTable", glue("table/app_logs_db/api_gateway"), false],
  ["app-crawler", "glue:BatchDeletePartition", glue("table/app_logs_db/api_gateway"), false],
  ["app-crawler", "logs:PutLogEvents", `${OWN_LOG}:log-stream:crawler`, true],
  ["app-crawler", "logs:PutLogEvents", `${OTHER_LOG}:log-stream:crawler`, false],
  ["app-crawler", "logs:CreateLogGroup", OTHER_LOG, false],
  ["logs-crawler", "s3:GetObject", `${LAKE}/access_logs/app=shop/date=2026-11-20/hour-13.parquet`, true],
  ["logs-crawler", "s3:GetObject", `${LAKE}/raw/app=shop/a.csv.gz`, true],
  ["logs-crawler", "s3:GetObject", `${LAKE}/state/apps.json`, false],
  ["logs-crawler", "s3:ListBucket", LAKE, false, { "s3:prefix": "access_logs_compacted/" }],
  ["logs-crawler", "glue:UpdateTable", glue("table/amplify_logs/discovered_access_logs"), true],
  ["logs-crawler", "glue:UpdateTable", glue("table/amplify_logs/access_logs"), false],
  ["logs-crawler", "glue:CreateTable", glue("table/amplify_logs/shop_today"), false],
  ["app-crawl", "glue:StartCrawler", glue("crawler/amplifylogs-analysis-intite-gl2-inftes"), true],
  ["app-crawl", "glue:StartCrawler", glue("crawler/amplifylogs-analysis-intite-gl1-inftes"), false],
  ["app-crawl", "glue:GetTables", glue("table/app_logs_db/api_gateway"), true],
  ["app-crawl", "glue:UpdateCrawler", glue("crawler/amplifylogs-analysis-intite-gl2-inftes"), false],
  ["logs-backfill", "glue:StartCrawler", glue("crawler/amplifylogs-analysis-intite-gl1-inftes"), true],
  ["logs-backfill", "glue:StartCrawler", glue("crawler/amplifylogs-analysis-intite-gl2-inftes"), false],
  ["app-applogs", "s3:GetObject", `${SOURCE}/anything/a.log`, true],
  ["app-applogs", "s3:PutObject", `${SOURCE}/anything/a.log`, false],
  ["app-applogs", "s3:DeleteObject", `${SOURCE}/anything/a.log`, false],
  ["app-applogs", "s3:PutObject", `${LAKE}/processed/service=a/year=2025/month=04/day=03/x.parquet`, true],
  ["app-applogs", "s3:PutObject", `${LAKE}/errors/year=2025/month=04/day=03/x.json.gz`, true],
  ["app-applogs", "s3:PutObject", `${LAKE}/access_logs/app=shop/date=2026-11-20/hour-13.parquet`, false],
  ["app-applogs", "s3:GetObject", `${LAKE}/state/application-logs/amplifylogs-inftes.json`, true],
  ["app-applogs", "s3:GetObject", `${LAKE}/state/app=shop/date=2026-11-20.json`, false],
  ["app-applogs", "glue:BatchCreatePartition", glue("table/log_analytics_db/processed_logs"), true],
  ["app-applogs", "glue:BatchCreatePartition", glue("table/log_analytics_db/errors_logs"), false],
];

describe("IAM: crawlers and application logs", function () {
  this.timeout(120_000);
  let judge: Judge;
  let graph: ProgramGraph;
  before(async function () {
    judge = await need(this, "IAM simulator", sharedJudge);
    graph = await graphOf(() => {
      const lake = new LogLake("lake");
      new AmplifyLogPipeline("logs", { lake, apps: [shop], catalog: Catalog.Crawler });
      new ApplicationLogs("app", { lake, crawler: {} });
    });
  });

  for (const [role, action, resource, allowed, context = {}] of CASES) {
    const where = resource.split(":").slice(5).join(":");
    it(`${allowed ? "lets" : "does not let"} ${role} ${action} ${where} ${Object.values(context).join("")}`, async () => {
      const { inputs } = find(graph, "aws:iam/rolePolicy:RolePolicy", role);
      const document = JSON.parse(String(inputs["policy"])) as Policy["document"];
      const verdict = await judge.decide({
        principal: `arn:aws:sts::${ACCOUNT}:assumed-role/${String(inputs["role"])}/session`,
        account: ACCOUNT,
        action,
        resource,
        context,
        identity: [{ name: role, document }],
        resourcePolicy: undefined,
      });
      expect(verdict.result).to.equal(allowed ? "Allowed" : "ImplicitlyDenied");
    });
  }
});
