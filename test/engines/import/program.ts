/** The second project's program: two pipelines, one with all that a user may hand over, made with an @pulumi/aws of its own. */

const shop = { name: "shop", appId: "d1a2b3c4d5e6f7", domainName: "example.com" };
const blog = { name: "blog", appId: "d7f6e5d4c3b2a1", domainName: "example.org" };

export interface ProgramOptions {
  /** Logical name of the first pipeline. */
  readonly name: string;
  /** What it was called before. */
  readonly alias?: string;
  /** The folder of the package's own @pulumi/aws. */
  readonly packages: string;
}

export const programText = ({ name, alias, packages }: ProgramOptions): string => `
const pulumi = require("@pulumi/pulumi");
const aws = require("@pulumi/aws");
const theirs = require(${JSON.stringify(packages)});
const { AmplifyLogPipeline, Encryption } = require("amplify-log-pipeline");

const elsewhere = new aws.Provider("elsewhere", { region: "eu-west-1" });
const key = new aws.kms.Key("own", {}, { provider: elsewhere });
const topic = new aws.sns.Topic("own", {}, { provider: elsewhere });
const reader = new aws.iam.Role("reader", {
  name: "read-access-logs",
  assumeRolePolicy: JSON.stringify({ Version: "2012-10-17", Statement: [
    { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }] }),
});
// Each waits for the one before it; a pipeline that did not wait for the last would be under way long before.
let before;
for (const n of [1, 2, 3, 4]) before = new aws.sqs.Queue("before-" + n, { tags: { After: before ? before.arn : "" } });

const first = new AmplifyLogPipeline(${JSON.stringify(name)}, {
  apps: [${JSON.stringify(shop)}, { ...${JSON.stringify(blog)}, roleArn: reader.arn }],
  naming: { project: "first" },
  database: { name: "first_logs" },
  encryption: Encryption.Kms,
  kmsKeyArn: key.arn,
  alarms: { topicArn: topic.arn },
}, {
  provider: elsewhere,
  protect: true,
  dependsOn: [before],
  aliases: ${JSON.stringify(alias === undefined ? [] : [{ name: alias }])},
  transforms: [({ props, opts }) => props.tags === undefined ? undefined : { props: { ...props, tags: { ...props.tags, Team: "web" } }, opts }],
});
const second = new AmplifyLogPipeline("second", {
  apps: [${JSON.stringify(shop)}],
  naming: { project: "second" },
  database: { name: "second_logs" },
});

const own = new aws.lambda.CallbackFunction("own", { name: "own", callback: async () => "own" });

exports.differs = [elsewhere instanceof theirs.Provider, key instanceof theirs.kms.Key, topic instanceof theirs.sns.Topic];
exports.keyArn = key.arn;
exports.topicArn = topic.arn;
exports.readerArn = reader.arn;
exports.beforeUrn = before.urn;
exports.providerUrn = elsewhere.urn;
exports.firstBucket = first.bucketName;
exports.secondBucket = second.bucketName;
exports.ownFunction = own.name;
`;
