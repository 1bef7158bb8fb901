/** Calls that no function makes: those of AWS's services, and those that everybody is refused. */
import type { Authority, Ruling } from "../iam/authority";
import type { DocumentedCall } from "../iam/documentedCall";
import type { Call } from "../iam/judge";

export const judgeDocumented = async (authority: Authority, calls: readonly DocumentedCall[]): Promise<Ruling[]> => {
  const rulings: Ruling[] = [];
  for (const { caller, action, resource, context } of calls) {
    const call: Call = { action, resource, context };
    if (caller === "administrator") rulings.push(await authority.ofAdministrator(call));
    else if (caller.startsWith("arn:")) rulings.push(await authority.ofRole(caller, call));
    else rulings.push(await authority.ofService(caller, call));
  }
  return rulings;
};

/** A call on each kind of thing that the resource is or holds. */
const callsOn = (arn: string): Omit<Call, "context">[] => {
  switch (arn.split(":")[2]) {
    case "s3":
      return [
        { action: "s3:ListBucket", resource: arn },
        { action: "s3:GetObject", resource: `${arn}/raw/any` },
      ];
    case "sqs":
      return [{ action: "sqs:SendMessage", resource: arn }];
    case "sns":
      return [{ action: "sns:Publish", resource: arn }];
    case "kms":
      // KMS answers over TLS only.
      return [];
    default:
      throw new Error(`nobody has said how ${arn} is called without TLS`);
  }
};

/** By somebody who may do all else. */
export const callWithoutTls = async (authority: Authority): Promise<Ruling[]> => {
  const rulings: Ruling[] = [];
  for (const arn of authority.policies.resources.keys())
    for (const call of callsOn(arn))
      rulings.push(await authority.ofAdministrator({ ...call, context: { "aws:SecureTransport": "false" } }));
  return rulings;
};
