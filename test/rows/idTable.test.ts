import { createHash } from "node:crypto";
import { expect } from "chai";
import { entryId } from "../../src/rows/entryId";
import { IdTable, OccurrenceTable } from "../../src/rows/idTable";

const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 32);

describe("tables of hashes", () => {
  it("know what was added, and nothing else, however many", () => {
    const table = new IdTable(0);
    for (let at = 0; at < 20_000; at++) expect(table.add(hashOf(`a${at}`))).to.be.true;
    for (let at = 0; at < 20_000; at++) expect(table.add(hashOf(`a${at}`))).to.be.false;
    for (let at = 0; at < 20_000; at++) expect(table.has(hashOf(`b${at}`))).to.be.false;
    expect(table.size).to.equal(20_000);
  });

  it("tell hashes apart by their last digits too", () => {
    const table = new IdTable(2);
    table.add("0".repeat(31) + "1");
    expect(table.has("0".repeat(31) + "2")).to.be.false;
    expect(table.add("0".repeat(31) + "2")).to.be.true;
  });

  it("count how often a hash comes", () => {
    const table = new OccurrenceTable(3000);
    for (let round = 1; round <= 3; round++)
      for (let at = 0; at < 1000; at++) expect(table.count(hashOf(`${at}`))).to.equal(round);
  });
});

describe("an entry's id", () => {
  it("is another one for each occurrence, and the same in each run", () => {
    const ids = [1, 2, 3].map((occurrence) => entryId(hashOf("line"), occurrence));
    expect(new Set(ids).size).to.equal(3);
    expect(ids[0]).to.equal(hashOf("line"));
    expect(entryId(hashOf("line"), 3)).to.equal(ids[2]);
    expect(ids.every((id) => /^[0-9a-f]{32}$/.test(id))).to.be.true;
  });
});
