import { expect } from "chai";
import { openTelemetry } from "../../handlers/telemetry";
import { InputError } from "../../src/errors";
import { capturedLines } from "../helpers/output";
import { metricsIn } from "../helpers/cloudWatch";

const ENVIRONMENT = { PIPELINE: "amplifylogs-inftes", APP_NAME: "shop" };
const CONTEXT = { awsRequestId: "8f6a1c1e", getRemainingTimeInMillis: () => 1000 };

describe("what a deployed function tells", () => {
  it("is one flat object a line: when, how bad, what, and its facts", () => {
    const { log, begin } = openTelemetry(ENVIRONMENT);
    const before = new Date().toISOString();
    const lines = capturedLines(() => {
      begin(CONTEXT);
      log("fetch.done", { added: 3, hours: [{ hour: "2026-11-20T13:00:00.000Z", rows: 3 }] });
    });
    expect(lines).to.have.length(1);
    const { timestamp, ...line } = JSON.parse(lines[0]!) as Record<string, unknown>;
    expect(String(timestamp) >= before).to.equal(true);
    expect(line).to.deep.equal({
      level: "INFO",
      event: "fetch.done",
      app: "shop",
      requestId: "8f6a1c1e",
      added: 3,
      hours: [{ hour: "2026-11-20T13:00:00.000Z", rows: 3 }],
    });
  });

  it("says by the level what somebody should look at", () => {
    const { log } = openTelemetry(ENVIRONMENT);
    const lines = capturedLines(() => {
      for (const event of ["fetch.done", "convert.quarantined", "convert.ignored", "gaps.failed"]) log(event, {});
    });
    expect(lines.map((line) => (JSON.parse(line) as { level: string }).level)).to.deep.equal([
      "INFO",
      "WARN",
      "WARN",
      "ERROR",
    ]);
  });

  it("keeps a hostile value within its line and its field", () => {
    const hostile = 'a\n{"event":"fetch.done"}\u2028\u0000"},"level":"INFO"';
    const { log } = openTelemetry(ENVIRONMENT);
    const lines = capturedLines(() => log("convert.failed", { error: hostile }));
    expect(lines).to.have.length(1);
    expect(JSON.parse(lines[0]!)).to.include({ event: "convert.failed", error: hostile });
  });

  it("publishes metrics with the pipeline as their one dimension, each run's by itself", () => {
    const { metrics } = openTelemetry(ENVIRONMENT);
    const lines = capturedLines(() => {
      metrics.count("RowsConverted", 10);
      metrics.count("RowsConverted", 5);
      metrics.count("Gaps", 0);
      metrics.publish();
      metrics.publish();
      metrics.count("Gaps", 2);
      metrics.publish();
    });
    expect(lines).to.have.length(2);
    const dimension = "pipeline=amplifylogs-inftes";
    expect([...metricsIn(lines.slice(0, 1))]).to.deep.equal([
      [`AmplifyLogPipeline RowsConverted ${dimension}`, [10, 5]],
      [`AmplifyLogPipeline Gaps ${dimension}`, [0]],
    ]);
    expect([...metricsIn(lines.slice(1))]).to.deep.equal([[`AmplifyLogPipeline Gaps ${dimension}`, [2]]]);
    // Whatever else the line holds would be billed as a metric where it were a dimension.
    expect(Object.keys(JSON.parse(lines[1]!) as object)).to.have.members(["_aws", "pipeline", "Gaps"]);
  });

  it("does not start without the pipeline's name", () => {
    expect(() => openTelemetry({})).to.throw(InputError, /^PIPELINE: a required environment variable is missing/);
  });
});
