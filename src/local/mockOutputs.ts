/** What AWS would answer: names, ids and ARNs, so that nothing in the graph stays unknown. Documentation's account number. */

export const MOCK_ACCOUNT = "123456789012";
export const MOCK_REGION = "eu-central-1";

const regional = (service: string, rest: string, region: string): string =>
  `arn:aws:${service}:${region}:${MOCK_ACCOUNT}:${rest}`;

const ARNS: Record<string, (name: string, region: string) => string> = {
  "aws:s3/bucket:Bucket": (name) => `arn:aws:s3:::${name}`,
  "aws:lambda/function:Function": (name, region) => regional("lambda", `function:${name}`, region),
  "aws:iam/role:Role": (name) => `arn:aws:iam::${MOCK_ACCOUNT}:role/${name}`,
  "aws:iam/policy:Policy": (name) => `arn:aws:iam::${MOCK_ACCOUNT}:policy/${name}`,
  "aws:sfn/stateMachine:StateMachine": (name, region) => regional("states", `stateMachine:${name}`, region),
  "aws:sqs/queue:Queue": (name, region) => regional("sqs", name, region),
  "aws:sns/topic:Topic": (name, region) => regional("sns", name, region),
  "aws:kms/key:Key": (name, region) => regional("kms", `key/${name}`, region),
  "aws:cloudwatch/logGroup:LogGroup": (name, region) => regional("logs", `log-group:${name}`, region),
  "aws:cloudwatch/eventRule:EventRule": (name, region) => regional("events", `rule/${name}`, region),
  "aws:scheduler/scheduleGroup:ScheduleGroup": (name, region) =>
    regional("scheduler", `schedule-group/${name}`, region),
  "aws:glue/crawler:Crawler": (name, region) => regional("glue", `crawler/${name}`, region),
  "aws:athena/workgroup:Workgroup": (name, region) => regional("athena", `workgroup/${name}`, region),
};

const textAt = (inputs: Readonly<Record<string, unknown>>, keys: readonly string[]): string | undefined =>
  keys.map((key) => inputs[key]).find((value): value is string => typeof value === "string");

/** The id and outputs of a new resource. */
export const mockOutputs = (
  { type, name, inputs }: { readonly type: string; readonly name: string; readonly inputs: Record<string, unknown> },
  region: string,
): { id: string; state: Record<string, unknown> } => {
  const physical = textAt(inputs, ["name", "bucket"]) ?? name;
  const arn = (ARNS[type] ?? ((of: string) => regional("mock", `${type}/${of}`, region)))(physical, region);
  const url = `https://sqs.${region}.amazonaws.com/${MOCK_ACCOUNT}/${physical}`;
  const state = { name: physical, arn, ...inputs, ...(type === "aws:sqs/queue:Queue" ? { url } : {}), keyId: name };
  return { id: type === "aws:kms/key:Key" ? name : physical, state };
};

/** The answers to the questions that the components ask of AWS. @throws on any other, which nobody has thought of. */
export const mockCall = (token: string, region: string): Record<string, unknown> => {
  switch (token) {
    case "aws:index/getCallerIdentity:getCallerIdentity":
      return {
        accountId: MOCK_ACCOUNT,
        arn: `arn:aws:iam::${MOCK_ACCOUNT}:user/local`,
        id: MOCK_ACCOUNT,
        userId: "local",
      };
    case "aws:index/getRegion:getRegion":
      return { region, name: region, id: region, description: region, endpoint: `ec2.${region}.amazonaws.com` };
    default:
      throw new Error(`the local evaluation does not know the call ${token}`);
  }
};
