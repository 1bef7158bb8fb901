/** What a chain's table goes through later: closed days are united, partitions put right, and old days dropped. */
import { BatchUpdatePartitionCommand, GetPartitionCommand } from "@aws-sdk/client-glue";
import { expect } from "chai";
import type { PartitionsResult } from "../../../handlers/partitions/handler";
import { registeredPartitions } from "../athenaApi/glue";
import type { Cloud } from "./cloud";
import { runCompaction, tagsOf } from "./compaction";
import { variablesOf } from "./deployed";
import type { LambdaNode } from "./nodes";
import { answerOf, drain, inSandbox, scheduledEvent, type FetchAnswer, type Peak } from "./run";
import { keysBelow, tableRows } from "./table";

const CLOSED = "2026-08-18T04:45:00Z";
const NEXT_RUN = "2026-08-19T04:45:00Z";
/** After which nothing that was written before can be an attempt's that still goes on. */
const A_DAY_LATER = 25 * 3_600_000;
const SUPERSEDED = ["state=superseded"];
/** Hours of a day that only one app has. */
const LONELY = { from: "2026-08-07T00:00:00Z", to: "2026-08-07T12:00:00Z" };
const LATE = { from: "2026-08-15T12:00:00Z", to: "2026-08-15T18:00:00Z" };
const DAY_MS = 86_400_000;

export interface Chain {
  readonly cloud: Cloud;
  readonly node: LambdaNode;
  readonly peaks: Peak[];
}

