import { GetObjectCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { parquetMetadata } from "hyparquet";
import { need } from "../tools/missing";
import { DATABASE, newLinesTable, type LinesTable } from "./linesTable";
import { openWorld, type World } from "./world";

describe("What Athena unloads", function () {
  let world: World;
  let lines: LinesTable;
  let root: string;

  before(async function () {
    world = await need(this, "Athena's API on Trino", openWorld);
  });
  beforeEach(async () => {
    await world.athena.clear();
    lines = await newLinesTable(world);
    ({ root } = lines);
  });

  const numbers = (last: number): string =>
    `SELECT 'l' AS line, n % 7 AS m, n FROM UNNEST(sequence(1, ${last})) AS t (n)`;
  const unload = (query: string, folder: string, more = ""): string =>
    `UNLOAD (${query}) TO '${root}/${folder}/' WITH (format = 'PARQUET'${more})`;
  const BY_N = ", partitioned_by = ARRAY['n']";

  const succeed = async (sql: string) => {
    const execution = await lines.client.finish(sql, lines.inDatabase);
    expect(execution.Status!.State, execution.Status!.StateChangeReason).to.equal("SUCCEEDED");
    return execution;
  };

  const bytesAt = async (bucket: string, key: string): Promise<Buffer> => {
    const { Body } = await world.services.s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return Buffer.from(await Body!.transformToByteArray());
  };
  const metadataOf = async (key: string) => {
    const bytes = await bytesAt(world.bucket, key);
    return parquetMetadata(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer);
  };

  it("is files and no table, and nothing where something lies", async () => {
    await succeed(unload(numbers(10), "u"));
    const [file, ...more] = await lines.objects("u/");
    expect(more).to.deep.equal([]);
    expect(Number((await metadataOf(file!)).num_rows)).to.equal(10);
    expect(await lines.reason(unload(numbers(10), "u"))).to.match(
      /^HIVE_PATH_ALREADY_EXISTS: Target directory for UNLOAD/,
    );
    expect(await lines.objects("u/")).to.deep.equal([file]);
    const tables = (await lines.client.rows(`SHOW TABLES FROM ${DATABASE}`)).flat();
    expect(tables.filter((name) => name!.startsWith("unload"))).to.deep.equal([]);
  });

  it("takes 100 partitions and not 101, and keys at the end only", async () => {
    await succeed(unload(numbers(100), "hundred", BY_N));
    expect(await lines.objects("hundred/")).to.have.length(100);
    expect(await lines.reason(unload(numbers(101), "more", BY_N))).to.equal(
      "HIVE_TOO_MANY_OPEN_PARTITIONS: Exceeded limit of 100 open writers for partitions/buckets",
    );
    expect(await lines.reason(unload(numbers(1), "order", ", partitioned_by = ARRAY['m']"))).to.match(
      /^HIVE_COLUMN_ORDER_MISMATCH/,
    );
  });

  it("is there twice when partitions are unloaded twice: only without keys is the place looked at", async () => {
    await succeed(unload(numbers(3), "twice", BY_N));
    const once = await lines.objects("twice/");
    await succeed(unload(numbers(4), "twice", BY_N));
    const twice = await lines.objects("twice/");
    const folders = twice.map((key) => /\/(n=\d)\//.exec(key)![1]);
    expect(folders).to.deep.equal(["n=1", "n=1", "n=2", "n=2", "n=3", "n=3", "n=4"]);
    expect(twice).to.include.members(once);
  });

  for (const [compression, codec] of [
    ["", "GZIP"],
    [", compression = 'ZSTD', compression_level = 4", "ZSTD"],
    [", compression = 'snappy'", "SNAPPY"],
    [", compression = 'NONE'", "UNCOMPRESSED"],
  ] as const) {
    it(`is ${codec} with ${compression === "" ? "no compression named" : compression.slice(2)}`, async () => {
      await succeed(unload(numbers(50), "c", compression));
      const [file] = await lines.objects("c/");
      const { row_groups: groups } = await metadataOf(file!);
      const codecs = new Set(groups.flatMap(({ columns }) => columns.map(({ meta_data: data }) => data!.codec)));
      expect(codecs).to.deep.equal(new Set([codec]));
    });
  }

  it("is listed in a manifest among the query's results", async () => {
    const { Statistics } = await succeed(unload(numbers(3), "listed", BY_N));
    const [, bucket, key] = /^s3:\/\/([^/]+)\/(.*)$/.exec(Statistics!.DataManifestLocation!)!;
    expect(bucket).to.equal(world.resultsBucket);
    const listed = (await bytesAt(bucket!, key!)).toString().trim().split("\n").sort();
    expect(listed).to.have.length(3);
    expect(listed).to.deep.equal((await lines.objects("listed/")).map((file) => `s3://${world.bucket}/${file}`).sort());
  });

  it("has columns with names of their own, of types that a file can have", async () => {
    for (const [query, reason] of [
      ["SELECT 1", /^MISSING_COLUMN_NAME: Column name not specified at position 1/],
      ["SELECT 1 AS a, 2 AS a", /^DUPLICATE_COLUMN_NAME: Column name 'a' specified more than once/],
      ["SELECT current_timestamp AS t", /^NOT_SUPPORTED: Unsupported Hive type: timestamp.* with time zone/],
      ["SELECT NULL AS nothing", /^NOT_SUPPORTED: Unsupported Hive type: unknown/],
    ] as const)
      expect(await lines.reason(unload(query, "columns"))).to.match(reason);
    expect(await lines.objects("columns/")).to.deep.equal([]);
  });

  it("stays where it is when the query fails late", async () => {
    world.athena.faults.onQuery(/^UNLOAD/, { kind: "failLate", reason: "GENERIC_INTERNAL_ERROR: lost a worker" });
    expect(await lines.reason(unload(numbers(3), "late", BY_N))).to.equal("GENERIC_INTERNAL_ERROR: lost a worker");
    expect(await lines.objects("late/")).to.have.length(3);
  });
});
