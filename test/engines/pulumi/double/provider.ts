/** The double's decisions: what a program's inputs become, what a change means, and what AWS says to it. */
import { createHash } from "node:crypto";
import { packArchive } from "./archive";
import { AwsError } from "./awsError";
import type { Cloud } from "./cloud";
import { checkInputs, type InputTables, type Problem } from "./inputTypes";
import type { Identity, Place, ResourceModel } from "./model";
import { MODELS } from "./models";
import { checkArchive } from "./services/lambda";
import { checkCall, type ServiceModels } from "./shapes";
import { holdsUnknown, isUnknown, plainValues, same, UNKNOWN, withoutEmpty, type Values } from "./values";

export interface Tables {
  readonly inputs: InputTables;
  readonly services: ServiceModels;
}

export interface Difference {
  readonly changed: readonly string[];
  readonly replaced: readonly string[];
  readonly deleteFirst: boolean;
}

export interface Made {
  readonly id: string;
  readonly outputs: Values;
}

export const typeOf = (urn: string): string => urn.split("::")[2]!.split("$").pop()!;
const logicalName = (urn: string): string => urn.split("::").slice(3).join("::");

/** Names that the provider made up are listed here, among the inputs. */
const DEFAULTS = "__defaults";

const own = (inputs: Values): Values => Object.fromEntries(Object.entries(inputs).filter(([key]) => key !== DEFAULTS));
const asAwsHolds = (inputs: Values): Values => (withoutEmpty(own(plainValues(inputs))) ?? {}) as Values;

export class AwsDouble {
  constructor(
    readonly cloud: Cloud,
    readonly tables: Tables,
    readonly account: string,
    readonly region: string,
  ) {}

