import { UNKNOWN } from "../../../src/judge/captured";
import { ABSENT, set } from "../changes";
import { broken, changed, missing, onCompute, unknown, type RuleCases } from "./cases";

/** Where policies of identities stand, and the path of the document in there. */
const HOLDERS = [
  ["fetch-policy", "policy"],
  ["managed", "policy"],
  ["user-policy", "policy"],
  ["group-policy", "policy"],
  ["machine-role", "inlinePolicies[0].policy"],
] as const;
/** One more statement, in each of them. */
const added = (statement: object) => (document: unknown) => {
  const parsed = JSON.parse(document as string) as { Statement: object[] };
  return JSON.stringify({ ...parsed, Statement: [...parsed.Statement, statement] });
};
/** Each holder gets the statement, and must be flagged at its key. */
const statement = (title: string, wrong: Record<string, unknown>, key: string) =>
  HOLDERS.map(([name, path]) => {
    const index = name === "machine-role" ? 1 : 3;
    const place = `${name}:${path}.Statement[${index}].${key}`;
    return changed(`${name}: ${title}`, set(name, path, added({ Effect: "Allow", ...wrong })), [place]);
  });
const documents = HOLDERS.map(([name, path]) => unknown(name, path));
const OPEN = { Effect: "Allow", Principal: "*", Action: "*", Resource: "*" };
const append = (open: object) => (old: unknown) => [...(old as unknown[]), open];
const ACCOUNT = "123456789012";
const forService = (...Service: string[]) => ({
  Effect: "Allow",
  Principal: { Service },
  Action: "sqs:SendMessage",
  Resource: "*",
});
const BROAD = "arn:aws:iam::aws:policy/AmazonS3FullAccess";

export const ACCESS_CASES: Readonly<Record<string, RuleCases>> = {
  "iam-no-star": onCompute({
    breaks: [
      ...statement("everything on everything", { Action: "*", Resource: "*" }, "Action"),
      ...statement("everything, in a list", { Action: ["*:*"], Resource: ["*"] }, "Action"),
      ...statement("everything but", { NotAction: "iam:*", Resource: "*" }, "NotAction"),
      ...statement("everywhere but", { Action: "*", NotResource: "arn:aws:s3:::x" }, "Action"),
    ],
    unknowns: documents,
    passes: [
      {
        title: "a denial of everything",
        change: set("managed", "policy", added({ Effect: "Deny", Action: "*", Resource: "*" })),
      },
    ],
  }),
  "iam-no-wildcard-actions": onCompute({
    breaks: [
      ...statement("all of a service", { Action: "s3:*", Resource: "arn:aws:s3:::x/*" }, "Action"),
      ...statement(
        "some of a service",
        { Action: ["sqs:SendMessage", "sqs:Get*"], Resource: "arn:aws:sqs:::x" },
        "Action",
      ),
      ...statement("a question mark", { Action: "s3:Ge?Object", Resource: "arn:aws:s3:::x/*" }, "Action"),
      ...statement("all but some", { NotAction: "iam:PassRole", Resource: "arn:aws:s3:::x/*" }, "NotAction"),
    ],
    unknowns: documents,
    passes: [
      {
        title: "what the setting allows",
        change: set("managed", "policy", added({ Effect: "Allow", Action: "s3:Get*", Resource: "arn:aws:s3:::x/*" })),
        settings: { allowed: ["^s3:Get\\*$"] },
      },
    ],
  }),
  "iam-no-wildcard-resources": onCompute({
    breaks: [
      ...statement("all resources", { Action: "sqs:SendMessage", Resource: "*" }, "Resource"),
      ...statement(
        "all of a kind",
        { Action: "dynamodb:GetItem", Resource: "arn:aws:dynamodb:eu-central-1:1:table/*" },
        "Resource",
      ),
      ...statement("all buckets", { Action: "s3:GetObject", Resource: ["arn:aws:s3:::*"] }, "Resource"),
      ...statement("all but one", { Action: "s3:GetObject", NotResource: "arn:aws:s3:::x/*" }, "NotResource"),
      ...statement(
        "one action that takes a resource",
        { Action: ["xray:PutTraceSegments", "sqs:SendMessage"], Resource: "*" },
        "Resource",
      ),
    ],
    unknowns: documents,
    passes: [
      {
        title: "all of one bucket",
        change: set(
          "managed",
          "policy",
          added({ Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::x/*" }),
        ),
      },
      {
        title: "a log group's streams",
        change: set(
          "managed",
          "policy",
          added({
            Effect: "Allow",
            Action: "logs:PutLogEvents",
            Resource: "arn:aws:logs:eu-central-1:1:log-group:/aws/lambda/x:*",
          }),
        ),
      },
      {
        title: "an action of the setting",
        change: set("managed", "policy", added({ Effect: "Allow", Action: "pricing:GetProducts", Resource: "*" })),
        settings: { resourceless: ["^pricing:"] },
      },
    ],
  }),
  "kms-no-decrypt-all": onCompute({
    breaks: [
      ...statement("all keys", { Action: "kms:Decrypt", Resource: "*" }, "Resource"),
      ...statement(
        "all keys of a region",
        { Action: ["kms:ReEncrypt*"], Resource: ["arn:aws:kms:eu-central-1:1:key/*"] },
        "Resource",
      ),
      ...statement("all of KMS", { Action: "kms:*", Resource: "*" }, "Resource"),
      ...statement("everything", { Action: "*", Resource: "*" }, "Resource"),
      ...statement("all but", { NotAction: "iam:*", Resource: "*" }, "Resource"),
      ...statement(
        "all but one key",
        { Action: "kms:Decrypt", NotResource: "arn:aws:kms:eu-central-1:1:key/1" },
        "NotResource",
      ),
    ],
    unknowns: documents,
    passes: [
      {
        title: "what does not decrypt",
        change: set("managed", "policy", added({ Effect: "Allow", Action: "kms:DescribeKey", Resource: "*" })),
      },
    ],
  }),
  "iam-no-broad-managed-policy": onCompute({
    breaks: [
      broken("xray-attachment", "policyArn", [
        BROAD,
        "arn:aws:iam::aws:policy/AdministratorAccess",
        "arn:aws:iam::aws:policy/PowerUserAccess",
      ]),
      broken("people-attachment", "policyArn", ["arn:aws:iam::aws:policy/ReadOnlyAccess"]),
      broken("deployer", "managedPolicyArns[0]", [BROAD]),
      changed("what the setting calls broad", (resources) => resources, ["xray-attachment:policyArn"], {
        broad: ["XRay"],
      }),
    ],
    unknowns: [unknown("xray-attachment", "policyArn"), unknown("deployer", "managedPolicyArns")],
    passes: [
      {
        title: "what the setting allows",
        change: set("xray-attachment", "policyArn", BROAD),
        settings: { allowed: ["S3FullAccess"] },
      },
    ],
  }),
  "iam-trust-not-open": onCompute({
    breaks: [
      broken("hook-role", "assumeRolePolicy.Statement[0].Principal", [
        "*",
        { AWS: "*" },
        { AWS: ["arn:aws:iam::1:root", "*"] },
      ]),
      broken(
        "hook-role",
        "assumeRolePolicy.Statement[0]",
        [{ Effect: "Allow", NotPrincipal: { AWS: "x" }, Action: "sts:AssumeRole" }],
        {
          places: ["hook-role:assumeRolePolicy.Statement[0].Principal"],
        },
      ),
      broken("deployer", "assumeRolePolicy.Statement[0].Condition", [
        ABSENT,
        { StringLike: { "token.actions.githubusercontent.com:sub": "*" } },
      ]),
    ],
    unknowns: [unknown("hook-role", "assumeRolePolicy")],
    passes: [
      {
        title: "everybody who knows the external id",
        change: set("hook-role", "assumeRolePolicy.Statement[0]", {
          Effect: "Allow",
          Principal: { AWS: "*" },
          Action: "sts:AssumeRole",
          Condition: { StringEquals: { "sts:ExternalId": "x" } },
        }),
      },
    ],
  }),
  "iam-no-mixed-policies": onCompute({
    breaks: [
      changed(
        "inline policies with a RolePolicy",
        set("shop-fetch-role", "inlinePolicies", [{ name: "x", policy: "{}" }]),
        ["shop-fetch-role:inlinePolicies"],
      ),
      changed("managed policies with attachments", set("old-fetcher-role", "managedPolicyArns", [BROAD]), [
        "old-fetcher-role:managedPolicyArns",
      ]),
    ],
    unknowns: [unknown("hook-role", "inlinePolicies")],
  }),
  "kms-key-policy-not-open": onCompute({
    breaks: [
      broken("key-policy", "policy.Statement", [append(OPEN), append({ ...OPEN, Principal: { AWS: ["*"] } })], {
        places: ["key-policy:policy.Statement[2].Principal"],
      }),
      changed("a policy in the key", set("key", "policy", JSON.stringify({ Statement: [OPEN] })), [
        "key:policy.Statement[0].Principal",
      ]),
    ],
    unknowns: [unknown("key-policy", "policy")],
    passes: [
      {
        title: "one account's callers",
        change: set(
          "key-policy",
          "policy.Statement",
          append({ ...OPEN, Condition: { StringEquals: { "kms:CallerAccount": "1" } } }),
        ),
      },
    ],
  }),
  "no-confused-deputy": onCompute({
    breaks: [
      broken("work-policy", "policy.Statement[0].Condition", [
        ABSENT,
        { StringEquals: { "aws:SourceAccount": "*" } },
        { StringEquals: { "aws:SourceAccount": [ACCOUNT, "*"] } },
        { ArnLike: { "aws:SourceArn": "arn:aws:s3:::*" } },
        { ArnLike: { "aws:SourceArn": "arn:aws:events:*:*:rule/mine" } },
        { ArnLike: { "aws:SourceArn": "arn:*" } },
        { StringNotEquals: { "aws:SourceAccount": ACCOUNT } },
        { "ForAllValues:StringEquals": { "aws:SourceAccount": ACCOUNT } },
        { StringEqualsIfExists: { "aws:SourceAccount": ACCOUNT } },
        { StringEquals: { "aws:PrincipalAccount": ACCOUNT } },
      ]),
      broken("topic-policy", "policy.Statement[0].Condition", [ABSENT]),
      broken("key-policy", "policy.Statement[1].Condition", [ABSENT]),
      broken("keyed", "policy.Statement", [append(forService("lambda.amazonaws.com", "s3.amazonaws.com"))], {
        places: ["keyed:policy.Statement[1].Condition"],
      }),
      broken("keyed", "policy.Statement", [append(forService("sns.amazonaws.com.cn"))], {
        places: ["keyed:policy.Statement[1].Condition"],
      }),
      broken("key", "policy", [JSON.stringify({ Statement: forService("backup.amazonaws.com") })], {
        places: ["key:policy.Statement[0].Condition"],
      }),
      changed(
        "a service of the setting",
        set("keyed", "policy.Statement", append(forService("elasticmapreduce.amazonaws.com"))),
        ["keyed:policy.Statement[1].Condition"],
        { services: ["elasticmapreduce.amazonaws.com"], include: ["^keyed$"] },
      ),
    ],
    unknowns: [unknown("work-policy", "policy"), unknown("keyed", "policy")],
    passes: [
      ...[
        { ArnEquals: { "aws:SourceArn": `arn:aws:events:eu-central-1:${ACCOUNT}:rule/mine` } },
        { ArnLike: { "aws:SourceArn": "arn:aws:s3:::team-*" } },
        { "ForAnyValue:StringLike": { "aws:SourceOrgPaths": "o-1/r-1/*" } },
        { StringEquals: { "aws:SourceOrgID": "o-1" }, Bool: { "aws:SecureTransport": "true" } },
      ].map((Condition) => ({
        title: `a service on ${JSON.stringify(Condition)}`,
        change: set("work-policy", "policy.Statement[0].Condition", Condition),
      })),
      {
        title: "a service that says not for whom it acts",
        change: set(
          "keyed",
          "policy.Statement",
          append(forService("logdelivery.elasticloadbalancing.amazonaws.com", "lambda.amazonaws.com")),
        ),
      },
      {
        title: "a denial",
        change: set("keyed", "policy.Statement", append({ ...forService("s3.amazonaws.com"), Effect: "Deny" })),
      },
      {
        title: "log groups of one account, by what they encrypt",
        change: set("key-policy", "policy.Statement[1]", {
          ...forService("logs.amazonaws.com", "cloudwatch.amazonaws.com"),
          Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
          Condition: { ArnLike: { "kms:EncryptionContext:aws:logs:arn": `arn:aws:logs:eu-central-1:${ACCOUNT}:*` } },
        }),
      },
    ],
  }),
  "trail-validation": onCompute({
    breaks: [broken("trail", "enableLogFileValidation", [ABSENT, false])],
    unknowns: [unknown("trail", "enableLogFileValidation")],
  }),
  "sqs-encryption": onCompute({
    breaks: [
      broken("work", "sqsManagedSseEnabled", [ABSENT, false]),
      broken("keyed", "kmsMasterKeyId", [ABSENT, ""], { places: ["keyed:sqsManagedSseEnabled"] }),
    ],
    unknowns: [unknown("work", "sqsManagedSseEnabled"), unknown("keyed", "kmsMasterKeyId")],
  }),
  "sqs-tls-only": onCompute({
    breaks: [
      broken("work-policy", "policy.Statement[1].Effect", ["Allow"], { places: ["work-policy:policy"] }),
      broken("work-policy", "policy.Statement[1].Condition", [ABSENT], { places: ["work-policy:policy"] }),
      broken("work-policy", "policy.Statement[1].Action", ["sqs:SendMessage"], { places: ["work-policy:policy"] }),
      missing(["work-policy"], ["work:policy"]),
      broken("keyed", "policy", [ABSENT]),
    ],
    unknowns: [unknown("work-policy", "policy"), unknown("keyed", "policy")],
  }),
  "sqs-no-open-principal": onCompute({
    breaks: [
      broken("work-policy", "policy.Statement", [append(OPEN)], {
        places: ["work-policy:policy.Statement[2].Principal"],
      }),
      broken("keyed", "policy.Statement", [append({ ...OPEN, Principal: { AWS: "*" } })], {
        places: ["keyed:policy.Statement[1].Principal"],
      }),
    ],
    unknowns: [unknown("work-policy", "policy"), unknown("keyed", "policy")],
    passes: [
      {
        title: "everybody's events of one rule",
        change: set(
          "work-policy",
          "policy.Statement",
          append({
            ...OPEN,
            Condition: { ArnEquals: { "aws:SourceArn": `arn:aws:events:eu-central-1:${ACCOUNT}:rule/x` } },
          }),
        ),
      },
    ],
  }),
  "sns-encryption": onCompute({
    breaks: [broken("topic", "kmsMasterKeyId", [ABSENT, ""])],
    unknowns: [unknown("topic", "kmsMasterKeyId")],
  }),
  "sns-tls-only": onCompute({
    breaks: [
      broken("topic-policy", "policy.Statement[1].Effect", ["Allow"], { places: ["topic-policy:policy"] }),
      broken("topic-policy", "policy.Statement[1].Condition", [ABSENT, { Bool: { "aws:SecureTransport": "true" } }], {
        places: ["topic-policy:policy"],
      }),
      broken("topic-policy", "policy.Statement[1].Action", ["sns:Subscribe"], { places: ["topic-policy:policy"] }),
      missing(["topic-policy"], ["topic:policy"]),
    ],
    unknowns: [unknown("topic-policy", "policy")],
  }),
  "sns-no-open-principal": onCompute({
    breaks: [
      broken("topic-policy", "policy.Statement", [append(OPEN)], {
        places: ["topic-policy:policy.Statement[2].Principal"],
      }),
      changed("a policy in the topic", set("topic", "policy", JSON.stringify({ Statement: [OPEN] })), [
        "topic:policy.Statement[0].Principal",
      ]),
    ],
    unknowns: [unknown("topic-policy", "policy")],
  }),
  "sns-alarm-key": onCompute({
    breaks: [
      // As at a first preview: the alarms' topic is unknown, but not what it was made from.
      changed(
        "no key, while the alarms' actions are unknown",
        (resources) =>
          set(
            "topic",
            "kmsMasterKeyId",
            ABSENT,
          )(
            resources.map((resource) =>
              resource.type.endsWith("Alarm")
                ? set(resource.name, "alarmActions[0]", UNKNOWN)([resource])[0]!
                : resource,
            ),
          ),
        ["topic:kmsMasterKeyId"],
      ),
      broken("topic", "kmsMasterKeyId", [ABSENT, "alias/aws/sns"]),
      ...[ABSENT, { Service: "sns.amazonaws.com" }, { AWS: "*" }].map((principal) =>
        broken("key-policy", "policy.Statement[1].Principal", [principal], {
          places: ["key-policy:policy", "key-policy:policy"],
        }),
      ),
      broken("key-policy", "policy.Statement[1].Effect", ["Deny"], {
        places: ["key-policy:policy", "key-policy:policy"],
      }),
      broken("key-policy", "policy.Statement[1].Action", ["kms:Decrypt", ["kms:GenerateDataKey"]], {
        places: ["key-policy:policy"],
      }),
      missing(["key-policy"], ["key:policy", "key:policy"]),
    ],
    unknowns: [unknown("key-policy", "policy")],
    notFor: [
      {
        title: "a topic that no alarm publishes to",
        change: (resources) => resources.filter(({ type }) => !/Alarm$/.test(type)),
        resource: "",
      },
    ],
    passes: [
      {
        title: "a key elsewhere",
        change: set("topic", "kmsMasterKeyId", "arn:aws:kms:eu-central-1:123456789012:key/elsewhere"),
      },
      {
        title: "the key by its alias",
        change: set("topic", "kmsMasterKeyId", "alias/team-pipeline-intite-kk1-infpro"),
      },
    ],
  }),
};
