/** When a schedule of EventBridge Scheduler fires, and what can be read off it without winding a clock: rate(…) and cron(…). */
import cronParser from "aws-cron-parser";
import { AmplifyLogsError } from "../errors";
import type { TimeRange } from "../ports";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "./windows";

const RATE = /^rate\((\d+) (minute|hour|day)s?\)$/;
const CRON_MINUTES = /^cron\((\S+) /;
const UNIT_MS = { minute: MINUTE_MS, hour: HOUR_MS, day: DAY_MS } as const;

const rateMs = (expression: string): number | undefined => {
  const rate = RATE.exec(expression);
  return rate === null ? undefined : Number(rate[1]) * UNIT_MS[rate[2] as keyof typeof UNIT_MS];
};

/** The instants, ms since the epoch, at which the expression fires within the half-open range. Rates fire on their own multiples. */
export const firings = (expression: string, { startMs, endMs }: TimeRange): number[] => {
  const step = rateMs(expression);
  if (step !== undefined) {
    const times: number[] = [];
    for (let time = Math.ceil(startMs / step) * step; time < endMs; time += step) times.push(time);
    return times;
  }
  if (!expression.startsWith("cron(")) {
    throw new AmplifyLogsError("not a schedule that can be wound", {
      field: "schedule",
      value: expression,
      fix: "rate(…) or cron(…)",
    });
  }
  const cron = cronParser.parse(expression.slice("cron(".length, -1));
  const times: number[] = [];
  for (let next = cronParser.next(cron, new Date(startMs - 1)); next !== null && next.getTime() < endMs;) {
    times.push(next.getTime());
    next = cronParser.next(cron, next);
  }
  return times;
};

/** Whether runs follow each other within an hour: then the hour that is not over is worth asking for. */
export const runsWithinTheHour = (expression: string): boolean => {
  const step = rateMs(expression);
  if (step !== undefined) return step < HOUR_MS;
  const minutes = CRON_MINUTES.exec(expression)?.[1];
  return minutes !== undefined && !/^\d+$/.test(minutes);
};

/** Any month with its weekends, and the first of the next. */
const SAMPLE: TimeRange = { startMs: Date.UTC(2026, 0, 1), endMs: Date.UTC(2026, 1, 3) };

/** The longest time between two runs, ms; of a schedule that is rarer than monthly, more than a month. */
export const longestPauseMs = (expression: string): number => {
  const step = rateMs(expression);
  if (step !== undefined) return step;
  const times = [SAMPLE.startMs, ...firings(expression, SAMPLE), SAMPLE.endMs];
  const pauses = times.slice(1).map((time, i) => time - times[i]!);
  // The sample's own ends cut off two pauses; they count only where nothing else is there.
  return Math.max(...(pauses.length > 2 ? pauses.slice(1, -1) : pauses));
};
