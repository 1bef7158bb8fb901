import { AmplifyLogPipeline, ApplicationLayout, ApplicationLogs, LogLake } from "amplify-log-pipeline";

const lake = new LogLake("logs");
const site = new AmplifyLogPipeline("logs", {
  lake,
  apps: [{ name: "shop", appId: "d1a2b3c4d5e6f7", domainName: "example.com" }],
});

// What the site's services write: checked, in log_analytics_db, and a table for each service in app_logs_db.
const services = new ApplicationLogs("services", {
  lake,
  layout: ApplicationLayout.PerService,
  services: ["api-gateway", "authentication", "payment"],
  rules: [
    { rule: "required", field: "timestamp" },
    { rule: "enum", field: "level", values: ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] },
    { rule: "range", field: "response_time_ms", min: 0, max: 60_000 },
    { rule: "regex", field: "request_id", pattern: "^[0-9a-f-]{36}$" },
  ],
  alarmTopicArn: site.topicArn,
});

// What others write, in a form that nobody declared: one pair of tables, and whatever the crawler finds below logs/.
const partners = new ApplicationLogs("partners", {
  lake,
  naming: { project: "partnerlogs" },
  database: "partner_logs",
  servicesDatabase: "partner_logs_found",
  crawler: { tableLevel: 2, schedule: "cron(0 */6 * * ? *)" },
  alarmTopicArn: site.topicArn,
});

export const servicesBucketName = services.bucketName;
export const servicesTableNames = services.tableNames;
export const partnersBucketName = partners.bucketName;
export const partnersCrawlerName = partners.crawlerName;
export const partnersCrawlMachineArn = partners.crawlMachineArn;
