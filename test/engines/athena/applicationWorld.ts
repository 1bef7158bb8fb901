/** Application logs that our reader wrote, in Trino on the tables that the model declares, or on those that a crawler makes. */
import { CreateTableCommand } from "@aws-sdk/client-glue";
import { glueTable } from "../../../components/catalog";
import { openLake, type LakeSession } from "../../../src/local/duckdbLake";
import { loadCatalog, type LocalTable } from "../../../src/local/localCatalog";
import { LAKE_BUCKET, Move } from "../../migrate/move";
import { readApplicationLogs } from "../../migrate/readers";
import { jsonLines, serviceEntries, serviceKey, type ServiceEntry } from "../../helpers/serviceLogs";
import { openEngine, type AthenaEngine } from "./engine";
import { ensureDatabase, tableInput } from "./glueReplay";
import { registerPartitions, uploadLake } from "./lakeOnS3";

export const SERVICES = ["api-gateway", "authentication"] as const;
export const DATES = ["2025-03-31", "2025-04-01", "2025-04-03"] as const;
export const ENTRIES = 60;
/** Lines of a `.log` object that the default grammar reads. */
export const TEXT_LINES = ["INFO started", "ERROR lost the database", "INFO started again"].map(
  (text, i) => `2025-04-02 08:00:0${i} ${text}`,
);
export const BAD_LINES = ["neither JSON nor a line of the grammar", '{"level":"INFO","message":"at no time"}'] as const;
/** Lines that are refused stand under the day on which their object was written: today. */
export const THIS_YEAR = new Date().getUTCFullYear();
const YEARS = { first: 2025, last: THIS_YEAR };
const SOURCE = "application-bucket";

/** Puts every service's files below `logs/`, as the services write them. */
export const putServiceFiles = (move: Move, bucket: string): void => {
  for (const service of SERVICES) {
    for (const date of DATES)
      move.put(bucket, `logs/${serviceKey(service, date)}`, jsonLines(serviceEntries(service, date, ENTRIES)));
  }
};

export const entriesOf = (service: string): ServiceEntry[] =>
  DATES.flatMap((date) => serviceEntries(service, date, ENTRIES));

export interface ApplicationWorld {
  readonly version: string;
  readonly engine: AthenaEngine;
  readonly duckdb: LakeSession;
  readonly move: Move;
  /** Tables of `log_analytics_db` and `app_logs_db`. */
  readonly tables: readonly LocalTable[];
}

/** Makes tables of a local catalogue in Glue, with their partitions, over objects in this bucket. */
export const declareTables = async (
  { glue }: AthenaEngine,
  lake: string,
  tables: readonly LocalTable[],
  bucket: string,
): Promise<void> => {
  for (const table of tables) {
    const database = table.database!;
    await ensureDatabase(glue, database);
    const inputs = { ...glueTable(table, bucket), databaseName: database };
    await glue.send(new CreateTableCommand({ DatabaseName: database, TableInput: tableInput(inputs) }));
    const target = { lake, bucket, database, table: table.name };
    await registerPartitions(glue, { ...target, localTable: `${database}.${table.name}` });
  }
};

const fill = async (move: Move): Promise<void> => {
  putServiceFiles(move, SOURCE);
  move.put(SOURCE, "sample_log.log", `${[...TEXT_LINES, ...BAD_LINES].join("\n")}\n`);
  await readApplicationLogs(move, SOURCE, { services: SERVICES, years: YEARS });
};

export const openApplicationWorld = async (): Promise<ApplicationWorld> => {
  const engine = await openEngine();
  const move = new Move();
  await fill(move);
  await uploadLake(engine.s3, move.lake, LAKE_BUCKET);
  const tables = loadCatalog(move.lake)!.tables.filter(({ database }) => database !== undefined);
  await declareTables(engine, move.lake, tables, LAKE_BUCKET);
  const duckdb = await openLake(move.lake);
  return { version: engine.version, engine, duckdb, move, tables };
};
