import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { SECRET_MARK, UNKNOWN, hideSecrets } from "../../src/judge/captured";
import { readProject } from "../../src/judge/project";

describe("a project that is judged", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), "alp-project-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const write = (name: string, text: string): void => writeFileSync(path.join(folder, name), text);

  it("has its program, its one stack's config over its defaults, and marks for secrets", () => {
    write(
      "Pulumi.yaml",
      'name: shop\nruntime:\n  name: nodejs\n  options: { typescript: false, nodeargs: "--no-warnings  --import=tsx" }\nmain: dist/\nconfig:\n  size: { type: integer, default: 3 }\n  owner: { value: team }\n  plain: text\n  needed: { type: string }\n  aws:region: eu-west-1\n',
    );
    write(
      "Pulumi.dev.yaml",
      "config:\n  shop:size: 5\n  password: { secure: AAAB }\n  nested: { key: { secure: AAAC } }\n",
    );
    expect(readProject(folder, undefined)).to.deep.equal({
      folder,
      name: "shop",
      stack: "dev",
      main: path.join(folder, "dist"),
      typescript: false,
      nodeArguments: ["--no-warnings", "--import=tsx"],
      config: {
        "shop:size": "5",
        "shop:owner": "team",
        "shop:plain": "text",
        "aws:region": "eu-west-1",
        "shop:password": SECRET_MARK,
        "shop:nested": JSON.stringify({ key: SECRET_MARK }),
      },
    });
  });

  it("needs no stack's file, and compiles TypeScript unless told not to", () => {
    write("Pulumi.yaml", "name: site\nruntime: nodejs\n");
    expect(readProject(folder, undefined)).to.include({ stack: "stack", typescript: true, main: folder });
    expect(readProject(folder, "prod")).to.include({ stack: "prod" });
  });

  it("asks which of several stacks", () => {
    write("Pulumi.yaml", "name: site\nruntime: nodejs\n");
    write("Pulumi.dev.yaml", "");
    write("Pulumi.prod.yaml", "config: {}\n");
    expect(readProject(folder, "prod").stack).to.equal("prod");
    expect(() => readProject(folder, undefined)).to.throw(
      /--stack: the project has several stacks \(got "dev, prod"\)/,
    );
    expect(() => readProject(folder, "test")).to.throw(/--stack: there is no such stack \(got "test"\)/);
  });

  it("says what is wrong with the folder, the file or the language", () => {
    expect(() => readProject(path.join(folder, "nowhere"), undefined)).to.throw(/--program: there is no such folder/);
    expect(() => readProject(folder, undefined)).to.throw(/Pulumi\.yaml: there is no such file/);
    write("Pulumi.yaml", "name: site\nruntime: python\n");
    expect(() => readProject(folder, undefined)).to.throw(/runtime: only programs in TypeScript.*\(got "python"\)/);
  });

  it("takes what is made from a secret for unknown", () => {
    expect(hideSecrets({ a: `x${SECRET_MARK}y`, b: ["c", SECRET_MARK], d: null, e: 1 })).to.deep.equal({
      a: UNKNOWN,
      b: ["c", UNKNOWN],
      d: null,
      e: 1,
    });
  });
});
