/** What no single setting shows: rules between settings. */
import type { z } from "zod";
import { AmplifyLogsError } from "../errors";
import { appViewName, PERIODS, reservedCatalogNames } from "./catalog";
import { parseNamePattern } from "./names";

interface CheckedPipeline {
  readonly apps: readonly { readonly name: string; readonly domainName: string }[];
  readonly retiredApps: readonly string[];
  readonly database: { readonly name: string };
  readonly tableName: string;
  readonly retention: { readonly rawDays: number };
  readonly settlingHours: number;
  readonly ipPolicy: string;
  readonly saltParameter?: string | undefined;
  readonly projectionYears: { readonly first: number; readonly last: number };
  readonly encryption: string;
  readonly kmsKeyArn?: unknown;
}

type Context = z.core.$RefinementCtx;

const report = (context: Context, path: PropertyKey[], message: string, fix: string): void => {
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

const checkApps = ({ apps, retiredApps, database, tableName }: CheckedPipeline, context: Context): void => {
  const reserved = new Set(reservedCatalogNames({ database: database.name, table: tableName }));
  const seen = new Map<string, number>();
  const madeBy = new Map<string, string>();
  apps.forEach(({ name, domainName }, i) => {
    if (domainName.toLowerCase().startsWith("www.")) {
      const apex = domainName.slice("www.".length);
      report(
        context,
        ["apps", i, "domainName"],
        "is a subdomain: Amplify keeps access logs by domain association, and answers 'Domain not found' for it",
        `write ${apex}; its rows tell ${domainName} apart in host_header`,
      );
    }
    const first = seen.get(name);
    if (first !== undefined) {
      report(context, ["apps", i, "name"], `is the name of apps[${first}] too`, "give each app a name of its own");
      return;
    }
    seen.set(name, i);
    for (const view of PERIODS.map((period) => appViewName(name, period))) {
      const other = madeBy.get(view);
      if (reserved.has(view) || other !== undefined) {
        const owner = other === undefined ? "the pipeline has" : `app ${other} makes`;
        report(
          context,
          ["apps", i, "name"],
          `would make the view ${view}, which ${owner} already`,
          "choose another name",
        );
        break;
      }
      madeBy.set(view, name);
    }
  });
  retiredApps.forEach((name, i) => {
    if (seen.has(name)) {
      report(
        context,
        ["retiredApps", i],
        "is among apps too",
        "remove it from one of the two; a paused app stays in apps with enabled false",
      );
    }
    if (retiredApps.indexOf(name) !== i) report(context, ["retiredApps", i], "is listed twice", "remove one");
  });
};

export const checkPipeline = (settings: CheckedPipeline, context: Context): void => {
  checkApps(settings, context);
  if (settings.retention.rawDays * 24 <= settings.settlingHours) {
    report(
      context,
      ["retention", "rawDays"],
      `is not longer than settlingHours (${settings.settlingHours})`,
      "keep raw files at least until their hour has settled",
    );
  }
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
  if (settings.kmsKeyArn !== undefined && settings.encryption !== "kms") {
    report(context, ["kmsKeyArn"], "is not used by encryption s3", "set encryption to kms, or remove the key");
  }
  if (settings.projectionYears.first > settings.projectionYears.last) {
    report(context, ["projectionYears", "last"], "is before projectionYears.first", "write the years in order");
  }
};
