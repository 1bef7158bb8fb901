import { expect } from "chai";
import { Encryption, IpPolicy } from "../../components";
import type { ProgramGraph } from "../../src/local/programGraph";
import { find, json, pipelineOf, shop } from "./evaluateHere";

const ACCOUNT = "123456789012";
const DATA = "arn:aws:s3:::amplifylogs-logging-intite-ss1-inftes-123456789012";
const RESULTS = "arn:aws:s3:::amplifylogs-analysis-intite-ss2-inftes-123456789012";
const own = (prefixes: readonly string[]): string[] => prefixes.map((prefix) => `${DATA}/${prefix}/*`);
const glue = (resource: string): string => `arn:aws:glue:eu-central-1:${ACCOUNT}:${resource}`;

/** What each policy allows, action by action: `service:Action` → resources. */
type Rights = Readonly<Record<string, readonly string[]>>;

const rightsOf = (policy: unknown): Rights => {
  const rights: Record<string, string[]> = {};
  for (const { Action, Resource } of json(policy).Statement)
    for (const action of [Action].flat()) (rights[action] ??= []).push(...[Resource].flat());
  return Object.fromEntries(Object.entries(rights).map(([action, resources]) => [action, resources.sort()]));
};
const sorted = (rights: Rights): Rights =>
  Object.fromEntries(Object.entries(rights).map(([action, resources]) => [action, [...resources].sort()]));

const logsOf = (name: string): Rights => {
  const streams = [`arn:aws:logs:eu-central-1:${ACCOUNT}:log-group:/aws/lambda/${name}:*`];
  const traces = { "xray:PutTraceSegments": ["*"], "xray:PutTelemetryRecords": ["*"] };
  return { "logs:CreateLogStream": streams, "logs:PutLogEvents": streams, ...traces };
};

/**
 * The calls that each handler makes, by the names of the service authorization reference, and those that Athena makes with its
 * caller's rights. An action too few fails in the account only, an action too many is what an intruder would use.
 */
