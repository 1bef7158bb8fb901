import { expect } from "chai";
import { LineBuffer } from "../../../src/local/generator/lineBuffer";
import { RowIds } from "../../../src/local/generator/rowIds";
import { Random } from "../../../src/local/simulator/random";

/** Equal random numbers for each id: what differs is the id's own. */
const made = (count: number, write: (ids: RowIds, line: LineBuffer) => void, ...stream: string[]): string[] => {
  const ids = new RowIds(...stream);
  return Array.from({ length: count }, () => {
    const line = new LineBuffer(64);
    write(ids, line);
    return Buffer.from(line.bytes.subarray(0, line.end)).toString("latin1");
  });
};
const requestId = (ids: RowIds, line: LineBuffer): void => ids.writeRequestId(line, new Random(1));
const uuid = (ids: RowIds, line: LineBuffer): void => ids.writeUuid(line, new Random(1));

describe("ids of generated rows", () => {
  it("are CloudFront's in form", () => {
    for (const id of made(100, requestId, "shop")) expect(id).to.match(/^[A-Za-z0-9_-]{54}==$/);
  });

  it("are UUIDs of version 4", () => {
    for (const id of made(100, uuid, "shop"))
      expect(id).to.match(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it("never come twice, not even when the random numbers do", () => {
    const count = 50_000;
    expect(new Set([...made(count, requestId, "shop"), ...made(count, requestId, "docs")]).size).to.equal(2 * count);
    expect(new Set([...made(count, uuid, "shop"), ...made(count, uuid, "docs")]).size).to.equal(2 * count);
  });
});
