import { expect } from "chai";
import fc from "fast-check";
import { KeyBatcher, type KeyBatch } from "../../src/model/keyBatches";

const batches = (keys: readonly string[], size: number, mostBytes?: number): KeyBatch[] => {
  const batcher = new KeyBatcher("bucket", size, mostBytes);
  return [...keys.map((key) => batcher.add(key)), batcher.take()].filter((batch) => batch !== undefined);
};

describe("batches of keys", () => {
  it("are of 20, 20 and 5 keys of 45", () => {
    const keys = Array.from({ length: 45 }, (_, number) => `logs/${number}`);
    const made = batches(keys, 20);
    expect(made.map((batch) => batch.keys.length)).to.deep.equal([20, 20, 5]);
    expect(JSON.parse(made[2]!.payload)).to.deep.equal({ bucket: "bucket", keys: keys.slice(40) });
  });

  it("are none of no keys, and no more than the keys fill", () => {
    expect(batches([], 20)).to.deep.equal([]);
    expect(batches(["a", "b"], 2)).to.have.length(1);
  });

  it("hold every key once, in order, within both limits, and no fewer than fit", () => {
    const key = fc.string({ minLength: 1, maxLength: 30, unit: "binary" });
    fc.assert(
      fc.property(
        fc.array(key, { maxLength: 60 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 250, max: 700 }),
        (keys, size, most) => {
          const made = batches(keys, size, most);
          expect(made.flatMap((batch) => batch.keys)).to.deep.equal(keys);
          for (const [at, batch] of made.entries()) {
            expect(JSON.parse(batch.payload)).to.deep.equal({ bucket: "bucket", keys: batch.keys });
            expect(batch.keys.length).to.be.within(1, size);
            expect(Buffer.byteLength(batch.payload)).to.be.at.most(most);
            const next = made[at + 1]?.keys[0];
            if (next === undefined || batch.keys.length === size) continue;
            const larger = JSON.stringify({ bucket: "bucket", keys: [...batch.keys, next] });
            expect(Buffer.byteLength(larger)).to.be.at.least(most);
          }
        },
      ),
      { seed: 11, numRuns: 300 },
    );
  });
});
