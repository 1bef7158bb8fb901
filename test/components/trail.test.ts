import { spawnSync } from "node:child_process";
import path from "node:path";
import { expect } from "chai";
import type { ProgramGraph } from "../../src/local/programGraph";
import { find, ofType, pipelineOf } from "./evaluateHere";
import type { TrailChildAnswer } from "./trailChild";

const TRAIL = "awsx:cloudtrail:Trail";
const BUCKET = "amplifylogs-monitoring-intite-ss5-inftes-123456789012";
const TRAIL_ARN = "arn:aws:cloudtrail:eu-central-1:123456789012:trail/amplifylogs-monitoring-intite-ct1-inftes";

const child = (audit: boolean): TrailChildAnswer => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [path.join(__dirname, "trailChild.js"), String(audit)],
    { encoding: "utf8" },
  );
  expect(status, stderr).to.equal(0);
  return JSON.parse(stdout) as TrailChildAnswer;
};

describe("the trail of who reads the logs", function () {
  this.timeout(120_000);
  let graph: ProgramGraph;
  let audited: TrailChildAnswer;
  before(async () => {
    audited = child(true);
    graph = await pipelineOf({ audit: true, retention: { auditDays: 90 } });
  });

  it("notes what happens to the data bucket's objects, and nothing else", () => {
    const [trail, ...others] = ofType(graph, TRAIL);
    expect(others).to.deep.equal([]);
    expect(trail!.inputs).to.deep.equal({
      name: "amplifylogs-monitoring-intite-ct1-inftes",
      s3Bucket: { existing: { arn: `arn:aws:s3:::${BUCKET}` } },
      advancedEventSelectors: [
        {
          name: "Objects of the data bucket",
          fieldSelectors: [
            { field: "eventCategory", equals: ["Data"] },
            { field: "resources.type", equals: ["AWS::S3::Object"] },
            {
              field: "resources.ARN",
              startsWiths: ["arn:aws:s3:::amplifylogs-logging-intite-ss1-inftes-123456789012/"],
            },
          ],
        },
      ],
      enableLogFileValidation: true,
      includeGlobalServiceEvents: false,
      isMultiRegionTrail: false,
      tags: { Project: "amplifylogs", Owner: "platform", CostCenter: "web", Environment: "inftes" },
    });
  });

  it("keeps it in a closed bucket of its own, for the days that were asked for", () => {
    const inputs = (type: string) => find(graph, `aws:s3/${type}`, "logs-trail").inputs;
    expect(inputs("bucket:Bucket")).to.include({ bucket: BUCKET });
    expect(inputs("bucketPublicAccessBlock:BucketPublicAccessBlock")).to.deep.equal({
      bucket: BUCKET,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    const [rule] = inputs("bucketLifecycleConfiguration:BucketLifecycleConfiguration")["rules"] as object[];
    expect(rule).to.deep.include({ status: "Enabled", expiration: { days: 90 } });
    const [encryption] = inputs("bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration")[
      "rules"
    ] as object[];
    expect(encryption).to.deep.equal({ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } });
    // A bucket has one policy, which the trail's component makes.
    expect(
      ofType(graph, "aws:s3/bucketPolicy:BucketPolicy").filter(({ inputs: own }) => own["bucket"] === BUCKET),
    ).to.deep.equal([]);
  });

  it("lets that trail alone write there, over TLS alone, whatever its component would allow", () => {
    const { policy, leavesOthersAlone } = audited;
    expect(leavesOthersAlone).to.equal(true);
    const { Statement } = JSON.parse(policy!) as { Statement: Record<string, unknown>[] };
    const allowed = Statement.filter(({ Effect }) => Effect === "Allow");
    expect(allowed.map(({ Action, Resource, Condition }) => ({ Action, Resource, Condition }))).to.deep.equal([
      {
        Action: "s3:GetBucketAcl",
        Resource: `arn:aws:s3:::${BUCKET}`,
        Condition: { StringEquals: { "aws:SourceArn": TRAIL_ARN } },
      },
      {
        Action: "s3:PutObject",
        Resource: `arn:aws:s3:::${BUCKET}/AWSLogs/123456789012/*`,
        Condition: { StringEquals: { "aws:SourceArn": TRAIL_ARN, "s3:x-amz-acl": "bucket-owner-full-control" } },
      },
    ]);
    for (const { Principal } of allowed) expect(Principal).to.deep.equal({ Service: "cloudtrail.amazonaws.com" });
    expect(Statement.filter(({ Effect }) => Effect === "Deny")).to.deep.equal([
      {
        Sid: "TlsOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [`arn:aws:s3:::${BUCKET}`, `arn:aws:s3:::${BUCKET}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ]);
  });

  it("is not there unless it is asked for, and then @pulumi/awsx is not even loaded", () => {
    const { types, awsxModules, policy } = child(false);
    expect(types.length).to.be.greaterThan(60);
    expect(types).to.not.include(TRAIL);
    expect(policy).to.equal(undefined);
    expect(awsxModules).to.equal(0);
    expect(audited.types.filter((type) => type === TRAIL)).to.have.length(1);
    expect(audited.awsxModules).to.be.greaterThan(0);
  });
});
