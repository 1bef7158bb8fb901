/** The compaction as it is deployed, its state machine and its function, on S3, Glue and Athena's API; and what may happen in between. */
import { AthenaEngine } from "../../../src/aws/athenaEngine";
import { GlueCatalog } from "../../../src/aws/glueCatalog";
import { local as openCompactor } from "../../../handlers/compact/index";
import type { CompactEvent, CompactionResult } from "../../../handlers/compact/handler";
import type { CompactPorts } from "../../../handlers/compact/ports";
import { systemClock, type MaintenanceStore, type PartitionCatalog, type QueryReader } from "../../../src/ports";
import { runMachine, type MachineRun } from "../../helpers/stateMachines";
import { ofType } from "../athena/glueReplay";
import type { OwnLake } from "./ownLake";

export type Ports = Pick<CompactPorts, "engine" | "store" | "catalog" | "clock">;

export const compactorPorts = (lake: OwnLake): Ports => ({
  engine: new AthenaEngine(lake.athenaClient),
  store: lake.store,
  catalog: new GlueCatalog(lake.services.glue, lake),
  clock: systemClock,
});

/** Everything that changes the world, in the words of its ports. */
export type Effect = "start" | "put" | "tag" | "relocate";

/** Calls `around` for each effect instead of it: the effect is `act`. */
export const withEffects = (
  { engine, store, catalog, clock }: Ports,
  around: <Result>(effect: Effect, act: () => Promise<Result>) => Promise<Result>,
): Ports => {
  const over = <Port extends object>(port: Port, methods: Partial<Port>): Port =>
    Object.assign(Object.create(port) as Port, methods);
  return {
    clock,
    engine: over<QueryReader>(engine, { start: (...input) => around("start", () => engine.start(...input)) }),
    store: over<MaintenanceStore>(store, {
      put: (...input) => around("put", () => store.put(...input)),
      tag: (...input) => around("tag", () => store.tag(...input)),
    }),
    catalog: over<PartitionCatalog>(catalog, {
      relocate: (...input) => around("relocate", () => catalog.relocate(...input)),
    }),
  };
};

export interface CompactorRun extends MachineRun {
  /** What the function failed with, each time: what its log would have. */
  readonly failures: readonly string[];
}

export interface Compactor {
  /** What a run at this moment does, by the deployed state machine. `portsOf` are those of a day's steps. */
  run(portsOf?: (date: string) => Ports): Promise<CompactorRun>;
  /** The same; it must succeed. Returns what the last step said. */
  succeed(portsOf?: (date: string) => Ports): Promise<CompactionResult>;
}

const dateOf = (event: CompactEvent): string | undefined => {
  switch (event.step) {
    case "start":
      return event.day.date;
    case "poll":
    case "verify":
    case "switch":
      return event.attempt.date;
    case "plan":
    case "report":
      return undefined;
    default:
      return event satisfies never;
  }
};

export const compactorOf = (lake: OwnLake): Compactor => {
  const own = compactorPorts(lake);
  const environment = lake.environmentWith("DATABASE", "SETTLING_HOURS");
  const machines = ofType<{ definition: string }>(lake.resources, "aws:sfn/stateMachine:StateMachine");
  const { definition } = machines.find((machine) => machine.definition.includes('"Switch"'))!;
  const [arn] = /arn:aws:lambda:[^"]+/.exec(definition)!;
  const compactor: Compactor = {
    run: async (portsOf = () => own) => {
      const failures: string[] = [];
      const work = async (event: CompactEvent): Promise<unknown> => {
        // In place of the state machine's Wait, which takes no time here.
        if (event.step === "poll") await lake.athena.executions.find(({ id }) => id === event.attempt.queryId)!.ended;
        const date = dateOf(event);
        try {
          return await openCompactor(environment, date === undefined ? own : portsOf(date)).run(event);
        } catch (error) {
          failures.push(String(error));
          throw error;
        }
      };
      const run = await runMachine(JSON.parse(definition) as object, { lambdas: { [arn]: work } }, {});
      return { ...run, failures };
    },
    succeed: async (portsOf) => {
      const { output, error } = await compactor.run(portsOf);
      if (error !== undefined) throw new Error(`${error.name}: ${error.cause}`);
      return output as CompactionResult;
    },
  };
  return compactor;
};
