/** A resource as rules read it: inputs, where a value that is unknown at preview cannot be taken for an absent one. */

export type Props = Readonly<Record<string, unknown>>;

export interface Subject {
  readonly type: string;
  /** Logical name. */
  readonly name: string;
  readonly urn: string;
  /** Inputs; reading an unknown value throws. */
  readonly props: Props;
  /** Inputs of the provider that makes it; empty where none is known. */
  readonly provider: Props;
}

export interface StackSubject extends Subject {
  /** What the provider answered: ids, ARNs, generated names. */
  readonly outputs: Props;
  /** URNs that a top-level property refers to. */
  readonly references: Readonly<Record<string, readonly string[]>>;
  /** URNs that it waits for. */
  readonly dependencies: readonly string[];
}

/** A value that only the deployment will know. */
export class UnknownAtPreview extends Error {
  override readonly name = "UnknownAtPreview";
  constructor(
    readonly path: string,
    /** The inputs that hold the value. */
    readonly holder: Props,
  ) {
    super(`${path} is unknown`);
  }
}

/** The policy SDK's own error for such a value carries the path; its class is not exported. */
const unknownPath = (error: unknown): string | undefined => {
  if (error instanceof UnknownAtPreview) return error.path;
  if (!(error instanceof Error) || error.constructor.name !== "UnknownValueError") return undefined;
  const { props } = error as Error & { readonly props: readonly string[] };
  return props.reduce((path, key) => joinPath(path, key), "");
};

/** `rules` and `0` are `rules[0]`; `rules[0]` and `status` are `rules[0].status`. */
export const joinPath = (path: string, key: string): string => {
  if (/^\d+$/.test(key)) return `${path}[${key}]`;
  return path === "" ? key : `${path}.${key}`;
};

/** Where the unknown value is, if that is what an error says; undefined for all other errors. */
export const placeOfUnknown = (error: unknown): { readonly path: string; readonly holder?: Props } | undefined => {
  const path = unknownPath(error);
  if (path === undefined) return undefined;
  return error instanceof UnknownAtPreview ? { path, holder: error.holder } : { path };
};

const keysOf = (path: string): string[] => path.split(/[.[\]]+/).filter((key) => key !== "");

/** The value at a path; undefined where anything on the way is absent. @throws UnknownAtPreview */
export const at = (props: Props, path: string): unknown => {
  let value: unknown = props;
  for (const key of keysOf(path)) {
    if (typeof value !== "object" || value === null) return undefined;
    try {
      value = (value as Props)[key];
    } catch (error) {
      const unknown = unknownPath(error);
      throw unknown === undefined ? error : new UnknownAtPreview(unknown, props);
    }
  }
  return value ?? undefined;
};

/** As `at`, for where an unknown value says no more than an absent one. */
export const knownAt = (props: Props, path: string): unknown => {
  try {
    return at(props, path);
  } catch (error) {
    if (unknownPath(error) === undefined) throw error;
    return undefined;
  }
};

/** Whether the value is there but unknown. */
export const isUnknownAt = (props: Props, path: string): boolean => {
  try {
    at(props, path);
    return false;
  } catch (error) {
    if (unknownPath(error) === undefined) throw error;
    return true;
  }
};

/** Items of a list, one value, or nothing: providers take and give either. */
export const listAt = (props: Props, path: string): readonly unknown[] => {
  const value = at(props, path);
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as unknown[]) : [value];
};

/** Paths of a list's items: `rules[0]`, `rules[1]`; the path itself where it holds one value. */
export const itemPaths = (props: Props, path: string): string[] => {
  const value = at(props, path);
  if (value === undefined) return [];
  // Not by map, which would read the items: one of them may be unknown.
  return Array.isArray(value) ? Array.from({ length: value.length }, (_, index) => `${path}[${index}]`) : [path];
};

export const textAt = (props: Props, path: string): string | undefined => {
  const value = at(props, path);
  return typeof value === "string" ? value : undefined;
};

