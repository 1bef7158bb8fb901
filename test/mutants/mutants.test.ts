import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import { packageRoot } from "../../src/local/bundles";

interface Mutant {
  readonly title: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  readonly suites: readonly string[];
}

describe("the mutants", () => {
  let classes: readonly { readonly name: string; readonly mutants: readonly Mutant[] }[];
  before(async () => {
    const file = path.join(packageRoot(), "test", "mutants", "index.mjs");
    ({ CLASSES: classes } = (await import(pathToFileURL(file).href)) as { CLASSES: typeof classes });
  });

  it("are of the kinds that must not get by, several of each", () => {
    expect(classes.map(({ name }) => name)).to.deep.equal([
      "a column's type",
      "a view's columns",
      "a missing action",
      "a wrong path",
      "a package that is not in the bundle",
      "an argument that gets lost",
      "a further source",
    ]);
    for (const { name, mutants } of classes) expect(mutants, name).to.have.length.at.least(3);
    const titles = classes.flatMap(({ mutants }) => mutants.map(({ title }) => title));
    expect(new Set(titles).size).to.equal(titles.length);
  });

  // The list would rot in silence: `npm run test:mutants` does not run on every change.
  it("find their texts exactly once, and name suites that exist", () => {
    for (const { title, file, find, replace, suites } of classes.flatMap(({ mutants }) => mutants)) {
      const source = readFileSync(path.join(packageRoot(), file), "utf8");
      expect(source.split(find).length - 1, `${title}: how often its text stands in ${file}`).to.equal(1);
      expect(replace, title).to.not.equal(find);
      expect(suites.length, title).to.be.greaterThan(0);
      for (const suite of suites) expect(existsSync(path.join(packageRoot(), suite)), suite).to.equal(true);
    }
  });
});
