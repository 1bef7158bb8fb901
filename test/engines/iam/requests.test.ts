/** What a request of the SDK asks of IAM: requests as the SDK sends them, to calls. */
import { expect } from "chai";
import { otherCalls } from "./otherCalls";
import { placeOf, refusal, scopeOf, type AwsRequest } from "./request";
import { s3Calls } from "./s3Calls";

const request = (
  method: string,
  url: string,
  more: { headers?: Record<string, string>; body?: string } = {},
): AwsRequest => {
  const { host, pathname, search, searchParams } = new URL(url);
  return {
    ...placeOf(host),
    method,
    path: decodeURIComponent(pathname),
    query: searchParams,
    target: pathname + search,
    headers: more.headers ?? {},
    body: Buffer.from(more.body ?? ""),
    encrypted: true,
  };
};
const BUCKET = "https://logs-1.s3.eu-central-1.amazonaws.com";
const OBJECT = "arn:aws:s3:::logs-1/raw/app=shop/a b.gz";
const place = { account: "123456789012", workgroupOf: (id: string) => `workgroup-of-${id}` };
const json = (target: string, body: object) => ({ headers: { "x-amz-target": target }, body: JSON.stringify(body) });
const shown = (calls: readonly { action: string; resource: string }[]): string[] =>
  calls.map(({ action, resource }) => `${action} ${resource}`);

describe("IAM: requests", () => {
  const s3: readonly [string, AwsRequest, string[]][] = [
    ["a read", request("GET", `${BUCKET}/raw/app%3Dshop/a%20b.gz?x-id=GetObject`), [`s3:GetObject ${OBJECT}`]],
    ["a write", request("PUT", `${BUCKET}/raw/app%3Dshop/a%20b.gz?x-id=PutObject`), [`s3:PutObject ${OBJECT}`]],
    [
      "a write of a new object",
      request("PUT", `${BUCKET}/raw/app%3Dshop/a%20b.gz`, { headers: { "if-none-match": "*" } }),
      [`s3:PutObject ${OBJECT}`],
    ],
    [
      "a write over what was read",
      request("PUT", `${BUCKET}/raw/app%3Dshop/a%20b.gz`, { headers: { "if-match": '"0a"' } }),
      [`s3:PutObject ${OBJECT}`, `s3:GetObject ${OBJECT}`],
    ],
    [
      "tags of a version",
      request("PUT", `${BUCKET}/raw/app%3Dshop/a%20b.gz?tagging&versionId=7`),
      [`s3:PutObjectVersionTagging ${OBJECT}`],
    ],
    ["tags", request("PUT", `${BUCKET}/raw/app%3Dshop/a%20b.gz?tagging`), [`s3:PutObjectTagging ${OBJECT}`]],
    [
      "a deletion of several",
      request("POST", `${BUCKET}/?delete`, {
        body: "<Delete><Object><Key>raw/app=shop/a b.gz</Key></Object><Object><Key>raw/c</Key></Object></Delete>",
      }),
      [`s3:DeleteObject ${OBJECT}`, "s3:DeleteObject arn:aws:s3:::logs-1/raw/c"],
    ],
    ["a listing", request("GET", `${BUCKET}/?list-type=2&prefix=raw%2F`), ["s3:ListBucket arn:aws:s3:::logs-1"]],
  ];
  for (const [name, asked, calls] of s3) it(`to S3: ${name}`, () => expect(shown(s3Calls(asked))).to.deep.equal(calls));

  it("to S3: a listing's prefix is what a condition sees", () => {
    const [call] = s3Calls(request("GET", `${BUCKET}/?list-type=2&prefix=raw%2Fapp%3Dshop%2F&max-keys=1`));
    expect(call?.context).to.deep.equal({ "s3:prefix": "raw/app=shop/", "s3:max-keys": "1" });
    expect(s3Calls(request("GET", `${BUCKET}/?list-type=2`))[0]?.context).to.deep.equal({});
  });

  it("to S3: what nobody has thought of is refused, not waved through", () => {
    const unknown = [
      request("DELETE", `${BUCKET}/raw/a`),
      request("GET", `${BUCKET}/raw/a?versionId=1`),
      request("GET", `${BUCKET}/raw/a?tagging`),
      request("POST", `${BUCKET}/?delete`, { body: "<Delete></Delete>" }),
      request("POST", `${BUCKET}/?delete`, {
        body: "<Delete><Object><Key>raw/a</Key><VersionId>1</VersionId></Object></Delete>",
      }),
      request("GET", `${BUCKET}/?versions`),
      request("PUT", `${BUCKET}/raw/a`, { headers: { "x-amz-copy-source": "/other/a" } }),
      request("GET", "https://s3.eu-central-1.amazonaws.com/"),
    ];
    for (const one of unknown) expect(() => s3Calls(one), one.target).to.throw("nobody has said what IAM is asked");
  });

  const ATHENA = "https://athena.eu-central-1.amazonaws.com/";
  const athena = "athena:%s arn:aws:athena:eu-central-1:123456789012:workgroup/";
  const others: readonly [string, AwsRequest, string[]][] = [
    [
      "Athena: a query",
      request(
        "POST",
        ATHENA,
        json("AmazonAthena.StartQueryExecution", { QueryString: "SELECT 1", WorkGroup: "users" }),
      ),
      [`${athena.replace("%s", "StartQueryExecution")}users`],
    ],
    [
      "Athena: a query without a workgroup",
      request("POST", ATHENA, json("AmazonAthena.StartQueryExecution", { QueryString: "SELECT 1" })),
      [`${athena.replace("%s", "StartQueryExecution")}primary`],
    ],
    [
      "Athena: a state",
      request("POST", ATHENA, json("AmazonAthena.GetQueryExecution", { QueryExecutionId: "7" })),
      [`${athena.replace("%s", "GetQueryExecution")}workgroup-of-7`],
    ],
    [
      "Glue",
      request(
        "POST",
        "https://glue.eu-central-1.amazonaws.com/",
        json("AWSGlue.BatchUpdatePartition", { DatabaseName: "logs", TableName: "rows" }),
      ),
      ["catalog", "database/logs", "table/logs/rows"].map(
        (name) => `glue:BatchUpdatePartition arn:aws:glue:eu-central-1:123456789012:${name}`,
      ),
    ],
    [
      "Amplify",
      request("POST", "https://amplify.us-east-1.amazonaws.com/apps/d1a2/accesslogs", { body: "{}" }),
      ["amplify:GenerateAccessLogs arn:aws:amplify:us-east-1:123456789012:apps/d1a2"],
    ],
    [
      "SSM",
      request("POST", "https://ssm.eu-central-1.amazonaws.com/", json("AmazonSSM.GetParameter", { Name: "/a/salt" })),
      ["ssm:GetParameter arn:aws:ssm:eu-central-1:123456789012:parameter/a/salt"],
    ],
    [
      "STS",
      request("POST", "https://sts.eu-central-1.amazonaws.com/", {
        body: "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A210987654321%3Arole%2Fr&RoleSessionName=s",
      }),
      ["sts:AssumeRole arn:aws:iam::210987654321:role/r"],
    ],
  ];
  for (const [name, asked, calls] of others)
    it(`to ${name}`, () => expect(shown(otherCalls(asked, place))).to.deep.equal(calls));

  it("to another service, or of another operation, are refused", () => {
    const unknown = [
      request("POST", "https://glue.eu-central-1.amazonaws.com/", json("AWSGlue.DeleteTable", {})),
      request("POST", ATHENA, json("AmazonAthena.DeleteWorkGroup", {})),
      request("GET", "https://amplify.us-east-1.amazonaws.com/apps"),
      request("POST", "https://sts.eu-central-1.amazonaws.com/", { body: "Action=GetSessionToken" }),
    ];
    for (const one of unknown) expect(() => otherCalls(one, place)).to.throw("nobody has said what IAM is asked");
  });

  it("are known by a regional host of AWS and by who signed for what", () => {
    expect(placeOf("logs-1.s3.eu-central-1.amazonaws.com")).to.deep.equal({
      service: "s3",
      region: "eu-central-1",
      bucket: "logs-1",
    });
    for (const host of ["s3.amazonaws.com", "example.com", "s3.eu-central-1.amazonaws.com.example.com", "127.0.0.1"])
      expect(() => placeOf(host), host).to.throw("no regional host");
    const authorization =
      "AWS4-HMAC-SHA256 Credential=ASIA1/20260815/eu-central-1/s3/aws4_request, SignedHeaders=host, Signature=0";
    expect(scopeOf(request("GET", `${BUCKET}/a`, { headers: { authorization } }))).to.deep.equal({
      accessKeyId: "ASIA1",
      region: "eu-central-1",
      service: "s3",
    });
    expect(scopeOf(request("GET", `${BUCKET}/a`))).to.equal(undefined);
  });

  it("are refused in each service's own form", () => {
    const s3Answer = refusal(request("GET", `${BUCKET}/a`), 403, "AccessDenied", "no");
    expect(s3Answer.status).to.equal(403);
    expect(s3Answer.body.toString()).to.include("<Code>AccessDenied</Code>");
    const jsonAnswer = refusal(request("POST", ATHENA), 403, "AccessDenied", "no");
    expect(jsonAnswer.status).to.equal(400);
    expect(jsonAnswer.headers["x-amzn-errortype"]).to.equal("AccessDeniedException");
  });
});
