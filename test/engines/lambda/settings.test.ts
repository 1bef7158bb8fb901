/** Settings that none of the three stacks has: an app in another account and region, and hashed addresses. */
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { NO_FAULTS } from "../../../src/local/simulator/faults";
import { hourRows } from "../../../src/local/simulator/traffic";
import { MOTO_CREDENTIALS } from "../tools/moto";
import { need } from "../tools/missing";
import { appsOf } from "./apps";
import { openCloud, type Cloud } from "./cloud";
import { variablesOf } from "./deployed";
import { declaredStack, sharedJudge, sharedMoto } from "./engines";
import { lambdaNode, type LambdaNode } from "./nodes";
import { answerOf, drain, type FetchAnswer } from "./run";
import { keysBelow, tableColumn } from "./table";

const ROLE = "arn:aws:iam::210987654321:role/amplify-logs-reader";
const APPS = [{ name: "shop", appId: "d3c4d5e6f7a1b2", domainName: "example.com", region: "us-east-1", roleArn: ROLE }];
const NOW_MS = Date.parse("2026-08-15T10:08:00Z");
const TRAFFIC = { seed: 7, requestsPerDay: 1000 };
const SALT = "0123456789abcdef0123456789abcdef";

describe("Lambda: an app in another account, and hashed addresses", function () {
  this.timeout(120_000);
  let node: LambdaNode;
  let cloud: Cloud;

  before(async function () {
    node = await need(this, "Node 24", () => lambdaNode(24));
    const judge = await need(this, "IAM simulator", sharedJudge);
    const moto = await need(this, "moto", sharedMoto);
    const deployed = await declaredStack("infpro", {
      "amplify-logs:apps": JSON.stringify(APPS),
      "amplify-logs:ipPolicy": "hashed",
      "amplify-logs:saltParameter": "/amplify-logs/salt",
      "amplify-logs:rawPrefix": "incoming/amplify",
    });
    const traffic = { ...TRAFFIC, apps: appsOf(deployed), faults: NO_FAULTS };
    cloud = await openCloud({ deployed, judge, moto, nowMs: NOW_MS, traffic });
    const ssm = new SSMClient({ endpoint: moto.url, region: "eu-central-1", credentials: MOTO_CREDENTIALS });
    await ssm.send(new PutParameterCommand({ Name: "/amplify-logs/salt", Value: SALT, Type: "SecureString" }));
    ssm.destroy();
  });
  after(() => cloud?.close());

  it("asks Amplify there with the role of that account, and writes here with its own", async () => {
    const lambda = cloud.fetchers.get("shop")!;
    expect(variablesOf(lambda)).to.include({ APP_REGION: "us-east-1", ROLE_ARN: ROLE });
    const sandbox = await cloud.start(lambda, node);
    const { added } = answerOf<FetchAnswer>(await sandbox.invoke({ time: "2026-08-15T10:05:00Z", mode: "lookback" }));
    expect(added).to.be.greaterThan(20);
    expect(await keysBelow(cloud.s3, cloud.dataBucket, "incoming/amplify/app=shop/")).to.have.length(6);
    const actions = new Set(cloud.authority.rulings.map(({ action }) => action));
    expect(actions).to.include("sts:AssumeRole");
    // The other account's policies say what its role may ask of Amplify.
    expect(actions).to.not.include("amplify:GenerateAccessLogs");
    expect(cloud.amplify.requests).to.be.greaterThan(0);
  });

  it("reads the salt, and stores nothing but the address's keyed hash", async () => {
    const sandbox = await cloud.start(cloud.converter, node);
    expect(await drain(cloud, sandbox)).to.equal(6);
    expect(cloud.authority.rulings.map(({ action }) => action)).to.include("ssm:GetParameter");
    const addresses = await tableColumn(cloud.s3, cloud.dataBucket, "request_ip");
    for (const address of addresses) expect(address).to.match(/^[0-9a-f]{32}$/);
    // As many as there are addresses: none lost, none split.
    const hours = [3, 4, 5, 6, 7, 8].map((hour) => Date.parse(`2026-08-15T0${hour}:00:00Z`));
    const rows = hours.flatMap((hourMs) => hourRows({ ...TRAFFIC, app: appsOf(cloud.deployed)[0]!, hourMs }));
    const seen = new Set(rows.filter(({ visibleAtMs }) => visibleAtMs <= NOW_MS).map(({ line }) => line.split(",")[4]));
    expect(addresses).to.have.length(seen.size);
    expect(seen.size).to.be.greaterThan(2);
  });

  it("needs every right that it was given for that, and no other", () => {
    expect(cloud.authority.rulings.filter(({ result }) => result !== "Allowed")).to.deep.equal([]);
    expect(cloud.proxy.faults).to.deep.equal([]);
    const unused = cloud.authority.ledger.unused().map(({ statement }) => statement);
    expect(unused).to.not.include.members(["AssumeAppRole"]).and.not.include.members(["ReadSalt"]);
  });
});
