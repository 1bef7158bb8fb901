import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { generate } from "../../../src/local/generator/generate";
import { parseGenerate } from "../../../src/local/generator/options";
import { Reader } from "../../handlers/applogs/reader";
import { ID, Scene } from "../../handlers/cloudfront/readers";

describe("the functions, on generated logs", function () {
  this.timeout(60_000);
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), "alp-generated-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const make = async (format: string, services: string): Promise<{ key: string; content: Buffer }[]> => {
    const given = { format, services, days: "2", entries: "400", seed: "test", end: "2020-07-16" };
    await generate(parseGenerate(given, 0), { path: folder }, () => undefined);
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .map((file) => ({ key: path.relative(folder, file).split(path.sep).join("/"), content: readFileSync(file) }));
  };

  it("read every row of CloudFront's, each once, and reject none", async () => {
    const scene = new Scene();
    const files = await make("cloudfront", ID);
    for (const { key, content } of files) await scene.source.put(key, content);
    const done = await scene.read(files.map(({ key }) => key));
    expect(new Set(done.map(({ outcome, app }) => `${outcome} ${app}`))).to.deep.equal(new Set(["read docs"]));
    expect(done.reduce((sum, { rejected }) => sum + rejected, 0)).to.equal(0);
    expect(done.reduce((sum, { rows }) => sum + rows, 0)).to.equal(800);
    let stored = 0;
    for (const key of await scene.keys("raw/")) stored += (await scene.rawLines(key)).length;
    expect(stored).to.equal(800);
  });

  it("read every line of an application's, of its service and day, and find no error", async () => {
    const reader = new Reader();
    const files = await make("application", "api-gateway,payment");
    for (const { key, content } of files) {
      await reader.put(key, content);
      expect((await reader.read(key)).outcome).to.equal("read");
    }
    expect(await reader.errors()).to.deep.equal([]);
    const rows = await reader.rows();
    expect(rows).to.have.length(1600);
    for (const { partition, service, timestamp } of rows) {
      const [year, month, day] = String(timestamp).slice(0, 10).split("-");
      expect(partition).to.equal(`service=${String(service)}/year=${year}/month=${month}/day=${day}`);
    }
  });
});
