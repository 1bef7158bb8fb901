import { expect } from "chai";
import { applicationTables, serviceTableName, serviceTables } from "../../src/model/applicationCatalog";
import { DEFAULT_FIELDS } from "../../src/model/applicationColumns";

const OPTIONS = { bucket: "lake", fields: DEFAULT_FIELDS, years: { first: 2020, last: 2040 } };
const ADDED = ["extra", "processed_timestamp", "source", "line_number", "entry_id"];

describe("tables of application logs", () => {
  it("are one of rows and one of errors, with the source's names", () => {
    const [processed, errors] = applicationTables(OPTIONS);
    expect(processed).to.deep.include({
      name: "processed_logs",
      format: "parquet",
      prefix: "processed",
      projection: undefined,
    });
    expect(processed!.partitionKeys.map(({ name, type }) => `${name} ${type}`)).to.deep.equal([
      "service string",
      "year string",
      "month string",
      "day string",
    ]);
    expect(processed!.columns.map(({ name }) => name)).to.deep.equal([
      ...DEFAULT_FIELDS.map(({ name }) => name),
      ...ADDED,
    ]);
    expect(errors).to.deep.include({ name: "errors_logs", format: "json", prefix: "errors" });
    expect(errors!.columns.map(({ name }) => name)).to.include.members([
      "line_number",
      "service",
      "rule",
      "reason",
      "raw",
      "source",
    ]);
    expect(errors!.projection).to.include({
      "projection.year.range": "2020,2040",
      "projection.month.digits": "2",
      "storage.location.template": "s3://lake/errors/year=${year}/month=${month}/day=${day}",
    });
  });

  it("are one per service on request, whose column service is in the files", () => {
    const [table] = serviceTables(OPTIONS, ["api-gateway"]);
    expect(table).to.deep.include({ name: "api_gateway", prefix: "processed/service=api-gateway" });
    expect(table!.columns.map(({ name }) => name)).to.include("service");
    expect(table!.partitionKeys.map(({ name }) => name)).to.deep.equal(["year", "month", "day"]);
    expect(table!.projection!["storage.location.template"]).to.equal(
      "s3://lake/processed/service=api-gateway/year=${year}/month=${month}/day=${day}",
    );
    expect(serviceTableName("User Service.v2")).to.equal("user_service_v2");
  });
});
