import { readFileSync } from "node:fs";
import path from "node:path";
import { expect } from "chai";
import { ALARM_KINDS, alarmDescription, RUNBOOK, SOURCE_ALARM_KINDS } from "../../src/model/alarms";
import { anchors } from "./markdown";

const FILE = path.join(process.cwd(), RUNBOOK);
const KINDS = { ...ALARM_KINDS, ...SOURCE_ALARM_KINDS };
const PARTS = ["**It means**: ", "**What to do**: ", "**It is over when** "];

/** The document's entries: their headings, and what stands below each. */
const entries = (): Map<string, string> =>
  new Map(
    readFileSync(FILE, "utf8")
      .split(/^## /m)
      .slice(1)
      .map((text) => [text.slice(0, text.indexOf("\n")), text.slice(text.indexOf("\n"))] as const),
  );

describe("the runbook", () => {
  for (const [name, kind] of Object.entries(KINDS)) {
    it(`says of ${name} what it means, what to do, and when it is over, in this order`, () => {
      const places = PARTS.map((part) => entries().get(kind.entry)?.indexOf(part) ?? -1);
      expect(places[0]).to.be.greaterThan(0);
      expect(places).to.deep.equal([...places].sort((a, b) => a - b));
      expect(new Set(places).size).to.equal(PARTS.length);
    });

    it(`is where the mail of ${name} leads`, () => {
      const description = alarmDescription(kind);
      const [, file, anchor] = /Runbook: (\S+)#(\S+)$/.exec(description)!;
      expect(anchors(path.join(process.cwd(), file!))).to.include(anchor);
      // CloudWatch cuts nothing off: it refuses what is longer.
      expect(description.length).to.be.lessThan(1024);
      expect(kind.says).to.match(/\.$/);
    });
  }

  it("has an entry of an alarm for no alarm that is gone", () => {
    const written = [...entries()].filter(([, text]) => text.includes(PARTS[0]!)).map(([heading]) => heading);
    expect(written).to.have.members([...new Set(Object.values(KINDS).map(({ entry }) => entry))]);
  });
});