/** urn:pulumi:STACK::PROJECT::TYPE::NAME */
export const stackNameOf = (urn: string): string => /^urn:pulumi:([^:]*)::/.exec(urn)?.[1] ?? "";

const isMatched = ({ type, name }: Subject, patterns: readonly string[]): boolean =>
  patterns.some((pattern) => {
    const expression = new RegExp(pattern);
    return expression.test(name) || expression.test(`${type}::${name}`);
  });

export const isSelected = (
  subject: Subject,
  { include, exclude }: { readonly include: readonly string[]; readonly exclude: readonly string[] },
): boolean => (include.length === 0 || isMatched(subject, include)) && !isMatched(subject, exclude);

/** What a reference to a resource may hold, as far as it is known. */
const identities = ({ props, outputs }: StackSubject): string[] =>
  [
    ...["name", "bucket", "arn", "id", "url", "keyId", "functionName"].map((key) => knownAt(outputs, key)),
    ...["name", "bucket"].map((key) => knownAt(props, key)),
  ].filter((value): value is string => typeof value === "string" && value !== "");

/** All known text in a resource, however deep. */
const allTexts = (value: unknown): string[] => {
  if (typeof value === "string") return [value];
  if (typeof value !== "object") return [];
  return Object.keys(value ?? {}).flatMap((key) => allTexts(knownAt(value as Props, key)));
};

/** All resources of a stack, and who refers to whom. */
export class Stack {
  readonly #identities = new Map<StackSubject, readonly string[]>();
  readonly #texts = new Map<StackSubject, readonly string[]>();

  constructor(readonly subjects: readonly StackSubject[]) {}

  ofTypes(types: readonly string[]): StackSubject[] {
    return this.subjects.filter(({ type }) => types.includes(type));
  }

  /**
   * Whether the value at a path names the target, as it stands or within a longer text. At preview the value may be unknown; then
   * the engine's record of what the property was made from decides.
   */
  refersTo(from: StackSubject, path: string, target: StackSubject): boolean {
    const made = (from.references[keysOf(path)[0]!] ?? []).includes(target.urn);
    const paths = isUnknownAt(from.props, path) ? [path] : itemPaths(from.props, path);
    if (made && paths.some((item) => isUnknownAt(from.props, item))) return true;
    const values = paths.map((item) => knownAt(from.props, item)).filter((value) => typeof value === "string");
    return this.#identitiesOf(target).some((identity) =>
      values.some((value) => value === identity || (made && value.includes(identity))),
    );
  }

  /** Resources of these types whose property at the path refers to the target. */
  referring(types: readonly string[], path: string, target: StackSubject): StackSubject[] {
    return this.ofTypes(types).filter((subject) => this.refersTo(subject, path, target));
  }

  /** The resource of these types that the value at a path refers to. */
  target(from: StackSubject, path: string, types: readonly string[]): StackSubject | undefined {
    return this.ofTypes(types).find((candidate) => this.refersTo(from, path, candidate));
  }

  /** Whether anything of a resource was made from the other, or names it. */
  mentions(from: StackSubject, target: StackSubject): boolean {
    if (Object.values(from.references).some((urns) => urns.includes(target.urn))) return true;
    const texts = this.#textsOf(from);
    return this.#identitiesOf(target).some(
      // An ARN also says it from within a policy or a definition.
      (identity) =>
        texts.includes(identity) || (identity.startsWith("arn:") && texts.some((text) => text.includes(identity))),
    );
  }

  #textsOf(subject: StackSubject): readonly string[] {
    const known = this.#texts.get(subject) ?? allTexts(subject.props);
    this.#texts.set(subject, known);
    return known;
  }

  #identitiesOf(subject: StackSubject): readonly string[] {
    const known = this.#identities.get(subject) ?? identities(subject);
    this.#identities.set(subject, known);
    return known;
  }
}
