import { expect } from "chai";
import { AthenaRefusal } from "./refusals";
import { isReservedInDdl } from "./reserved";
import { parseStatement } from "./statement";

const refusalOf = (sql: string): AthenaRefusal => {
  try {
    parseStatement(sql);
  } catch (error) {
    if (error instanceof AthenaRefusal) return error;
    throw error;
  }
  return expect.fail(`taken: ${sql}`);
};

describe("Athena's DDL, read", () => {
  const table = { database: undefined, name: "t" };
  const READ: readonly (readonly [sql: string, statement: object])[] = [
    [
      "ALTER TABLE `db`.`t` ADD IF NOT EXISTS\nPARTITION (`app`='shop', `date`='2026-11-20') LOCATION 's3://b/p/'\nPARTITION (`app`='blog', `date`='2026-11-20')",
      {
        kind: "addPartitions",
        table: { database: "db", name: "t" },
        ifNotExists: true,
        partitions: [
          { spec: { app: "shop", date: "2026-11-20" }, location: "s3://b/p/" },
          { spec: { app: "blog", date: "2026-11-20" }, location: undefined },
        ],
      },
    ],
    [
      "alter table T add partition (Year = 2026, month='01');",
      {
        kind: "addPartitions",
        table,
        ifNotExists: false,
        partitions: [{ spec: { year: "2026", month: "01" }, location: undefined }],
      },
    ],
    [
      "ALTER TABLE t DROP IF EXISTS PARTITION (a='1'), PARTITION (a='it\\'s')",
      { kind: "dropPartitions", table, ifExists: true, specs: [{ a: "1" }, { a: "it's" }] },
    ],
    [
      "ALTER TABLE t PARTITION (`date`='x') SET LOCATION 's3://b/q/'",
      { kind: "setLocation", table, spec: { date: "x" }, location: "s3://b/q/" },
    ],
    ["ALTER TABLE t SET LOCATION 's3://b/q/'", { kind: "setLocation", table, spec: undefined, location: "s3://b/q/" }],
    ["MSCK REPAIR TABLE `awsdatacatalog`.`db`.`t`", { kind: "repair", table: { database: "db", name: "t" } }],
    ["-- why\nSHOW PARTITIONS t", { kind: "showPartitions", table }],
    [
      'CREATE OR REPLACE VIEW "date" AS SELECT 1 AS "date"',
      { kind: "createView", view: { database: undefined, name: "date" }, replace: true, query: 'SELECT 1 AS "date"' },
    ],
    ["DROP VIEW IF EXISTS db.v", { kind: "dropView", view: { database: "db", name: "v" }, ifExists: true }],
    [
      "UNLOAD (SELECT a, (1) AS b FROM \"t\") TO 's3://b/u/' WITH (format = 'parquet', compression = 'ZSTD', partitioned_by = ARRAY['b'])",
      {
        kind: "unload",
        query: 'SELECT a, (1) AS b FROM "t"',
        location: "s3://b/u/",
        format: "PARQUET",
        compression: "ZSTD",
        partitionedBy: ["b"],
      },
    ],
    [
      "UNLOAD (SELECT 1 AS a) TO 's3://b/u/' WITH (format = 'ORC')",
      {
        kind: "unload",
        query: "SELECT 1 AS a",
        location: "s3://b/u/",
        format: "ORC",
        compression: "ZLIB",
        partitionedBy: [],
      },
    ],
    [
      "CREATE TABLE n WITH (partitioned_by = ARRAY['b', 'c'], format = 'ORC', external_location = 's3://b/n/') AS SELECT 1",
      {
        kind: "createTableAs",
        table: { database: undefined, name: "n" },
        query: "SELECT 1",
        externalLocation: "s3://b/n/",
        format: "ORC",
        partitionedBy: ["b", "c"],
      },
    ],
    [
      "INSERT INTO t (b, a) SELECT 1, 2",
      { kind: "insert", table, columns: ["b", "a"], query: "SELECT 1, 2", sql: "INSERT INTO t (b, a) SELECT 1, 2" },
    ],
    [
      "INSERT INTO t (SELECT 1)",
      { kind: "insert", table, columns: undefined, query: "(SELECT 1)", sql: "INSERT INTO t (SELECT 1)" },
    ],
    ["SELECT ';' AS a;", { kind: "query", sql: "SELECT ';' AS a" }],
  ];
  for (const [sql, statement] of READ)
    it(sql.slice(0, 60).replace(/\s+/g, " "), () => expect(parseStatement(sql)).to.deep.equal(statement));
});

