/** What the double knows of a resource type. */
import type { AwsError } from "./awsError";
import type { Cloud } from "./cloud";
import type { Values } from "./values";

/** Where a resource is made. */
export interface Place {
  readonly account: string;
  readonly region: string;
  /** The resource's own, for identifiers. */
  readonly uuid: () => string;
}

export interface Identity {
  /** Unique in the cloud. */
  readonly key: string;
  /** As the provider makes it. */
  readonly id: string;
  /** What the provider computes; unknown in a preview of its creation. */
  readonly computed: Values;
}

/** A call of AWS's API that the provider makes with the inputs. */
export interface ApiCall {
  /** As botocore names them: `lambda`, `CreateFunction`. */
  readonly service: string;
  readonly operation: string;
  /** The call's parameters in the inputs' own words: members are found whatever their case. */
  readonly parameters: (inputs: Values) => Values;
}

export interface Change {
  readonly inputs: Values;
  readonly place: Place;
  readonly cloud: Cloud;
}

export interface ResourceModel {
  /** As the provider's messages have it: `Lambda Function`. */
  readonly title: string;
  /** The input that names it in AWS, and is made up where the program gives none; absent: it has no name of its own. */
  readonly nameInput?: string;
  /** Whether it is built on Terraform's newer framework, where an explicit name does not make deletion come first. */
  readonly framework?: true;
  /** Inputs that cannot be changed in place. */
  readonly forceNew: readonly string[];
  readonly identify: (inputs: Values, place: Place) => Identity;
  readonly calls: readonly ApiCall[];
  /** What AWS says of a second one; absent: the second write replaces the first, in silence. */
  readonly taken?: (inputs: Values, existing: Values) => AwsError | undefined;
  /** What the provider itself checks at preview: input and reason. */
  readonly plan?: (inputs: Values) => readonly (readonly [string, string])[];
  /** What AWS checks beyond its models: references, limits, documents. @throws AwsError */
  readonly verify?: (change: Change) => void;
  /** @throws AwsError when it may not go. */
  readonly release?: (change: Change) => void;
}

export const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** The inputs, under other names, without some. */
export const call = (
  service: string,
  operation: string,
  renames: Readonly<Record<string, string | undefined>> = {},
  more: (inputs: Values) => Values = () => ({}),
): ApiCall => ({
  service,
  operation,
  parameters: (inputs) => ({
    ...Object.fromEntries(
      Object.entries(inputs)
        .filter(([key]) => !(key in renames && renames[key] === undefined))
        .map(([key, value]) => [renames[key] ?? key, value]),
    ),
    ...more(inputs),
  }),
});
