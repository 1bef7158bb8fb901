/** A resource as a program registered it, in the form in which Pulumi sends values: secrets and unknowns are marked as such. */

export interface CapturedResource {
  readonly type: string;
  /** Logical name. */
  readonly name: string;
  readonly urn: string;
  /** URN of the parent; empty for the stack's own. */
  readonly parent: string;
  readonly protect: boolean;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** What a provider would answer: the inputs, a name, an id, an ARN. All else that it would answer is unknown. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** URNs. */
  readonly dependencies: readonly string[];
  /** Top-level property to URNs. */
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  /** `URN::ID` of an explicit provider; empty for the default one. */
  readonly provider: string;
  /** Made by a plugin: a component whose children this process never sees. */
  readonly remote: boolean;
}

export interface Capture {
  readonly stack: string;
  readonly project: string;
  readonly config: Readonly<Record<string, string>>;
  readonly resources: readonly CapturedResource[];
}

/** Pulumi's own mark for a value that is unknown during a preview. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Stands for a secret of the stack's config, which only Pulumi can read; what is made from it is unknown. */
export const SECRET_MARK = "amplify-logs-secret-3f6c1f0a";

/** The same value, unknown wherever it was made from a secret. */
export const hideSecrets = (value: unknown): unknown => {
  if (typeof value === "string") return value.includes(SECRET_MARK) ? UNKNOWN : value;
  if (Array.isArray(value)) return value.map(hideSecrets);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, hideSecrets(item)]));
};
