const FORWARDED = ["test/components/forwarded.test.ts"];
const forgotten = (title, file, find, replace, suites = FORWARDED) => ({ title, file, find, replace, suites });

export const forgottenArguments = [
  forgotten(
    "the fetch schedule",
    "components/fetcher.ts",
    `expression: settings.schedule,`,
    `expression: "rate(1 hour)",`,
  ),
  forgotten(
    "the settling schedule",
    "components/fetcher.ts",
    `expression: settings.settlingSchedule,`,
    `expression: settings.schedule,`,
  ),
  forgotten(
    "the partition schedule",
    "components/partitions.ts",
    `expression: settings.partitionSchedule,`,
    `expression: "cron(30 3 * * ? *)",`,
  ),
  forgotten("whether an app is enabled", "components/fetcher.ts", `enabled: app.enabled,`, `enabled: true,`, [
    "test/components/amplifyLogPipeline.test.ts",
  ]),
  forgotten("the function's memory", "components/function.ts", `      memorySize: sizing.memoryMegabytes,\n`, ``),
  forgotten(
    "the function's temporary disk",
    "components/function.ts",
    `{ ephemeralStorage: { size: sizing.temporaryMegabytes } }`,
    `{}`,
  ),
  forgotten(
    "the compaction's schedule",
    "components/compaction.ts",
    `settings.compaction.schedule`,
    `"cron(45 4 * * ? *)"`,
  ),
  forgotten(
    "the gap finder's schedule",
    "components/gaps.ts",
    `expression: settings.gapSchedule,`,
    `expression: "cron(50 * * * ? *)",`,
  ),
  forgotten("the function's time-out", "components/function.ts", `      timeout: sizing.timeoutSeconds,\n`, ``),
  forgotten("the runtime", "components/function.ts", `runtime: settings.runtime,`, `runtime: "nodejs24.x",`),
  forgotten(
    "the queue of failed runs",
    "components/function.ts",
    `...(failedRunsArn === undefined ? {} : {`,
    `...(failedRunsArn !== undefined ? {} : {`,
  ),
  forgotten(
    "the logs' retention",
    "components/function.ts",
    `, retentionInDays: settings.retention.logDays, tags }`,
    `, retentionInDays: 30, tags }`,
  ),
  forgotten(
    "a function's tags",
    "components/function.ts",
    `targetArn: failedRunsArn } }),\n      tags,`,
    `targetArn: failedRunsArn } }),`,
    ["test/components/pipelineChanges.test.ts"],
  ),
  forgotten(
    "the data bucket's tags",
    "components/bucket.ts",
    `forceDestroy: args.forceDestroy, tags: args.tags }`,
    `forceDestroy: args.forceDestroy }`,
    ["test/components/pipelineChanges.test.ts"],
  ),
  forgotten(
    "the results' retention",
    "components/lifecycle.ts",
    `expiration: { days: retention.resultsDays }`,
    `expiration: { days: 7 }`,
  ),
  forgotten(
    "the scan limit",
    "components/logLake.ts",
    `scanLimitBytes: settings.scanLimitGigabytes * GIGABYTE,`,
    `scanLimitBytes: 100 * GIGABYTE,`,
  ),
  forgotten(
    "the customer key, for results",
    "components/workgroup.ts",
    `args.keyArn === undefined`,
    `args.keyArn !== null`,
    ["test/components/logLake.test.ts", ...FORWARDED],
  ),
  forgotten("an own key", "components/logLake.ts", `if (of.given !== undefined) return pulumi.output(of.given);\n`, ``),
  forgotten("retired apps", "components/amplifyLogPipeline.ts", `apps: [...apps, ...settings.retiredApps],`, `apps,`, [
    "test/components/amplifyLogPipeline.test.ts",
  ]),
  forgotten(
    "the years",
    "components/amplifyLogPipeline.ts",
    `years: settings.projectionYears,`,
    `years: { first: 2020, last: 2040 },`,
  ),
  forgotten("the chunk", "components/fetcher.ts", `CHUNK_DAYS: String(settings.chunkDays),`, `CHUNK_DAYS: "14",`),
  forgotten("the app's region", "components/fetcher.ts", `APP_REGION: region,`, `APP_REGION: account.region,`),
  forgotten("the app's role", "components/fetcher.ts", `...(roleArn === undefined ? {} : { ROLE_ARN: roleArn }),`, ``, [
    "test/components/amplifyLogPipeline.test.ts",
  ]),
  forgotten(
    "the provider, when the account is asked for",
    "components/account.ts",
    `getCallerIdentityOutput({}, { parent })`,
    `getCallerIdentityOutput({})`,
  ),
  forgotten(
    "the provider, for a bucket's rules",
    "components/bucket.ts",
    `{ parent, dependsOn: [versioning] },`,
    `{ dependsOn: [versioning] },`,
  ),
  forgotten(
    "the options of the lake",
    "components/amplifyLogPipeline.ts",
    `lakeArguments(args), { parent: this })`,
    `lakeArguments(args))`,
  ),
  forgotten("the protection of data", "components/bucket.ts", `{ parent, ...protection },`, `{ parent },`, [
    "test/components/logLake.test.ts",
  ]),
  forgotten(
    "the addresses of alarms",
    "components/alarmTopic.ts",
    `for (const email of settings.alarms.emails) {`,
    `for (const email of [] as string[]) {`,
  ),
];
