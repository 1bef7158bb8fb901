/** The two steps of a backfill that fetch nothing: who is asked for what, and what came of it. */
import { InputError } from "../../src/errors";
import { planBackfill, type BackfillItem } from "../../src/model/backfill";
import {
  EMPTY_SUMMARY,
  sumUp,
  type BackfillEnd,
  type BackfillSummary,
  type SummedUp,
} from "../../src/model/backfillProgress";
import type { Clock, ObjectStore } from "../../src/ports";
import { readAppList } from "../appList";

/** From the state machine; `input` is what its execution was started with. */
export type PlanEvent =
  | { readonly step: "plan"; readonly input: unknown }
  | {
      readonly step: "sum";
      readonly items: readonly BackfillItem[];
      readonly ends: readonly (BackfillEnd | null)[];
      readonly summary: BackfillSummary;
    };

export interface PlanPorts {
  readonly store: ObjectStore;
  readonly clock: Clock;
}

export interface PlanSettings {
  /** Key of the list of apps. */
  readonly appsKey: string;
  /** Days that are asked for where the execution's input does not say. */
  readonly days: number;
}

export type PlanResult = Pick<SummedUp, "items" | "summary"> & Partial<SummedUp>;

const plan = async (ports: PlanPorts, { appsKey, days }: PlanSettings, input: unknown): Promise<PlanResult> => {
  const { apps } = await readAppList(ports.store, appsKey);
  return { items: planBackfill(input, apps, { nowMs: ports.clock.now(), days }), summary: EMPTY_SUMMARY };
};

export const runStep = async (ports: PlanPorts, settings: PlanSettings, event: PlanEvent): Promise<PlanResult> => {
  switch (event.step) {
    case "plan":
      return plan(ports, settings, event.input);
    case "sum":
      return sumUp(event.items, event.ends, event.summary);
    default: {
      const { step } = event satisfies never as { readonly step?: unknown };
      throw new InputError("unknown step", { field: "event.step", value: step, fix: "plan or sum" });
    }
  }
};
