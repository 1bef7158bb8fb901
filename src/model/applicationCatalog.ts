/** Tables of the application logs as plain data: one over all services, one of what broke a rule, and one per service on request. */
import {
  APPLICATION_ERROR_COLUMNS,
  applicationColumns,
  CALENDAR_KEYS,
  SERVICE_FIELD,
  type ApplicationField,
} from "./applicationColumns";
import type { TableDefinition } from "./catalog";
import { PREFIXES } from "./keys";

/** Databases and tables with the names of the systems that they come from. */
export const APPLICATION_DATABASE = "log_analytics_db";
export const PROCESSED_TABLE = "processed_logs";
export const ERRORS_TABLE = "errors_logs";
export const SERVICES_DATABASE = "app_logs_db";

export interface ApplicationCatalogOptions {
  readonly bucket: string;
  readonly fields: readonly ApplicationField[];
  /** Years that projections span, inclusive; a row of another year is an error row. */
  readonly years: { readonly first: number; readonly last: number };
}

/** A service's table, named as a crawler names it: `api-gateway` becomes `api_gateway`. */
export const serviceTableName = (service: string): string => service.toLowerCase().replace(/[^a-z0-9_]/g, "_");

const calendarProjection = (
  { bucket, years }: Pick<ApplicationCatalogOptions, "bucket" | "years">,
  prefix: string,
): Record<string, string> => ({
  "projection.enabled": "true",
  "projection.year.type": "integer",
  "projection.year.range": `${years.first},${years.last}`,
  "projection.year.digits": "4",
  "projection.month.type": "integer",
  "projection.month.range": "1,12",
  "projection.month.digits": "2",
  "projection.day.type": "integer",
  "projection.day.range": "1,31",
  "projection.day.digits": "2",
  "storage.location.template": `s3://${bucket}/${prefix}/year=\${year}/month=\${month}/day=\${day}`,
});

/** Columns of the table whose partition has the service. */
const withoutService = (fields: readonly ApplicationField[]) =>
  applicationColumns(fields).filter(({ name }) => name !== SERVICE_FIELD);

/** The tables of `log_analytics_db`. Partitions of the first are registered by the function that writes them, so that no service is missed. */
export const applicationTables = (
  options: ApplicationCatalogOptions,
  names: { readonly processed: string; readonly errors: string } = { processed: PROCESSED_TABLE, errors: ERRORS_TABLE },
): TableDefinition[] => [
  {
    name: names.processed,
    comment: "Application logs that keep all rules, one row per line",
    format: "parquet",
    columns: withoutService(options.fields),
    partitionKeys: [{ name: SERVICE_FIELD, type: "string", comment: "service" }, ...CALENDAR_KEYS],
    prefix: PREFIXES.processed,
    projection: undefined,
  },
  {
    name: names.errors,
    comment: "Lines that broke a rule, and objects that could not be read, with the reason",
    format: "json",
    columns: APPLICATION_ERROR_COLUMNS,
    partitionKeys: CALENDAR_KEYS,
    prefix: PREFIXES.errors,
    projection: calendarProjection(options, PREFIXES.errors),
  },
];

/** The tables of `app_logs_db`, one per declared service, over the same files; found by projection, as their services are known. */
export const serviceTables = (options: ApplicationCatalogOptions, services: readonly string[]): TableDefinition[] =>
  services.map((service) => {
    const prefix = `${PREFIXES.processed}/service=${service}`;
    return {
      name: serviceTableName(service),
      comment: `Application logs of ${service}`,
      format: "parquet",
      columns: applicationColumns(options.fields),
      partitionKeys: CALENDAR_KEYS,
      prefix,
      projection: calendarProjection(options, prefix),
    };
  });
