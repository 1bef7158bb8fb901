import { covers } from "../documents";
import { statementRule } from "../statementRule";

const DECRYPTING = ["kms:Decrypt", "kms:ReEncryptFrom"];
const isAnyKey = (resource: string): boolean =>
  resource === "*" || /^arn:[^:]+:kms:[^:]*:[^:]*:(key\/\*|alias\/\*|\*)/.test(resource);

export const kmsNoDecryptAll = statementRule({
  name: "kms-no-decrypt-all",
  description: "Nobody may decrypt with all keys.",
  severity: "high",
  controls: { fsbp: ["KMS.1", "KMS.2"] },
  remediation: 'Action: "kms:Decrypt", Resource: [key.arn]',
  find: ({ actions, notActions, resources, notResources }) => {
    const decrypts =
      notActions.length > 0
        ? DECRYPTING.some((action) => !notActions.some((pattern) => covers(pattern, action)))
        : actions.some((pattern) => DECRYPTING.some((action) => covers(pattern, action)));
    if (!decrypts) return undefined;
    if (notResources.length > 0)
      return { key: "NotResource", found: JSON.stringify(notResources), wanted: "named keys" };
    const any = resources.filter(isAnyKey);
    return any.length === 0 ? undefined : { key: "Resource", found: JSON.stringify(any), wanted: "named keys" };
  },
});
