import { expect } from "chai";
import fc from "fast-check";
import type { HiveType } from "../../src/model/columns";
import {
  checkTableLevel,
  crawledTableName,
  defaultTableLevel,
  groupByTable,
  isHidden,
  NULL_PARTITION,
  partitionKeys,
  partitionValues,
  uniqueTableName,
  unitedType,
  uniteByName,
  uniteByPosition,
} from "../../src/model/crawlerRules";

const folderName = fc.oneof(
  fc.constantFrom("api-gateway", "api_gateway", "API.Gateway", "year=2025", "year=2026", "month=04", "a", "_x", "--"),
  fc.string({ minLength: 1, maxLength: 12 }).filter((name) => !name.includes("/")),
);
const type = fc.constantFrom<(HiveType | undefined)[]>(
  "string",
  "bigint",
  "int",
  "float",
  "double",
  "date",
  "boolean",
  undefined,
);

describe("a crawled table's name", () => {
  const cases: readonly [folder: string, name: string][] = [
    ["api-gateway", "api_gateway"],
    ["authentication", "authentication"],
    ["User.Service 2", "user_service_2"],
    // AWS Glue's guide, "Creating a single schema for each Amazon S3 include path".
    ["year=2017", "year_2017"],
    ["größe", "gr__e"],
    ["a".repeat(200), "a".repeat(128)],
  ];
  for (const [folder, name] of cases) {
    it(`of ${folder.slice(0, 20)} is ${name.slice(0, 20)}`, () => expect(crawledTableName(folder)).to.equal(name));
  }

  it("is one that Athena takes, whatever the folder is called, and stays as it is", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (folder) => {
        const name = crawledTableName(folder);
        expect(name).to.match(/^[a-z0-9_]{1,128}$/);
        expect(crawledTableName(name)).to.equal(name);
      }),
    );
  });

  it("is its own though folders differ in what names lose", () => {
    fc.assert(
      fc.property(fc.uniqueArray(folderName, { maxLength: 8 }), (folders) => {
        const taken = new Set<string>();
        for (const folder of folders) taken.add(uniqueTableName(crawledTableName(folder), `logs/${folder}`, taken));
        expect(taken.size).to.equal(folders.length);
        for (const name of taken) expect(name).to.match(/^[a-z0-9_]{1,128}$/);
      }),
    );
    expect(uniqueTableName("api", "logs/api", new Set(["other"]))).to.equal("api");
    expect(uniqueTableName("api", "logs/api", new Set(["api"]))).to.match(/^api_[0-9a-f]{32}$/);
  });
});

describe("the level of tables", () => {
  it("is one below the crawled prefix: 2 where data lies in BUCKET/logs/SERVICE", () => {
    expect(defaultTableLevel(["logs"])).to.equal(2);
    expect(defaultTableLevel([])).to.equal(1);
    expect(defaultTableLevel(["a", "b"])).to.equal(3);
  });

  for (const level of [0, -1, 1.5, Number.NaN, 1000])
    it(`cannot be ${level}`, () =>
      expect(() => checkTableLevel(level, ["logs"], "--table-level")).to.throw("--table-level"));

  it("cannot lie above the prefix, but can be its own", () => {
    expect(() => checkTableLevel(1, ["a", "b"], "--table-level")).to.throw("not a level that tables can be at");
    expect(checkTableLevel(2, ["a", "b"], "--table-level")).to.equal(2);
  });

  it("gives each file to the table of its folder, or to none when it lies above", () => {
    const file = (path: string): { path: string[] } => ({ path: path.split("/") });
    const files = ["logs/api/year=2025/a.json", "logs/x.json", "logs/auth/b.json", "logs/api/c.json"].map(file);
    const { tables, above } = groupByTable(files, 2);
    expect(above).to.deep.equal([file("logs/x.json")]);
    expect(tables).to.deep.equal([
      { folder: ["logs", "api"], files: [file("logs/api/year=2025/a.json"), file("logs/api/c.json")] },
      { folder: ["logs", "auth"], files: [file("logs/auth/b.json")] },
    ]);
  });

  it("loses no file and gives none to two tables", () => {
    const paths = fc.array(fc.array(folderName, { minLength: 1, maxLength: 5 }), { maxLength: 20 });
    fc.assert(
      fc.property(paths, fc.integer({ min: 1, max: 4 }), (all, level) => {
        const files = all.map((path) => ({ path }));
        const { tables, above } = groupByTable(files, level);
        expect([...above, ...tables.flatMap((table) => table.files)]).to.have.members(files);
        for (const { folder, files: own } of tables)
          for (const { path } of own) expect(path.slice(0, level)).to.deep.equal(folder);
      }),
    );
  });
});

describe("hidden files", () => {
  for (const path of ["_SUCCESS", ".tmp.json", "_temporary/0/a.json", "a/.git/b.json"])
    it(`${path} is one`, () => expect(isHidden(path.split("/"))).to.equal(true));
  it("has no underscore inside its names", () => expect(isHidden(["a_b", "c.json"])).to.equal(false));
});

