/** Further cases: each tells a rule from one of which a condition is negated, or half of it left out. */
import { UNKNOWN } from "../../../src/judge/captured";
import { ABSENT, adding, all, set, without, type Change } from "../changes";
import { broken, changed, missing, type Case, type RuleCases } from "./cases";

interface Edges {
  readonly breaks?: readonly Case[][];
  readonly passes?: RuleCases["passes"];
}

const QUEUE = (n: number): string => `team-pipeline-intite-sq${n}-infpro`;
const queueArn = (n: number): string => `arn:aws:sqs:eu-central-1:123456789012:${QUEUE(n)}`;
/** One more statement, for everybody on a condition. */
const open = (Condition: object) => (old: unknown) => [
  ...(old as object[]),
  { Effect: "Allow", Principal: "*", Action: "sqs:SendMessage", Resource: "*", Condition },
];
const FUNCTIONS = ["shop-fetch", "old-fetcher", "convert", "plan", "hook"].map((name) => `${name}:name`);
const added = (statement: object) => (document: unknown) => {
  const parsed = JSON.parse(document as string) as { Statement: object[] };
  return JSON.stringify({ ...parsed, Statement: [...parsed.Statement, { Effect: "Allow", ...statement }] });
};
const inManaged = (statement: object): Change => set("managed", "policy", added(statement));
const flagged = (title: string, statement: object, key: string): Case[] =>
  changed(title, inManaged(statement), [`managed:policy.Statement[3].${key}`]);
const passing = (title: string, change: Change, settings?: Case["settings"]): RuleCases["passes"][number] => ({
  title,
  change,
  ...(settings === undefined ? {} : { settings }),
});
const queueWatched = (alarm: string, queue: string): Change =>
  all(
    set(alarm, "namespace", "AWS/SQS"),
    set(alarm, "metricName", "ApproximateAgeOfOldestMessage"),
    set(alarm, "dimensions", { QueueName: queue }),
  );
const givenUp = (queue: string): Change =>
  set("given-up-depth", "metricQueries[0].metric.dimensions", { QueueName: queue });
const everyFunction = without("fetch-errors", "tick-errors", "given-up-depth", "machine-failed");
const role = (...principals: object[]): Change =>
  adding("visitors", "aws:iam/role:Role", {
    name: "visitors",
    assumeRolePolicy: JSON.stringify({ Statement: principals.map((Principal) => ({ Effect: "Allow", Principal })) }),
  });
const LONE_KEY = all(
  adding("lone-key", "aws:kms/key:Key", { keyId: "lone" }),
  adding("alias-a", "aws:kms/alias:Alias", { name: "alias/a", targetKeyId: "lone" }),
  adding("alias-b", "aws:kms/alias:Alias", { name: "alias/b", targetKeyId: "lone" }),
);

