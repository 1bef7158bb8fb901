// The readers of CloudFront's and of applications' logs, and what they are deployed with.
const CLOUDFRONT = ["test/components/cloudFrontLogs.test.ts"];
const CLOUDFRONT_RIGHTS = ["test/components/cloudFrontRights.test.ts"];
const APPLICATION = ["test/components/applicationLogs.test.ts"];
const TEXT = ["test/rows/cloudFrontText.test.ts", "test/rows/cloudFrontObject.test.ts"];
const ROW = ["test/rows/applicationRow.test.ts"];
const OBJECT = ["test/handlers/applogs/readObject.test.ts"];
const EVENTS = ["test/model/objectEvents.test.ts"];
const BATCH = ["test/handlers/cloudfront/handler.test.ts", "test/handlers/applogs/handler.test.ts"];

const breakIn = (file, suites) => (title, find, replace) => ({ title, file, find, replace, suites });
const inText = breakIn("src/rows/cloudFrontText.ts", TEXT);
const inRow = breakIn("src/rows/applicationRow.ts", ROW);
const inObject = breakIn("handlers/applogs/readObject.ts", OBJECT);
const inEvents = breakIn("src/model/objectEvents.ts", EVENTS);

export const sources = [
  breakIn("components/cloudFrontStatements.ts", CLOUDFRONT_RIGHTS)(
    "no right: CloudFront's reader merges hours without reading them",
    `"MergeHours", ["s3:GetObject", "s3:PutObject"]`,
    `"MergeHours", ["s3:PutObject"]`,
  ),
  breakIn("components/cloudFrontStatements.ts", CLOUDFRONT_RIGHTS)(
    "no right: CloudFront's reader puts nothing aside",
    `own(PREFIXES.quarantine, PREFIXES.rejected)`,
    `own(PREFIXES.rejected)`,
  ),
  breakIn("components/cloudFrontStatements.ts", CLOUDFRONT)(
    "a reader may write to the delivered logs",
    `allow("ReadDelivered", ["s3:GetObject"]`,
    `allow("ReadDelivered", ["s3:GetObject", "s3:DeleteObject"]`,
  ),
  breakIn("components/applicationStatements.ts", APPLICATION)(
    "no right: the application logs' reader registers partitions",
    `["glue:BatchCreatePartition", "glue:GetTable"]`,
    `["glue:GetTable"]`,
  ),
  breakIn("components/queueMapping.ts", CLOUDFRONT)(
    "one bad object sends its neighbours round again",
    `      functionResponseTypes: ["ReportBatchItemFailures"],\n`,
    ``,
  ),
  breakIn("components/sourceParts.ts", [...CLOUDFRONT, ...APPLICATION])(
    "a source's alarms tell nobody",
    `  const topicArn = topicOf(context.settings);`,
    `  const topicArn = undefined;`,
  ),
  inText(
    "fields are taken by their place",
    `      this.take(names);\n      this.delimiter = undefined;`,
    `      this.take(names.sort());\n      this.delimiter = undefined;`,
  ),
  inText(
    "a second field line is passed by",
    `word.toLowerCase() === "fields"`,
    `word.toLowerCase() === "fields" && this.plan === undefined`,
  ),
  inText(
    "a row with a field too many is stored",
    `if (field === plan.fields) return`,
    `if (field >= plan.fields) return`,
  ),
  inRow("a level stays as it was written", `value.toUpperCase()`, `value`),
  breakIn("src/rows/applicationRow.ts", OBJECT)(
    "a service's name is a path as it came",
    `(named === undefined ? undefined : safeService(named))`,
    `named`,
  ),
  inRow("rows of any year are stored", `this.endMs = Date.UTC(years.last + 1, 0);`, `this.endMs = Infinity;`),
  breakIn("src/rows/applicationErrors.ts", OBJECT)(
    "error rows of an object that comes again are doubled",
    `    if (known.has(entry_id)) return;\n`,
    ``,
  ),
  breakIn("src/rows/entryId.ts", [...OBJECT, ...ROW])(
    "equal lines of one object are one row",
    `occurrence === 1 ? hash`,
    `occurrence >= 1 ? hash`,
  ),
  inObject("what the lake holds is read as a log", `isLakesOwn(configuration, key)`, `false`),
  inObject(
    "a lost race is not tried again",
    `        if (!isConflict(error) || attempt === ATTEMPTS) throw error;\n      } finally`,
    `        throw error;\n      } finally`,
  ),
  inObject(
    "an object with bad lines alone has no error rows",
    `if (spill.errors > 0)`,
    `if (spill.errors > 0 && rows > 0)`,
  ),
  inEvents("a plus in a key's notification stays a plus", `key.replaceAll("+", " ")`, `key`),
  inEvents("S3's test event is given back", `event["Event"] === "s3:TestEvent"`, `event["Event"] === "s3:Test"`),
  breakIn("handlers/batchResponse.ts", BATCH)(
    "what failed is not given back",
    `[...messageIds].map((itemIdentifier) => ({ itemIdentifier }))`,
    `[]`,
  ),
];
