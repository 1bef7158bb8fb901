/** What is asked of the rules' helpers themselves, of any version of them. */
import { deepStrictEqual, strictEqual, throws } from "node:assert";
import type * as documentsModule from "../../policy/documents";
import type * as settingsModule from "../../policy/settings";
import type * as subjectModule from "../../policy/subject";
import type { StackSubject } from "../../policy/subject";
import type { Load } from "./ruleModules";

interface Helpers {
  readonly documents: typeof documentsModule;
  readonly settings: typeof settingsModule;
  readonly subject: typeof subjectModule;
}

const QUEUE = "aws:sqs/queue:Queue";
const subjectOf = (name: string, props: StackSubject["props"], more: Partial<StackSubject> = {}): StackSubject => ({
  type: QUEUE,
  name,
  urn: `urn:pulumi:infpro::project::${QUEUE}::${name}`,
  props,
  provider: {},
  outputs: props,
  references: {},
  dependencies: [],
  ...more,
});

const ARN = "arn:aws:sqs:eu-central-1:123456789012:work";
const work = subjectOf("work", { name: "work", arn: ARN });

const CHECKS: Readonly<Record<string, (helpers: Helpers) => void>> = {
  "text that is no policy is told from none": ({ documents: { statementsAt } }) => {
    const statements = (policy: unknown) => statementsAt(subjectOf("it", { policy }), "policy");
    for (const text of ["7", "null", '"x"', "{", "nonsense"])
      throws(() => statements(text), { message: "policy is not a policy document" }, text);
    for (const statement of ["x", null, 7])
      throws(() => statements({ Statement: ["x", statement].slice(1) }), {
        message: "policy.Statement[0] is not a policy document",
      });
    deepStrictEqual(statements(""), []);
    deepStrictEqual(statementsAt(subjectOf("it", {}), "policy"), []);
    strictEqual(statements('{"Statement":{"Effect":"Allow","Action":"s3:Get*"}}')[0]?.actions[0], "s3:Get*");
  },
  "a statement is on what its resources cover, and on what is unknown": ({ documents: { isOn, statementsAt } }) => {
    const policy = { Statement: [{ Effect: "Deny", Resource: [`${ARN}-dead`, ARN] }] };
    const [statement] = statementsAt(subjectOf("it", { policy }), "policy");
    strictEqual(isOn(statement!, ARN), true);
    strictEqual(isOn(statement!, "arn:aws:sqs:eu-central-1:123456789012:other"), false);
    strictEqual(isOn(statement!, undefined), true);
  },
  "plain HTTP is denied by one condition, on that": ({ documents: { isTlsOnly, statementsAt } }) => {
    const denies = (Condition: object): boolean => {
      const policy = { Statement: [{ Effect: "Deny", Principal: "*", Action: "sqs:*", Resource: "*", Condition }] };
      return isTlsOnly(statementsAt(subjectOf("it", { policy }), "policy")[0]!, ["sqs:*"]);
    };
    const plain = { "aws:SecureTransport": "false" };
    strictEqual(denies({ Bool: plain }), true);
    strictEqual(denies({ BoolIfExists: plain }), true);
    strictEqual(denies({ Bool: plain, StringEquals: {} }), true);
    strictEqual(denies({ Bool: {}, StringEquals: { "aws:PrincipalTag/team": "web" } }), false);
    strictEqual(denies({ Bool: { ...plain, "aws:ViaAWSService": "false" } }), false);
    strictEqual(denies({ Bool: plain, StringEquals: { "aws:PrincipalTag/team": "web" } }), false);
  },
  "a setting of words says which words": ({ settings: { texts } }) => {
    deepStrictEqual(texts("d", []).schema.items, { type: "string" });
    deepStrictEqual(texts("d", [], ["a", "b"]).schema.items, { type: "string", enum: ["a", "b"] });
  },
  "only the SDK's own error says that a value is unknown": ({ subject: { placeOfUnknown } }) => {
    for (const other of [undefined, null, "text", new Error("x"), { props: ["a"] }])
      strictEqual(placeOfUnknown(other), undefined);
  },
  "what lies below nothing is absent": ({ subject: { at, itemPaths, listAt } }) => {
    strictEqual(at({ a: null }, "a.b"), undefined);
    strictEqual(at({ a: "text" }, "a.length"), undefined);
    deepStrictEqual(listAt({ a: { b: 1 } }, "a.b"), [1]);
    deepStrictEqual(itemPaths({ a: [1, 2] }, "a"), ["a[0]", "a[1]"]);
  },
  "resources are selected by their names, and by their types with names": ({ subject: { isSelected } }) => {
    const selects = (include: string[], exclude: string[]) => isSelected(work, { include, exclude });
    strictEqual(selects([], []), true);
    strictEqual(selects(["^work$"], []), true);
    strictEqual(selects(["^aws:sqs/queue:Queue::work$"], []), true);
    strictEqual(selects(["^other$"], []), false);
    strictEqual(selects([], ["^work$"]), false);
    strictEqual(selects(["work"], ["Queue::work$"]), false);
    strictEqual(selects(["work"], ["^other$"]), true);
  },
  "a longer text refers to a resource only where it was made from it": ({ subject: { Stack } }) => {
    const url = "https://sqs.example/work";
    const named = subjectOf("a", { target: "work" });
    const longer = subjectOf("b", { target: url });
    const made = subjectOf("c", { target: url }, { references: { target: [work.urn] } });
    const elsewhere = subjectOf("d", { target: url }, { references: { other: [work.urn] } });
    const stack = new Stack([work, named, longer, made, elsewhere]);
    const names = stack.referring([QUEUE], "target", work).map(({ name }) => name);
    deepStrictEqual(names, ["a", "c"]);
    strictEqual(stack.target(made, "target", [QUEUE]), work);
  },
  "an ARN within any text of a resource mentions it, a name must stand alone": ({ subject: { Stack } }) => {
    const mentioning = (props: StackSubject["props"], more: Partial<StackSubject> = {}): boolean => {
      const from = subjectOf("from", props, more);
      return new Stack([work, from]).mentions(from, work);
    };
    strictEqual(mentioning({ a: "x", policy: { Resource: [`${ARN}/*`] }, b: "y" }), true);
    strictEqual(mentioning({ a: null, b: "work" }), true);
    strictEqual(mentioning({ a: null, b: "workshop" }), false);
    strictEqual(mentioning({ b: "other" }), false);
    strictEqual(mentioning({}, { references: { x: [work.urn] } }), true);
    strictEqual(mentioning({}, { references: { x: ["urn:other"] } }), false);
  },
};

/** The first check that these modules fail; undefined when they pass all of them. */
export const failedCheck = (load: Load): string | undefined =>
  Object.entries(CHECKS).find(([, check]) => {
    try {
      check({
        documents: load("documents.js") as unknown as typeof documentsModule,
        settings: load("settings.js") as unknown as typeof settingsModule,
        subject: load("subject.js") as unknown as typeof subjectModule,
      });
      return false;
    } catch {
      return true;
    }
  })?.[0];
