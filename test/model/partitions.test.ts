import { expect } from "chai";
import fc from "fast-check";
import { parseAddPartitions } from "../../src/local/addPartition";
import { MAX_PARTITIONS_PER_STATEMENT, MAX_STATEMENT_BYTES, renderAddPartitions } from "../../src/model/partitions";

describe("renderAddPartitions", () => {
  it("writes Athena's DDL, with backticks, because date is reserved there", () => {
    expect(
      renderAddPartitions("default", "access_logs", [
        { values: { app: "shop", date: "2026-11-20" }, location: "s3://b/p/" },
        { values: { app: "shop", date: "2026-11-21" } },
      ]),
    ).to.deep.equal([
      "ALTER TABLE `default`.`access_logs` ADD IF NOT EXISTS\nPARTITION (`app`='shop', `date`='2026-11-20') LOCATION 's3://b/p/'\nPARTITION (`app`='shop', `date`='2026-11-21')",
    ]);
    expect(renderAddPartitions("d", "t", [])).to.deep.equal([]);
  });

  for (const [label, call] of [
    ["a quote", () => renderAddPartitions("d", "t", [{ values: { app: "o'brien" } }])],
    ["a backslash", () => renderAddPartitions("d", "t", [{ values: { app: "a\\" } }])],
    ["a line end", () => renderAddPartitions("d", "t", [{ values: { app: "a" }, location: "s3://b/\n" }])],
    ["a table of another kind", () => renderAddPartitions("d", "t`; DROP", [{ values: { app: "a" } }])],
    ["no keys", () => renderAddPartitions("d", "t", [{ values: {} }])],
  ] as const) {
    it(`refuses ${label}`, () => expect(call).to.throw("Fix: "));
  }

  it("splits by count and bytes, loses nothing, and is read back as it was", () => {
    const partition = fc.record({
      values: fc.record({
        app: fc.stringMatching(/^[a-z][a-z0-9_]{0,25}$/),
        date: fc.stringMatching(/^\d{4}-\d\d-\d\d$/),
      }),
      location: fc.stringMatching(/^s3:\/\/bucket\/[a-z0-9_=/-]{1,40}\/$/),
    });
    fc.assert(
      fc.property(fc.array(partition, { maxLength: 250 }), (partitions) => {
        const statements = renderAddPartitions("amplify_logs", "access_logs", partitions);
        const parsed = statements.map((sql) => parseAddPartitions(sql)!);
        expect(parsed.flatMap((statement) => statement.partitions)).to.deep.equal(partitions);
        for (const [index, statement] of parsed.entries()) {
          expect(statement).to.include({ database: "amplify_logs", table: "access_logs", ifNotExists: true });
          expect(statement.partitions.length).to.be.within(1, MAX_PARTITIONS_PER_STATEMENT);
          expect(Buffer.byteLength(statements[index]!)).to.be.at.most(MAX_STATEMENT_BYTES);
        }
      }),
      { seed: 7, numRuns: 60 },
    );
  });

  it("stays below Athena's limit with long locations", () => {
    const partitions = Array.from({ length: 90 }, (_, index) => ({
      values: { app: "a", date: String(index) },
      location: `s3://b/${"x".repeat(5000)}/`,
    }));
    const statements = renderAddPartitions("d", "t", partitions);
    expect(statements.length).to.equal(2);
    for (const statement of statements) expect(Buffer.byteLength(statement)).to.be.at.most(MAX_STATEMENT_BYTES);
  });
});
