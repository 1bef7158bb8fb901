import type { DayPartition, PartitionCatalog } from "../ports";
import { InputError } from "../errors";
import { loadCatalog, saveCatalog, type RegisteredPartition } from "./localCatalog";

/** The typed table's partitions in the lake's own catalogue, in Glue's place. */
export class LocalPartitions implements PartitionCatalog {
  constructor(
    private readonly lake: string,
    private readonly table: string,
  ) {}

  partitions({ from = "", to }: { readonly from?: string; readonly to: string }): Promise<DayPartition[]> {
    const inRange = this.registered().filter(({ values: { date = "" } }) => date >= from && date <= to);
    return Promise.resolve(inRange.map(({ values: { app = "", date = "" }, location }) => ({ app, date, location })));
  }

  relocate(partitions: readonly DayPartition[]): Promise<void> {
    const wanted = new Map(partitions.map(({ app, date, location }) => [`${app} ${date}`, location]));
    return this.replace((partition, name) => [{ ...partition, location: wanted.get(name) ?? partition.location }]);
  }

  drop(partitions: readonly Pick<DayPartition, "app" | "date">[]): Promise<void> {
    const dropped = new Set(partitions.map(({ app, date }) => `${app} ${date}`));
    return this.replace((partition, name) => (dropped.has(name) ? [] : [partition]));
  }

  /** Read and written in one turn of the event loop, as localCatalog.ts says. */
  private replace(change: (partition: RegisteredPartition, name: string) => RegisteredPartition[]): Promise<void> {
    const before = this.registered();
    const after = before.flatMap((partition) =>
      change(partition, `${partition.values["app"]} ${partition.values["date"]}`),
    );
    const same = after.length === before.length && after.every(({ location }, i) => location === before[i]!.location);
    if (same) return Promise.resolve();
    const catalog = this.catalog();
    saveCatalog(this.lake, { ...catalog, partitions: { ...catalog.partitions, [this.table]: after } });
    return Promise.resolve();
  }

  private registered(): readonly RegisteredPartition[] {
    return this.catalog().partitions[this.table] ?? [];
  }

  private catalog() {
    const catalog = loadCatalog(this.lake);
    if (catalog !== undefined) return catalog;
    throw new InputError("the lake has no catalogue", { field: this.lake, fix: "run amplify-logs demo" });
  }
}
