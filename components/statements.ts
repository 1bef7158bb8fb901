/** What each function may do: pure data of known ARNs, so that tests read it. No statement names a wildcard resource where AWS takes one. */
import { PREFIXES } from "../src/model/keys";

export interface Statement {
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  readonly Action: readonly string[] | string;
  readonly Resource: readonly string[] | string;
  readonly Principal?: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export const allow = (
  Sid: string,
  Action: readonly string[],
  Resource: readonly string[],
  Condition?: Statement["Condition"],
): Statement => ({
  Sid,
  Effect: "Allow",
  Action,
  Resource,
  ...(Condition === undefined ? {} : { Condition }),
});

export const objectsBelow = (bucketArn: string, prefixes: readonly string[]): string[] =>
  prefixes.map((prefix) => `${bucketArn}/${prefix}/*`);

export const listBelow = (bucketArn: string, prefixes: readonly string[]): Statement =>
  // Existence is asked by listing: without list rights a missing key would answer 403.
  allow("ListOwnPrefixes", ["s3:ListBucket"], [bucketArn], {
    StringLike: { "s3:prefix": prefixes.map((prefix) => `${prefix}/*`) },
  });

/** Use of a customer key; nothing where S3 holds the keys. */
export const keyStatements = (keyArn: string | undefined, readsOnly = false): Statement[] =>
  keyArn === undefined
    ? []
    : [allow("UseDataKey", ["kms:Decrypt", ...(readsOnly ? [] : ["kms:GenerateDataKey"])], [keyArn])];

/** Every function writes its own log group, which it may not create, its traces, and its failed runs' queue. */
export const functionStatements = (logGroupArn: string, failuresArn: string | undefined): Statement[] => [
  allow("WriteLogs", ["logs:CreateLogStream", "logs:PutLogEvents"], [`${logGroupArn}:*`]),
  // X-Ray takes no resource ("Actions for AWS X-Ray", service authorization reference).
  allow("Trace", ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], ["*"]),
  ...(failuresArn === undefined ? [] : [allow("SendFailedRuns", ["sqs:SendMessage"], [failuresArn])]),
];

/** What a schedule needs to start functions and state machines, and to keep what it could not start. */
export const startStatements = (targetArns: readonly string[], failuresArn: string): Statement[] => {
  const machines = targetArns.filter((arn) => arn.split(":")[2] === "states");
  const functions = targetArns.filter((arn) => !machines.includes(arn));
  return [
    ...(functions.length === 0 ? [] : [allow("StartFunctions", ["lambda:InvokeFunction"], functions)]),
    ...(machines.length === 0 ? [] : [allow("StartMachines", ["states:StartExecution"], machines)]),
    allow("KeepFailedStarts", ["sqs:SendMessage"], [failuresArn]),
  ];
};

export interface FetchRights {
  readonly bucketArn: string;
  readonly rawPrefix: string;
  readonly app: string;
  readonly appArn: string;
  readonly roleArn: string | undefined;
  /** Whether Amplify's metric is asked too. */
  readonly completeness: boolean;
}

export const fetchStatements = ({
  bucketArn,
  rawPrefix,
  app,
  appArn,
  roleArn,
  completeness,
}: FetchRights): Statement[] => {
  const own = (prefixes: readonly string[]): string[] => prefixes.map((prefix) => `${prefix}/app=${app}`);
  const merged = own([rawPrefix, PREFIXES.coverage, PREFIXES.state]);
  return [
    roleArn === undefined
      ? // Working policies in public grant one form or the other; both together are still only this app.
        allow("GenerateAccessLogs", ["amplify:GenerateAccessLogs"], [appArn, `${appArn}/accesslogs/*`])
      : allow("AssumeAppRole", ["sts:AssumeRole"], [roleArn]),
    // AWS has no resource for this action (service authorization reference of CloudWatch). Elsewhere the app's role has the right.
    ...(completeness && roleArn === undefined ? [allow("CountRequests", ["cloudwatch:GetMetricData"], ["*"])] : []),
    allow("ReadWriteOwnPrefixes", ["s3:GetObject", "s3:PutObject"], objectsBelow(bucketArn, merged)),
    allow("PutAside", ["s3:PutObject"], objectsBelow(bucketArn, own([PREFIXES.quarantine, PREFIXES.rejected]))),
    listBelow(bucketArn, merged),
  ];
};

export interface ConvertRights {
  readonly bucketArn: string;
  readonly rawPrefix: string;
  readonly queueArn: string;
  readonly saltParameterArn: string | undefined;
}

export const convertStatements = ({ bucketArn, rawPrefix, queueArn, saltParameterArn }: ConvertRights): Statement[] => {
  const written = [PREFIXES.rejected, PREFIXES.quarantine, PREFIXES.state];
  return [
    allow("ReadRaw", ["s3:GetObject"], objectsBelow(bucketArn, [rawPrefix])),
    allow("ReadWriteTable", ["s3:GetObject", "s3:PutObject"], objectsBelow(bucketArn, [PREFIXES.accessLogs])),
    allow("WriteFindings", ["s3:PutObject"], objectsBelow(bucketArn, written)),
    listBelow(bucketArn, [rawPrefix, PREFIXES.accessLogs]),
    allow("ReceiveEvents", ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], [queueArn]),
    ...(saltParameterArn === undefined ? [] : [allow("ReadSalt", ["ssm:GetParameter"], [saltParameterArn])]),
  ];
};

/** Refuses plain HTTP, to everybody. */
export const tlsOnly = (resources: readonly string[], action: string): Statement => ({
  Sid: "TlsOnly",
  Effect: "Deny",
  Principal: "*",
  Action: action,
  Resource: resources,
  Condition: { Bool: { "aws:SecureTransport": "false" } },
});

export const trustOf = (service: string, condition?: Statement["Condition"]): Record<string, unknown> => ({
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Action: "sts:AssumeRole",
      Principal: { Service: service },
      ...(condition === undefined ? {} : { Condition: condition }),
    },
  ],
});

export const policyText = (statements: readonly Statement[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });
