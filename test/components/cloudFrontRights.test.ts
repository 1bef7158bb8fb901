/** The reader's own calls, judged by the policy that is deployed with it. */
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { local } from "../../handlers/cloudfront";
import { CloudFrontLogs, LogLake } from "../../components";
import type { ProgramGraph } from "../../src/local/programGraph";
import type { ObjectStore } from "../../src/ports";
import { Bucket } from "../faults/bucket";
import { request, tsv } from "../rows/cloudFrontFiles";
import { find, graphOf, json, variables } from "./evaluateHere";

const ID = "E1ABCDEF234567";
const NOW = Date.parse("2020-07-17T12:00:00Z");
const SOURCE = "delivered-logs";

interface Call {
  readonly action: string;
  /** ARN of what it is about. */
  readonly resource: string;
  /** Of a listing. */
  readonly prefix?: string;
}

/** Says which calls of S3's API each use of the store is. */
const told = (inner: ObjectStore, bucket: string, calls: Call[]): ObjectStore => {
  const arn = `arn:aws:s3:::${bucket}`;
  const on = (action: string, key: string): void => void calls.push({ action, resource: `${arn}/${key}` });
  const listed = (prefix: string): void => void calls.push({ action: "s3:ListBucket", resource: arn, prefix });
  return {
    get: async (key, options) => {
      on("s3:GetObject", key);
      const found = await inner.get(key, options);
      // S3 says 403 where listing is allowed for a prefix only, and src/aws/s3Store.ts then lists.
      if (found === undefined) listed(key);
      return found;
    },
    list: (prefix) => (listed(prefix), inner.list(prefix)),
    put: (key, body, condition) => (on("s3:PutObject", key), inner.put(key, body, condition)),
    delete: (key) => (on("s3:DeleteObject", key), inner.delete(key)),
  };
};

const matches = (pattern: string, value: string): boolean =>
  new RegExp(
    `^${pattern
      .split("*")
      .map((part) => part.replace(/[.+?^${}()|[\]\\/]/g, "\\$&"))
      .join(".*")}$`,
  ).test(value);

type Statement = ReturnType<typeof json>["Statement"][number];

const prefixesOf = ({ Condition }: Statement): string[] | undefined =>
  (Condition as { StringLike?: Record<string, string[]> } | undefined)?.StringLike?.["s3:prefix"];

const permits = (statement: Statement, { action, resource, prefix }: Call): boolean =>
  [statement.Action].flat().includes(action) &&
  [statement.Resource].flat().some((pattern) => matches(pattern, resource)) &&
  (prefixesOf(statement) === undefined || prefixesOf(statement)!.some((pattern) => matches(pattern, prefix ?? "")));

describe("the rights of the reader of CloudFront's logs", function () {
  this.timeout(120_000);
  let graph: ProgramGraph;
  const calls: Call[] = [];

  before(async () => {
    graph = await graphOf(
      () =>
        void new CloudFrontLogs("cdn", {
          lake: new LogLake("lake"),
          distributions: [{ name: "docs", distributionId: ID }],
          bucket: { name: SOURCE, prefix: "cdn" },
          jsonOutput: true,
        }),
    );
    const environment = variables(graph, "cdn-cloudfront");
    const [lake, source] = [new Bucket(), new Bucket()];
    [lake.nowMs, source.nowMs] = [NOW, NOW];
    const good = request({ "x-edge-request-id": "a==" });
    const bad = request({ "x-edge-request-id": "b==", time: "no time" });
    const contents: Record<string, Buffer> = {
      [`cdn/${ID}.2020-07-16-10.aaaa.gz`]: gzipSync(tsv([good, bad])),
      [`cdn/${ID}/undated.gz`]: gzipSync(tsv([bad])),
      [`cdn/${ID}.2020-07-16-11.bbbb.gz`]: Buffer.from("no log at all"),
    };
    for (const [key, body] of Object.entries(contents)) await source.put(key, body);
    const reader = local(environment, {
      store: told(lake, environment["BUCKET"]!, calls),
      source: told(source, SOURCE, calls),
      clock: { now: () => NOW },
    });
    const read = await reader.read([...Object.keys(contents), `cdn/${ID}.2020-07-16-12.gone.gz`]);
    expect(read.map(({ outcome }) => outcome).sort()).to.deep.equal(["gone", "quarantined", "read", "read"]);
    expect(read.map(({ rejected }) => rejected)).to.include(1);
  });

  const allowed = (): Statement[] =>
    json(find(graph, "aws:iam/rolePolicy:RolePolicy", "cdn-cloudfront").inputs["policy"]).Statement;

  it("allow each call that it makes", () => {
    expect(calls.length).to.be.greaterThan(8);
    const refused = calls.filter((call) => !allowed().some((statement) => permits(statement, call)));
    expect(refused).to.deep.equal([]);
  });

  it("allow nothing on objects that it does not use", () => {
    const unused = allowed().flatMap(({ Action, Resource }) =>
      [Action].flat().flatMap((action) =>
        !action.startsWith("s3:")
          ? []
          : [Resource]
              .flat()
              .filter((pattern) => !calls.some((call) => call.action === action && matches(pattern, call.resource)))
              .map((pattern) => `${action} ${pattern}`),
      ),
    );
    expect(unused).to.deep.equal([]);
  });
});
