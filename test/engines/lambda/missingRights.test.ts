/** Whether the tests of rights can fail: with one action too few, and with one too many. */
import { expect } from "chai";
import { NO_FAULTS } from "../../../src/local/simulator/faults";
import { need } from "../tools/missing";
import { appsOf } from "./apps";
import { openCloud, type Cloud } from "./cloud";
import type { Deployed } from "./deployed";
import { without, withMore, withPolicy } from "./doctored";
import { batchOf } from "./events";
import { declaredStack, sharedJudge, sharedMoto } from "./engines";
import { lambdaNode, type LambdaNode } from "./nodes";
import { answerOf, drain, errorOf, type BatchAnswer, type FetchAnswer } from "./run";

const NOW_MS = Date.parse("2026-08-15T10:08:00Z");
const EVENT = { time: "2026-08-15T10:05:00Z", mode: "lookback" };

describe("Lambda: rights that are wrong", function () {
  this.timeout(120_000);
  let node: LambdaNode;
  let own: Deployed;
  let cloud: Cloud;

  before(async function () {
    node = await need(this, "Node 24", () => lambdaNode(24));
    await need(this, "IAM simulator", sharedJudge);
    await need(this, "moto", sharedMoto);
    own = await declaredStack("infpro");
  });

  const open = async (deployed: Deployed): Promise<Cloud> => {
    const traffic = { apps: appsOf(deployed), seed: 7, requestsPerDay: 400, faults: NO_FAULTS };
    cloud = await openCloud({ deployed, judge: await sharedJudge(), moto: await sharedMoto(), nowMs: NOW_MS, traffic });
    return cloud;
  };
  const shop = () => cloud.fetchers.get("shop")!;
  const missing = (): string[] => cloud.authority.rulings.flatMap((ruling) => ruling.missing ?? []);
  afterEach(() => cloud.close());

  it("a fetcher that may not read what it wrote fails on its second run, and the statement is named", async () => {
    await open(withPolicy(own, "logs-shop-fetch", without("s3:GetObject")));
    const sandbox = await cloud.start(shop(), node);
    // S3 says 403 of what is missing, too: as long as the listing shows nothing, nothing was there to be read.
    expect(answerOf<FetchAnswer>(await sandbox.invoke(EVENT)).added).to.be.greaterThan(0);
    expect(errorOf(await sandbox.invoke(EVENT))).to.match(/not authorized to perform: s3:GetObject|AccessDenied/);
    const role = "role amplifylogs-logging-intite-ir1-infpro-shop";
    expect(missing()[0]).to.match(
      new RegExp(
        `^${role} lacks .*"Action":"s3:GetObject","Resource":"arn:aws:s3:::${cloud.dataBucket}/(state|raw)/app=shop/`,
      ),
    );
    expect(missing()[0]).to.include("(nearest statement: ReadWriteOwnPrefixes)");
  });

  it("a fetcher that may not ask Amplify fails, and the statement is named", async () => {
    await open(withPolicy(own, "logs-shop-fetch", without("amplify:GenerateAccessLogs")));
    const sandbox = await cloud.start(shop(), node);
    expect(errorOf(await sandbox.invoke(EVENT))).to.include("amplify:GenerateAccessLogs");
    expect(missing().join()).to.include('"Action":"amplify:GenerateAccessLogs"').and.include("apps/d3c4d5e6f7a1b2");
    expect(cloud.amplify.requests).to.equal(0);
  });

  it("a fetcher without the customer's key writes nothing", async () => {
    await open(withPolicy(own, "logs-shop-fetch", without("kms:GenerateDataKey")));
    const sandbox = await cloud.start(shop(), node);
    expect(errorOf(await sandbox.invoke(EVENT))).to.include("kms:GenerateDataKey");
    expect(missing().join()).to.include('"Action":"kms:GenerateDataKey"');
  });

  it("a converter that may not write the table gives its messages back", async () => {
    await open(withPolicy(own, "logs-convert", without("s3:PutObject")));
    const fetcher = await cloud.start(shop(), node);
    answerOf(await fetcher.invoke(EVENT));
    const batch = batchOf(await cloud.messages(), cloud.queueArn);
    const sandbox = await cloud.start(cloud.converter, node);
    const { batchItemFailures } = answerOf<BatchAnswer>(await sandbox.invoke(batch));
    expect(batch.Records.length).to.be.at.least(3);
    expect(batchItemFailures).to.have.length(batch.Records.length);
    expect(missing().join())
      .to.include('"Action":"s3:PutObject"')
      .and.match(/\/(state|access_logs)\/app=shop\//);
  });

  it("an event of a rule that the queue's policy does not know is not delivered", async () => {
    const resources = own.resources.map((resource) =>
      resource.type === "aws:sqs/queuePolicy:QueuePolicy"
        ? {
            ...resource,
            outputs: {
              ...resource.outputs,
              policy: String(resource.outputs["policy"]).replaceAll(":rule/", ":rule/not-"),
            },
          }
        : resource,
    );
    await open({ ...own, resources });
    const fetcher = await cloud.start(shop(), node);
    answerOf(await fetcher.invoke(EVENT));
    expect(await cloud.messages()).to.deep.equal([]);
    expect(missing()[0]).to.match(/^queue policy of \S+ lacks .*"Action":"sqs:SendMessage"/);
  });

  it("an action that no function needs is listed as too wide", async () => {
    await open(withPolicy(own, "logs-convert", withMore("ReadRaw", "s3:DeleteObject")));
    const fetcher = await cloud.start(shop(), node);
    answerOf(await fetcher.invoke(EVENT));
    const sandbox = await cloud.start(cloud.converter, node);
    expect(await drain(cloud, sandbox)).to.be.at.least(3);
    const unused = cloud.authority.ledger.unused().filter(({ statement }) => statement === "ReadRaw");
    expect(unused.map(({ grant }) => grant)).to.deep.equal([
      `s3:DeleteObject on arn:aws:s3:::${cloud.dataBucket}/raw/*`,
    ]);
  });
});
