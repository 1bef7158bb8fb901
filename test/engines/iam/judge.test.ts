/** The judge that the other suites trust, on cases whose answers AWS's documents give. */
import { expect } from "chai";
import { sharedJudge } from "../lambda/engines";
import { need } from "../tools/missing";
import type { Asked, Judge } from "./judge";
import type { Policy, PolicyStatement } from "./policies";

const ACCOUNT = "123456789012";
const SESSION = `arn:aws:sts::${ACCOUNT}:assumed-role/reader/session`;
const BUCKET = "arn:aws:s3:::logs";
const QUEUE = `arn:aws:sqs:eu-central-1:${ACCOUNT}:events`;
const KEY = `arn:aws:kms:eu-central-1:${ACCOUNT}:key/0a1b`;
const RULE = `arn:aws:events:eu-central-1:${ACCOUNT}:rule/raw`;

const policy = (name: string, ...statements: readonly object[]): Policy => ({
  name,
  document: { Version: "2012-10-17", Statement: statements as readonly PolicyStatement[] },
});
const allow = (Sid: string, Action: string | string[], Resource: string | string[], Condition?: object): object => ({
  Sid,
  Effect: "Allow",
  Action,
  Resource,
  ...(Condition === undefined ? {} : { Condition }),
});
const read = policy("read", allow("Read", ["s3:GetObject", "s3:PutObject"], [`${BUCKET}/raw/*`, `${BUCKET}/state/*`]));
const list = policy(
  "list",
  allow("List", "s3:ListBucket", BUCKET, { StringLike: { "s3:prefix": ["raw/*", "state/*"] } }),
);
const tls = policy("tls", {
  Sid: "TlsOnly",
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: [BUCKET, `${BUCKET}/*`],
  Condition: { Bool: { "aws:SecureTransport": "false" } },
});
const queue = policy("queue", {
  ...allow("RuleSends", "sqs:SendMessage", QUEUE, { ArnEquals: { "aws:SourceArn": RULE } }),
  Principal: { Service: "events.amazonaws.com" },
});
const rootKey = policy("key", { ...allow("Root", "kms:*", "*"), Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` } });
const useKey = policy("use", allow("Use", "kms:Decrypt", KEY));
const trust = policy("trust", {
  Effect: "Allow",
  Action: "sts:AssumeRole",
  Principal: { Service: "lambda.amazonaws.com" },
});

const ask = (more: Partial<Asked>): Asked => ({
  principal: SESSION,
  account: ACCOUNT,
  action: "s3:GetObject",
  resource: `${BUCKET}/raw/a`,
  context: { "aws:SecureTransport": "true" },
  identity: [read, list],
  resourcePolicy: tls,
  ...more,
});
const listed = (prefix?: string): Partial<Asked> => ({
  action: "s3:ListBucket",
  resource: BUCKET,
  context: prefix === undefined ? {} : { "s3:prefix": prefix },
});
const byRule = (arn: string, principal = "events.amazonaws.com"): Partial<Asked> => ({
  principal,
  action: "sqs:SendMessage",
  resource: QUEUE,
  context: { "aws:SourceArn": arn },
  identity: [],
  resourcePolicy: queue,
});
const decrypt = (identity: readonly Policy[]): Partial<Asked> => ({
  action: "kms:Decrypt",
  resource: KEY,
  context: {},
  identity,
  resourcePolicy: rootKey,
});
const assume = (principal: string): Partial<Asked> => ({
  principal,
  action: "sts:AssumeRole",
  resource: `arn:aws:iam::${ACCOUNT}:role/reader`,
  context: {},
  identity: [],
  resourcePolicy: trust,
});

const CASES: readonly [string, Partial<Asked>, string, string][] = [
  ["what a statement allows", {}, "Allowed", "Read"],
  ["another action", { action: "s3:DeleteObject" }, "ImplicitlyDenied", ""],
  ["another prefix", { resource: `${BUCKET}/table/a` }, "ImplicitlyDenied", ""],
  ["another bucket of a longer name", { resource: `${BUCKET}-2/raw/a` }, "ImplicitlyDenied", ""],
  ["what is allowed, without TLS", { context: { "aws:SecureTransport": "false" } }, "ExplicitlyDenied", "TlsOnly"],
  ["a listing below a prefix", listed("state/app=shop/"), "Allowed", "List"],
  ["a listing of another prefix", listed("table/"), "ImplicitlyDenied", ""],
  ["a listing of everything", listed(), "ImplicitlyDenied", ""],
  ["a rule's event", byRule(RULE), "Allowed", "RuleSends"],
  ["another rule's event", byRule(`${RULE}-2`), "ImplicitlyDenied", ""],
  ["another service's message", byRule(RULE, "sns.amazonaws.com"), "ImplicitlyDenied", ""],
  ["a key that policy and account both give", decrypt([useKey]), "Allowed", "Use"],
  ["a key that the account gives and no policy", decrypt([]), "ImplicitlyDenied", ""],
  ["a role by the service that it trusts", assume("lambda.amazonaws.com"), "Allowed", "1"],
  ["a role by another service", assume("scheduler.amazonaws.com"), "ImplicitlyDenied", ""],
];

describe("IAM: the judge", function () {
  this.timeout(60_000);
  let judge: Judge;
  before(async function () {
    judge = await need(this, "IAM simulator", sharedJudge);
  });

  for (const [name, asked, result, statement] of CASES) {
    it(`${result === "Allowed" ? "allows" : "denies"} ${name}`, async () => {
      const verdict = await judge.decide(ask(asked));
      expect(verdict.result).to.equal(result);
      expect(verdict.decisive.map((one) => one.statement)[0] ?? "").to.equal(statement);
    });
  }

  it("says which action, resource and condition of a statement decided", async () => {
    const { decisive } = await judge.decide(ask({ ...listed("raw/x") }));
    expect(decisive).to.deep.equal([
      {
        policy: "list",
        statement: "List",
        effect: "Allow",
        actions: ["s3:ListBucket"],
        resources: [BUCKET],
        conditions: ["s3:prefix=raw/*"],
      },
    ]);
  });

  it("judges no action that AWS does not know on such a resource", async () => {
    const wrong: readonly Partial<Asked>[] = [
      { action: "s3:ListBucket", context: {} },
      { action: "glue:GetTable", resource: BUCKET, context: {} },
      { action: "s3:ReadObject" },
    ];
    for (const asked of wrong) {
      const error = await judge.decide(ask(asked)).then(() => "judged", String);
      expect(error, asked.action).to.match(/cannot judge/);
    }
  });

  it("judges by no condition that AWS does not give with the call", async () => {
    const error = await judge.decide(ask({ context: { "s3:prefix": "raw/" } })).then(() => "judged", String);
    expect(error).to.include("AWS does not give s3:prefix with s3:GetObject");
  });

  it("tells resources that an action can concern from others", async () => {
    const cases: readonly [string, string, boolean][] = [
      ["s3:GetObject", `${BUCKET}/raw/*`, true],
      ["s3:GetObject", BUCKET, false],
      ["s3:ListBucket", BUCKET, true],
      ["s3:ListBucket", `${BUCKET}/raw/*`, false],
      ["glue:GetDatabase", `arn:aws:glue:eu-central-1:${ACCOUNT}:table/db/t`, false],
      ["glue:GetTable", `arn:aws:glue:eu-central-1:${ACCOUNT}:catalog`, true],
      ["logs:PutLogEvents", `arn:aws:logs:eu-central-1:${ACCOUNT}:log-group:/aws/lambda/f:*`, true],
    ];
    for (const [action, resource, concerned] of cases)
      expect(await judge.concerns(action, resource), `${action} ${resource}`).to.equal(concerned);
  });
});
