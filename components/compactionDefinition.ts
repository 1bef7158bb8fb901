/** The compaction's state machine in Amazon States Language: pure data, so that tests run it. */
import { INVOKE, INVOKE_RETRY } from "./invokeRetry";

export interface CompactionDefinitionArgs {
  /** ARN of the function that does each step. */
  readonly compactorArn: string;
}

/** Days at one time: each runs one statement at once, and an account has some twenty to run side by side. */
const DAYS_AT_ONCE = 4;
/** Half of the time after which an attempt's files may expire (handlers/compact/tidy.ts): none is switched to later. */
const TIMEOUT_SECONDS = 12 * 3600;

/** One step of the function; its answer is what the next state is given. */
const step = (compactorArn: string, payload: object) => ({
  Type: "Task",
  Resource: INVOKE,
  Parameters: { FunctionName: compactorArn, Payload: payload },
  OutputPath: "$.Payload",
  Retry: INVOKE_RETRY,
});

const dayStep = (compactorArn: string, payload: object) => ({
  ...step(compactorArn, payload),
  // One day stops no other: it stays as it is, and the report names it.
  Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: "$.error", Next: "Failed" }],
});

/** What happens to one day: one statement that writes it anew, one that compares, and the switch. */
const perDay = (compactorArn: string) => ({
  ProcessorConfig: { Mode: "INLINE" },
  StartAt: "Start",
  States: {
    Start: { ...dayStep(compactorArn, { step: "start", "day.$": "$" }), Next: "Started" },
    Started: {
      Type: "Choice",
      Choices: [{ Variable: "$.state", StringEquals: "NOTHING", Next: "Done" }],
      Default: "Wait",
    },
    Wait: { Type: "Wait", SecondsPath: "$.waitSeconds", Next: "Poll" },
    Poll: { ...dayStep(compactorArn, { step: "poll", "attempt.$": "$" }), Next: "Polled" },
    Polled: {
      Type: "Choice",
      Choices: [
        { Variable: "$.state", StringEquals: "RUNNING", Next: "Wait" },
        { Variable: "$.phase", StringEquals: "unload", Next: "Verify" },
      ],
      Default: "Switch",
    },
    Verify: { ...dayStep(compactorArn, { step: "verify", "attempt.$": "$" }), Next: "Wait" },
    Switch: { ...dayStep(compactorArn, { step: "switch", "attempt.$": "$" }), Next: "Done" },
    // The reason is in the function's log: a hundred of them could outgrow what an execution carries.
    Failed: { Type: "Pass", Parameters: { "date.$": "$.date", "error.$": "$.error.Error" }, End: true },
    Done: { Type: "Succeed" },
  },
});

/** Plan → the days, a few at one time → a report, which fails when a day did. */
export const compactionDefinition = ({ compactorArn }: CompactionDefinitionArgs) => ({
  Comment: "Unites the hourly files of closed days",
  StartAt: "Plan",
  TimeoutSeconds: TIMEOUT_SECONDS,
  States: {
    // Its own start, not a scheduled time: a run that was started by hand, or late, unites what has settled by then.
    Plan: { ...step(compactorArn, { step: "plan", "time.$": "$$.Execution.StartTime" }), Next: "Days" },
    Days: {
      Type: "Map",
      ItemsPath: "$.days",
      MaxConcurrency: DAYS_AT_ONCE,
      ItemProcessor: perDay(compactorArn),
      Next: "Report",
    },
    Report: { ...step(compactorArn, { step: "report", "days.$": "$" }), End: true },
  },
});
