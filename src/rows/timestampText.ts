/** Points in time as applications write them. */

const ISO =
  /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))? ?(?:(Z|z|UTC|GMT)|([+-])(\d\d):?(\d\d)?)?$/;
/** As web servers write it: 03/Apr/2025:12:34:56 +0000. */
const COMMON = /^(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):(\d\d):(\d\d):(\d\d)(?: ([+-])(\d\d)(\d\d))?$/;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
/** Seconds or milliseconds since the epoch: ten digits until the year 2286, and three more. */
const EPOCH = /^\d{10}(?:\d{3})?(?:\.\d{1,9})?$/;
const LONGEST = 40;
const MINUTE_MS = 60_000;

const calendar = (year: number, month: number, day: number, hour: number, minute: number, second: number): number => {
  if (month < 1 || month > 12 || hour > 23 || minute > 59 || second > 59) return NaN;
  const ms = Date.UTC(year, month - 1, day, hour, minute, second);
  // The 30th of February would be a day in March.
  return new Date(ms).getUTCDate() === day ? ms : NaN;
};

const offsetMs = (sign: string | undefined, hours = "0", minutes = "0"): number =>
  sign === undefined ? 0 : (sign === "-" ? 1 : -1) * (Number(hours) * 60 + Number(minutes)) * MINUTE_MS;

/** Milliseconds since the epoch, finer parts cut off; a time without a zone is UTC. NaN when it is none. */
export const parseTimestamp = (value: unknown): number => {
  const text = typeof value === "number" ? String(value) : value;
  if (typeof text !== "string" || text.length > LONGEST) return NaN;
  const iso = ISO.exec(text);
  if (iso !== null) {
    const [, year, month, day, hour, minute, second, fraction = "", , sign, hours, minutes] = iso;
    const ms = Number(fraction.slice(0, 3).padEnd(3, "0"));
    const at = calendar(Number(year), Number(month), Number(day), Number(hour), Number(minute), Number(second));
    return at + ms + offsetMs(sign, hours, minutes);
  }
  if (EPOCH.test(text)) {
    const [digits = "", fraction = ""] = text.split(".");
    return digits.length === 13 ? Number(digits) : Number(digits) * 1000 + Number(fraction.slice(0, 3).padEnd(3, "0"));
  }
  const common = COMMON.exec(text);
  if (common === null) return NaN;
  const [, day, month, year, hour, minute, second, sign, hours, minutes] = common;
  const number = MONTHS.indexOf(month!) + 1;
  return (
    calendar(Number(year), number, Number(day), Number(hour), Number(minute), Number(second)) +
    offsetMs(sign, hours, minutes)
  );
};
