/** What no single setting shows: rules between settings. */
import type { z } from "zod";
import { AmplifyLogsError } from "../errors";
import { appViewName, PERIODS, reservedCatalogNames } from "./catalog";
import { parseNamePattern } from "./names";
import { longestPauseMs } from "./scheduleExpression";
import { HOUR_MS } from "./windows";

interface CheckedPipeline {
  readonly apps: readonly {
    readonly name: string;
    readonly domainName: string;
    readonly furtherDomains: readonly string[];
  }[];
  readonly otherApps: readonly string[];
  readonly retiredApps: readonly string[];
  readonly database: { readonly name: string };
  readonly tableName: string;
  readonly retention: { readonly rawDays: number };
  readonly settlingHours: number;
  readonly lookbackHours: number;
  readonly gapDays: number;
  readonly schedule: string;
  readonly delayMinutes: number;
  readonly alarms: { readonly enabled: boolean; readonly freshnessHours: number };
  readonly ipPolicy: string;
  readonly saltParameter?: string | undefined;
  readonly projectionYears: { readonly first: number; readonly last: number };
  readonly encryption: string;
  readonly kmsKeyArn?: unknown;
}

export type Context = z.core.$RefinementCtx;

export const report = (context: Context, path: PropertyKey[], message: string, fix: string): void => {
  context.issues.push({ code: "custom", input: undefined, path, message, params: { fix } });
};

export const checkPattern = (pattern: string, context: Context): void => {
  try {
    parseNamePattern(pattern);
  } catch (error) {
    if (!(error instanceof AmplifyLogsError)) throw error;
    // The error's text names field, value and fix; only the reason is wanted here.
    const reason = error.message.slice("naming.pattern: ".length).split(" (got ")[0]!;
    report(context, [], reason, error.fix ?? "");
  }
};

const checkDomains = (
  { domainName, furtherDomains }: CheckedPipeline["apps"][number],
  i: number,
  context: Context,
): void => {
  const domains = [domainName, ...furtherDomains].map((domain) => domain.toLowerCase());
  domains.forEach((domain, at) => {
    const path = at === 0 ? ["apps", i, "domainName"] : ["apps", i, "furtherDomains", at - 1];
    if (domain.startsWith("www.")) {
      report(
        context,
        path,
        "is a subdomain: Amplify keeps access logs by domain association, and answers 'Domain not found' for it",
        `write ${domain.slice("www.".length)}; its rows tell ${domain} apart in host_header`,
      );
    } else if (domains.indexOf(domain) !== at) {
      report(context, path, "is among the app's domains already", "remove it: each window would be asked for twice");
    }
  });
};

/** Apps by the list that names them: Amplify's, and those that other components bring. */
const checkNames = (
  { apps, otherApps, database, tableName }: CheckedPipeline,
  context: Context,
): ReadonlyMap<string, string> => {
  const reserved = new Set(reservedCatalogNames({ database: database.name, table: tableName }));
  const seen = new Map<string, string>();
  const madeBy = new Map<string, string>();
  const named = [
    ...apps.map(({ name }, i) => ({ name, path: ["apps", i, "name"], place: `apps[${i}]` })),
    ...otherApps.map((name, i) => ({ name, path: ["otherApps", i], place: `otherApps[${i}]` })),
  ];
  for (const { name, path, place } of named) {
    const first = seen.get(name);
    if (first !== undefined) {
      report(context, path, `is the name of ${first} too`, "give each app a name of its own");
      continue;
    }
    seen.set(name, place);
    for (const view of PERIODS.map((period) => appViewName(name, period))) {
      const other = madeBy.get(view);
      if (reserved.has(view) || other !== undefined) {
        const owner = other === undefined ? "the pipeline has" : `app ${other} makes`;
        report(context, path, `would make the view ${view}, which ${owner} already`, "choose another name");
        break;
      }
      madeBy.set(view, name);
    }
  }
  return seen;
};

const checkApps = (settings: CheckedPipeline, context: Context): void => {
  const { apps, otherApps, retiredApps } = settings;
  apps.forEach((app, i) => checkDomains(app, i, context));
  const seen = checkNames(settings, context);
  if (apps.length + otherApps.length + retiredApps.length === 0) {
    // A projection over no value is an error in Athena, in each query.
    report(context, ["apps"], "names no app", "name an Amplify app, or those of other components in otherApps");
  }
  retiredApps.forEach((name, i) => {
    const place = seen.get(name);
    if (place !== undefined) {
      report(
        context,
        ["retiredApps", i],
        `is among ${place.replace(/\[.*/, "")} too`,
        "remove it from one of the two; a paused app stays in apps with enabled false",
      );
    }
    if (retiredApps.indexOf(name) !== i) report(context, ["retiredApps", i], "is listed twice", "remove one");
  });
};

/** Hours that pass in good health between an hour's begin and its being stored: the hour, its delay and the schedule's pause. */
const healthyHours = ({ schedule, delayMinutes }: CheckedPipeline): number =>
  Math.ceil(1 + delayMinutes / 60 + longestPauseMs(schedule) / HOUR_MS);

const checkFreshness = (settings: CheckedPipeline, context: Context): void => {
  const { enabled, freshnessHours } = settings.alarms;
  const healthy = enabled ? healthyHours(settings) : 0;
  if (freshnessHours > healthy) return;
  report(
    context,
    ["alarms", "freshnessHours"],
    `would alarm in good health: with schedule ${settings.schedule} and delayMinutes ${settings.delayMinutes} the newest hour is up to ${healthy} hours old`,
    `write ${healthy + 3} or more, or run more often`,
  );
};

/** A salt is there exactly where addresses are hashed. */
export const checkSalt = (
  settings: { readonly ipPolicy: string; readonly saltParameter?: string | undefined },
  context: Context,
): void => {
  if (settings.ipPolicy === "hashed" && settings.saltParameter === undefined) {
    report(
      context,
      ["saltParameter"],
      "is needed by ipPolicy hashed",
      "create a SecureString parameter and write its name, like /amplify-logs/salt",
    );
  }
  if (settings.ipPolicy !== "hashed" && settings.saltParameter !== undefined) {
    report(
      context,
      ["saltParameter"],
      `is not used by ipPolicy ${settings.ipPolicy}`,
      "remove it, or choose ipPolicy hashed",
    );
  }
};

export const checkPipeline = (settings: CheckedPipeline, context: Context): void => {
  checkApps(settings, context);
  checkFreshness(settings, context);
  if (settings.retention.rawDays * 24 <= settings.settlingHours) {
    report(
      context,
      ["retention", "rawDays"],
      `is not longer than settlingHours (${settings.settlingHours})`,
      "keep raw files at least until their hour has settled",
    );
  }
  for (const own of ["settlingHours", "lookbackHours"] as const) {
    if (settings.gapDays * 24 > settings[own]) continue;
    report(
      context,
      ["gapDays"],
      `is not longer than ${own} (${settings[own]})`,
      "give hours up only when the fetcher no longer asks for them by itself",
    );
  }
  checkSalt(settings, context);
  if (settings.kmsKeyArn !== undefined && settings.encryption !== "kms") {
    report(context, ["kmsKeyArn"], "is not used by encryption s3", "set encryption to kms, or remove the key");
  }
  if (settings.projectionYears.first > settings.projectionYears.last) {
    report(context, ["projectionYears", "last"], "is before projectionYears.first", "write the years in order");
  }
};
