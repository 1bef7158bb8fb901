import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect } from "chai";
import { DOCUMENTS, pipelineSettings, programSettings, withConfigurationTable } from "./configurationTable";
import { anchors, markdownFiles, relativeLinks } from "./markdown";
import { CONFIG_KEYS } from "../../components/stackConfig";
import { loadStackConfig } from "../../src/local/stackConfig";

const ROOT = process.cwd();

describe("the documents", () => {
  it("link only to what exists", () => {
    const files = markdownFiles(ROOT);
    expect(files).to.include.members(["README.md", "CONTRIBUTING.md", "docs/architecture.md", "docs/decisions.md"]);
    const checked = files.flatMap((file) => relativeLinks(file).map((link) => ({ file, link })));
    expect(checked.length).to.be.greaterThan(8);
    const broken = checked.filter(({ file, link }) => {
      const [target, anchor] = link.split("#");
      const absolute = target === "" ? path.join(ROOT, file) : path.resolve(ROOT, path.dirname(file), target!);
      return !existsSync(absolute) || (anchor !== undefined && !anchors(absolute).includes(anchor));
    });
    expect(broken).to.deep.equal([]);
  });

  for (const [name, settings] of Object.entries(DOCUMENTS)) {
    it(`shows in ${name} the settings as the schema has them`, () => {
      const document = readFileSync(path.join(ROOT, name), "utf8");
      const wanted = withConfigurationTable(document, settings());
      expect(document, "out of date: run npm run build && node scripts/docs.mjs").to.equal(wanted);
    });
  }

  it("knows a setting for each config key, with a description", () => {
    const settings = programSettings();
    expect(settings.flatMap(({ key }) => key ?? [])).to.have.members([...CONFIG_KEYS]);
    expect(settings.filter(({ description }) => description === "")).to.deep.equal([]);
    expect(settings.find(({ path: name }) => name === "retention.rawDays")).to.include({
      key: "retentionRawDays",
      default: 30,
      takes: "a whole number of days from 1 to 3650",
    });
  });

  it("has the same defaults in Pulumi.yaml as in the schema", () => {
    // The stack for production changes only these.
    const own = ["apps", "encryption", "alarmsEmails", "scanLimitGigabytes"];
    const { config } = loadStackConfig(ROOT, "infpro");
    const differing = pipelineSettings().filter(({ key, default: value }) => {
      const given = config[`amplify-logs:${key}`];
      const schema = typeof value === "string" ? value : JSON.stringify(value);
      return key !== undefined && !own.includes(key) && given !== undefined && given !== schema;
    });
    expect(differing).to.deep.equal([]);
  });

  it("give a reason and the licence for each dependency, and name none that is gone", () => {
    const manifest = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as {
      dependencies: Record<string, string>;
      devDependencies: Record<string, string>;
    };
    const wanted = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }).map((name) => {
      const file = path.join(ROOT, "node_modules", name, "package.json");
      return [name, (JSON.parse(readFileSync(file, "utf8")) as { license: string }).license];
    });
    const decisions = readFileSync(path.join(ROOT, "docs/decisions.md"), "utf8");
    const listed = [...decisions.matchAll(/^\| `([^`]+)` +\| (\S+) +\| +[\d.]+ \| \S/gm)].map(([, name, licence]) => [
      name,
      licence,
    ]);
    expect(listed).to.have.deep.members(wanted);
  });

  it("name the version that package.json has", () => {
    const { version } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as { version: string };
    expect(readFileSync(path.join(ROOT, "CHANGELOG.md"), "utf8")).to.include(`\n## ${version}\n`);
  });
});
