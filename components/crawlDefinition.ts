/**
 * One crawl as states in Amazon States Language: start it, wait for its end, say what came of it. Pure data, so that tests run it;
 * a state machine of its own, or the tail of another.
 */

/** What a crawl is told by where it fails. */
export const CRAWL_FAILED = "CrawlFailed";
export const CRAWL_FOUND_NOTHING = "CrawlFoundNothing";
export const CRAWL_TOO_LONG = "CrawlTooLong";

/** A crawl takes minutes: Glue itself needs one or two to begin. */
const POLL_SECONDS = 60;
/** Six hours: a crawl of years of hourly files takes one. Until then it costs some 5 USD (0.44 USD a DPU-hour, two DPUs, November 2026). */
export const MOST_POLLS = 360;
/** Minutes that another crawl of the same crawler is waited for. */
const MOST_WAITS = 120;

const GLUE = "arn:aws:states:::aws-sdk:glue:";

/** Glue's own trouble, which passes. */
const PASSING = {
  ErrorEquals: [
    "Glue.InternalServiceException",
    "Glue.OperationTimeoutException",
    "Glue.ThrottlingException",
    "Glue.SdkClientException",
  ],
  IntervalSeconds: 5,
  BackoffRate: 2,
  MaxAttempts: 6,
  MaxDelaySeconds: 60,
  JitterStrategy: "FULL",
};

export interface CrawlStatesArgs {
  readonly crawlerName: string;
  readonly database: string;
  /** Before the names of its tables; empty where the database is its own. */
  readonly tablePrefix: string;
  /** The state that comes after a crawl that found something. Default: it succeeds. */
  readonly next?: string;
  /** The state that comes after a crawl that found nothing; it may go on to `FoundNothing`. Default: that, which fails with what to look at. */
  readonly nextWhenEmpty?: string;
}

/** The first of the states. */
export const CRAWL_START = "StartCrawl";

/** The states of one crawl. They add `crawl`, `found` and `polls` to the data, and change nothing else of it. */
export const crawlStates = ({ crawlerName, database, tablePrefix, next, nextWhenEmpty }: CrawlStatesArgs) => ({
  [CRAWL_START]: {
    Type: "Task",
    Resource: `${GLUE}startCrawler`,
    Parameters: { Name: crawlerName },
    ResultPath: null,
    // A crawl that runs already may have passed by the newest folders: it is waited for, and then one is started.
    Retry: [
      {
        ErrorEquals: ["Glue.CrawlerRunningException", "Glue.CrawlerStoppingException"],
        IntervalSeconds: POLL_SECONDS,
        BackoffRate: 1,
        MaxAttempts: MOST_WAITS,
      },
      PASSING,
    ],
    Next: "NoPolls",
  },
  NoPolls: { Type: "Pass", Result: { made: 0 }, ResultPath: "$.polls", Next: "WaitForCrawl" },
  WaitForCrawl: { Type: "Wait", Seconds: POLL_SECONDS, Next: "GetCrawler" },
  GetCrawler: {
    Type: "Task",
    Resource: `${GLUE}getCrawler`,
    Parameters: { Name: crawlerName },
    ResultPath: "$.crawl",
    Retry: [PASSING],
    Next: "CrawlEnded",
  },
  CrawlEnded: {
    Type: "Choice",
    Choices: [
      {
        And: [
          { Variable: "$.crawl.Crawler.State", StringEquals: "READY" },
          { Variable: "$.crawl.Crawler.LastCrawl.Status", IsPresent: true },
        ],
        Next: "CrawlOutcome",
      },
      { Variable: "$.polls.made", NumericGreaterThanEquals: MOST_POLLS, Next: "StopCrawl" },
    ],
    Default: "CountPoll",
  },
  CountPoll: {
    Type: "Pass",
    Parameters: { "made.$": "States.MathAdd($.polls.made, 1)" },
    ResultPath: "$.polls",
    Next: "WaitForCrawl",
  },
  StopCrawl: {
    Type: "Task",
    Resource: `${GLUE}stopCrawler`,
    Parameters: { Name: crawlerName },
    ResultPath: null,
    Retry: [PASSING],
    Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: null, Next: "CrawlTooLong" }],
    Next: "CrawlTooLong",
  },
  CrawlTooLong: {
    Type: "Fail",
    Error: CRAWL_TOO_LONG,
    Cause: `Crawler ${crawlerName} did not end within ${(MOST_POLLS * POLL_SECONDS) / 3600} hours and was stopped; its log says what it was busy with`,
  },
  CrawlOutcome: {
    Type: "Choice",
    Choices: [
      { Variable: "$.crawl.Crawler.LastCrawl.Status", StringEquals: "SUCCEEDED", Next: "LookForTables" },
      { Variable: "$.crawl.Crawler.LastCrawl.ErrorMessage", IsPresent: true, Next: "CrawlFailed" },
    ],
    Default: "CrawlStopped",
  },
  CrawlFailed: { Type: "Fail", Error: CRAWL_FAILED, CausePath: "$.crawl.Crawler.LastCrawl.ErrorMessage" },
  CrawlStopped: {
    Type: "Fail",
    Error: CRAWL_FAILED,
    Cause: `Crawler ${crawlerName} did not succeed and gave no reason: it may have been stopped; its log says more`,
  },
  // Ten are enough to know that there is one; a table with its columns has some 4 KB, and an answer may have 256.
  LookForTables: {
    Type: "Task",
    Resource: `${GLUE}getTables`,
    Parameters: { DatabaseName: database, Expression: `${tablePrefix}.*`, MaxResults: 10 },
    ResultSelector: { "tables.$": "States.ArrayLength($.TableList)" },
    ResultPath: "$.found",
    Retry: [PASSING],
    Next: "TablesFound",
  },
  TablesFound: {
    Type: "Choice",
    Choices: [{ Variable: "$.found.tables", NumericGreaterThan: 0, Next: next ?? "CrawlDone" }],
    Default: nextWhenEmpty ?? "FoundNothing",
  },
  FoundNothing: {
    Type: "Fail",
    Error: CRAWL_FOUND_NOTHING,
    Cause: `Crawler ${crawlerName} succeeded, and ${database} has no table of it: nothing lies below its prefixes, or nothing that it can classify`,
  },
  ...(next === undefined ? { CrawlDone: { Type: "Succeed" } } : {}),
});

/** A state machine that does one crawl. Its input counts for nothing. */
export const crawlDefinition = (args: Omit<CrawlStatesArgs, "next" | "nextWhenEmpty">) => ({
  Comment: "Runs a crawler and says what came of it",
  StartAt: "Begin",
  States: {
    // Whatever a schedule or a person gives it: the data begins empty.
    Begin: { Type: "Pass", Result: {}, Next: CRAWL_START },
    ...crawlStates(args),
  },
});