export const EDGES: Readonly<Record<string, Edges>> = {
  "athena-customer-key": {
    passes: [
      passing(
        "encryption by the client",
        set("workgroup", "configuration.resultConfiguration.encryptionConfiguration.encryptionOption", "CSE_KMS"),
      ),
    ],
  },
  "glue-catalog-encryption": {
    passes: [
      passing(
        "encryption by a role",
        set(
          "catalog",
          "dataCatalogEncryptionSettings.encryptionAtRest.catalogEncryptionMode",
          "SSE-KMS-WITH-SERVICE-ROLE",
        ),
      ),
    ],
  },
  "kms-key-rotation": {
    breaks: [
      changed(
        "a key that says that it is an ordinary one",
        all(
          set("key", "customerMasterKeySpec", "SYMMETRIC_DEFAULT"),
          set("key", "keyUsage", "ENCRYPT_DECRYPT"),
          set("key", "enableKeyRotation", false),
        ),
        ["key:enableKeyRotation"],
      ),
    ],
  },
  "sqs-tls-only": {
    breaks: [
      broken("work-policy", "policy.Statement[1].Resource", ["arn:aws:sqs:eu-central-1:123456789012:another"], {
        places: ["work-policy:policy"],
      }),
      broken(
        "work-policy",
        "policy.Statement[1].Condition",
        [
          { StringEquals: { "aws:SecureTransport": "false" } },
          { Bool: { "aws:ViaAWSService": "false" } },
          { Bool: { "aws:SecureTransport": ["false", "true"] } },
        ],
        { places: ["work-policy:policy"] },
      ),
    ],
    passes: [
      passing(
        "all actions and another",
        set("work-policy", "policy.Statement[1].Action", ["sqs:*", "sqs:SendMessage"]),
      ),
      passing("the queue and another", set("work-policy", "policy.Statement[1].Resource", [queueArn(3), queueArn(9)])),
    ],
  },
  "sqs-no-open-principal": {
    breaks: [
      broken(
        "work-policy",
        "policy.Statement",
        [["*", "123456789012"], []].map((values) => open({ StringLike: { "aws:SourceAccount": values } })),
        { places: ["work-policy:policy.Statement[2].Principal"] },
      ),
    ],
    passes: [
      passing(
        "one account, and something else",
        set(
          "work-policy",
          "policy.Statement",
          open({ StringEquals: { "aws:SourceAccount": "123456789012", "aws:RequestedRegion": "eu-central-1" } }),
        ),
      ),
    ],
  },
  "sns-tls-only": {
    breaks: [
      broken("topic-policy", "policy.Statement[1].Resource", ["arn:aws:sns:eu-central-1:123456789012:another"], {
        places: ["topic-policy:policy"],
      }),
    ],
  },
  "sns-alarm-key": {
    breaks: [
      broken("key-policy", "policy.Statement[1].Condition", [{ StringEquals: { "kms:EncryptionContext:x": "y" } }], {
        places: ["key-policy:policy", "key-policy:policy"],
      }),
    ],
    passes: [passing("no condition", set("key-policy", "policy.Statement[1].Condition", ABSENT))],
  },
  "data-bucket-lifecycle": {
    breaks: [
      changed(
        "a table that names the bucket in its location alone",
        all(
          // As the bucket's logical name is, which would be taken for a reference.
          set("inline-table", "name", "rows"),
          set("inline-table", "storageDescriptor", { location: "s3://team-pipeline-intite-ss3-infpro/table/" }),
          set("inline", "lifecycleRules", ABSENT),
        ),
        ["inline:lifecycleRules"],
      ),
      changed(
        "a table whose location is unknown",
        all(set("inline-table", "storageDescriptor.location", UNKNOWN), set("inline", "lifecycleRules", ABSENT)),
        ["inline:lifecycleRules"],
      ),
      changed(
        "old versions that one of two settings keeps",
        all(
          set("v2", "versionings", [{ enabled: true }, { enabled: false }]),
          set("v2", "lifecycleRules[0].noncurrentVersionExpirations", ABSENT),
        ),
        ["v2:rules"],
      ),
    ],
    passes: [
      passing("a bucket without data", all(without("v2-table"), set("v2", "lifecycleRules", ABSENT))),
      passing(
        "a bucket without data or a name",
        all(without("v2-table"), set("v2", "lifecycleRules", ABSENT), set("v2", "bucket", "")),
      ),
      passing(
        "a second rule, which leaves old versions to the first",
        set("v2", "lifecycleRules", (old: unknown) => [
          ...(old as object[]),
          { enabled: true, expirations: [{ days: 3 }] },
        ]),
      ),
    ],
  },
  "fetcher-has-schedule": {
    breaks: [
      changed("functions of the second expression", (resources) => resources, ["hook:name"], {
        functions: ["^nothing$", "^hook$"],
      }),
      missing(["rule"], ["old-fetcher:name"]),
    ],
  },
  "function-has-alarm": {
    breaks: [
      ...[
        ["metricName", "Throttles"],
        ["namespace", "AWS/States"],
      ].map(([key, value]) =>
        changed(
          `all functions, but ${value}`,
          all(everyFunction, set("hook-errors", "dimensions", ABSENT), set("hook-errors", key!, value)),
          FUNCTIONS,
        ),
      ),
      changed("a filter that counts nothing", set("tick-filter", "metricTransformation", {}), ["old-fetcher:name"]),
      changed("another function's failures", givenUp(QUEUE(4)), ["convert:name"]),
      changed("the queue that waits, not what it gave up", givenUp(QUEUE(3)), ["convert:name"]),
    ],
    passes: [
      passing(
        "errors of all functions beside other alarms",
        all(without("given-up-depth"), set("hook-errors", "dimensions", ABSENT)),
      ),
      passing(
        "a metric of the log that an alarm computes with",
        all(
          set("tick-errors", "namespace", ABSENT),
          set("tick-errors", "metricName", ABSENT),
          set("tick-errors", "metricQueries", [
            { id: "a", expression: "b" },
            { id: "b", metric: { namespace: "Team", metricName: "TickErrors" } },
          ]),
        ),
      ),
      passing(
        "dead letters of a function of whose log nothing is known",
        all(set("old-fetcher", "loggingConfig", { logGroup: UNKNOWN }), queueWatched("tick-errors", QUEUE(1))),
      ),
      passing("dead letters of the function", queueWatched("fetch-errors", QUEUE(1))),
      passing("failures that the function's configuration sends on", queueWatched("hook-errors", QUEUE(4))),
    ],
  },
  "iam-no-broad-managed-policy": {
    passes: [
      passing(
        "a policy of one's own with such a name",
        set("xray-attachment", "policyArn", "arn:aws:iam::123456789012:policy/TeamFullAccess"),
      ),
    ],
  },
  "iam-no-star": {
    breaks: [flagged("everything beside an action", { Action: ["s3:GetObject", "*"], Resource: "*" }, "Action")],
    passes: [passing("everything on one resource", inManaged({ Action: "*", Resource: "arn:aws:s3:::x" }))],
  },
  "iam-no-wildcard-resources": {
    breaks: [flagged("all actions but some on everything", { NotAction: "iam:*", Resource: "*" }, "Resource")],
  },
  "iam-trust-not-open": {
    passes: [
      passing(
        "a denial of all of a provider's users",
        set("deployer", "assumeRolePolicy.Statement", (old: unknown) => [
          ...(old as object[]),
          { Effect: "Deny", Principal: { Federated: "accounts.google.com" }, Action: "sts:AssumeRoleWithWebIdentity" },
        ]),
      ),
    ],
  },
  "kms-no-decrypt-all": {
    breaks: [
      flagged("all but one of two actions", { NotAction: "kms:Decrypt", Resource: "*" }, "Resource"),
      flagged("one of two actions", { Action: ["kms:Decrypt", "s3:GetObject"], Resource: "*" }, "Resource"),
    ],
    passes: [passing("all but KMS and another", inManaged({ NotAction: ["kms:*", "iam:*"], Resource: "*" }))],
  },
  "lambda-dead-letters": {
    breaks: [
      changed(
        "a schedule beside a queue",
        all(
          set("shop-fetch", "deadLetterConfig", ABSENT),
          adding("further-source", "aws:lambda/eventSourceMapping:EventSourceMapping", {
            functionName: "team-pipeline-intite-lm1-infpro",
            eventSourceArn: queueArn(3),
          }),
        ),
        ["shop-fetch:deadLetterConfig.targetArn"],
      ),
    ],
  },
  "lambda-log-group": {
    passes: [passing("a log group whose name Pulumi makes up", set("tick-group", "name", ABSENT))],
  },
  "lambda-no-secrets": {
    breaks: [
      changed(
        "a name of the second expression",
        set("hook", "environment.variables.SPECIAL", "x"),
        ["hook:environment.variables.SPECIAL"],
        { names: ["^nothing$", "^special$"] },
      ),
    ],
    passes: [passing("the name of a secret", set("hook", "environment.variables.API_KEY_NAME", "shop"))],
  },
  "nothing-unreachable": {
    breaks: [
      changed(
        "a bucket that its own settings name",
        all(
          adding("lone", "aws:s3/bucket:Bucket", { bucket: "lone-bucket" }),
          adding("lone-versioning", "aws:s3/bucketVersioning:BucketVersioning", { bucket: "lone-bucket" }),
        ),
        ["lone:name"],
      ),
      changed("a key whose aliases nobody uses", LONE_KEY, ["lone-key:name"]),
      changed(
        "a rule that a dashboard alone shows",
        all(
          adding("lone-rule", "aws:cloudwatch/eventRule:EventRule", { name: "lone-rule" }),
          adding("shown", "aws:cloudwatch/dashboard:Dashboard", { dashboardBody: '{"metrics":["lone-rule"]}' }),
        ),
        ["lone-rule:name"],
      ),
    ],
    passes: [
      passing("a key that is used by one of its aliases", all(LONE_KEY, set("work", "kmsMasterKeyId", "alias/a"))),
      passing(
        "a rule whose matches an alarm counts",
        all(
          adding("lone-rule", "aws:cloudwatch/eventRule:EventRule", { name: "lone-rule" }),
          adding("matched", "aws:cloudwatch/metricAlarm:MetricAlarm", {
            namespace: "AWS/Events",
            metricName: "MatchedEvents",
            dimensions: { RuleName: "lone-rule" },
          }),
        ),
      ),
      passing(
        "a queue that a bucket's events go to",
        all(
          without("hook-async"),
          adding("events", "aws:s3/bucketNotification:BucketNotification", {
            bucket: "elsewhere",
            queues: [{ queueArn: queueArn(4) }],
          }),
        ),
      ),
      passing("a role for a service and people", role({ Service: "a.amazonaws.com" }, { AWS: "arn:aws:iam::1:root" })),
      passing("a role for both in one", role({ Service: "a.amazonaws.com", AWS: "arn:aws:iam::1:root" })),
    ],
  },
  "s3-abort-multipart": {
    breaks: [
      broken("split-lifecycle", "rules[0].abortIncompleteMultipartUpload.daysAfterInitiation", ["3"], {
        places: ["split-lifecycle:rules"],
      }),
    ],
  },
  "s3-access-logging": {
    breaks: [missing(["split-logging", "v2split-logging"], ["split:logging", "v2split:logging"])],
    passes: [
      passing(
        "a target that resources beside the buckets name",
        all(
          set("inline", "logging", { targetBucket: "elsewhere" }),
          set("v2", "loggings", [{ targetBucket: "elsewhere" }]),
        ),
      ),
    ],
  },
  "s3-public-access-block": {
    passes: [
      passing(
        "what the account blocks",
        all(
          set("split-block", "blockPublicAcls", false),
          adding("account", "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock", { blockPublicAcls: true }),
        ),
      ),
    ],
  },
  "naming-length": { passes: [passing("no name", set("work", "name", ABSENT))] },
};