describe("partitions", () => {
  const cases: readonly [name: string, folders: string[], keys: string[]][] = [
    ["key=value folders give their names", ["year=2025/month=04/day=03"], ["year", "month", "day"]],
    ["plain folders are counted", ["2025/04", "2025/05"], ["partition_0", "partition_1"]],
    ["counted by their depth", ["2025/region=eu"], ["partition_0", "region"]],
    ["and below a key too", ["region=eu/2025"], ["region", "partition_1"]],
    ["names are lower case", ["Year=2025"], ["year"]],
    ["where the keys of a depth differ there is none", ["a=1", "b=2"], ["partition_0"]],
    ["nor where only some have one", ["a=1", "2"], ["partition_0"]],
    ["a key twice is one key", ["a=1/a=2"], ["a", "partition_1"]],
    ["the deepest file counts", ["", "year=2025", "year=2025/month=04"], ["year", "month"]],
    ["none below the table", [""], []],
  ];
  const parts = (folders: string): string[] => folders.split("/").filter(Boolean);
  for (const [name, folders, keys] of cases)
    it(name, () => expect(partitionKeys(folders.map(parts))).to.deep.equal(keys));

  it("have the folders' values, and null where a file lies less deep", () => {
    expect(partitionValues(["year", "partition_1"], ["year=2025", "eu"])).to.deep.equal({
      year: "2025",
      partition_1: "eu",
    });
    expect(partitionValues(["year", "month"], ["year=2025"])).to.deep.equal({ year: "2025", month: NULL_PARTITION });
    expect(partitionValues(["partition_0"], ["a=1"])).to.deep.equal({ partition_0: "a=1" });
    expect(partitionValues(["year"], ["year=a=b"])).to.deep.equal({ year: "a=b" });
  });

  it("have a key for each depth, each of its own name, and a value for each key", () => {
    fc.assert(
      fc.property(fc.array(fc.array(folderName, { maxLength: 4 }), { minLength: 1, maxLength: 8 }), (folders) => {
        const keys = partitionKeys(folders);
        expect(keys).to.have.length(Math.max(...folders.map(({ length }) => length)));
        expect(new Set(keys).size).to.equal(keys.length);
        for (const folder of folders) expect(Object.keys(partitionValues(keys, folder))).to.have.members(keys);
      }),
    );
  });
});

describe("one schema for all files", () => {
  it("unites types the same way in whatever order they come", () => {
    fc.assert(
      fc.property(type, type, type, (a, b, c) => {
        expect(unitedType(a, b)).to.equal(unitedType(b, a));
        expect(unitedType(unitedType(a, b), c)).to.equal(unitedType(a, unitedType(b, c)));
        expect(unitedType(a, a)).to.equal(a);
      }),
    );
  });

  const types: readonly [HiveType | undefined, HiveType | undefined, HiveType | undefined][] = [
    ["int", "bigint", "bigint"],
    ["bigint", "double", "double"],
    ["int", "float", "double"],
    ["float", "double", "double"],
    ["int", "string", "string"],
    ["boolean", "int", "string"],
    ["date", "timestamp", "string"],
    [undefined, "int", "int"],
    [undefined, undefined, undefined],
  ];
  for (const [a, b, both] of types) it(`${a} and ${b} are ${both}`, () => expect(unitedType(a, b)).to.equal(both));

  it("has all columns by name, in lower case, with the spellings in the files", () => {
    // AWS Glue's guide, "Creating a single schema for each Amazon S3 include path": A, B and C, D make one table.
    const columns = uniteByName([
      [
        { name: "A", type: "int" },
        { name: "B", type: "int" },
      ],
      [
        { name: "C", type: undefined },
        { name: "a", type: "double" },
      ],
    ]);
    expect(columns).to.deep.equal([
      { name: "a", type: "double", comment: "", spellings: ["A", "a"] },
      { name: "b", type: "int", comment: "", spellings: ["B"] },
      { name: "c", type: "string", comment: "", spellings: ["C"] },
    ]);
  });

  it("leaves out a column that a partition key has", () => {
    const schema = [
      { name: "Service", type: "string" as const },
      { name: "n", type: "int" as const },
    ];
    expect(uniteByName([schema], ["service"]).map(({ name }) => name)).to.deep.equal(["n"]);
  });

  it("keeps columns of CSV at their places, whatever they are called", () => {
    const columns = uniteByPosition(
      [
        [
          { name: "Time", type: "string" },
          { name: "", type: "bigint" },
        ],
        [
          { name: "Time", type: "string" },
          { name: "", type: "double" },
          { name: "time", type: "string" },
          { name: "year", type: "string" },
        ],
      ],
      ["year"],
    );
    expect(columns.map((column) => `${column.name} ${column.type}`)).to.deep.equal([
      "time string",
      "col1 double",
      "time_1 string",
      "year_1 string",
    ]);
  });

  it("has names of its own for each column, in both ways", () => {
    const schemas = fc.array(fc.array(fc.record({ name: folderName, type }), { maxLength: 6 }), { maxLength: 4 });
    fc.assert(
      fc.property(schemas, (found) => {
        for (const columns of [uniteByName(found, ["year"]), uniteByPosition(found, ["year"])]) {
          const names = ["year", ...columns.map(({ name }) => name)];
          expect(new Set(names).size).to.equal(names.length);
        }
        const widest = Math.max(0, ...found.map(({ length }) => length));
        expect(uniteByPosition(found)).to.have.length(widest);
      }),
    );
  });
});