describe("rights", function () {
  this.timeout(120_000);
  let graph: ProgramGraph;
  before(async () => {
    graph = await pipelineOf({
      apps: [shop],
      encryption: Encryption.Kms,
      ipPolicy: IpPolicy.Hashed,
      saltParameter: "/amplify-logs/salt",
    });
  });

  const rights = (name: string): Rights =>
    rightsOf(find(graph, "aws:iam/rolePolicy:RolePolicy", name).inputs["policy"]);
  const input = (type: string, name: string, key: string): string => String(find(graph, type, name).inputs[key]);
  const lambdaName = (name: string): string => input("aws:lambda/function:Function", name, "name");
  const key = (): string[] => rights("logs-convert")["kms:Decrypt"] as string[];
  const useKey = (): Rights => ({ "kms:Decrypt": key(), "kms:GenerateDataKey": key() });
  const failedRuns = (): Rights => ({
    "sqs:SendMessage": [
      `arn:aws:sqs:eu-central-1:${ACCOUNT}:${input("aws:sqs/queue:Queue", "logs-failed-runs", "name")}`,
    ],
  });

  it("of the fetcher: ask Amplify, list, read and write below its app's prefixes, put aside without reading back", () => {
    const app = `arn:aws:amplify:eu-central-1:${ACCOUNT}:apps/d1a2b3c4d5e6f7`;
    const ofShop = (...prefixes: string[]): string[] => own(prefixes.map((prefix) => `${prefix}/app=shop`));
    expect(rights("logs-shop-fetch")).to.deep.equal(
      sorted({
        "amplify:GenerateAccessLogs": [app, `${app}/accesslogs/*`],
        "s3:GetObject": ofShop("raw", "coverage", "state"),
        "s3:PutObject": ofShop("raw", "coverage", "state", "quarantine", "rejected"),
        "s3:ListBucket": [DATA],
        ...useKey(),
        ...logsOf(lambdaName("logs-shop-fetch")),
        ...failedRuns(),
      }),
    );
  });

  it("of the converter: take events, read raw files, merge with what is stored, read the salt", () => {
    const queue = `arn:aws:sqs:eu-central-1:${ACCOUNT}:${input("aws:sqs/queue:Queue", "logs-convert", "name")}`;
    expect(rights("logs-convert")).to.deep.equal(
      sorted({
        "s3:GetObject": own(["raw", "access_logs"]),
        "s3:PutObject": own(["access_logs", "rejected", "quarantine", "state"]),
        "s3:ListBucket": [DATA],
        "sqs:ReceiveMessage": [queue],
        "sqs:DeleteMessage": [queue],
        "sqs:GetQueueAttributes": [queue],
        "ssm:GetParameter": [`arn:aws:ssm:eu-central-1:${ACCOUNT}:parameter/amplify-logs/salt`],
        ...useKey(),
        ...logsOf(lambdaName("logs-convert")),
      }),
    );
  });

  const athena = (): Rights => {
    const workgroup = `arn:aws:athena:eu-central-1:${ACCOUNT}:workgroup/${input("aws:athena/workgroup:Workgroup", "logs-maintenance", "name")}`;
    return {
      "athena:StartQueryExecution": [workgroup],
      "athena:GetQueryExecution": [workgroup],
      "athena:StopQueryExecution": [workgroup],
      "s3:GetBucketLocation": [RESULTS, DATA],
      "s3:ListBucket": [RESULTS, DATA],
      "s3:ListBucketMultipartUploads": [RESULTS],
    };
  };
  const tables = (...names: string[]): string[] => [
    glue("catalog"),
    glue("database/amplify_logs"),
    ...names.map((name) => glue(`table/amplify_logs/${name}`)),
  ];

  it("of the partition updater: its statements, what Athena needs for them, states to read, and days to drop", () => {
    const table = tables("access_logs");
    expect(rights("logs-partitions")).to.deep.equal(
      sorted({
        ...athena(),
        "glue:GetDatabase": [...table, glue("database/default")],
        "glue:GetTable": table,
        "glue:GetPartition": table,
        "glue:GetPartitions": table,
        "glue:BatchCreatePartition": table,
        "glue:CreatePartition": table,
        "glue:BatchUpdatePartition": table,
        "glue:BatchDeletePartition": table,
        "s3:GetObject": [`${RESULTS}/*`, ...own(["state"])],
        "s3:PutObject": [`${RESULTS}/*`],
        "s3:DeleteObject": own(["access_logs", "access_logs_compacted", "state"]),
        "s3:AbortMultipartUpload": [`${RESULTS}/*`],
        "s3:ListMultipartUploadParts": [`${RESULTS}/*`],
        ...useKey(),
        ...logsOf(lambdaName("logs-partitions")),
        ...failedRuns(),
      }),
    );
  });

  it("of the compactor: read a day's files through its own tables, write them anew elsewhere, and switch", () => {
    const files = own(["access_logs", "access_logs_compacted"]);
    const written = [`${RESULTS}/*`, ...own(["access_logs_compacted"])];
    const read = tables("access_logs", "access_logs_hourly", "access_logs_compactions");
    expect(rights("logs-compact")).to.deep.equal(
      sorted({
        ...athena(),
        "athena:GetQueryResults": athena()["athena:GetQueryExecution"]!,
        "glue:GetDatabase": [...read, glue("database/default")],
        "glue:GetTable": read,
        "glue:GetPartitions": read,
        "glue:BatchUpdatePartition": tables("access_logs"),
        "s3:GetObject": [`${RESULTS}/*`, ...files, ...own(["state"])],
        "s3:PutObject": [...written, ...own(["state"])],
        "s3:AbortMultipartUpload": written,
        "s3:ListMultipartUploadParts": written,
        "s3:PutObjectTagging": files,
        "s3:PutObjectVersionTagging": files,
        ...useKey(),
        ...logsOf(lambdaName("logs-compact")),
      }),
    );
  });

  it("to list are for own prefixes only", () => {
    const prefixesOf = (name: string): unknown[] =>
      json(find(graph, "aws:iam/rolePolicy:RolePolicy", name).inputs["policy"])
        .Statement.filter(
          ({ Action, Resource }) => [Action].flat().includes("s3:ListBucket") && [Resource].flat().includes(DATA),
        )
        .map(({ Condition }) => Condition);
    const below = (...prefixes: string[]): object => ({
      StringLike: { "s3:prefix": prefixes.map((prefix) => `${prefix}/*`) },
    });
    const read = ["raw", "coverage", "state"];
    expect(prefixesOf("logs-shop-fetch")).to.deep.equal([below(...read.map((prefix) => `${prefix}/app=shop`))]);
    expect(prefixesOf("logs-convert")).to.deep.equal([below("raw", "access_logs")]);
    const ofDays = below("access_logs", "access_logs_compacted", "state");
    expect(prefixesOf("logs-partitions")).to.deep.equal([ofDays]);
    expect(prefixesOf("logs-compact")).to.deep.equal([ofDays]);
  });

  it("of the backfill's planner: read the list of apps, without a right on anything else below state/", () => {
    const list = `${DATA}/state/pipelines/amplifylogs-inftes.json`;
    expect(rights("logs-plan")).to.deep.equal(
      sorted({
        "s3:GetObject": [list],
        "kms:Decrypt": key(),
        ...logsOf(lambdaName("logs-plan")),
      }),
    );
  });

  it("of the backfill: run its planner and the fetchers, start and follow its own children, log and trace", () => {
    const machine = input("aws:sfn/stateMachine:StateMachine", "logs-backfill", "name");
    const states = (kind: string): string => `arn:aws:states:eu-central-1:${ACCOUNT}:${kind}:${machine}`;
    const own = rights("logs-backfill");
    expect(Object.fromEntries(Object.entries(own).filter(([, resources]) => !resources.includes("*")))).to.deep.equal({
      "lambda:InvokeFunction": [`arn:aws:lambda:eu-central-1:${ACCOUNT}:function:${lambdaName("logs-plan")}`],
      "states:StartExecution": [states("stateMachine")],
      "states:DescribeExecution": [`${states("execution")}/*`, `${states("execution")}:*`],
      "states:StopExecution": [`${states("execution")}/*`, `${states("execution")}:*`],
    });
    // AWS has no narrower resource for these.
    const wide = Object.entries(own).filter(([, resources]) => resources.includes("*"));
    expect(wide.map(([action]) => action).filter((action) => !/^(logs|xray):/.test(action))).to.deep.equal([]);
    expect(wide.map(([action]) => action)).to.include.members(["logs:CreateLogDelivery", "xray:PutTraceSegments"]);
    const sets = graph.resources.filter(
      ({ type, name }) => type === "aws:iam/policy:Policy" && /^logs-backfill-\d/.test(name),
    );
    expect(sets.map(({ inputs }) => rightsOf(inputs["policy"]))).to.deep.equal([
      { "lambda:InvokeFunction": [`arn:aws:lambda:eu-central-1:${ACCOUNT}:function:${lambdaName("logs-shop-fetch")}`] },
    ]);
  });

  it("of the scheduler: start each function, and keep what could not be started", () => {
    const isScheduler = (name: string): boolean => /^logs-scheduler-\d/.test(name);
    const policies = graph.resources.filter(({ type, name }) => type === "aws:iam/policy:Policy" && isScheduler(name));
    const started = policies.flatMap(({ inputs }) => rightsOf(inputs["policy"])["lambda:InvokeFunction"] ?? []);
    const arn = (name: string): string => `arn:aws:lambda:eu-central-1:${ACCOUNT}:function:${lambdaName(name)}`;
    expect(started).to.have.members([arn("logs-shop-fetch"), arn("logs-partitions"), arn("logs-gaps")]);
    for (const { inputs } of policies)
      expect(rightsOf(inputs["policy"])["sqs:SendMessage"]).to.deep.equal(failedRuns()["sqs:SendMessage"]);
    const attached = graph.resources.filter(
      ({ type, name }) => type === "aws:iam/rolePolicyAttachment:RolePolicyAttachment" && isScheduler(name),
    );
    expect(attached).to.have.length(policies.length);
  });

  it("of each role are for its own service alone", () => {
    const roles = graph.resources.filter(({ type }) => type === "aws:iam/role:Role");
    const services = Object.fromEntries(
      roles.map(({ name, inputs }) => {
        const [statement] = json(inputs["assumeRolePolicy"]).Statement as unknown as {
          Principal: { Service: string };
        }[];
        return [name, statement!.Principal.Service];
      }),
    );
    expect(services).to.deep.equal({
      "logs-shop-fetch": "lambda.amazonaws.com",
      "logs-convert": "lambda.amazonaws.com",
      "logs-partitions": "lambda.amazonaws.com",
      "logs-plan": "lambda.amazonaws.com",
      "logs-gaps": "lambda.amazonaws.com",
      "logs-compact": "lambda.amazonaws.com",
      "logs-backfill": "states.amazonaws.com",
      "logs-compaction": "states.amazonaws.com",
      "logs-scheduler": "scheduler.amazonaws.com",
    });
  });
});
