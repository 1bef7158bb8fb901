import { statementRule } from "../statementRule";

export const iamNoStar = statementRule({
  name: "iam-no-star",
  description: "No policy allows everything on everything.",
  severity: "critical",
  controls: { fsbp: ["IAM.1"], cis: ["1.16"], checkov: ["CKV_AWS_62", "CKV_AWS_63"] },
  remediation: 'Action: ["s3:GetObject"], Resource: [`${bucketArn}/prefix/*`]',
  find: ({ actions, notActions, resources, notResources }) => {
    const everywhere = resources.includes("*") || notResources.length > 0;
    // Everything but some actions is nearly everything.
    if (!everywhere || !(actions.some((action) => action === "*" || action === "*:*") || notActions.length > 0)) return;
    const [key, named] = notActions.length > 0 ? (["NotAction", notActions] as const) : (["Action", actions] as const);
    return { key, found: JSON.stringify(named), wanted: "named actions" };
  },
});
