/** The program with all three sources: what the documents set by hand, resource by resource. */
import { expect } from "chai";
import { evaluatedResources } from "../engines/athena/program";
import { ofType, type Resource } from "../engines/athena/glueReplay";

interface LambdaInputs {
  readonly name: string;
  readonly architectures: readonly string[];
  readonly memorySize: number;
  readonly timeout: number;
  readonly loggingConfig?: { readonly logGroup?: string };
  readonly environment?: { readonly variables?: Readonly<Record<string, string>> };
}

describe("the program with all three sources", function () {
  this.timeout(120_000);
  let resources: readonly Resource[];
  const functions = new Map<string, LambdaInputs>();

  before(async () => {
    resources = await evaluatedResources({
      applicationLogs: JSON.stringify({
        layout: "perService",
        services: ["api-gateway", "authentication"],
        crawler: {},
      }),
      cloudFront: JSON.stringify({ distributions: [{ name: "docs", distributionId: "EDFDVBD6EXAMPLE" }] }),
    });
    for (const one of ofType<LambdaInputs>(resources, "aws:lambda/function:Function")) functions.set(one.name, one);
  });

  it("gives no role a managed policy of AWS's", () => {
    const attached = ofType<{ policyArn: string }>(resources, "aws:iam/rolePolicyAttachment:RolePolicyAttachment");
    const roles = ofType<{ managedPolicyArns?: readonly string[] }>(resources, "aws:iam/role:Role");
    expect(roles.length).to.be.greaterThan(8);
    const arns = [
      ...attached.map(({ policyArn }) => policyArn),
      ...roles.flatMap((role) => role.managedPolicyArns ?? []),
    ];
    expect(arns.filter((arn) => arn.startsWith("arn:aws:iam::aws:policy"))).to.deep.equal([]);
  });

  it("keeps the sources' own schedules and retention where nothing is said", () => {
    const schedules = ofType<{ scheduleExpression: string; target: { arn: string } }>(
      resources,
      "aws:scheduler/schedule:Schedule",
    );
    const of = (name: string): string[] =>
      schedules.filter(({ target }) => target.arn.endsWith(`:${name}`)).map((one) => one.scheduleExpression);
    expect(of("amplifylogs-logging-intite-lm1-infdev-shop")).to.include("rate(1 hour)");
    expect(of("amplifylogs-analysis-intite-lm3-infdev")).to.include("cron(30 3 * * ? *)");
    const crawlers = ofType<{ schedule: string }>(resources, "aws:glue/crawler:Crawler");
    expect(crawlers.map(({ schedule }) => schedule)).to.deep.equal(["cron(0 */6 * * ? *)"]);
    const lifecycles = ofType<{ bucket: string; rules: readonly { id: string; expiration?: { days?: number } }[] }>(
      resources,
      "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    );
    const results = lifecycles.flatMap(({ rules }) => rules).find(({ id }) => id === "results");
    expect(results?.expiration?.days).to.equal(7);
  });

  it("runs the validator's successor on arm64, with 128 MB, for up to fifteen minutes", () => {
    const reader = functions.get("amplifylogs-pipeline-intite-lm8-infdev");
    expect(reader).to.deep.include({ architectures: ["arm64"], memorySize: 128, timeout: 900 });
  });

  it("tells both readers the lake's bucket, which was PROCESSED_BUCKET and S3_DEST_BUCKET", () => {
    const bucket = "amplifylogs-logging-intite-ss1-infdev-123456789012";
    for (const name of ["amplifylogs-pipeline-intite-lm8-infdev", "amplifylogs-logging-intite-lm7-infdev"])
      expect(functions.get(name)?.environment?.variables, name).to.include({ BUCKET: bucket });
  });

  it("declares each function's log group before it", () => {
    const groups = ofType<{ name: string }>(resources, "aws:cloudwatch/logGroup:LogGroup").map(({ name }) => name);
    for (const name of functions.keys()) expect(groups, name).to.include(`/aws/lambda/${name}`);
  });

  it("makes buckets without ACLs and with all public access blocked", () => {
    const buckets = ofType<{ bucket: string }>(resources, "aws:s3/bucket:Bucket").map(({ bucket }) => bucket);
    expect(buckets.length).to.equal(4);
    const blocks = ofType<Record<string, unknown>>(resources, "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock");
    expect(blocks).to.have.length(buckets.length);
    for (const block of blocks)
      expect(block).to.include({
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      });
    const owners = ofType<{ rule: { objectOwnership: string } }>(
      resources,
      "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
    );
    expect(owners.map(({ rule }) => rule.objectOwnership)).to.deep.equal(buckets.map(() => "BucketOwnerEnforced"));
  });

  it("keeps versions of all buckets' objects, and encrypts them", () => {
    const buckets = ofType<{ bucket: string }>(resources, "aws:s3/bucket:Bucket").length;
    const versionings = ofType<{ versioningConfiguration: { status: string } }>(
      resources,
      "aws:s3/bucketVersioning:BucketVersioning",
    );
    expect(versionings.map((one) => one.versioningConfiguration.status)).to.deep.equal(
      Array.from({ length: buckets }, () => "Enabled"),
    );
    const encryption = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
    expect(ofType(resources, encryption)).to.have.length(buckets);
  });

  it("has dead letters behind every queue that feeds a function", () => {
    const queues = ofType<{ name: string; redrivePolicy?: string }>(resources, "aws:sqs/queue:Queue");
    const mappings = ofType<{ eventSourceArn: string }>(resources, "aws:lambda/eventSourceMapping:EventSourceMapping");
    expect(mappings).to.have.length(3);
    for (const { eventSourceArn } of mappings) {
      const queue = queues.find(({ name }) => eventSourceArn.endsWith(`:${name}`));
      expect(queue?.redrivePolicy, eventSourceArn).to.match(/"deadLetterTargetArn":/);
    }
  });

  it("is infrastructure as code: tables, crawler, roles and alarms of all three are in it", () => {
    const tables = ofType<{ databaseName: string; name: string }>(resources, "aws:glue/catalogTable:CatalogTable");
    const names = tables.map(({ databaseName, name }) => `${databaseName}.${name}`);
    expect(names).to.include.members([
      "log_analytics_db.processed_logs",
      "log_analytics_db.errors_logs",
      "app_logs_db.api_gateway",
      "app_logs_db.authentication",
      "amplify_logs_dev.docs_today",
    ]);
    expect(ofType(resources, "aws:glue/crawler:Crawler")).to.have.length(1);
  });
});
