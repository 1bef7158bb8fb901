import { expect } from "chai";
import { problemError, validateLake, validatePipeline } from "../../src/model/configuration";

const shop = { name: "shop", appId: "d1a2b3c4d5e6f7", domainName: "example.com" };
const blog = { name: "blog", appId: "d7f6e5d4c3b2a1", domainName: "example.org" };

const messages = (input: unknown, stack = "inftes"): string[] => {
  const result = validatePipeline(input, stack);
  return "problems" in result ? result.problems.map((problem) => problemError(problem).message) : [];
};

describe("configuration", () => {
  it("fills in the defaults that the documentation promises", () => {
    const result = validatePipeline({ apps: [shop] }, "inftes");
    if (!("settings" in result)) throw new Error("was refused");
    const { settings } = result;
    expect(settings.apps).to.deep.equal([{ ...shop, furtherDomains: [], enabled: true }]);
    expect(settings.retention).to.deep.equal({
      rawDays: 30,
      tableDays: 400,
      rejectedDays: 30,
      resultsDays: 7,
      logDays: 30,
      auditDays: 365,
    });
    expect(settings).to.include({
      schedule: "rate(1 hour)",
      partitionSchedule: "cron(30 3 * * ? *)",
      delayMinutes: 60,
      lookbackHours: 6,
      settlingHours: 48,
      chunkDays: 14,
      rawPrefix: "raw",
      ipPolicy: "truncated",
      encryption: "s3",
      tableName: "access_logs",
      runtime: "nodejs24.x",
      protectData: true,
    });
    expect(settings.database).to.deep.equal({ name: "amplify_logs", create: true });
    expect(settings.naming.environment).to.equal("inftes");
  });

  it("takes the source's own database and table", () => {
    expect(
      messages({ apps: [shop], database: { name: "default", create: false }, tableName: "loshadki_access_logs" }),
    ).to.deep.equal([]);
  });

  const bad: [string, unknown, RegExp][] = [
    [
      "a wrong appId",
      { apps: [shop, { ...blog, appId: "arn:aws" }] },
      /^apps\[1\]\.appId: is not the id .*got "arn:aws".*Fix: copy/,
    ],
    ["a long appId", { apps: [{ ...shop, appId: `d${"1".repeat(20)}` }] }, /^apps\[0\]\.appId: is not the id/],
    [
      "a www domain",
      { apps: [{ ...shop, domainName: "www.example.com" }] },
      /^apps\[0\]\.domainName: is a subdomain.*domain association.*got "www\.example\.com".*Fix: write example\.com/,
    ],
    [
      "a further domain that is a subdomain",
      { apps: [{ ...shop, furtherDomains: ["example.net", "www.example.org"] }] },
      /^apps\[0\]\.furtherDomains\[1\]: is a subdomain.*got "www\.example\.org".*Fix: write example\.org/,
    ],
    [
      "a further domain that is no domain",
      { apps: [{ ...shop, furtherDomains: ["https://example.net/"] }] },
      /^apps\[0\]\.furtherDomains\[0\]: is not a domain name.*without https/,
    ],
    [
      "one domain twice",
      { apps: [shop, { ...blog, furtherDomains: ["example.net", blog.domainName.toUpperCase()] }] },
      /^apps\[1\]\.furtherDomains\[1\]: is among the app's domains already .*Fix: remove it/,
    ],
    [
      "eleven further domains",
      { apps: [{ ...shop, furtherDomains: Array.from({ length: 11 }, (_, i) => `d${i}.example`) }] },
      /^apps\[0\]\.furtherDomains: must be at most 10 domains/,
    ],
    [
      "a backfill at no time",
      { apps: [shop], backfill: { schedule: "daily" } },
      /^backfill\.schedule: must be a schedule of EventBridge \(got "daily"\)/,
    ],
    [
      "a backfill of no app",
      { apps: [shop], backfill: { maxConcurrency: 0 } },
      /^backfill\.maxConcurrency: must be a whole number of apps from 1 to 100 \(got 0\)/,
    ],
    [
      "a URL as domain",
      { apps: [{ ...shop, domainName: "https://example.com/" }] },
      /^apps\[0\]\.domainName: is not a domain name.*without https/,
    ],
    [
      "two apps of one name",
      { apps: [shop, { ...blog, name: "shop" }] },
      /^apps\[1\]\.name: is the name of apps\[0\] too \(got "shop"\)\. Fix: give each/,
    ],
    [
      "an app that would make a view that exists",
      { apps: [{ ...shop, name: "access_logs" }] },
      /^apps\[0\]\.name: would make the view access_logs_today, which the pipeline has already/,
    ],
    [
      "an app whose view is the table's name",
      { apps: [shop], tableName: "shop_week" },
      /^apps\[0\]\.name: would make the view shop_week/,
    ],
    ["no app at all", { apps: [] }, /^apps: names no app.*Fix: name an Amplify app, or those of other components/],
    [
      "another's app of the same name",
      { apps: [shop], otherApps: ["shop"] },
      /^otherApps\[0\]: is the name of apps\[0\] too/,
    ],
    [
      "another's app twice",
      { apps: [], otherApps: ["cdn", "cdn"] },
      /^otherApps\[1\]: is the name of otherApps\[0\] too/,
    ],
    [
      "another's app named like the table",
      { apps: [], otherApps: ["access_logs"] },
      /^otherApps\[0\]: would make the view access_logs_today/,
    ],
    [
      "another's app that is retired",
      { apps: [], otherApps: ["cdn"], retiredApps: ["cdn"] },
      /^retiredApps\[0\]: is among otherApps too/,
    ],
    ["a retired app that is back", { apps: [shop], retiredApps: ["shop"] }, /^retiredApps\[0\]: is among apps too/],
    [
      "a name that Athena does not take",
      { apps: [{ ...shop, name: "my-shop" }] },
      /^apps\[0\]\.name: must be a name that Athena takes.*Fix: use a-z/,
    ],
    [
      "a negative retention",
      { apps: [shop], retention: { rawDays: -3 } },
      /^retention\.rawDays: must be a whole number of days from 1 to 3650 \(got -3\)/,
    ],
    [
      "a retention in words",
      { apps: [shop], retention: { tableDays: "long" } },
      /^retention\.tableDays: must be a whole number/,
    ],
    [
      "logs' days that CloudWatch lacks",
      { apps: [shop], retention: { logDays: 31 } },
      /^retention\.logDays: .*CloudWatch Logs takes \(got 31\)/,
    ],
    [
      "raw files that go before they settle",
      { apps: [shop], retention: { rawDays: 2 } },
      /^retention\.rawDays: is not longer than settlingHours \(48\)/,
    ],
    [
      "an unknown key",
      { apps: [shop], lookback: 3 },
      /^lookback: is not a setting \(got 3\)\. Fix: remove it, or write one of .*lookbackHours/,
    ],
    [
      "an unknown key of an app",
      { apps: [{ ...shop, domain: "x" }] },
      /^apps\[0\]\.domain: is not a setting.*name, appId, domainName/,
    ],
    ["no apps at all", {}, /^apps: /],
    [
      "a missing appId",
      { apps: [{ name: "shop", domainName: "example.com" }] },
      /^apps\[0\]\.appId: is not the id.*Fix: copy/,
    ],
    [
      "a schedule in words",
      { apps: [shop], schedule: "hourly" },
      /^schedule: must be a schedule of EventBridge \(got "hourly"\)\. Fix: write rate\(1 hour\)/,
    ],
    [
      "chunks that Amplify refuses",
      { apps: [shop], chunkDays: 15 },
      /^chunkDays: must be a whole number of days from 1 to 14/,
    ],
    [
      "a raw prefix on another's place",
      { apps: [shop], rawPrefix: "state/raw" },
      /^rawPrefix: must be a prefix of its own/,
    ],
    ["hashing without salt", { apps: [shop], ipPolicy: "hashed" }, /^saltParameter: is needed by ipPolicy hashed/],
    [
      "an unknown policy",
      { apps: [shop], ipPolicy: "none" },
      /^ipPolicy: must be one of full, truncated, hashed, dropped/,
    ],
    [
      "a key that nothing uses",
      { apps: [shop], kmsKeyArn: "arn:aws:kms:eu-central-1:1:key/x" },
      /^kmsKeyArn: is not used by encryption s3/,
    ],
    ["a role that is no ARN", { apps: [{ ...shop, roleArn: "reader" }] }, /^apps\[0\]\.roleArn: must be the ARN/],
    [
      "tags of the product",
      { apps: [shop], tags: { Owner: "me" } },
      /^tags: must map names to text, other than Project/,
    ],
    [
      "a name pattern with a typo",
      { apps: [shop], naming: { pattern: "{typ}{n}[-{app}]" } },
      /^naming\.pattern: the name pattern holds \{typ\}/,
    ],
    [
      "years out of order",
      { apps: [shop], projectionYears: { first: 2030, last: 2026 } },
      /^projectionYears\.last: is before/,
    ],
    [
      "an e-mail address with a space",
      { apps: [shop], alarms: { emails: ["a b@example.com"] } },
      /^alarms\.emails\[0\]: is not an e-mail address/,
    ],
    [
      "a freshness that the schedule cannot keep",
      { apps: [shop], schedule: "rate(6 hours)", delayMinutes: 90 },
      /^alarms\.freshnessHours: would alarm in good health: .* up to 9 hours old\. Fix: write 12 or more/,
    ],
    [
      "a freshness that is just kept",
      { apps: [shop], alarms: { freshnessHours: 3 } },
      /^alarms\.freshnessHours: would alarm in good health: .* up to 3 hours old/,
    ],
  ];
  for (const [what, input, message] of bad) {
    it(`refuses ${what}`, () =>
      expect(messages(input))
        .to.have.length(1)
        .and.satisfy(([text]: string[]) => message.test(text ?? ""), messages(input).join("\n")));
  }

  it("takes any freshness where no alarm watches it, and one that is kept", () => {
    expect(messages({ apps: [shop], schedule: "rate(1 day)", alarms: { enabled: false } })).to.deep.equal([]);
    expect(messages({ apps: [shop], alarms: { freshnessHours: 4 } })).to.deep.equal([]);
    expect(messages({ apps: [shop], schedule: "rate(5 minutes)", alarms: { freshnessHours: 3 } })).to.have.length(1);
  });

  it("refuses a stack whose name does not fit into names, unless an environment is given", () => {
    expect(messages({ apps: [shop] }, "My_Stack")[0]).to.match(
      /^naming\.environment: is by default the stack's name.*got "My_Stack"/,
    );
    expect(messages({ apps: [shop], naming: { environment: "infdev" } }, "My_Stack")).to.deep.equal([]);
  });

  it("tells of all problems at once", () => {
    expect(messages({ apps: [{ ...shop, appId: "x" }], chunkDays: 0, colour: "red" })).to.have.length(3);
  });

  it("leaves its input as it was", () => {
    const input = Object.freeze({ apps: Object.freeze([Object.freeze({ ...shop })]) });
    expect(messages(input)).to.deep.equal([]);
    expect(input).to.deep.equal({ apps: [shop] });
  });

  it("knows only a lake's settings for a lake", () => {
    const result = validateLake({ apps: [] }, "inftes");
    expect("problems" in result && result.problems.map(({ field }) => field)).to.deep.equal(["apps"]);
  });
});
