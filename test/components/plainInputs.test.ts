import { expect } from "chai";
import * as pulumi from "@pulumi/pulumi";
import { plainInputs, type Shapes } from "../../components/plainInputs";

const SHAPES: Shapes = {
  owner: { plain: true },
  apps: { plain: true, items: { plain: true, $ref: "#/types/App" } },
  tags: { plain: true, additionalProperties: { plain: true } },
  kmsKeyArn: {},
};
const APP: Shapes = { name: { plain: true }, roleArn: {} };
const settle = (inputs: Record<string, unknown>) =>
  plainInputs(inputs, SHAPES, (ref) => (ref === "#/types/App" ? APP : undefined));
const unknown = (): pulumi.Output<unknown> => pulumi.output(pulumi.unknown);
const valueOf = (output: unknown): Promise<unknown> =>
  new Promise((resolve) => {
    (output as pulumi.Output<unknown>).apply(resolve);
  });

describe("arguments from other languages", () => {
  it("become values where they are known", async () => {
    const { inputs, problems } = await settle({
      owner: pulumi.output("web"),
      apps: pulumi.output([{ name: "shop" }, { name: "blog" }]),
      tags: { Team: pulumi.output("web") },
    });
    expect(problems).to.deep.equal([]);
    expect(inputs).to.deep.equal({ owner: "web", apps: [{ name: "shop" }, { name: "blog" }], tags: { Team: "web" } });
  });

  it("stay outputs where the components take outputs, also inside of what is known", async () => {
    const key = unknown();
    const role = pulumi.output("arn:aws:iam::123456789012:role/reader");
    const { inputs, problems } = await settle({ kmsKeyArn: key, apps: [{ name: "shop", roleArn: role }] });
    expect(problems).to.deep.equal([]);
    expect(inputs["kmsKeyArn"]).to.equal(key);
    expect((inputs["apps"] as { roleArn: unknown }[])[0]!.roleArn).to.equal(role);
    // A language that wraps the whole argument: the part keeps what it depends on.
    const wrapped = await settle({ apps: pulumi.output([{ name: "shop", roleArn: "arn" }]) });
    const [app] = wrapped.inputs["apps"] as { name: unknown; roleArn: unknown }[];
    expect(app!.name).to.equal("shop");
    expect(pulumi.Output.isInstance(app!.roleArn)).to.equal(true);
    expect(await valueOf(app!.roleArn)).to.equal("arn");
  });

  it("are refused by name where they must be known and are not", async () => {
    const { problems } = await settle({
      owner: unknown(),
      apps: [{ name: "shop" }, { name: unknown() }],
      tags: { Team: unknown() },
    });
    expect(problems.map(({ field }) => field).sort()).to.deep.equal(["apps[1].name", "owner", "tags.Team"]);
    expect(problems[0]).to.include({ fix: "deploy that resource first, or write the value" });
  });

  it("are refused where they are secret and would stand in the clear", async () => {
    const { inputs, problems } = await settle({ owner: pulumi.secret("x"), kmsKeyArn: pulumi.secret("arn") });
    expect(problems.map(({ field }) => field)).to.deep.equal(["owner"]);
    expect(JSON.stringify(problems)).to.not.include('"x"');
    expect(pulumi.Output.isInstance(inputs["kmsKeyArn"])).to.equal(true);
  });

  it("go on as they are where the schema does not know them: the check names them", async () => {
    const { inputs, problems } = await settle({ colour: "red", apps: [{ name: "shop", size: pulumi.output(3) }] });
    expect(problems).to.deep.equal([]);
    expect(inputs).to.deep.equal({ colour: "red", apps: [{ name: "shop", size: 3 }] });
  });
});
