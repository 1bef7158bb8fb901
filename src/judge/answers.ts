/** What AWS would answer to a program that is only evaluated, as far as that can be said without AWS. */
import { MOCK_ACCOUNT, mockCall, mockOutputs } from "../local/mockOutputs";

/** Name, id and ARN of a new resource; all other outputs stay unknown, as in a preview. */
export const answerResource = (
  { type, name, inputs }: { readonly type: string; readonly name: string; readonly inputs: Record<string, unknown> },
  region: string,
): { id: string; state: Record<string, unknown> } => {
  const { id, state } = mockOutputs({ type, name, inputs }, region);
  if (!/^aws:s3\/bucket(V2)?:/.test(type)) return { id, state };
  return { id, state: { ...state, bucket: id, arn: `arn:aws:s3:::${id}` } };
};

interface Statement {
  readonly sid?: string;
  readonly effect?: string;
  readonly actions?: readonly string[];
  readonly notActions?: readonly string[];
  readonly resources?: readonly string[];
  readonly notResources?: readonly string[];
  readonly principals?: readonly { readonly type: string; readonly identifiers: readonly string[] }[];
  readonly notPrincipals?: readonly { readonly type: string; readonly identifiers: readonly string[] }[];
  readonly conditions?: readonly {
    readonly test: string;
    readonly variable: string;
    readonly values: readonly string[];
  }[];
}
interface DocumentArgs {
  readonly statements?: readonly Statement[];
  readonly sourcePolicyDocuments?: readonly string[];
  readonly overridePolicyDocuments?: readonly string[];
}

const principalsOf = (principals: Statement["principals"]): unknown => {
  if (principals === undefined || principals.length === 0) return undefined;
  if (principals.some(({ type }) => type === "*")) return "*";
  return Object.fromEntries(principals.map(({ type, identifiers }) => [type, identifiers]));
};

const conditionsOf = (conditions: Statement["conditions"]): unknown => {
  if (conditions === undefined || conditions.length === 0) return undefined;
  const merged: Record<string, Record<string, readonly string[]>> = {};
  for (const { test, variable, values } of conditions) (merged[test] ??= {})[variable] = values;
  return merged;
};

const writeStatement = (statement: Statement): Record<string, unknown> => ({
  Sid: statement.sid,
  Effect: statement.effect ?? "Allow",
  Action: statement.actions,
  NotAction: statement.notActions,
  Resource: statement.resources,
  NotResource: statement.notResources,
  Principal: principalsOf(statement.principals),
  NotPrincipal: principalsOf(statement.notPrincipals),
  Condition: conditionsOf(statement.conditions),
});

/** `aws.iam.getPolicyDocument` asks nobody: it only writes JSON. */
const writeDocument = (args: DocumentArgs): string => {
  const merged = [...(args.sourcePolicyDocuments ?? []), ...(args.overridePolicyDocuments ?? [])].flatMap(
    (text) => (JSON.parse(text) as { Statement: unknown[] }).Statement,
  );
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [...merged, ...(args.statements ?? []).map(writeStatement)],
  });
};

/** The answer to a call; undefined where only AWS knows it. */
export const answerCall = (
  token: string,
  args: Readonly<Record<string, unknown>>,
  region: string,
): Record<string, unknown> | undefined => {
  switch (token) {
    case "aws:index/getCallerIdentity:getCallerIdentity":
    case "aws:index/getRegion:getRegion":
      return mockCall(token, region);
    case "aws:index/getPartition:getPartition":
      return { id: "aws", partition: "aws", dnsSuffix: "amazonaws.com", reverseDnsPrefix: "com.amazonaws" };
    case "aws:iam/getPolicyDocument:getPolicyDocument": {
      const json = writeDocument(args);
      return { ...args, id: MOCK_ACCOUNT, json, minifiedJson: json };
    }
    default:
      return undefined;
  }
};
