import { ABSENT, all, set, without } from "../changes";
import { broken, changed, missing, onStorage, unknown, type RuleCases } from "./cases";

const SPLIT = "rules[0].applyServerSideEncryptionByDefault";
const INLINE = "serverSideEncryptionConfiguration.rule.applyServerSideEncryptionByDefault";
const V2 = "serverSideEncryptionConfigurations[0].rules[0].applyServerSideEncryptionByDefaults[0]";
/** Each form's place of the default. */
const DEFAULTS = [
  ["split-sse", SPLIT],
  ["inline", INLINE],
  ["v2", V2],
  ["v2split-sse", SPLIT],
] as const;
const RULES = [
  ["split-sse", "rules[0]"],
  ["inline", "serverSideEncryptionConfiguration.rule"],
  ["v2", "serverSideEncryptionConfigurations[0].rules[0]"],
  ["v2split-sse", "rules[0]"],
] as const;
const EVERYBODY = { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::x/*" };
const addStatement = (statement: object) => (old: unknown) => [...(old as unknown[]), statement];

export const BUCKET_CASES: Readonly<Record<string, RuleCases>> = {
  "s3-encryption": onStorage({
    breaks: [
      ...DEFAULTS.map(([name, path]) => broken(name, `${path}.sseAlgorithm`, [ABSENT, "none", false])),
      missing(["split-sse"], ["split:serverSideEncryptionConfiguration"]),
      missing(["v2split-sse"], ["v2split:serverSideEncryptionConfiguration"]),
      broken("inline", "serverSideEncryptionConfiguration", [ABSENT]),
      broken("v2", "serverSideEncryptionConfigurations", [ABSENT, []], {
        places: ["v2:serverSideEncryptionConfiguration"],
      }),
      broken("split-sse", "bucket", ["another-bucket"], { places: ["split:serverSideEncryptionConfiguration"] }),
      changed(
        "AES256 where only KMS is allowed",
        set("v2", `${V2}.sseAlgorithm`, "AES256"),
        [`v2:${V2}.sseAlgorithm`],
        { algorithms: ["aws:kms"] },
      ),
    ],
    unknowns: [
      ...DEFAULTS.map(([name, path]) => unknown(name, `${path}.sseAlgorithm`)),
      unknown("split-sse", "rules"),
      unknown("inline", "serverSideEncryptionConfiguration"),
    ],
    passes: [
      { title: "AES256", change: set("split-sse", `${SPLIT}.sseAlgorithm`, "AES256") },
      { title: "KMS twice over", change: set("split-sse", `${SPLIT}.sseAlgorithm`, "aws:kms:dsse") },
      {
        title: "the reference unknown, as at a first preview",
        change: set("split-sse", "bucket", "04da6b54-80e4-46f7-96ec-b56ff0331ba9"),
      },
    ],
  }),
  "s3-customer-key": onStorage({
    breaks: [
      ...DEFAULTS.flatMap(([name, path]) => [
        broken(name, `${path}.kmsMasterKeyId`, [ABSENT, "alias/aws/s3"]),
        broken(name, `${path}.sseAlgorithm`, [ABSENT, "AES256"]),
      ]),
      missing(["split-sse"], ["split:serverSideEncryptionConfiguration"]),
    ],
    unknowns: DEFAULTS.map(([name, path]) => unknown(name, `${path}.kmsMasterKeyId`, `${path}.sseAlgorithm`)),
  }),
  "s3-bucket-key": onStorage({
    breaks: RULES.map(([name, path]) => broken(name, `${path}.bucketKeyEnabled`, [ABSENT, false, "yes"])),
    unknowns: RULES.map(([name, path]) => unknown(name, `${path}.bucketKeyEnabled`)),
    passes: [
      {
        title: "none is needed without KMS",
        change: all(
          set("split-sse", `${SPLIT}.sseAlgorithm`, "AES256"),
          set("split-sse", "rules[0].bucketKeyEnabled", ABSENT),
        ),
      },
    ],
  }),
  "s3-tls-only": onStorage({
    breaks: [
      ...["split-policy", "inline", "v2-policy", "v2split-policy"].flatMap((name) => {
        const at = (path: string, values: unknown[]) =>
          broken(name, `policy.Statement[0].${path}`, values, { places: [`${name}:policy`] });
        return [
          at("Effect", ["Allow"]),
          at("Principal", [ABSENT, { AWS: "arn:aws:iam::123456789012:root" }]),
          at("Action", ["s3:GetObject", "sqs:*"]),
          at("Resource", ["arn:aws:s3:::x", "arn:aws:s3:::x/*"]),
          at("Condition", [
            ABSENT,
            { Bool: { "aws:SecureTransport": "true" } },
            { Bool: { "aws:SecureTransport": "false" }, StringEquals: { "aws:SourceVpc": "vpc-1" } },
          ]),
        ];
      }),
      missing(["split-policy"], ["split:policy"]),
      broken("inline", "policy", [ABSENT, ""]),
    ],
    unknowns: [unknown("split-policy", "policy"), unknown("inline", "policy"), unknown("v2-policy", "policy")],
    passes: [
      {
        title: "everything denied, as an object",
        change: set("split-policy", "policy", {
          Statement: {
            Effect: "Deny",
            Principal: { AWS: "*" },
            Action: "*",
            Resource: "*",
            Condition: { Bool: { "aws:SecureTransport": false } },
          },
        }),
      },
    ],
  }),
  "s3-public-access-block": onStorage({
    breaks: [
      ...["split-block", "inline-block", "v2-block"].flatMap((name) =>
        ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"].map((flag) =>
          broken(name, flag, [ABSENT, false]),
        ),
      ),
      missing(["split-block"], ["split:publicAccessBlock"]),
      missing(["v2-block"], ["v2:publicAccessBlock"]),
    ],
    unknowns: [unknown("split-block", "blockPublicAcls", "restrictPublicBuckets")],
    passes: [
      {
        title: "the account's block",
        change: (resources) =>
          without("split-block")(resources).map((resource) =>
            resource.name === "v2-block"
              ? { ...resource, type: "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock" }
              : resource,
          ),
      },
    ],
  }),
  "s3-no-acls": onStorage({
    breaks: [
      broken("split-owner", "rule.objectOwnership", [ABSENT, "ObjectWriter", "BucketOwnerPreferred"]),
      missing(["split-owner"], ["split:ownershipControls"]),
      broken("inline", "acl", ["public-read", "authenticated-read"]),
      broken("v2", "grants", [[{ permissions: ["READ"], type: "Group" }]]),
      changed(
        "an ACL beside the bucket",
        (resources) => [
          ...resources,
          {
            ...resources.find(({ name }) => name === "split-owner")!,
            type: "aws:s3/bucketAcl:BucketAcl",
            name: "split-acl",
            urn: "urn:pulumi:infpro::fixture::aws:s3/bucketAcl:BucketAcl::split-acl",
            inputs: { bucket: "team-pipeline-intite-ss2-infpro", acl: "public-read-write" },
            outputs: { bucket: "team-pipeline-intite-ss2-infpro", acl: "public-read-write" },
          },
        ],
        ["split-acl:acl"],
      ),
      changed(
        "an older ACL beside the older bucket, with grants",
        (resources) => [
          ...resources,
          {
            ...resources.find(({ name }) => name === "v2-owner")!,
            type: "aws:s3/bucketAclV2:BucketAclV2",
            name: "v2-acl",
            urn: "urn:pulumi:infpro::fixture::aws:s3/bucketAclV2:BucketAclV2::v2-acl",
            inputs: { bucket: "team-pipeline-intite-ss4-infpro", acl: "private", accessControlPolicy: { grants: [] } },
            outputs: {},
          },
        ],
        ["v2-acl:accessControlPolicy"],
      ),
    ],
    unknowns: [unknown("split-owner", "rule.objectOwnership"), unknown("inline", "acl")],
    passes: [{ title: "the ACL that gives nothing", change: set("split", "acl", "private") }],
  }),
  "s3-no-open-principal": onStorage({
    breaks: [
      ...["split-policy", "inline", "v2-policy"].flatMap((name) => [
        broken(name, "policy.Statement", [addStatement(EVERYBODY)], {
          places: [`${name}:policy.Statement[1].Principal`],
        }),
        broken(name, "policy.Statement", [addStatement({ ...EVERYBODY, Principal: { AWS: ["*"] } })], {
          places: [`${name}:policy.Statement[1].Principal`],
        }),
      ]),
      broken(
        "split-policy",
        "policy.Statement",
        [
          addStatement({ ...EVERYBODY, Condition: { StringLike: { "aws:SourceArn": "*" } } }),
          addStatement({ ...EVERYBODY, Condition: { StringNotEquals: { "aws:SourceAccount": "1" } } }),
          addStatement({ ...EVERYBODY, Condition: { Bool: { "aws:SecureTransport": "true" } } }),
          addStatement({ Effect: "Allow", NotPrincipal: { AWS: "x" }, Action: "s3:*", Resource: "*" }),
        ],
        { places: ["split-policy:policy.Statement[1].Principal"] },
      ),
    ],
    unknowns: [unknown("split-policy", "policy"), unknown("inline", "policy")],
    notFor: [{ title: "a versioning", change: (resources) => resources, resource: "split-versioning" }],
    passes: [
      {
        title: "everybody of one organisation",
        change: set(
          "split-policy",
          "policy.Statement",
          addStatement({ ...EVERYBODY, Condition: { StringEquals: { "aws:PrincipalOrgID": "o-1" } } }),
        ),
      },
    ],
  }),
  "s3-access-logging": onStorage({
    breaks: [
      broken("split-logging", "targetBucket", [ABSENT, ""]),
      broken("inline", "logging.targetBucket", [ABSENT, ""]),
      broken("v2", "loggings[0].targetBucket", [ABSENT, ""]),
      broken("v2split-logging", "targetBucket", [ABSENT]),
      broken("inline", "logging", [ABSENT]),
      broken("v2", "loggings", [ABSENT, []], { places: ["v2:logging"] }),
      missing(["split-logging"], ["split:logging"]),
    ],
    unknowns: [unknown("split-logging", "targetBucket"), unknown("inline", "logging.targetBucket")],
  }),
  "s3-versioning": onStorage({
    breaks: [
      broken("split-versioning", "versioningConfiguration.status", [ABSENT, "Suspended", "Disabled"]),
      broken("v2split-versioning", "versioningConfiguration.status", [ABSENT, "Suspended"]),
      broken("inline", "versioning.enabled", [ABSENT, false]),
      broken("v2", "versionings[0].enabled", [ABSENT, false]),
      broken("inline", "versioning", [ABSENT]),
      missing(["split-versioning"], ["split:versioning"]),
    ],
    unknowns: [
      unknown("split-versioning", "versioningConfiguration.status"),
      unknown("inline", "versioning.enabled"),
      unknown("v2", "versionings[0].enabled"),
    ],
  }),
  "s3-lifecycle-expiry": onStorage({
    breaks: [
      broken("split-lifecycle", "rules[0].status", [ABSENT, "Disabled"], { places: ["split-lifecycle:rules"] }),
      changed(
        "nothing expires",
        all(
          set("split-lifecycle", "rules[0].expiration", ABSENT),
          set("split-lifecycle", "rules[0].noncurrentVersionExpiration", ABSENT),
        ),
        ["split-lifecycle:rules"],
      ),
      changed(
        "nothing expires, in the bucket",
        all(
          set("inline", "lifecycleRules[0].expiration", ABSENT),
          set("inline", "lifecycleRules[0].noncurrentVersionExpiration", ABSENT),
        ),
        ["inline:rules"],
      ),
      changed(
        "nothing expires, in the older bucket",
        all(
          set("v2", "lifecycleRules[0].expirations", ABSENT),
          set("v2", "lifecycleRules[0].noncurrentVersionExpirations", ABSENT),
        ),
        ["v2:rules"],
      ),
      broken("inline", "lifecycleRules[0].enabled", [false], { places: ["inline:rules"] }),
      broken("inline", "lifecycleRules", [ABSENT]),
      missing(["split-lifecycle"], ["split:lifecycleRules"]),
      missing(["v2split-lifecycle"], ["v2split:lifecycleRules"]),
    ],
    unknowns: [unknown("split-lifecycle", "rules[0].status"), unknown("inline", "lifecycleRules[0].enabled")],
  }),
  "s3-abort-multipart": onStorage({
    breaks: [
      broken("split-lifecycle", "rules[0].abortIncompleteMultipartUpload.daysAfterInitiation", [ABSENT, 8], {
        places: ["split-lifecycle:rules"],
      }),
      broken("split-lifecycle", "rules[0].status", ["Disabled"], { places: ["split-lifecycle:rules"] }),
      broken("inline", "lifecycleRules[0].abortIncompleteMultipartUploadDays", [ABSENT, 30], {
        places: ["inline:rules"],
      }),
      broken("v2", "lifecycleRules[0].abortIncompleteMultipartUploadDays", [ABSENT], { places: ["v2:rules"] }),
      missing(["split-lifecycle"], ["split:lifecycleRules"]),
      changed(
        "later than the setting",
        set("split-lifecycle", "rules[0].abortIncompleteMultipartUpload.daysAfterInitiation", 3),
        ["split-lifecycle:rules"],
        { maximumDays: 2 },
      ),
    ],
    unknowns: [unknown("split-lifecycle", "rules[0].abortIncompleteMultipartUpload.daysAfterInitiation")],
  }),
  "data-bucket-lifecycle": onStorage({
    breaks: [
      broken("split-lifecycle", "rules[0].noncurrentVersionExpiration", [ABSENT, {}], {
        places: ["split-lifecycle:rules"],
      }),
      broken("inline", "lifecycleRules[0].noncurrentVersionExpiration.days", [ABSENT], { places: ["inline:rules"] }),
      broken("v2", "lifecycleRules[0].noncurrentVersionExpirations[0].days", [ABSENT], { places: ["v2:rules"] }),
      broken("split-lifecycle", "rules[0].status", ["Disabled"], { places: ["split:lifecycleRules"] }),
      missing(["split-lifecycle"], ["split:lifecycleRules"]),
    ],
    unknowns: [
      unknown("split-lifecycle", "rules[0].status"),
      unknown("split-versioning", "versioningConfiguration.status"),
    ],
    notFor: [
      {
        title: "buckets that nothing keeps data in",
        change: (resources) => resources.filter(({ type }) => !/table|crawler|workgroup/i.test(type)),
        resource: "",
      },
    ],
    passes: [
      {
        title: "no old versions to clear away",
        change: all(
          set("split-versioning", "versioningConfiguration.status", "Suspended"),
          set("split-lifecycle", "rules[0].noncurrentVersionExpiration", ABSENT),
        ),
      },
    ],
  }),
};
