/** A stack with another policy than its own: to show that the tests see it. */
import type { PolicyStatement } from "../iam/policies";
import type { Deployed, DeployedResource } from "./deployed";

type Change = (statements: readonly PolicyStatement[]) => readonly PolicyStatement[];

/** The same stack, but with the inline policy of the resource of that logical name changed. */
export const withPolicy = (deployed: Deployed, name: string, change: Change): Deployed => {
  let changed = 0;
  const resources = deployed.resources.map((resource): DeployedResource => {
    if (resource.type !== "aws:iam/rolePolicy:RolePolicy" || !resource.urn.endsWith(`::${name}`)) return resource;
    changed++;
    const document = JSON.parse(resource.inputs["policy"] as string) as { Statement: PolicyStatement[] };
    const policy = JSON.stringify({ ...document, Statement: change(document.Statement) });
    return { ...resource, inputs: { ...resource.inputs, policy }, outputs: { ...resource.outputs, policy } };
  });
  if (changed !== 1) throw new Error(`${changed} policies of ${name}`);
  return { ...deployed, resources };
};

const list = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === "string" ? [value] : value;

/** Without one action in any statement. */
export const without =
  (action: string): Change =>
  (statements) =>
    statements
      .map((statement) => ({ ...statement, Action: list(statement.Action).filter((one) => one !== action) }))
      .filter(({ Action }) => Action.length > 0);

/** With one action more in the statement. */
export const withMore =
  (sid: string, action: string): Change =>
  (statements) =>
    statements.map((statement) =>
      statement.Sid === sid ? { ...statement, Action: [...list(statement.Action), action] } : statement,
    );
