/**
 * Runs a state machine's definition in aws-local-stepfunctions, with its tasks bound to functions here, and checks it with
 * asl-validator. What the interpreter does not do as AWS does: a Map in distributed mode runs in the same process (without child
 * executions, Label and ToleratedFailurePercentage: one item that fails fails the Map), nothing is too large, histories have no end,
 * and the context object has only Execution.Input and Execution.StartTime. So sizes and events are counted here.
 */
import { createRequire } from "node:module";
import { StateMachine } from "aws-local-stepfunctions";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Work = (input: never) => unknown;

interface StateDefinition {
  readonly Type: string;
  readonly Resource?: string;
  readonly Retry?: readonly unknown[];
  readonly ItemProcessor?: { readonly States: States };
  readonly Branches?: readonly { readonly States: States }[];
}
type States = Readonly<Record<string, StateDefinition>>;

interface Validation {
  readonly isValid: boolean;
  readonly errorsText: (separator?: string) => string;
}
const validate = createRequire(__filename)("asl-validator") as (
  definition: object,
  options: { readonly checkPaths: boolean; readonly checkArn: boolean },
) => Validation;

/** What a validator says of a definition; empty where it has nothing to say. */
export const problemsOf = (definition: object): string => {
  const { isValid, errorsText } = validate(definition, { checkPaths: true, checkArn: true });
  return isValid ? "" : errorsText("\n");
};

const LAMBDA_INVOKE = "arn:aws:states:::lambda:invoke";
/** An event's or a state's data may hold so many bytes, UTF-8 (Step Functions, service quotas). */
export const MOST_PAYLOAD_BYTES = 262_144;
/** A standard execution's history may hold so many events. */
export const MOST_EVENTS = 25_000;

/** Every state, nested ones too, by its name, which is unique in a definition. */
const statesOf = (states: States): [string, StateDefinition][] =>
  Object.entries(states).flatMap(([name, state]) => [
    [name, state] as [string, StateDefinition],
    ...statesOf(state.ItemProcessor?.States ?? {}),
    ...(state.Branches ?? []).flatMap((branch) => statesOf(branch.States)),
  ]);

export interface MachineBindings {
  /** Functions by the ARN that the definition or its data name; what is thrown fails the task by its `name`. */
  readonly lambdas?: Readonly<Record<string, Work>>;
  /** Other integrations, by their Resource: they get the task's Parameters. */
  readonly services?: Readonly<Record<string, Work>>;
}

export interface MachineRun {
  /** Where it succeeded. */
  readonly output?: unknown;
  /** Where it failed: Error and Cause. */
  readonly error?: { readonly name: string; readonly cause: string };
  /** States in the order in which they were entered, with their input; `item` where a Map ran them. */
  readonly visits: readonly { readonly state: string; readonly item?: number; readonly input: unknown }[];
  /** How often each state was tried again. */
  readonly retries: Readonly<Record<string, number>>;
  /** Events in the fullest history: of the execution itself, or of a Map's child. */
  readonly mostEvents: number;
  /** The largest input or output of any state, bytes. */
  readonly largestBytes: number;
}

/** Node 22 has this one function that the interpreter wants; Node 20 has not. */
const withResolvers = <T>(): PromiseWithResolvers<T> => {
  let [resolve, reject]: [(value: T | PromiseLike<T>) => void, (reason?: unknown) => void] = [() => {}, () => {}];
  const promise = new Promise<T>((...both) => ([resolve, reject] = both));
  return { promise, resolve, reject };
};
if (!("withResolvers" in Promise)) Object.defineProperty(Promise, "withResolvers", { value: withResolvers });

const clone = <T>(value: T): T => (value === undefined ? value : (JSON.parse(JSON.stringify(value)) as T));

const handlerOf =
  (name: string, { Resource: resource = "" }: StateDefinition, { lambdas = {}, services = {} }: MachineBindings) =>
  async (input: Json): Promise<Json> => {
    if (resource !== LAMBDA_INVOKE) {
      const work = services[resource];
      if (work === undefined) throw new Error(`nothing is bound to ${resource} of state ${name}`);
      return clone((await work(input as never)) as Json);
    }
    const { FunctionName: arn, Payload: payload } = input as { FunctionName: string; Payload: Json };
    const work = lambdas[arn];
    if (work === undefined) throw new Error(`nothing is bound to ${arn} of state ${name}`);
    return { StatusCode: 200, Payload: clone((await work(clone(payload) as never)) as Json) ?? null };
  };

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value ?? null));

/** Runs a definition to its end, without waiting where it would wait. */
export const runMachine = async (
  definition: object,
  bindings: MachineBindings,
  input: unknown,
): Promise<MachineRun> => {
  const states = statesOf((definition as { States: States }).States);
  const tasks = states.filter(([, { Type: type }]) => type === "Task");
  const zero = (names: [string, StateDefinition][]): Record<string, number> =>
    Object.fromEntries(names.map(([name]) => [name, 0]));
  const machine = new StateMachine(definition as ConstructorParameters<typeof StateMachine>[0], {
    validationOptions: { noValidate: true },
  });
  const execution = machine.run(input as Json, {
    overrides: {
      taskResourceLocalHandlers: Object.fromEntries(
        tasks.map(([name, state]) => [name, handlerOf(name, state, bindings)]),
      ),
      waitTimeOverrides: zero(states.filter(([, { Type: type }]) => type === "Wait")),
      retryIntervalOverrides: zero(states.filter(([, { Retry: retry }]) => retry !== undefined)),
    },
  });
  const settled = execution.result.then(
    (output) => ({ output: output as unknown }),
    (error: { name: string; message: string; cause?: { name: string; message: string } }) => {
      const { name, message } = error.cause ?? error;
      return { error: { name, cause: message } };
    },
  );
  const visits: { state: string; item?: number; input: unknown }[] = [];
  const retries: Record<string, number> = {};
  const events = new Map<string, number>();
  let largestBytes = bytesOf(input);
  let mapRuns = 0;
  const count = (item: number | undefined, added: number): void => {
    // Each run of a Map starts children of its own.
    const history = item === undefined ? "" : `${mapRuns}/${item}`;
    events.set(history, (events.get(history) ?? 2) + added);
  };
  for await (const event of execution.eventLogs) {
    if (!("state" in event)) continue;
    const { state, index: item } = event;
    // Scheduled, started and ended, for each attempt.
    const perAttempt = state.type === "Task" ? 3 : 0;
    switch (event.type) {
      case "StateEntered":
        if (state.type === "Map") mapRuns++;
        visits.push({ state: state.name, input: state.input, ...(item === undefined ? {} : { item }) });
        largestBytes = Math.max(largestBytes, bytesOf(state.input));
        count(item, 1 + (state.type === "Map" ? 2 : perAttempt));
        break;
      case "StateRetried":
        retries[state.name] = (retries[state.name] ?? 0) + 1;
        count(item, perAttempt);
        break;
      case "StateExited":
        largestBytes = Math.max(largestBytes, bytesOf(state.output));
        count(item, 1);
        break;
      case "StateFailed":
      case "StateCaught":
        break;
      default:
        event satisfies never;
    }
  }
  return { ...(await settled), visits, retries, mostEvents: Math.max(...events.values()), largestBytes };
};
