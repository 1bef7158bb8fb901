/** How a state machine runs a function, and tries it again: Lambda's own trouble passes, and is told apart from the function's. */

export const INVOKE = "arn:aws:states:::lambda:invoke";

/**
 * Twice again may help with the function's own failures. Bad input stays bad. The first entry that matches counts.
 */
export const INVOKE_RETRY = [
  { ErrorEquals: ["InputError"], MaxAttempts: 0 },
  {
    ErrorEquals: [
      "Lambda.TooManyRequestsException",
      "Lambda.ServiceException",
      "Lambda.AWSLambdaException",
      "Lambda.SdkClientException",
      "Lambda.ClientExecutionTimeoutException",
    ],
    IntervalSeconds: 2,
    BackoffRate: 2,
    MaxAttempts: 6,
    MaxDelaySeconds: 60,
    JitterStrategy: "FULL",
  },
  { ErrorEquals: ["States.TaskFailed"], IntervalSeconds: 10, BackoffRate: 3, MaxAttempts: 2 },
];
