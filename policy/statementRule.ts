/** Rules on each statement of the policies of identities: managed, inline, and inline in a role. */
import { IDENTITY_POLICIES, identityPolicyPaths, statementsAt, type PolicyStatement } from "./documents";
import { resourceRule, type Judgement, type ResourceRule } from "./rule";
import type { Settings } from "./settings";

type Definition<Definitions extends Settings> = Omit<
  Parameters<typeof resourceRule<Definitions>>[0],
  "types" | "judge"
> & {
  /** What is wrong with the statement: where, found, wanted; undefined where it is right. */
  readonly find: (
    statement: PolicyStatement,
    settings: Judgement<Definitions>["settings"],
  ) => { readonly key: string; readonly found: string; readonly wanted: string } | undefined;
};

export const statementRule = <const Definitions extends Settings = Record<never, never>>({
  find,
  ...rule
}: Definition<Definitions>): ResourceRule =>
  resourceRule<Definitions>({
    ...rule,
    types: IDENTITY_POLICIES,
    judge: (subject, { settings, violation, each }) => {
      each(identityPolicyPaths(subject), (path) => {
        for (const statement of statementsAt(subject, path)) {
          if (statement.effect !== "Allow") continue;
          const wrong = find(statement, settings);
          if (wrong !== undefined) violation(`${statement.path}.${wrong.key}`, wrong.wanted, { found: wrong.found });
        }
      });
    },
  });