  #model(urn: string): ResourceModel {
    const model = MODELS[typeOf(urn)];
    if (model === undefined) throw new Error(`the double has no model of ${typeOf(urn)}`);
    return model;
  }

  #place(urn: string, inputs: Values): Place {
    const { account, region, cloud } = this;
    return { account, region: (inputs["region"] as string | undefined) ?? region, uuid: () => cloud.uuid(urn) };
  }

  /** The inputs with a name where the program gave none, and what the provider refuses before it asks AWS. */
  check(urn: string, olds: Values, news: Values): { readonly inputs: Values; readonly problems: readonly Problem[] } {
    const model = this.#model(urn);
    const { nameInput } = model;
    let inputs = news;
    if (nameInput !== undefined && news[nameInput] === undefined && news[`${nameInput}Prefix`] === undefined) {
      const suffix = createHash("sha256").update(urn).digest("hex").slice(0, 7);
      const kept = ((olds[DEFAULTS] ?? []) as string[]).includes(nameInput) ? olds[nameInput] : undefined;
      inputs = { ...news, [nameInput]: kept ?? `${logicalName(urn)}-${suffix}`, [DEFAULTS]: [nameInput] };
    }
    const plain = plainValues(inputs);
    const byType = checkInputs(typeOf(urn), plain, this.tables.inputs);
    // Blocks of the wrong kind would only confuse what looks into them.
    const problems = byType.length > 0 ? byType : (model.plan?.(plain) ?? []);
    return { inputs, problems };
  }

  diff(urn: string, state: Values, olds: Values, news: Values): Difference {
    const model = this.#model(urn);
    const held = asAwsHolds(state);
    const wanted = asAwsHolds(news);
    const known = Object.keys(this.tables.inputs.resources[typeOf(urn)] ?? {});
    const before = asAwsHolds(olds);
    const changed = known.filter((key) => {
      if (key in wanted) return holdsUnknown(wanted[key]) || !same(held[key], wanted[key]);
      // What the provider fills in itself is no change; what the program took away is.
      return key in before && key in held;
    });
    const replaced = changed.filter((key) => model.forceNew.includes(key));
    const { nameInput, framework } = model;
    const named = nameInput !== undefined && !((news[DEFAULTS] ?? []) as string[]).includes(nameInput);
    // As the bridge has it: a resource with a name of the program's own could not be made beside the old one.
    return { changed, replaced, deleteFirst: replaced.length > 0 && named && framework !== true };
  }

  create(urn: string, inputs: Values, preview: boolean): Made {
    const model = this.#model(urn);
    const wanted = asAwsHolds(inputs);
    if (preview) return { id: "", outputs: { ...own(inputs), ...this.#unknown(urn, model, wanted) } };
    const place = this.#place(urn, wanted);
    return this.#saying(model, "creating", wanted, () => {
      this.#ask(model, wanted);
      const identity = model.identify(wanted, place);
      const existing = this.cloud.get(identity.key);
      if (existing !== undefined) {
        const refusal = model.taken?.(wanted, { ...existing.outputs, ...existing.inputs });
        if (refusal !== undefined) throw refusal;
      }
      model.verify?.({ inputs: wanted, place, cloud: this.cloud });
      return this.#keep(urn, inputs, wanted, identity);
    });
  }

  update(urn: string, id: string, state: Values, inputs: Values, preview: boolean): Values {
    const model = this.#model(urn);
    const wanted = asAwsHolds(inputs);
    const computed = this.#computedIn(urn, state);
    if (preview) return { ...computed, ...own(inputs) };
    const place = this.#place(urn, wanted);
    return this.#saying(model, "updating", wanted, () => {
      this.#ask(model, wanted);
      const found = this.#find(urn, id, asAwsHolds(state));
      if (found === undefined) throw new AwsError("NotFoundException", `${id} does not exist`);
      model.verify?.({ inputs: wanted, place, cloud: this.cloud });
      return this.#keep(urn, inputs, wanted, { key: found, id, computed }).outputs;
    });
  }

  /** What AWS holds, or undefined when it is gone. */
  read(urn: string, id: string, state: Values): { readonly inputs: Values; readonly outputs: Values } | undefined {
    const key = this.#find(urn, id, asAwsHolds(state));
    const entry = key === undefined ? undefined : this.cloud.get(key);
    if (entry === undefined) return undefined;
    return { inputs: entry.inputs, outputs: { ...entry.outputs, ...entry.inputs } };
  }

  delete(urn: string, id: string, state: Values): void {
    const model = this.#model(urn);
    const held = asAwsHolds(state);
    const key = this.#find(urn, id, held);
    if (key === undefined) return; // Gone already: the provider is content.
    this.#saying(model, "deleting", held, () => {
      model.release?.({ inputs: held, place: this.#place(urn, held), cloud: this.cloud });
      this.cloud.remove(key, urn);
    });
  }

  /** The key of an existing resource: settings of something else are found by what they are set on. */
  #find(urn: string, id: string, held: Values): string | undefined {
    const { key } = this.#model(urn).identify(held, this.#place(urn, held));
    if (this.cloud.get(key)?.id === id) return key;
    return this.cloud.below("").find(([, entry]) => entry.id === id && entry.type === typeOf(urn))?.[0];
  }

  #ask(model: ResourceModel, wanted: Values): void {
    // Where it is made is the endpoint's matter.
    const inputs = Object.fromEntries(Object.entries(wanted).filter(([key]) => key !== "region"));
    for (const { service, operation, parameters } of model.calls)
      checkCall(this.tables.services, service, operation, parameters(inputs));
  }

  #keep(urn: string, inputs: Values, wanted: Values, { key, id, computed }: Identity): Made {
    const more = { ...computed, ...this.#upload(wanted) };
    this.cloud.put(key, { type: typeOf(urn), id, inputs: wanted, outputs: more }, urn);
    return {
      id,
      outputs: { ...more, ...own(inputs), ...(wanted["tags"] === undefined ? {} : { tagsAll: wanted["tags"] }) },
    };
  }

  #upload(wanted: Values): Values {
    if (wanted["code"] === undefined) return {};
    const { stored, store } = packArchive(wanted["code"]);
    checkArchive(stored.bytes);
    store(this.cloud.archive(wanted["name"] as string));
    return { sourceCodeSize: stored.bytes, codeSha256: stored.sha256 };
  }

  #computedIn(urn: string, state: Values): Values {
    const known = this.tables.inputs.resources[typeOf(urn)] ?? {};
    return Object.fromEntries(Object.entries(own(state)).filter(([key]) => !(key in known)));
  }

  #unknown(urn: string, model: ResourceModel, wanted: Values): Values {
    const place = { ...this.#place(urn, wanted), uuid: () => UNKNOWN };
    const { computed } = model.identify(wanted, place);
    const added = Object.keys(computed).filter((key) => wanted[key] === undefined);
    return Object.fromEntries(added.map((key) => [key, UNKNOWN]));
  }

  #saying<T>(model: ResourceModel, doing: string, inputs: Values, action: () => T): T {
    try {
      return action();
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const name = inputs[model.nameInput ?? "bucket"];
      const which = typeof name === "string" && !isUnknown(name) ? ` (${name})` : "";
      const [first] = model.calls;
      throw new AwsError(
        `${doing} ${model.title}${which}: operation error ${first!.service}: ${error.code}`,
        error.reason,
      );
    }
  }
}