describe("Athena's DDL, refused", () => {
  const REFUSED: readonly (readonly [label: string, sql: string, message: RegExp])[] = [
    ["a reserved word", "ALTER TABLE t ADD PARTITION (date='x')", /^line 1:30: mismatched input 'date'/],
    ["a reserved word as a table", "MSCK REPAIR TABLE date", /^line 1:19: mismatched input 'date'/],
    ["a reserved word as a database", "SHOW PARTITIONS user.t", /^line 1:17: mismatched input 'user'/],
    ["double quotes", 'ALTER TABLE "t" ADD PARTITION (a=1)', /^line 1:13: mismatched input '"t"'/],
    [
      "a comma between what is added",
      "ALTER TABLE t ADD PARTITION (a=1), PARTITION (a=2)",
      /^line 1:34: mismatched input ','/,
    ],
    [
      "none between what is dropped",
      "ALTER TABLE t DROP PARTITION (a=1) PARTITION (a=2)",
      /^line 1:36: mismatched input/,
    ],
    ["a value without quotes", "ALTER TABLE t ADD PARTITION (a=x)", /^line 1:32: mismatched input 'x'/],
    ["no keys", "ALTER TABLE t ADD PARTITION ()", /^line 1:30: mismatched input '\)'/],
    [
      "a location without quotes",
      "ALTER TABLE t ADD PARTITION (a=1) LOCATION s3://b",
      /^line 1:44: mismatched input 's3'/,
    ],
    [
      "an end too early",
      "ALTER TABLE t ADD IF NOT EXISTS",
      /^line 1:32: mismatched input '<EOF>'. Expecting: 'PARTITION'/,
    ],
    ["IF EXISTS for ADD", "ALTER TABLE t ADD IF EXISTS PARTITION (a=1)", /mismatched input 'IF'/],
    [
      "backticks in a view's name",
      "CREATE VIEW `v` AS SELECT 1",
      /^line 1:13: backquoted identifiers are not supported/,
    ],
    [
      "backticks in an UNLOAD",
      "UNLOAD (SELECT `a` FROM t) TO 's3://b/' WITH (format='JSON')",
      /backquoted identifiers/,
    ],
    ["an UNLOAD without a format", "UNLOAD (SELECT 1) TO 's3://b/u/' WITH (compression='zstd')", /writes PARQUET/],
    [
      "an UNLOAD with a compression that Parquet is not written in",
      "UNLOAD (SELECT 1) TO 's3://b/u/' WITH (format='PARQUET', compression='LZ4')",
      /^Unsupported compression for PARQUET: LZ4$/,
    ],
    [
      "an UNLOAD with a level that its compression has not",
      "UNLOAD (SELECT 1) TO 's3://b/u/' WITH (format='PARQUET', compression='GZIP', compression_level=4)",
      /^compression_level is for ZSTD/,
    ],
    [
      "an UNLOAD with a level that ZSTD has not",
      "UNLOAD (SELECT 1) TO 's3://b/u/' WITH (format='PARQUET', compression='ZSTD', compression_level=23)",
      /^compression_level must be from 1 to 22/,
    ],
    [
      "an UNLOAD with a table's property",
      "UNLOAD (SELECT 1) TO 's3://b/u/' WITH (format='PARQUET', bucketed_by=ARRAY['a'])",
      /^UNLOAD has no property 'bucketed_by'/,
    ],
    ["an UNLOAD without properties", "UNLOAD (SELECT 1) TO 's3://b/u/'", /^line 1:33: mismatched input '<EOF>'/],
    ["an UNLOAD to nowhere", "UNLOAD (SELECT 1) WITH (format='JSON')", /^line 1:19: mismatched input 'WITH'/],
    ["what is not carried out here", "DROP TABLE t", /^the test endpoint does not carry out DROP TABLE/],
  ];
  for (const [label, sql, message] of REFUSED) {
    it(label, () => {
      const { message: found, code } = refusalOf(sql);
      expect(found).to.match(message);
      expect(code).to.equal("MALFORMED_QUERY");
    });
  }

  it("has the words of Athena's documentation reserved, and no others", () => {
    for (const word of ["date", "Timestamp", "USER", "table", "interval", "views", "partition"])
      expect(isReservedInDdl(word), word).to.equal(true);
    for (const word of ["app", "year", "month", "day", "location", "status", "view", "hour"])
      expect(isReservedInDdl(word), word).to.equal(false);
  });
});
