import { expect } from "chai";
import { makeFilter, type Filter } from "../../../src/local/upload/filters";

const exclude = (glob: string): Filter => ({ includes: false, glob });
const include = (glob: string): Filter => ({ includes: true, glob });

describe("--include and --exclude", () => {
  // From the AWS CLI's own page "Use of Exclude and Include Filters", and what its patterns are said to mean there.
  const table: readonly [filters: readonly Filter[], wanted: readonly string[], unwanted: readonly string[]][] = [
    [[], ["a.txt", ".hidden", "a/b"], []],
    [[exclude("*")], [], ["a.txt", "a/b/c"]],
    [
      [exclude("*"), include("*.txt")],
      ["a.txt", "a/b.txt"],
      ["a.jpg", "a.txt.gz"],
    ],
    [[include("*.txt"), exclude("*")], [], ["a.txt"]],
    [[exclude("a?")], ["a", "abc"], ["ab", "a/"]],
    [[exclude("a[0-9x]b")], ["ab", "aab"], ["a5b", "axb"]],
    [[exclude("a[!0-9]b")], ["a5b"], ["axb"]],
    [[exclude("a.c")], ["abc"], ["a.c"]],
    [[exclude("(a|b)+$")], ["a", "ab"], ["(a|b)+$"]],
    [[exclude("a[b")], ["ab"], ["a[b"]],
    [[exclude("[]]")], ["["], ["]"]],
    [
      [exclude("logs/*"), include("logs/2026/*"), exclude("*.tmp")],
      ["x", "logs/2026/a"],
      ["logs/a", "logs/2026/a.tmp"],
    ],
    [[exclude("line*end")], [], ["line\nend"]],
  ];
  for (const [filters, wanted, unwanted] of table) {
    const options = filters.map(({ includes, glob }) => `${includes ? "--include" : "--exclude"} ${glob}`).join(" ");
    it(options === "" ? "take everything where there are none" : options, () => {
      const isWanted = makeFilter(filters);
      for (const name of wanted) expect(isWanted(name), name).to.equal(true);
      for (const name of unwanted) expect(isWanted(name), name).to.equal(false);
    });
  }
});
