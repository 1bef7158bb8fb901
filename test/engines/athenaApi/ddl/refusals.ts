/** The two ways in which Athena says no: to the request, or later, as the state of a query. */

export type RefusalCode = "MALFORMED_QUERY" | "INVALID_INPUT" | "INVALID_QUERY_STATUS_TO_CANCEL_QUERY";

/** Refused at once: an InvalidRequestException. */
export class AthenaRefusal extends Error {
  override readonly name = "AthenaRefusal";
  constructor(
    message: string,
    readonly code: RefusalCode = "MALFORMED_QUERY",
  ) {
    super(message);
  }
}

/** Accepted, and then FAILED with this reason. */
export class QueryFailure extends Error {
  override readonly name = "QueryFailure";
}
