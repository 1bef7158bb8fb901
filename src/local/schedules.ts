/** When EventBridge Scheduler would fire: rate(…) and cron(…) over a range of wound time. */
import cronParser from "aws-cron-parser";
import { AmplifyLogsError } from "../errors";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../model/windows";
import type { TimeRange } from "../ports";

const RATE = /^rate\((\d+) (minute|hour|day)s?\)$/;
const UNIT_MS = { minute: MINUTE_MS, hour: HOUR_MS, day: DAY_MS } as const;

/** The instants, ms since the epoch, at which the expression fires within the half-open range. Rates fire on their own multiples. */
export const firings = (expression: string, { startMs, endMs }: TimeRange): number[] => {
  const rate = RATE.exec(expression);
  if (rate !== null) {
    const step = Number(rate[1]) * UNIT_MS[rate[2] as keyof typeof UNIT_MS];
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
