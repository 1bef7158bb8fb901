const KEYS = ["test/model/keys.test.ts"];
const STORED = ["test/components/storedCatalog.test.ts"];
const FORWARDED = ["test/components/forwarded.test.ts"];

export const paths = [
  {
    title: "Parquet files are written below day=",
    file: "src/model/keys.ts",
    find: `\`\${prefix}/app=\${app}/date=\${isoDate(hourMs)}/\``,
    replace: `\`\${prefix}/app=\${app}/day=\${isoDate(hourMs)}/\``,
    suites: KEYS,
  },
  {
    title: "raw files are written below months without a leading zero",
    file: "src/model/keys.ts",
    find: `/month=\${month}/day=\${day}/\``,
    replace: `/month=\${Number(month)}/day=\${day}/\``,
    suites: KEYS,
  },
  {
    title: "state is written beside the prefix that rights and partitions know",
    file: "src/model/keys.ts",
    find: `\`\${PREFIXES.state}/app=\${hour.app}/date=`,
    replace: `\`states/app=\${hour.app}/date=`,
    suites: KEYS,
  },
  {
    title: "the projection of rejected rows and coverage looks below day=",
    file: "src/model/catalog.ts",
    find: `/\${prefix}/app=\\\${app}/date=\\\${date}\``,
    replace: `/\${prefix}/app=\\\${app}/day=\\\${date}\``,
    suites: STORED,
  },
  {
    title: "the projection of raw files looks for months without a leading zero",
    file: "src/model/catalog.ts",
    find: `"projection.month.digits": "2",`,
    replace: `"projection.month.digits": "1",`,
    suites: STORED,
  },
  {
    title: "the projection of dates has another format",
    file: "src/model/catalog.ts",
    find: `"projection.date.format": "yyyy-MM-dd",`,
    replace: `"projection.date.format": "yyyy/MM/dd",`,
    suites: STORED,
  },
  {
    title: "the typed table lies at its own name, not at its prefix",
    file: "src/model/catalog.ts",
    find: `prefix: PREFIXES.accessLogs,\n    projection: undefined,`,
    replace: `prefix: options.table,\n    projection: undefined,`,
    suites: FORWARDED,
  },
  {
    title: "the table's files never expire: their rule has another prefix",
    file: "components/lifecycle.ts",
    find: `expireBelow("table", PREFIXES.accessLogs, retention.tableDays)`,
    replace: `expireBelow("table", "access-logs", retention.tableDays)`,
    suites: ["test/components/logLake.test.ts"],
  },
  {
    title: "a rule's prefix lacks its slash, so that one for access_logs takes access_logs_compacted too",
    file: "components/lifecycle.ts",
    find: `filter: { prefix: \`\${prefix}/\` },`,
    replace: `filter: { prefix },`,
    suites: ["test/components/logLake.test.ts"],
  },
  {
    title: "the converter is told of another prefix than raw files have",
    file: "components/convertQueue.ts",
    find: `keyPrefix: \`\${rawPrefix}/\``,
    replace: `keyPrefix: "raw-files/"`,
    suites: ["test/components/logLake.test.ts"],
  },
  {
    title: "partitions are added at another place than the files are",
    file: "src/model/dayState.ts",
    find: `datePrefix(PREFIXES.accessLogs, {`,
    replace: `datePrefix(PREFIXES.compacted, {`,
    suites: ["test/handlers/partitions.test.ts"],
  },
];
