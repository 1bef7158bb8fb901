/** The double itself must refuse what AWS and the provider refuse, or the stacks' suite could not fail. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { need } from "../tools/missing";
import { BOTOCORE_VERSION } from "./double/extractShapes";
import type { AwsDouble } from "./double/provider";
import { without, type Values } from "./double/values";
import { DOCUMENTS } from "./refusals/documents";
import { AWS_MODELS } from "./refusals/models";
import { PROVIDER_CHECKS } from "./refusals/provider";
import { REFERENCES } from "./refusals/references";
import { TAKEN } from "./refusals/taken";
import { PROVIDER_TYPES } from "./refusals/types";
import { ACCOUNT, REGION, make as makeIn, openScene, rules, table, type Short, urnOf } from "./refusals/scene";
import { tables } from "./tables";

const REFUSED = [...PROVIDER_TYPES, ...PROVIDER_CHECKS, ...AWS_MODELS, ...DOCUMENTS, ...REFERENCES, ...TAKEN];

describe("the double of the aws provider", function () {
  let folder: string;
  let double: AwsDouble;

  before(async function () {
    const models = await need(this, "AWS's service models (botocore)", async () => ({
      version: BOTOCORE_VERSION,
      tables: await tables(),
    }));
    folder = mkdtempSync(path.join(tmpdir(), "alp-double-"));
    double = openScene(folder, models.tables);
  });
  after(() => folder !== undefined && rmSync(folder, { recursive: true, force: true }));

  const make = (short: Short, inputs: Values) => makeIn(double, short, inputs);

  for (const [type, inputs, message] of REFUSED) {
    it(`refuses a ${type}: ${message.source.slice(0, 90)}`, () => {
      const before = double.cloud.history().length;
      expect(() => make(type, inputs)).to.throw(message);
      expect(double.cloud.history()).to.have.length(before);
    });
  }

  it("takes a queue that is there already, as SQS does", () => {
    expect(make("Queue", { name: "work", visibilityTimeoutSeconds: 30 }).id).to.equal(
      `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/work`,
    );
  });

  it("makes names up where the program gives none, and keeps them", () => {
    const urn = urnOf("Queue", "mine");
    const { inputs } = double.check(urn, {}, {});
    expect(inputs["name"]).to.match(/^mine-[0-9a-f]{7}$/);
    expect(double.check(urn, { ...inputs, name: "mine-0000000" }, {}).inputs["name"]).to.equal("mine-0000000");
  });

  it("drops empty blocks, as the provider does", () => {
    const inputs = {
      ...table,
      name: "bare",
      storageDescriptor: { columns: [{ name: "a", type: "int" }], serDeInfo: {} },
      parameters: {},
    };
    make("Table", inputs);
    const held = double.cloud.below("glue:").find(([key]) => key.endsWith("/bare"))![1].inputs;
    expect(held["storageDescriptor"]).to.deep.equal({ columns: [{ name: "a", type: "int" }] });
    expect(held).not.to.have.property("parameters");
    expect(double.diff(urnOf("Table", "it"), held, inputs, inputs).changed).to.deep.equal([]);
  });

  it("sees a change, and what of it cannot be done in place", () => {
    const urn = urnOf("Table", "it");
    const diff = (news: Values) => double.diff(urn, table, table, news);
    expect(diff({ ...table, description: "new" })).to.deep.equal({
      changed: ["description"],
      replaced: [],
      deleteFirst: false,
    });
    expect(diff({ ...table, name: "other" })).to.deep.equal({
      changed: ["name"],
      replaced: ["name"],
      deleteFirst: true,
    });
    expect(diff(without(table, "storageDescriptor"))).to.deep.equal({
      changed: ["storageDescriptor"],
      replaced: [],
      deleteFirst: false,
    });
  });

  it("replaces by creating first, except where the program's own name would be taken", () => {
    const urn = urnOf("Queue", "q");
    const { inputs } = double.check(urn, {}, { fifoQueue: false });
    const made = double.diff(urn, inputs, inputs, { ...inputs, fifoQueue: true });
    expect(made).to.deep.equal({ changed: ["fifoQueue"], replaced: ["fifoQueue"], deleteFirst: false });
    const named = { name: "own" };
    expect(double.diff(urn, named, named, { ...named, fifoQueue: true }).deleteFirst).to.equal(true);
    // The framework's resources are created first whatever their name.
    const lifecycle = rules({ expiration: { days: 1 } });
    expect(double.diff(urnOf("Lifecycle", "l"), lifecycle, lifecycle, { ...lifecycle, bucket: "other" })).to.deep.equal(
      {
        changed: ["bucket"],
        replaced: ["bucket"],
        deleteFirst: false,
      },
    );
  });

  it("leaves computed values unknown in a preview, and makes nothing", () => {
    const before = double.cloud.history().length;
    const { id, outputs } = double.create(urnOf("Bucket", "b"), { bucket: "preview-only" }, true);
    expect(id).to.equal("");
    expect(outputs["bucket"]).to.equal("preview-only");
    expect(outputs["arn"]).to.equal("04da6b54-80e4-46f7-96ec-b56ff0331ba9");
    expect(double.cloud.history()).to.have.length(before);
  });

  it("keeps what is in use", () => {
    const gone = (short: Short, inputs: Values, id: string) => () => double.delete(urnOf(short, "it"), id, inputs);
    double.cloud.put("s3::object/data/raw/file.gz", { type: "object", id: "raw/file.gz", inputs: {}, outputs: {} });
    expect(gone("Bucket", { bucket: "data" }, "data")).to.throw(/BucketNotEmpty/);
    expect(gone("Role", { name: "runner" }, "runner")).to.throw(
      /DeleteConflict: Cannot delete entity, must delete policies first/,
    );
    make("NamedQuery", { name: "q", database: "logs", query: "SELECT 1", workgroup: "people" });
    expect(gone("Workgroup", { name: "people" }, "people")).to.throw(
      /InvalidRequestException: WorkGroup people is not empty/,
    );
    expect(gone("Bucket", { bucket: "data", forceDestroy: true }, "data")).not.to.throw();
    expect(double.cloud.below("s3::object/data/")).to.deep.equal([]);
  });
});
