import { expect } from "chai";
import { catalogTables } from "../../src/model/catalog";
import { CSV_HEADER, RAW_COLUMNS, TABLE_COLUMNS, trinoType, VIEW_COLUMNS, type Column } from "../../src/model/columns";
import { COVERAGE_COLUMNS, REJECTED_COLUMNS } from "../../src/model/coverage";
import { parquetSchema } from "../../src/rows/parquetSchema";
import { RAW, TABLE, VIEW } from "./sourceColumns";

const written = (columns: readonly Column[]): string[] => columns.map(({ name, type }) => `${name} ${type}`);
describe("columns", () => {
  it("are the source's in the raw table, by position and with its types", () => {
    expect(RAW).to.have.length(33);
    expect(written(RAW_COLUMNS)).to.deep.equal(RAW);
  });

  it("are exact in the typed table: times are doubles, and the partition keys are not among them", () => {
    expect(written(TABLE_COLUMNS)).to.deep.equal(TABLE);
  });

  it("stand in the views in the source's order, then ours, then app and calendar", () => {
    expect(written(VIEW_COLUMNS)).to.deep.equal(VIEW);
  });

  it("are counts and texts in the tables beside them", () => {
    expect(written(REJECTED_COLUMNS)).to.deep.equal(
      "line_number bigint, rule string, reason string, raw string, source string".split(", "),
    );
    expect(written(COVERAGE_COLUMNS)).to.include.members([
      "hour string",
      "state string",
      "rows bigint",
      "attempts int",
    ]);
  });

  it("are partitioned by keys that Athena compares as they stand in the path", () => {
    const keys = Object.fromEntries(
      catalogTables({
        database: "d",
        table: "t",
        bucket: "b",
        rawPrefix: "raw",
        apps: ["shop"],
        years: { first: 2026, last: 2027 },
      }).map(({ name, partitionKeys }) => [name, written(partitionKeys).join(", ")]),
    );
    expect(keys).to.deep.equal({
      t_raw: "app string, year int, month int, day int",
      t: "app string, date string",
      t_rejected: "app string, date string",
      fetch_coverage: "app string, date string",
    });
  });

  it("have Amplify's headers", () => {
    expect(CSV_HEADER).to.equal(
      "date,time,x-edge-location,sc-bytes,c-ip,cs-method,cs\\(Host),cs-uri-stem,sc-status,cs\\(Referer),cs\\(User-Agent),cs-uri-query," +
        "cs\\(Cookie),x-edge-result-type,x-edge-request-id,x-host-header,cs-protocol,cs-bytes,time-taken,x-forwarded-for,ssl-protocol," +
        "ssl-cipher,x-edge-response-result-type,cs-protocol-version,fle-status,fle-encrypted-fields,c-port,time-to-first-byte," +
        "x-edge-detailed-result-type,sc-content-type,sc-content-len,sc-range-start,sc-range-end",
    );
  });

  it("have Trino's own names of their types", () => {
    const types = ["string", "bigint", "int", "float", "double", "date", "timestamp", "boolean"] as const;
    expect(types.map(trinoType)).to.deep.equal([
      "varchar",
      "bigint",
      "integer",
      "real",
      "double",
      "date",
      "timestamp(3)",
      "boolean",
    ]);
  });

  it("are stored in Parquet as Athena expects each type", () => {
    const types = ["string", "bigint", "int", "float", "double", "date", "timestamp", "boolean"] as const;
    const [, ...elements] = parquetSchema(types.map((type) => ({ name: type, type, comment: "" })));
    expect(elements.map(({ name, type, logical_type }) => [name, type, logical_type?.type])).to.deep.equal([
      ["string", "BYTE_ARRAY", "STRING"],
      ["bigint", "INT64", undefined],
      ["int", "INT32", undefined],
      ["float", "FLOAT", undefined],
      ["double", "DOUBLE", undefined],
      ["date", "INT32", "DATE"],
      ["timestamp", "INT64", "TIMESTAMP"],
      ["boolean", "BOOLEAN", undefined],
    ]);
  });
});
