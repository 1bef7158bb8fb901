import {
  BatchDeletePartitionCommand,
  BatchUpdatePartitionCommand,
  GetTableCommand,
  paginateGetPartitions,
  type GlueClient,
  type StorageDescriptor,
} from "@aws-sdk/client-glue";
import { AmplifyLogsError } from "../errors";
import type { DayPartition, PartitionCatalog } from "../ports";

/** Glue's own limits for one call. */
const UPDATES_PER_CALL = 100;
const DELETIONS_PER_CALL = 25;
const NOT_FOUND = "EntityNotFoundException";

interface TableReference {
  readonly database: string;
  readonly table: string;
  readonly bucket: string;
}

interface Failed {
  readonly PartitionValueList?: string[] | undefined;
  readonly PartitionValues?: string[] | undefined;
  readonly ErrorDetail?:
    { readonly ErrorCode?: string | undefined; readonly ErrorMessage?: string | undefined } | undefined;
}

/** What is not there needs no change; any other failure is the caller's to know. */
const checkFailures = (what: string, failures: readonly Failed[] = []): void => {
  const serious = failures.find(({ ErrorDetail }) => ErrorDetail?.ErrorCode !== NOT_FOUND);
  if (serious === undefined) return;
  const { ErrorCode, ErrorMessage } = serious.ErrorDetail ?? {};
  throw new AmplifyLogsError(`Glue did not ${what} a partition: ${ErrorCode}: ${ErrorMessage}`, {
    field: (serious.PartitionValueList ?? serious.PartitionValues ?? []).join(", "),
    retryable: true,
  });
};

/** The typed table's partitions in Glue's Data Catalog. */
export class GlueCatalog implements PartitionCatalog {
  constructor(
    private readonly client: GlueClient,
    private readonly of: TableReference,
  ) {}

  async partitions({ from, to }: { readonly from?: string; readonly to: string }): Promise<DayPartition[]> {
    const bounds = [...(from === undefined ? [] : [`date >= '${from}'`]), `date <= '${to}'`];
    const found: DayPartition[] = [];
    const request = { ...this.names, Expression: bounds.join(" AND "), ExcludeColumnSchema: true };
    for await (const page of paginateGetPartitions({ client: this.client }, request)) {
      for (const { Values: [app, date] = [], StorageDescriptor: storage } of page.Partitions ?? []) {
        found.push({ app: app!, date: date!, location: this.prefixOf(storage?.Location ?? "") });
      }
    }
    return found;
  }

  async relocate(partitions: readonly DayPartition[]): Promise<void> {
    if (partitions.length === 0) return;
    const { Table } = await this.client.send(
      new GetTableCommand({ DatabaseName: this.of.database, Name: this.of.table }),
    );
    // As ALTER TABLE ADD PARTITION does: columns and formats are the table's, the place is the partition's own.
    const storage = Table?.StorageDescriptor;
    for (let from = 0; from < partitions.length; from += UPDATES_PER_CALL) {
      const { Errors } = await this.client.send(
        new BatchUpdatePartitionCommand({
          ...this.names,
          Entries: partitions.slice(from, from + UPDATES_PER_CALL).map((partition) => this.entryOf(partition, storage)),
        }),
      );
      checkFailures("relocate", Errors);
    }
  }

  async drop(partitions: readonly Pick<DayPartition, "app" | "date">[]): Promise<void> {
    for (let from = 0; from < partitions.length; from += DELETIONS_PER_CALL) {
      const { Errors } = await this.client.send(
        new BatchDeletePartitionCommand({
          ...this.names,
          PartitionsToDelete: partitions
            .slice(from, from + DELETIONS_PER_CALL)
            .map(({ app, date }) => ({ Values: [app, date] })),
        }),
      );
      checkFailures("drop", Errors);
    }
  }

  private get names() {
    return { DatabaseName: this.of.database, TableName: this.of.table };
  }

  private entryOf({ app, date, location }: DayPartition, storage: StorageDescriptor | undefined) {
    const Values = [app, date];
    const Location = `s3://${this.of.bucket}/${location}`;
    return { PartitionValueList: Values, PartitionInput: { Values, StorageDescriptor: { ...storage, Location } } };
  }

  private prefixOf(location: string): string {
    const root = `s3://${this.of.bucket}/`;
    return (location.startsWith(root) ? location.slice(root.length) : location).replace(/\/*$/, "/");
  }
}
