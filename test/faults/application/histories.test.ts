import { expect } from "chai";
import { runHistories } from "../runner";
import { runApplicationHistory } from "./history";

/** A few histories with each `npm test`; `npm run test:faults` has more. */
describe("histories of application logs under faults", function () {
  this.timeout(300_000);

  it("lose no line and double none", async () => {
    const { served, faults, lost, doubled, wrong, bad } = await runHistories("application", 1, 5);
    expect({ lost, doubled, wrong, bad }).to.deep.equal({ lost: 0, doubled: 0, wrong: 0, bad: undefined });
    expect(served).to.be.greaterThan(200);
    expect(faults).to.be.greaterThan(10);
  });

  it("are the same again from the same seed", async () => {
    const [once, again] = [await runApplicationHistory(3), await runApplicationHistory(3)];
    expect(again).to.deep.equal(once);
  });

  for (const part of ["applicationUnion", "applicationCondition", "applicationPartitions"] as const) {
    it(`fail without ${part}`, async () => {
      const { bad } = await runHistories("application", 1, 1, part);
      expect(bad?.seed).to.equal(1);
    });
  }
});
