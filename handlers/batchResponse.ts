/** The messages that SQS shall give again; the others are done. */
export interface BatchResponse {
  readonly batchItemFailures: { readonly itemIdentifier: string }[];
}

/** @param messageIds the messages that failed */
export const giveBack = (messageIds: Iterable<string>): BatchResponse => ({
  batchItemFailures: [...messageIds].map((itemIdentifier) => ({ itemIdentifier })),
});
