/** Who hears of a crawl that failed. */
import type * as pulumi from "@pulumi/pulumi";
import { EventRule, LogMetricFilter, type LogGroup } from "@pulumi/aws/cloudwatch";
import { CRAWL_ERRORS, crawlErrorsNamespace, pipelineId } from "../src/model/metrics";
import { machineSources, MINUTES, sum, type MetricSource } from "./alarmMetrics";
import type { SourceContext } from "./context";
import { CRAWLER_ROLES, type CreatedCrawler, type CrawlerSetup } from "./crawler";
import { createSourceAlarm } from "./sourceAlarms";

/**
 * Glue's word that a crawl failed, or that a scheduled one could not start. The rule needs no target: that it matched is a metric of
 * EventBridge's, which the alarm watches, so that a crawl's failure comes to the same topic as all others do, and is over in
 * CloudWatch when it is over; a rule that publishes to a topic itself would need rights on a topic that is not ours.
 */
const createFailureRule = (
  { name, labels, parent }: SourceContext,
  { of }: CrawlerSetup,
  crawlerName: string,
): EventRule =>
  new EventRule(
    `${name}-crawl-failed`,
    {
      name: labels.name(CRAWLER_ROLES[of].rule),
      description: `Crawls of ${crawlerName} that failed`,
      eventPattern: JSON.stringify({
        source: ["aws.glue"],
        "detail-type": ["Glue Crawler State Change", "Glue Scheduled Crawler Invocation Failure"],
        detail: { crawlerName: [crawlerName], $or: [{ state: ["Failed"] }, { state: [{ exists: false }] }] },
      }),
      tags: labels.tags,
    },
    { parent },
  );

/** Lines of the crawler's log that say ERROR: a folder that it may not read is one, and the crawl succeeds all the same. */
const countLoggedErrors = (context: SourceContext, { of }: CrawlerSetup, logGroup: LogGroup): MetricSource => {
  const namespace = crawlErrorsNamespace(pipelineId(context.settings.naming), of);
  new LogMetricFilter(
    `${context.name}-crawl-errors`,
    {
      name: CRAWL_ERRORS,
      logGroupName: logGroup.name,
      pattern: "ERROR",
      metricTransformation: { namespace, name: CRAWL_ERRORS, value: "1" },
    },
    { parent: context.parent },
  );
  return { namespace, metricName: CRAWL_ERRORS, statistic: "Sum" };
};

/** Tells of a crawl that failed: three ways, since each can be silent where another is not. */
export const alarmOnCrawls = (
  context: SourceContext,
  setup: CrawlerSetup,
  { crawlerName, logGroup }: CreatedCrawler,
  machineArn?: pulumi.Input<string>,
): void => {
  const rule = createFailureRule(context, setup, crawlerName);
  const matched = (metricName: string): MetricSource => ({
    namespace: "AWS/Events",
    metricName,
    dimensions: { RuleName: rule.name },
    statistic: "Sum",
  });
  createSourceAlarm(
    context,
    CRAWLER_ROLES[setup.of].alarm,
    sum(
      "failures",
      {
        // Glue's events come as best they can; a rule without a target is counted by the one or the other.
        events: matched("MatchedEvents"),
        rules: matched("TriggeredRules"),
        // Not written where the crawler may not write its log, or use its key.
        logged: countLoggedErrors(context, setup, logGroup),
        // Asks Glue itself, where a state machine runs the crawler.
        ...(machineArn === undefined ? {} : machineSources(machineArn)),
      },
      5 * MINUTES,
    ),
    setup.alarmTopicArn,
  );
};
