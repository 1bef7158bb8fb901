/** What an error of this product carries besides its message. */
export interface ErrorDetails {
  /** The field, argument or file that is wrong: a property path such as `apps[1].appId`. */
  readonly field?: string;
  /** What was found there. */
  readonly value?: unknown;
  /** What the reader should do. */
  readonly fix?: string;
  /** Whether the same call may succeed later, unchanged. Default: false. */
  readonly retryable?: boolean;
  readonly cause?: unknown;
}

const shown = (value: unknown): string => {
  const text = typeof value === "string" ? JSON.stringify(value) : (JSON.stringify(value) ?? String(value));
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
};

/** The root of all errors that this product raises on purpose: whoever catches it can print `message` and stop. */
export class AmplifyLogsError extends Error {
  override readonly name: string = "AmplifyLogsError";
  readonly field: string | undefined;
  readonly value: unknown;
  readonly fix: string | undefined;
  readonly retryable: boolean;

  constructor(reason: string, details: ErrorDetails = {}) {
    const where = details.field === undefined ? "" : `${details.field}: `;
    const found = "value" in details ? ` (got ${shown(details.value)})` : "";
    const fix = details.fix === undefined ? "" : ` Fix: ${details.fix}`;
    const sentence = `${where}${reason}${found}`;
    super(`${sentence}${sentence.endsWith(".") ? "" : "."}${fix}`, { cause: details.cause });
    this.field = details.field;
    this.value = details.value;
    this.fix = details.fix;
    this.retryable = details.retryable ?? false;
  }
}

/** The caller's input is wrong. */
export class InputError extends AmplifyLogsError {
  override readonly name = "InputError";
}

/** A conditional write lost its race: read again, merge again, write again. */
export class ConflictError extends AmplifyLogsError {
  override readonly name = "ConflictError";
  /** Whether somebody writes it at this moment: nobody knows yet whether that write will hold (S3's 409). */
  readonly undecided: boolean;
  constructor(
    key: string,
    { undecided = false, cause }: { readonly undecided?: boolean; readonly cause?: unknown } = {},
  ) {
    const what = undecided ? "writes this object at this moment" : "wrote this object in between";
    super(`somebody else ${what}`, { field: key, retryable: true, cause });
    this.undecided = undecided;
  }
}

/** By name, not by class: handlers are bundles with a copy of this module of their own. */
export const isConflict = (error: unknown): error is ConflictError =>
  error instanceof Error && error.name === "ConflictError";

/** A file that claims to be an access log and is not: it is quarantined whole. */
export class UnknownHeaderError extends AmplifyLogsError {
  override readonly name = "UnknownHeaderError";
}

/** Amplify refused a window because it holds too much, or timed out on it: halve it. Nothing else is halved. */
export class WindowRefusedError extends AmplifyLogsError {
  override readonly name = "WindowRefusedError";
}

/** By name, as `isConflict`. */
export const isRefusal = (error: unknown): error is Error =>
  error instanceof Error && error.name === "WindowRefusedError";

/** Some work of a run failed; what could be done was done. */
export class PartialFailureError extends AmplifyLogsError {
  override readonly name = "PartialFailureError";
  constructor(
    what: string,
    readonly failures: readonly Error[],
  ) {
    super(`${what}: ${failures.map((failure) => failure.message).join("; ")}`, {
      retryable: failures.some((failure) => failure instanceof AmplifyLogsError && failure.retryable),
    });
  }
}
