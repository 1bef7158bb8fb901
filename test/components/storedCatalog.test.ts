import { expect } from "chai";
import type { ProgramGraph } from "../../src/local/programGraph";
import { RAW, TABLE, VIEW } from "../model/sourceColumns";
import { find, ofType, pipelineOf, TABLE as GLUE_TABLE } from "./evaluateHere";

interface Stored {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly location: string;
}

/** Athena's own names of Hive's types, from its user guide ("Data types in Amazon Athena"). */
const IN_TRINO: Readonly<Record<string, string>> = {
  string: "varchar",
  int: "integer",
  bigint: "bigint",
  double: "double",
  date: "date",
  boolean: "boolean",
  timestamp: "timestamp(3)",
};

const BUCKET = "amplifylogs-logging-intite-ss1-inftes-123456789012";

/** The last two words of each item of a SELECT: what it calls its columns. */
const selected = (sql: string): string[] =>
  [...sql.split("\nFROM")[0]!.matchAll(/(?:AS "(\w+)"|(?:^SELECT |, )t\."(\w+)")(?=,|$)/g)].map(
    (match) => (match[1] ?? match[2])!,
  );

describe("what Glue stores", function () {
  this.timeout(120_000);
  let graph: ProgramGraph;
  before(async () => {
    graph = await pipelineOf();
  });

  const inputs = (name: string): Readonly<Record<string, unknown>> => find(graph, GLUE_TABLE, `logs-${name}`).inputs;
  const stored = (name: string): Stored => inputs(name)["storageDescriptor"] as Stored;
  const written = (columns: Stored["columns"]): string[] => columns.map(({ name, type }) => `${name} ${type}`);

  it("of the raw and the typed table: the source's columns with their types, the keys apart", () => {
    expect(written(stored("access_logs_raw").columns)).to.deep.equal(RAW);
    expect(written(stored("access_logs").columns)).to.deep.equal(TABLE);
    expect(written(inputs("access_logs")["partitionKeys"] as Stored["columns"])).to.deep.equal([
      "app string",
      "date string",
    ]);
  });

  it("of every view: the same columns in the same order in its SQL, its JSON and its descriptor", () => {
    const views = ofType(graph, GLUE_TABLE).filter(({ inputs: own }) => own["tableType"] === "VIRTUAL_VIEW");
    expect(views).to.have.length(13);
    for (const { name, inputs: own } of views) {
      const columns = name === "logs-logs" ? [...VIEW, "date_export string"] : VIEW;
      const [, base64] = /^\/\* Presto View: (\S+) \*\/$/.exec(String(own["viewOriginalText"])) ?? [];
      const view = JSON.parse(Buffer.from(base64!, "base64").toString()) as {
        originalSql: string;
        columns: Stored["columns"];
      };
      expect(selected(view.originalSql), `SQL of ${name}`).to.deep.equal(columns.map((column) => column.split(" ")[0]));
      expect(written(view.columns), `JSON of ${name}`).to.deep.equal(
        columns.map((column) => column.replace(/ (\w+)$/, (_, type: string) => ` ${IN_TRINO[type]}`)),
      );
      expect(written((own["storageDescriptor"] as Stored).columns), `descriptor of ${name}`).to.deep.equal(columns);
    }
  });

  it("of each table: where its files are written, and for projected ones the path of every partition", () => {
    const location = (name: string): string => stored(name).location;
    const parameters = (name: string): Record<string, string> => inputs(name)["parameters"] as Record<string, string>;
    expect(["access_logs_raw", "access_logs", "access_logs_rejected", "fetch_coverage"].map(location)).to.deep.equal([
      `s3://${BUCKET}/raw/`,
      `s3://${BUCKET}/access_logs/`,
      `s3://${BUCKET}/rejected/`,
      `s3://${BUCKET}/coverage/`,
    ]);
    // Paths of files that tests of their writers expect: raw, rejected and coverage of shop on 2 January 2027.
    const paths = {
      access_logs_raw: "raw/app=shop/year=2027/month=01/day=02",
      access_logs_rejected: "rejected/app=shop/date=2027-01-02",
      fetch_coverage: "coverage/app=shop/date=2027-01-02",
    };
    const day: Record<string, number> = { year: 2027, month: 1, day: 2 };
    for (const [name, path] of Object.entries(paths)) {
      const own = parameters(name);
      const value = (key: string): string =>
        key === "app"
          ? "shop"
          : key === "date"
            ? own["projection.date.format"]!.replace("yyyy", "2027").replace("MM", "01").replace("dd", "02")
            : String(day[key]).padStart(Number(own[`projection.${key}.digits`] ?? 1), "0");
      const filled = own["storage.location.template"]!.replace(/\$\{(\w+)\}/g, (_, key: string) => value(key));
      expect(filled, name).to.equal(`s3://${BUCKET}/${path}`);
    }
    expect(parameters("access_logs")).to.not.have.property("storage.location.template");
  });
});
