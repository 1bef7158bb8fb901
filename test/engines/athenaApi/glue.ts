/** Workgroups as the program deploys them, and what Glue knows. */
import { paginateGetPartitions, type GlueClient } from "@aws-sdk/client-glue";
import { ofType, type Resource } from "../athena/glueReplay";
import type { Workgroup } from "./execution";

export { ofType, replayCatalog, type Resource as DeclaredResource } from "../athena/glueReplay";

interface WorkgroupInputs {
  readonly name: string;
  readonly configuration: {
    readonly enforceWorkgroupConfiguration: boolean;
    readonly bytesScannedCutoffPerQuery?: number;
    readonly resultConfiguration: { readonly outputLocation: string };
  };
}

export const workgroupsOf = (resources: readonly Resource[]): Workgroup[] =>
  ofType<WorkgroupInputs>(resources, "aws:athena/workgroup:Workgroup").map(({ name, configuration }) => ({
    name,
    enforced: configuration.enforceWorkgroupConfiguration,
    outputLocation: configuration.resultConfiguration.outputLocation,
    ...(configuration.bytesScannedCutoffPerQuery === undefined
      ? {}
      : { scanLimitBytes: configuration.bytesScannedCutoffPerQuery }),
  }));

/** `value/value` to location, of all partitions that Glue knows of a table. */
export const registeredPartitions = async (
  glue: GlueClient,
  database: string,
  table: string,
): Promise<Record<string, string>> => {
  const found: Record<string, string> = {};
  const request = { DatabaseName: database, TableName: table };
  for await (const page of paginateGetPartitions({ client: glue }, request)) {
    for (const { Values, StorageDescriptor } of page.Partitions ?? [])
      found[Values!.join("/")] = StorageDescriptor!.Location!;
  }
  return found;
};
