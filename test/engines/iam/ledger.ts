/** Which parts of which statements were needed, and what was asked for in vain. */
import type { Decisive, Judge } from "./judge";
import type { Policies, Policy, PolicyStatement } from "./policies";

/** One action on one resource of a statement, or one value of a condition: what can be taken out by itself. */
export interface Grant {
  readonly policy: string;
  readonly statement: string;
  readonly grant: string;
}

const list = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === "string" ? [value] : value;

const pair = (action: string, resource: string | undefined): string =>
  resource === undefined ? action : `${action} on ${resource}`;

const idOf = ({ policy, statement, grant }: Grant): string => `${policy}: ${statement}: ${grant}`;

const conditionsOf = ({ Condition = {} }: PolicyStatement): string[] =>
  Object.values(Condition).flatMap((keys) =>
    Object.entries(keys).flatMap(([key, values]) => list(values).map((value) => `${key}=${value}`)),
  );

const grantsOf = async (judge: Judge, { name, document }: Policy): Promise<Grant[]> => {
  const grants: Grant[] = [];
  for (const [index, statement] of document.Statement.entries()) {
    const of = { policy: name, statement: statement.Sid ?? String(index + 1) };
    const resources = list(statement.Resource);
    for (const action of list(statement.Action)) {
      const concerned = [];
      for (const resource of resources) if (await judge.concerns(action, resource)) concerned.push(resource);
      // An action that fits none of its resources can never be needed: it stays in the list as it stands.
      const pairs = concerned.length > 0 ? concerned : resources.length > 0 ? resources : [undefined];
      grants.push(...pairs.map((resource) => ({ ...of, grant: pair(action, resource) })));
    }
    // Of one Deny for both, either is enough to show that it works.
    grants.push(...conditionsOf(statement).map((grant) => ({ ...of, grant })));
  }
  return grants;
};

export class Ledger {
  private readonly used = new Set<string>();

  private constructor(private readonly grants: readonly Grant[]) {}

  static async of(judge: Judge, { roles, resources }: Policies): Promise<Ledger> {
    const policies = [
      ...[...roles.values()].flatMap(({ identity, trust }) => [...identity, trust]),
      ...resources.values(),
    ];
    const names = policies.map(({ name }) => name);
    const twice = names.filter((name, index) => names.indexOf(name) !== index);
    if (twice.length > 0) throw new Error(`policies of one name: ${twice.join(", ")}`);
    const grants = await Promise.all(policies.map((policy) => grantsOf(judge, policy)));
    return new Ledger(grants.flat());
  }

  get size(): number {
    return this.grants.length;
  }

  use(decisive: readonly Decisive[]): void {
    for (const { policy, statement, actions, resources, conditions } of decisive) {
      const pairs = actions.flatMap((action) =>
        resources.length === 0 ? [pair(action, undefined)] : resources.map((resource) => pair(action, resource)),
      );
      for (const grant of [...pairs, ...conditions]) this.used.add(idOf({ policy, statement, grant }));
    }
  }

  unused(): readonly Grant[] {
    return this.grants.filter((grant) => !this.used.has(idOf(grant)));
  }
}
