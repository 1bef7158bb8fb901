/** Figures as the report writes them: English, narrow no-break spaces between thousands, UTC. */

const THIN = "\u202f";

/** `12 345`, with narrow no-break spaces. */
export const formatCount = (value: number): string =>
  Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, THIN);

const SUFFIXES = ["", "k", "M", "G"] as const;

/** A count for the axis of a chart: 950, 1.2k, 3M. */
export const formatShort = (value: number): string => {
  let scaled = value;
  let step = 0;
  while (scaled >= 1000 && step < SUFFIXES.length - 1) {
    scaled /= 1000;
    step += 1;
  }
  return `${Number(scaled.toFixed(scaled < 10 ? 1 : 0))}${SUFFIXES[step]}`;
};

const BYTE_UNITS = ["B", "kB", "MB", "GB", "TB", "PB"] as const;

/** Bytes in decimal units, three figures. */
export const formatBytes = (bytes: number): string => {
  let scaled = bytes;
  let unit = 0;
  while (scaled >= 1000 && unit < BYTE_UNITS.length - 1) {
    scaled /= 1000;
    unit += 1;
  }
  const text = unit === 0 || scaled >= 100 ? scaled.toFixed(0) : scaled.toPrecision(3);
  return `${text}${THIN}${BYTE_UNITS[unit]}`;
};

export const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

/** A share between 0 and 1 in percent. What exists is never shown as 0. */
export const formatShare = (value: number): string => {
  const percent = value * 100;
  if (percent > 0 && percent < 0.1) return `<${THIN}0.1${THIN}%`;
  if (percent < 100 && percent > 99.9) return `>${THIN}99.9${THIN}%`;
  return `${percent.toFixed(percent < 10 && percent > 0 ? 1 : 0)}${THIN}%`;
};

/** A share in percent to a tenth, never rounded up: 100 % is said of what lacks nothing. */
export const formatShown = (value: number): string => `${Math.floor(value * 1000) / 10}${THIN}%`;

/** Seconds, in the unit that reads best. */
export const formatSeconds = (seconds: number | undefined): string => {
  if (seconds === undefined) return "\u2013";
  if (seconds < 1) return `${(seconds * 1000).toFixed(0)}${THIN}ms`;
  return `${seconds.toFixed(seconds < 10 ? 2 : 1)}${THIN}s`;
};

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;
const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"] as const;

/** `20 Nov` of `2026-11-20`. */
export const formatDay = (day: string): string => {
  const [, month, date] = day.split("-");
  return `${Number(date)}\u00a0${MONTHS[Number(month) - 1] ?? ""}`;
};

/** `Fri 20 Nov` of `2026-11-20`. */
export const formatWeekday = (day: string): string =>
  `${WEEKDAYS[new Date(`${day}T00:00:00Z`).getUTCDay()] ?? ""}\u00a0${formatDay(day)}`;

/** `17 Nov – 20 Nov 2026`; one day stands alone. */
export const formatRange = ({ from, to }: { from: string; to: string }): string => {
  const year = to.slice(0, 4);
  if (from === to) return `${formatDay(to)} ${year}`;
  return `${formatDay(from)}${from.startsWith(year) ? "" : ` ${from.slice(0, 4)}`} \u2013 ${formatDay(to)} ${year}`;
};

/** The minute of an ISO instant: `2026-11-20 13:05 UTC`. */
export const formatInstant = (instant: string): string => `${instant.slice(0, 10)} ${instant.slice(11, 16)} UTC`;

const REGION_NAMES = new Intl.DisplayNames(["en"], { type: "region", fallback: "code" });

/** The English name of an ISO 3166 code; whatever else it is stays as it is. */
export const countryName = (code: string): string => (/^[A-Z]{2}$/.test(code) ? (REGION_NAMES.of(code) ?? code) : code);
