/** What can be read off a schedule of EventBridge without winding a clock. */

const RATE = /^rate\((\d+) (minute|hour|day)s?\)$/;
const CRON_MINUTES = /^cron\((\S+) /;

/** Whether runs follow each other within an hour: then the hour that is not over is worth asking for. */
export const runsWithinTheHour = (expression: string): boolean => {
  const rate = RATE.exec(expression);
  if (rate !== null) return rate[2] === "minute" && Number(rate[1]) < 60;
  const minutes = CRON_MINUTES.exec(expression)?.[1];
  return minutes !== undefined && !/^\d+$/.test(minutes);
};
