import type * as pulumi from "@pulumi/pulumi";
import { compactionsTableName, hourlyTableName } from "../src/model/catalog";
import { compactionDefinition } from "./compactionDefinition";
import type { PipelineContext } from "./context";
import { createHandlerFunction, type HandlerFunction } from "./function";
import { compactStatements } from "./maintenanceStatements";
import { maintenanceRights } from "./partitions";
import { createSchedule } from "./schedule";
import { createMachineRole, createStateMachine, type CreatedStateMachine } from "./stateMachine";
import { invokeStatements } from "./stateMachineStatements";

export interface Compaction extends CreatedStateMachine {
  readonly compactor: HandlerFunction;
}

/** Athena's own limit for one statement is 30 minutes; a day of a hundred apps takes one or two. */
const QUERY_TIMEOUT_SECONDS = 1800;

/** The function that does each step: it reads listings and states, and lets Athena do the work. */
const createCompactor = (context: PipelineContext, table: pulumi.Input<string>): HandlerFunction => {
  const { settings, lake } = context;
  const names = { database: lake.databaseName, table: settings.tableName };
  return createHandlerFunction(context, {
    bundle: "compact",
    role: "compactor",
    description: "Unites the hourly files of closed days",
    statements: maintenanceRights(context).apply((rights) =>
      compactStatements({ ...rights, hiddenTables: [hourlyTableName(names), compactionsTableName(names)] }),
    ),
    environment: {
      DATABASE: lake.databaseName,
      TABLE: table,
      WORKGROUP: lake.maintenanceWorkgroupName,
      // Retired ones too: the hidden tables know the same.
      APPS: [...settings.apps.map((app) => app.name), ...settings.otherApps, ...settings.retiredApps].join(","),
      SETTLING_HOURS: String(settings.settlingHours),
      TABLE_DAYS: String(settings.retention.tableDays),
      QUERY_TIMEOUT_SECONDS: String(QUERY_TIMEOUT_SECONDS),
    },
  });
};

/** The state machine that unites the hourly files of closed days. */
export const createCompaction = (context: PipelineContext, table: pulumi.Input<string>): Compaction => {
  const { name } = context;
  const compactor = createCompactor(context, table);
  const role = createMachineRole(
    `${name}-compaction`,
    {
      machine: "compactionMachine",
      role: "compactionRole",
      description: "Runs the compaction",
      statements: () => compactor.lambda.arn.apply((arn) => invokeStatements([arn])),
    },
    context,
  );
  const definition = compactor.lambda.arn.apply((compactorArn) => compactionDefinition({ compactorArn }));
  return { ...createStateMachine(`${name}-compaction`, { role, definition }, context), compactor };
};

export const scheduleCompaction = (
  { name, settings, labels, scheduling, parent }: PipelineContext,
  { machine }: Compaction,
  dependsOn: readonly pulumi.Resource[],
): void => {
  createSchedule(
    `${name}-compaction`,
    {
      scheduleName: labels.name("compactionSchedule"),
      description: "Unites the hourly files of closed days",
      expression: settings.compaction.schedule,
      targetArn: machine.arn,
      enabled: true,
      scheduling,
      dependsOn,
    },
    parent,
  );
};
