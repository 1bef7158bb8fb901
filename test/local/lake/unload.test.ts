import { expect } from "chai";
import { parseUnload } from "../../../src/local/unload";

describe("UNLOAD on the local lake", () => {
  it("is read with its query, place and partition keys, and other statements are left alone", () => {
    const sql = `UNLOAD (SELECT (1) AS "a", 'x)' AS "app") TO 's3://lake/some/where/' WITH (format = 'PARQUET', compression = 'ZSTD', partitioned_by = ARRAY['app'])`;
    expect(parseUnload(sql)).to.deep.equal({
      query: `SELECT (1) AS "a", 'x)' AS "app"`,
      prefix: "some/where/",
      partitionedBy: ["app"],
    });
    expect(parseUnload("SELECT 'UNLOAD'")).to.equal(undefined);
  });

  for (const sql of [
    "UNLOAD SELECT 1",
    "UNLOAD (SELECT 1) TO 's3://lake/x/' WITH (format = 'JSON')",
    "UNLOAD (SELECT 1) TO 'elsewhere' WITH (format = 'PARQUET')",
  ])
    it(`says what it takes instead of ${sql}`, () =>
      expect(() => parseUnload(sql)).to.throw("not an UNLOAD that the local lake carries out"));
});
