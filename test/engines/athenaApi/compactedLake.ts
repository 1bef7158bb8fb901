/** A lake whose days are compacted, and what its readers, its states and its files say. */
import { BatchCreatePartitionCommand, GetTableCommand } from "@aws-sdk/client-glue";
import { GetObjectTaggingCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { dayStateKey } from "../../../handlers/dayStates";
import { compactedDatePrefix, parseCompacted } from "../../../src/model/compaction";
import { hourlyLocation, parseDayState, type DayState } from "../../../src/model/dayState";
import { DAY_MS as ONE_DAY, isoDate } from "../../../src/model/windows";
import { testClient } from "./client";
import { DAY_MS } from "./compactionHours";
import { compactorOf, type Compactor } from "./compactionRun";
import { registeredPartitions } from "./glue";
import { openOwnLake, type OwnLake } from "./ownLake";
import type { World } from "./world";

export const TABLE_DAYS = 60;
export const NOW = new Date().toISOString();
export const dayAfter = (days: number): string => isoDate(DAY_MS + days * ONE_DAY);

export interface CompactedLake extends OwnLake {
  readonly compactor: Compactor;
  /** Runs a statement, which must succeed. */
  ddl(sql: string): Promise<void>;
  /** As the updater makes days known that the converter announced. */
  register(apps: readonly string[], dates: readonly string[]): Promise<void>;
  /** All rows of a day as readers see them, in an order of their own; `without` is a column. */
  read(date: string, without?: string): Promise<string[]>;
  /** Locations in Glue, by `app/date`. */
  registered(): Promise<Record<string, string>>;
  stateOf(app: string, date: string): Promise<DayState>;
  tagsOf(key: string, version?: string): Promise<Record<string, string>>;
  /** Ids of the compactions that have files of the day, in order. */
  compactions(date: string): Promise<string[]>;
}

export const openCompactedLake = async (world: World, name: string): Promise<CompactedLake> => {
  const lake = await openOwnLake(world, name, { retentionTableDays: String(TABLE_DAYS) });
  const { bucket, database, table, engine, store, services } = lake;
  return {
    ...lake,
    compactor: compactorOf(lake),
    ddl: async (sql) => {
      const client = testClient({ ...world, ...lake });
      const { Status } = await client.finish(sql);
      expect(Status!.State, Status!.StateChangeReason).to.equal("SUCCEEDED");
    },
    register: async (apps, dates) => {
      const { Table } = await services.glue.send(new GetTableCommand({ DatabaseName: database, Name: table }));
      const PartitionInputList = dates.flatMap((date) =>
        apps.map((app) => ({
          Values: [app, date],
          StorageDescriptor: { ...Table!.StorageDescriptor, Location: `s3://${bucket}/${hourlyLocation(app, date)}` },
        })),
      );
      await services.glue.send(
        new BatchCreatePartitionCommand({ DatabaseName: database, TableName: table, PartitionInputList }),
      );
    },
    read: async (date, without) => {
      const { columns, rows } = await engine.run(`SELECT * FROM ${table} WHERE "date" = '${date}'`, database).done;
      return rows.map((row) => JSON.stringify(row.filter((_, index) => columns[index]!.name !== without))).sort();
    },
    registered: () => registeredPartitions(services.glue, database, table),
    stateOf: async (app, date) => {
      const key = dayStateKey({ app, date });
      return parseDayState(key, (await store.get(key))!.body);
    },
    tagsOf: async (Key, VersionId) => {
      const { TagSet = [] } = await services.s3.send(new GetObjectTaggingCommand({ Bucket: bucket, Key, VersionId }));
      return Object.fromEntries(TagSet.map((tag) => [tag.Key!, tag.Value!]));
    },
    compactions: async (date) => [
      ...new Set((await store.list(compactedDatePrefix(date))).map(({ key }) => parseCompacted(key)!.id)),
    ],
  };
};