/** Declares the tests; `chain` is there when they run. */
export const itMaintainsTheTable = (chain: () => Chain): void => {
  const keys = (prefix: string): Promise<string[]> => keysBelow(chain().cloud.s3, chain().cloud.dataBucket, prefix);
  const fetchRange = async (app: string, range: object): Promise<void> => {
    const { cloud, node, peaks } = chain();
    const invoke = inSandbox(cloud, cloud.fetchers.get(app)!, node, peaks, (sandbox) => sandbox.invoke(range));
    expect(answerOf<FetchAnswer>(await invoke).added, app).to.be.greaterThan(0);
  };
  const convert = (): Promise<number> => {
    const { cloud, node, peaks } = chain();
    return inSandbox(cloud, cloud.converter, node, peaks, (sandbox) => drain(cloud, sandbox));
  };
  const update = async (time: string): Promise<PartitionsResult> => {
    const { cloud, node, peaks } = chain();
    const event = scheduledEvent(cloud, cloud.updater, "time", time);
    return answerOf(await inSandbox(cloud, cloud.updater, node, peaks, (sandbox) => sandbox.invoke(event)));
  };
  /** Prefixes in the bucket, by `app/date`. */
  const registered = async (): Promise<Record<string, string>> => {
    const { cloud } = chain();
    const { DATABASE, TABLE } = variablesOf(cloud.updater);
    const found = await registeredPartitions(cloud.glue, DATABASE!, TABLE!);
    const root = `s3://${cloud.dataBucket}/`;
    return Object.fromEntries(Object.entries(found).map(([day, location]) => [day, location.slice(root.length)]));
  };
  const rowsAt = async (prefixes: readonly string[]): Promise<string[]> => {
    const rows = await tableRows(chain().cloud.s3, chain().cloud.dataBucket, prefixes);
    return rows.map((row) => JSON.stringify(row)).sort();
  };
  /** How many hourly files each day of an app has, by `app/date`. */
  const hourlyFiles = async (): Promise<Map<string, number>> => {
    const counts = new Map<string, number>();
    for (const key of await keys("access_logs/")) {
      const [, app, date] = /app=(\w+)\/date=([\d-]+)\//.exec(key)!;
      counts.set(`${app}/${date}`, (counts.get(`${app}/${date}`) ?? 0) + 1);
    }
    return counts;
  };

  it("stops an UNLOAD that takes too long, and leaves the days as they were", async () => {
    const { cloud, node, peaks } = chain();
    await fetchRange("shop", LONELY);
    await convert();
    await update(CLOSED);
    const before = await registered();
    const started = cloud.athena.executions.length;
    cloud.athena.faults.onQuery(/^UNLOAD/, { kind: "hold", state: "RUNNING" }, 100);
    const variables = { QUERY_TIMEOUT_SECONDS: "0" };
    const { error } = await runCompaction(cloud, node, peaks, { time: CLOSED, variables });
    cloud.athena.faults.clear();
    expect(error?.cause).to.match(/PartialFailureError: 5 days were not compacted/);
    const states = cloud.athena.executions.slice(started).map(({ state }) => state);
    expect(states).to.deep.equal(Array.from({ length: 5 }, () => "CANCELLED"));
    expect(await registered()).to.deep.equal(before);
    expect(await keys("access_logs_compacted/")).to.deep.equal([]);
  });

  it("unites the hourly files of closed days: readers have the same rows, in one file a day", async () => {
    const { cloud, node, peaks } = chain();
    const due = [...(await hourlyFiles())].filter(([, files]) => files > 1).map(([day]) => day);
    const { output, error } = await runCompaction(cloud, node, peaks, { time: CLOSED });
    expect(error).to.equal(undefined);
    const dates = new Set(due.map((day) => day.split("/")[1]));
    expect(output).to.include({ days: dates.size, switched: due.length, kept: 0, changed: 0 });
    expect([...dates]).to.include.members(["2026-08-07", "2026-08-11", "2026-08-13", "2026-08-14", "2026-08-15"]);
    const locations = await registered();
    for (const day of due) {
      expect(locations[day], day).to.match(/^access_logs_compacted\//);
      expect(await keys(locations[day]!), day).to.have.length(1);
    }
    const rows = await rowsAt(["access_logs/"]);
    expect(rows.length).to.be.greaterThan(1000);
    expect(await rowsAt(Object.values(locations))).to.deep.equal(rows);
    for (const key of await keys("access_logs/")) {
      const [, app, date] = /app=(\w+)\/date=([\d-]+)\//.exec(key)!;
      expect(await tagsOf(cloud, key), key).to.deep.equal(due.includes(`${app}/${date}`) ? SUPERSEDED : []);
    }
  });

  it("unites rows that came late with those that are united, whose files may expire then", async () => {
    const { cloud, node, peaks } = chain();
    const before = await registered();
    cloud.setClock(Date.parse(CLOSED));
    for (const app of cloud.fetchers.keys()) await fetchRange(app, LATE);
    await convert();
    const { output, error } = await runCompaction(cloud, node, peaks, { time: NEXT_RUN, laterMs: A_DAY_LATER });
    expect(error).to.equal(undefined);
    const apps = [...cloud.fetchers.keys()];
    expect(output).to.include({ days: 1, switched: apps.length, kept: 0, changed: 0 });
    const after = await registered();
    for (const day of Object.keys(after)) {
      const moved = day.endsWith("/2026-08-15");
      expect(after[day] === before[day], day).to.equal(!moved);
      if (!moved) continue;
      for (const key of await keys(before[day]!)) expect(await tagsOf(cloud, key), key).to.deep.equal(SUPERSEDED);
      for (const key of await keys(after[day]!)) expect(await tagsOf(cloud, key), key).to.deep.equal([]);
    }
    expect(await rowsAt(Object.values(after))).to.deep.equal(await rowsAt(["access_logs/"]));
  });

  it("moves a partition to where a compaction that broke off has put its day", async () => {
    const { cloud } = chain();
    const { DATABASE: DatabaseName, TABLE: TableName } = variablesOf(cloud.updater);
    const before = await registered();
    const Values = ["shop", "2026-08-14"];
    const table = { DatabaseName, TableName };
    const { Partition } = await cloud.glue.send(new GetPartitionCommand({ ...table, PartitionValues: Values }));
    const Location = `s3://${cloud.dataBucket}/access_logs/app=shop/date=2026-08-14/`;
    const PartitionInput = { Values, StorageDescriptor: { ...Partition!.StorageDescriptor, Location } };
    const Entries = [{ PartitionValueList: Values, PartitionInput }];
    await cloud.glue.send(new BatchUpdatePartitionCommand({ ...table, Entries }));
    expect(await registered()).to.not.deep.equal(before);
    expect(await update(CLOSED)).to.include({ moved: 1, dropped: 0 });
    expect(await registered()).to.deep.equal(before);
  });

  it("drops the days beyond retention: partitions, files and states", async () => {
    const { cloud } = chain();
    const days = Object.keys(await registered());
    const old = days.filter((day) => day.split("/")[1]! <= "2026-08-11");
    expect(old).to.include.members(["shop/2026-08-07", "shop/2026-08-11"]);
    const tableDays = Number(variablesOf(cloud.updater)["TABLE_DAYS"]);
    const time = new Date(Date.parse("2026-08-11T00:05:00Z") + tableDays * DAY_MS).toISOString();
    expect(await update(time)).to.include({ moved: 0, dropped: old.length });
    const left = Object.keys(await registered());
    expect(left).to.include.members(days.filter((day) => !old.includes(day)));
    expect(left.filter((day) => old.includes(day))).to.deep.equal([]);
    const objects = [
      ...(await keys("access_logs/")),
      ...(await keys("access_logs_compacted/")),
      ...(await keys("state/")),
    ];
    const datesLeft = new Set(objects.flatMap((key) => /date=([\d-]+)/.exec(key)?.[1] ?? []));
    expect([...datesLeft].sort()).to.deep.equal(["2026-08-13", "2026-08-14", "2026-08-15"]);
  });
};
