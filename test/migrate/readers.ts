/** The further sources' functions over a move's folders, as their components set them up, and their tables in DuckDB. */
import { local as cloudFront } from "../../handlers/cloudfront";
import { local as applicationLogs } from "../../handlers/applogs";
import { addPartitions, declareApps, replaceDefinitions } from "../../src/local/localCatalog";
import {
  APPLICATION_DATABASE,
  applicationTables,
  PROCESSED_TABLE,
  SERVICES_DATABASE,
  serviceTables,
} from "../../src/model/applicationCatalog";
import { CALENDAR_KEYS, SERVICE_FIELD } from "../../src/model/applicationColumns";
import { applicationSettingsKey } from "../../src/model/applicationKeys";
import { validateApplication } from "../../src/model/applicationSettings";
import { renderApplicationSettings } from "../../src/model/applicationSettingsFile";
import { systemClock, type PartitionRegistry } from "../../src/ports";
import { LAKE_BUCKET, type Move } from "./move";

const noSecret = (): Promise<string> => Promise.reject(new Error("no secret is needed"));

/** Reads every object of a bucket, as its events have the reader do. `years` bound the projected tables; `more` are further settings. */
export const readApplicationLogs = async (
  move: Move,
  bucket: string,
  {
    services = [],
    years,
    more = {},
  }: { services?: readonly string[]; years: { first: number; last: number }; more?: object },
): Promise<void> => {
  const checked = validateApplication({ services, years, ...more });
  if (!("settings" in checked)) throw new Error(JSON.stringify(checked.problems));
  const { settings } = checked;
  const { database, tables, views } = declareApps(move.lake, []);
  const options = { bucket: LAKE_BUCKET, fields: settings.fields, years };
  const own = applicationTables(options).map((table) => ({ ...table, database: APPLICATION_DATABASE }));
  const perService = serviceTables(options, services).map((table) => ({ ...table, database: SERVICES_DATABASE }));
  const others = tables.filter((table) => table.database === undefined);
  replaceDefinitions(move.lake, { database, tables: [...others, ...own, ...perService], views });

  const keys = [SERVICE_FIELD, ...CALENDAR_KEYS.map(({ name }) => name)];
  const catalog: PartitionRegistry = {
    add: (partitions) => {
      const added = partitions.map(({ values, location }) => ({
        values: Object.fromEntries(keys.map((key, i) => [key, values[i]!])),
        location,
      }));
      addPartitions(move.lake, PROCESSED_TABLE, added, APPLICATION_DATABASE);
      return Promise.resolve();
    },
  };
  const store = move.store();
  const source = move.store(bucket);
  const SETTINGS_KEY = applicationSettingsKey("logs");
  await store.put(SETTINGS_KEY, Buffer.from(renderApplicationSettings(settings)));
  const environment = {
    BUCKET: LAKE_BUCKET,
    SOURCE_BUCKET: bucket,
    SETTINGS_KEY,
    TABLE_DATABASE: APPLICATION_DATABASE,
    TABLE_NAME: PROCESSED_TABLE,
    PIPELINE: "test",
  };
  const reader = applicationLogs(environment, { store, source, catalog, clock: systemClock }, noSecret);
  await reader.read((await source.list("")).map(({ key }) => key));
};

/** Reads these objects of a bucket, then has the converter do what its events would have it do. */
export const readCloudFrontLogs = async (
  move: Move,
  bucket: string,
  distributions: readonly { readonly app: string; readonly distributionId: string }[],
  keys?: readonly string[],
): Promise<void> => {
  const source = move.store(bucket);
  const environment = {
    BUCKET: LAKE_BUCKET,
    RAW_PREFIX: "raw",
    SOURCE_BUCKET: bucket,
    DISTRIBUTIONS: JSON.stringify(distributions),
    JSON_OUTPUT: "true",
    IP_POLICY: "truncated",
    PIPELINE: "test",
  };
  const reader = cloudFront(environment, { store: move.store(), source, clock: systemClock }, noSecret);
  await reader.read(keys ?? (await source.list("")).map(({ key }) => key));
  await move.convert(distributions.map(({ app }) => app));
};
