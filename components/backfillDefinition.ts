/** The backfill's state machine in Amazon States Language: pure data, so that tests run it. */
import { MOST_SKIPPED, MOST_TURNS } from "../src/model/backfillProgress";
import { CRAWL_START, crawlStates, type CrawlStatesArgs } from "./crawlDefinition";
import { INVOKE, INVOKE_RETRY } from "./invokeRetry";

export interface BackfillDefinitionArgs {
  /** ARN of the function that plans and sums up. */
  readonly plannerArn: string;
  /** Apps that are fetched at one time. */
  readonly maxConcurrency: number;
  /** Longest run of the fetcher, seconds. */
  readonly fetchSeconds: number;
  /** The crawler that runs at the end. Default: none. */
  readonly crawl?: Omit<CrawlStatesArgs, "next" | "nextWhenEmpty">;
}

/** The gap finder's runs: most of its hours were blank before, and an alarm of its own counts those that stay so. */
const TOLERANT = "$$.Execution.Input.tolerant";

/** Seconds until what was fetched is converted, so that the crawler sees it: the queue takes some, and each hour some more. */
const CONVERT_SECONDS = 300;

/** Lambda's answer is waited for a little longer than the function may run: it may wait for a place to run in. */
const GRACE_SECONDS = 60;

/** One turn of the app's fetcher: it is given the work as the last turn left it. */
const turn = (payload: object, fetchSeconds: number, onCrash: string) => ({
  Type: "Task",
  Resource: INVOKE,
  Parameters: { "FunctionName.$": "$.functionArn", Payload: { "backfill.$": "$.work.Payload", ...payload } },
  TimeoutSeconds: fetchSeconds + GRACE_SECONDS,
  ResultSelector: { "Payload.$": "$.Payload" },
  ResultPath: "$.work",
  Retry: INVOKE_RETRY,
  Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: "$.error", Next: onCrash }],
  Next: "Fetched",
});

const end = { "app.$": "$.app", "functionArn.$": "$.functionArn", "work.$": "$.work.Payload" };

/**
 * What happens to one app. A turn that gives no answer (out of memory or time) is tried again with a single hour, then with two,
 * four, eight: so the hour that is to blame is found in some turns, is given up alone, and the others are fetched.
 */
const perApp = (fetchSeconds: number) => ({
  ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
  StartAt: "Fetch",
  States: {
    Fetch: turn({}, fetchSeconds, "Crashed"),
    Fetched: {
      Type: "Choice",
      Choices: [
        {
          And: [
            { Variable: "$.work.Payload.nextFrom", IsPresent: true },
            { Variable: "$.work.Payload.turns", NumericLessThan: MOST_TURNS },
          ],
          Next: "Fetch",
        },
      ],
      Default: "Done",
    },
    Crashed: {
      Type: "Choice",
      Choices: [
        { Variable: "$.work.Payload.skipped", NumericGreaterThanEquals: MOST_SKIPPED, Next: "GiveUp" },
        { Variable: "$.work.Payload.atMostHours", NumericEquals: 1, Next: "SkipHour" },
      ],
      Default: "OneHour",
    },
    OneHour: { Type: "Pass", Result: 1, ResultPath: "$.work.Payload.atMostHours", Next: "Fetch" },
    SkipHour: turn({ skip: true }, fetchSeconds, "GiveUp"),
    GiveUp: { Type: "Pass", Parameters: { ...end, "error.$": "$.error.Error" }, End: true },
    Done: { Type: "Pass", Parameters: end, End: true },
  },
});

const isTolerant = {
  And: [
    { Variable: TOLERANT, IsPresent: true },
    { Variable: TOLERANT, BooleanEquals: true },
  ],
};
const isIncomplete = { Variable: "$.state", StringEquals: "incomplete" };

/**
 * A crawl of what was fetched, whether or not all of it was. The gap finder's runs end without one: they come each hour, and a crawl
 * costs what ten minutes of two DPUs do.
 */
const crawlTail = (crawl: Omit<CrawlStatesArgs, "next" | "nextWhenEmpty">) => ({
  LetConvert: { Type: "Wait", Seconds: CONVERT_SECONDS, Next: CRAWL_START },
  ...crawlStates({ ...crawl, next: "Settle", nextWhenEmpty: "HadRows" }),
  // Where no app had a visitor there is nothing to find.
  HadRows: {
    Type: "Choice",
    Choices: [{ Variable: "$.summary.rows", NumericEquals: 0, Next: "Settle" }],
    Default: "FoundNothing",
  },
  Settle: { Type: "Choice", Choices: [{ ...isIncomplete, Next: "Incomplete" }], Default: "Complete" },
});

const planner = (plannerArn: string, payload: object, result: object) => ({
  Type: "Task",
  Resource: INVOKE,
  Parameters: { FunctionName: plannerArn, Payload: payload },
  ResultSelector: result,
  Retry: INVOKE_RETRY,
});

/**
 * Plan → a child execution for each app, a few at one time → sum up. What one app cannot give stops no other; in the end the
 * execution fails with the names and hours of what was not fetched. Work that outgrows a child's history goes on in a further round.
 */
export const backfillDefinition = ({ plannerArn, maxConcurrency, fetchSeconds, crawl }: BackfillDefinitionArgs) => ({
  Comment: "Fetches hours of all apps again, or for the first time",
  StartAt: "Plan",
  States: {
    Plan: {
      ...planner(
        plannerArn,
        { step: "plan", "input.$": "$" },
        { "items.$": "$.Payload.items", "summary.$": "$.Payload.summary" },
      ),
      Next: "FetchApps",
    },
    FetchApps: {
      Type: "Map",
      Label: "Apps",
      ItemsPath: "$.items",
      ItemSelector: {
        "app.$": "$$.Map.Item.Value.app",
        "functionArn.$": "$$.Map.Item.Value.functionArn",
        work: {
          Payload: {
            "ranges.$": "$$.Map.Item.Value.ranges",
            "missing.$": "$$.Map.Item.Value.missing",
            atMostHours: 0,
            turns: 0,
            skipped: 0,
          },
        },
      },
      MaxConcurrency: maxConcurrency,
      // Children catch what their fetchers do; one that fails all the same is missed by the sum.
      ToleratedFailurePercentage: 100,
      ItemProcessor: perApp(fetchSeconds),
      ResultPath: "$.ends",
      Next: "SumUp",
    },
    SumUp: {
      ...planner(
        plannerArn,
        { step: "sum", "items.$": "$.items", "ends.$": "$.ends", "summary.$": "$.summary" },
        {
          "items.$": "$.Payload.items",
          "summary.$": "$.Payload.summary",
          "state.$": "$.Payload.state",
          "cause.$": "$.Payload.cause",
        },
      ),
      Next: "Outcome",
    },
    Outcome: {
      Type: "Choice",
      Choices: [
        { Variable: "$.state", StringEquals: "more", Next: "FetchApps" },
        ...(crawl === undefined ? [] : [{ Not: isTolerant, Next: "LetConvert" }]),
        ...(crawl === undefined ? [{ And: [isIncomplete, { Not: isTolerant }], Next: "Incomplete" }] : []),
      ],
      Default: "Complete",
    },
    ...(crawl === undefined ? {} : crawlTail(crawl)),
    Incomplete: { Type: "Fail", Error: "BackfillIncomplete", CausePath: "$.cause" },
    Complete: { Type: "Succeed", InputPath: "$.summary" },
  },
});
