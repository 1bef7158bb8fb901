/** Hours that lack their proof, put where the deployed gap finder looks. It goes by the clock of the machine. */
import { HOUR_MS, floorDay, floorHour } from "../../../src/model/windows";
import { coverageKey } from "../../../src/model/keys";
import type { Cloud } from "./cloud";
import { place } from "./run";

export interface GapsAnswer {
  readonly apps: number;
  readonly gaps: number;
  readonly unrecoverable: number;
  readonly ranges: number;
  readonly waiting: number;
  readonly started?: string;
}

/** Days of coverage: more than the gap finder reaches back to. What is older, as the other hours of this suite, is given up. */
const DAYS = 17;
const BLANK_AGE_DAYS = 4;

/** Gives every app days of proven hours up to now but for one; says which ranges are wanted of them. */
export const placeGaps = async (cloud: Cloud, nowMs: number) => {
  const firstMs = floorDay(nowMs) - DAYS * 24 * HOUR_MS;
  const blankMs = floorDay(nowMs) - BLANK_AGE_DAYS * 24 * HOUR_MS + 3 * HOUR_MS;
  const apps = [...cloud.fetchers.keys()];
  for (const app of apps) {
    const days = new Map<number, string>();
    for (let hourMs = firstMs; hourMs < floorHour(nowMs); hourMs += HOUR_MS) {
      const hour = new Date(hourMs).toISOString();
      const last_fetch = new Date(hourMs + 2 * HOUR_MS).toISOString();
      const row = { hour, state: hourMs === blankMs ? "blank" : "fetched", rows: 1, attempts: 1, last_fetch };
      const dayMs = floorDay(hourMs);
      days.set(dayMs, `${days.get(dayMs) ?? ""}${JSON.stringify(row)}\n`);
    }
    for (const [dayMs, lines] of days) await place(cloud, coverageKey({ app, hourMs: dayMs }), lines);
  }
  const [from, to] = [blankMs, blankMs + HOUR_MS].map((ms) => new Date(ms).toISOString());
  return { apps: apps.length, expected: apps.map((app) => ({ app, from, to })) };
};
