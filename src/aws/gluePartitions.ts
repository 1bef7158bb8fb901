import { BatchCreatePartitionCommand, GetTableCommand, type GlueClient } from "@aws-sdk/client-glue";
import { AmplifyLogsError } from "../errors";
import type { PartitionRegistry } from "../ports";

/** Glue's own limit for one call. */
const PARTITIONS_PER_CALL = 100;
/** Partitions that are remembered as registered: a function's process is asked for the same ones again and again. */
const REMEMBERED = 10_000;
const KNOWN = "AlreadyExistsException";

/** Registers partitions of one table in Glue's Data Catalog. */
export class GluePartitions implements PartitionRegistry {
  private readonly registered = new Set<string>();

  constructor(
    private readonly client: GlueClient,
    private readonly of: { readonly database: string; readonly table: string; readonly bucket: string },
  ) {}

  async add(partitions: readonly { readonly values: readonly string[]; readonly location: string }[]): Promise<void> {
    const added = partitions.filter(({ location }) => !this.registered.has(location));
    if (added.length === 0) return;
    const names = { DatabaseName: this.of.database, TableName: this.of.table };
    const { Table } = await this.client.send(
      new GetTableCommand({ DatabaseName: this.of.database, Name: this.of.table }),
    );
    // As ALTER TABLE ADD PARTITION does: columns and formats are the table's, the place is the partition's own.
    const storage = Table?.StorageDescriptor;
    for (let from = 0; from < added.length; from += PARTITIONS_PER_CALL) {
      const part = added.slice(from, from + PARTITIONS_PER_CALL);
      const { Errors } = await this.client.send(
        new BatchCreatePartitionCommand({
          ...names,
          PartitionInputList: part.map(({ values, location }) => ({
            Values: [...values],
            StorageDescriptor: { ...storage, Location: `s3://${this.of.bucket}/${location}` },
          })),
        }),
      );
      const serious = Errors?.find(({ ErrorDetail }) => ErrorDetail?.ErrorCode !== KNOWN);
      if (serious !== undefined) {
        const { ErrorCode, ErrorMessage } = serious.ErrorDetail ?? {};
        throw new AmplifyLogsError(`Glue did not add a partition: ${ErrorCode}: ${ErrorMessage}`, {
          field: (serious.PartitionValues ?? []).join(", "),
          retryable: true,
        });
      }
      if (this.registered.size > REMEMBERED) this.registered.clear();
      for (const { location } of part) this.registered.add(location);
    }
  }
}
