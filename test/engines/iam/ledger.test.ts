/** The books of what was needed: each action on each resource, and each value of a condition. */
import { expect } from "chai";
import { sharedJudge } from "../lambda/engines";
import { need } from "../tools/missing";
import { openAuthority, type Authority } from "./authority";
import type { Judge } from "./judge";
import type { Policies, PolicyStatement } from "./policies";

const ROLE = "arn:aws:iam::123456789012:role/reader";
const BUCKET = "arn:aws:s3:::logs";
const STATEMENTS: readonly PolicyStatement[] = [
  {
    Sid: "Objects",
    Effect: "Allow",
    Action: ["s3:GetObject", "s3:PutObject"],
    Resource: [`${BUCKET}/a/*`, `${BUCKET}/b/*`],
  },
  {
    Sid: "List",
    Effect: "Allow",
    Action: "s3:ListBucket",
    Resource: BUCKET,
    Condition: { StringLike: { "s3:prefix": ["a/*", "b/*"] } },
  },
  {
    Sid: "Mixed",
    Effect: "Allow",
    Action: ["s3:GetObjectTagging", "s3:GetBucketLocation"],
    Resource: [BUCKET, `${BUCKET}/a/*`],
  },
];

describe("IAM: what was needed", function () {
  this.timeout(60_000);
  let judge: Judge;
  let authority: Authority;
  before(async function () {
    judge = await need(this, "IAM simulator", sharedJudge);
  });
  beforeEach(async () => {
    const document = (Statement: readonly PolicyStatement[]) => ({ Version: "2012-10-17", Statement });
    const identity = [{ name: "policy", document: document(STATEMENTS) }];
    const role = { name: "reader", arn: ROLE, identity, trust: { name: "trust", document: document([]) } };
    const policies: Policies = { roles: new Map([[ROLE, role]]), resources: new Map() };
    authority = await openAuthority(judge, policies);
  });
  const unused = (sid: string): string[] =>
    authority.ledger
      .unused()
      .filter(({ statement }) => statement === sid)
      .map(({ grant }) => grant);

  it("is nothing at first, and no pair that AWS does not know is asked for", () => {
    expect(unused("Objects")).to.deep.equal([
      `s3:GetObject on ${BUCKET}/a/*`,
      `s3:GetObject on ${BUCKET}/b/*`,
      `s3:PutObject on ${BUCKET}/a/*`,
      `s3:PutObject on ${BUCKET}/b/*`,
    ]);
    expect(unused("List")).to.deep.equal([`s3:ListBucket on ${BUCKET}`, "s3:prefix=a/*", "s3:prefix=b/*"]);
    expect(unused("Mixed")).to.deep.equal([
      `s3:GetObjectTagging on ${BUCKET}/a/*`,
      `s3:GetBucketLocation on ${BUCKET}`,
    ]);
  });

  it("is what a call used, and no more", async () => {
    await authority.ofRole(ROLE, { action: "s3:GetObject", resource: `${BUCKET}/b/1`, context: {} });
    await authority.ofRole(ROLE, { action: "s3:ListBucket", resource: BUCKET, context: { "s3:prefix": "a/1" } });
    expect(unused("Objects")).to.have.length(3);
    expect(unused("Objects")).to.not.include(`s3:GetObject on ${BUCKET}/b/*`);
    expect(unused("List")).to.deep.equal(["s3:prefix=b/*"]);
  });

  it("is not what was asked for in vain, or only asked about", async () => {
    const before = authority.ledger.unused();
    const ruling = await authority.ofRole(ROLE, { action: "s3:GetObject", resource: `${BUCKET}/c/1`, context: {} });
    expect(
      await authority.wouldAllow(ROLE, { action: "s3:GetObject", resource: `${BUCKET}/a/1`, context: {} }),
    ).to.equal(true);
    expect(authority.ledger.unused()).to.deep.equal(before);
    expect(authority.rulings).to.deep.equal([ruling]);
    expect(ruling.result).to.equal("ImplicitlyDenied");
    expect(ruling.missing).to.equal(
      `role reader lacks {"Effect":"Allow","Action":"s3:GetObject","Resource":"${BUCKET}/c/1"} (nearest statement: Objects)`,
    );
  });

  it("is known of every policy by a name of its own", async () => {
    const [role] = authority.policies.roles.values();
    const twins = { ...authority.policies, resources: new Map([["arn:aws:s3:::x", role!.identity[0]!]]) };
    expect(await openAuthority(judge, twins).then(() => "", String)).to.include("policies of one name: policy");
  });
});
