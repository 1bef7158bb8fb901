import * as pulumi from "@pulumi/pulumi";
import type { Problem } from "../src/model/configuration";

/** The parts of a property in the package's schema that tell what must be known at preview. */
export interface PropertyShape {
  readonly $ref?: string;
  /** Whether it is a value of the program, not one that a deployment yields. */
  readonly plain?: boolean;
  readonly items?: PropertyShape;
  readonly additionalProperties?: PropertyShape;
}

export type Shapes = Readonly<Record<string, PropertyShape>>;

/** What an output knows of itself; TypeScript's declarations leave it out. */
interface Inside {
  readonly isKnown: Promise<boolean>;
  readonly isSecret: Promise<boolean>;
  promise(withUnknowns: boolean): Promise<unknown>;
}

interface Place {
  readonly path: string;
  /** The output that the value came out of, narrowed to the value: it carries dependencies. */
  readonly within: pulumi.Output<unknown> | undefined;
}

const UNKNOWN = {
  reason: "must be known at preview, but comes from a resource that is not made yet",
  fix: "deploy that resource first, or write the value",
};
const SECRET = {
  reason: "is secret, but stands in names, tags or queries that everybody with access to the account reads",
  fix: "give it as plain text",
};

/**
 * Other languages may hand over outputs where the components want values: those that are known become values, the others are
 * problems. Where the components take outputs, outputs stay.
 */
export const plainInputs = async (
  inputs: Readonly<Record<string, unknown>>,
  shapes: Shapes,
  typeOf: (ref: string) => Shapes | undefined,
): Promise<{ readonly inputs: Record<string, unknown>; readonly problems: readonly Problem[] }> => {
  const problems: Problem[] = [];

  const reveal = async (value: unknown, place: Place): Promise<{ value: unknown; place: Place }> => {
    if (!pulumi.Output.isInstance<unknown>(value)) return { value, place };
    const inside = value as unknown as Inside;
    if (await inside.isSecret) {
      problems.push({ field: place.path, ...SECRET });
      return { value: undefined, place };
    }
    const found = (await inside.isKnown) ? await inside.promise(false) : await inside.promise(true);
    const isLost = found === undefined && !(await inside.isKnown);
    return { value: isLost ? pulumi.unknown : found, place: { ...place, within: value } };
  };

  const settleFields = async (
    fields: Readonly<Record<string, unknown>>,
    shapeOf: (name: string) => PropertyShape | undefined,
    { path, within }: Place,
  ): Promise<Record<string, unknown>> => {
    const settled = Object.entries(fields).map(async ([name, value]) => {
      const of = (all: unknown): unknown => (all as Record<string, unknown>)[name];
      const place = { path: path === "" ? name : `${path}.${name}`, within: within?.apply(of) };
      return [name, await settle(value, shapeOf(name), place)] as const;
    });
    return Object.fromEntries(await Promise.all(settled));
  };

  const settle = async (given: unknown, shape: PropertyShape | undefined, at: Place): Promise<unknown> => {
    // What the schema does not know is the validation's to refuse.
    if (shape !== undefined && shape.plain !== true) return at.within ?? given;
    const { value, place } = await reveal(given, at);
    if (pulumi.isUnknown(value)) {
      problems.push({ field: place.path, ...UNKNOWN });
      return undefined;
    }
    if (Array.isArray(value)) {
      const items = (value as unknown[]).map((item, i) => {
        const within = place.within?.apply((all) => (all as unknown[])[i]);
        return settle(item, shape?.items, { path: `${place.path}[${i}]`, within });
      });
      return Promise.all(items);
    }
    if (typeof value !== "object" || value === null) return value;
    const fields = shape?.$ref === undefined ? undefined : typeOf(shape.$ref);
    return settleFields({ ...value }, (name) => fields?.[name] ?? shape?.additionalProperties, place);
  };

  const settled = await settleFields(inputs, (name) => shapes[name], { path: "", within: undefined });
  return { inputs: settled, problems };
};
