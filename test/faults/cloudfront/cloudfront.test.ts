import { expect } from "chai";
import { runHistories } from "../runner";
import { runCloudFrontHistory, CLOUDFRONT_WITHOUT } from "./history";

/** A few histories with each `npm test`; `npm run test:faults` has more. */
describe("histories of CloudFront's deliveries", function () {
  this.timeout(120_000);

  it("lose no row, double none, and tell of each object that is no log", async () => {
    const { served, stored, faults, lost, doubled, wrong, bad } = await runHistories("cloudfront", 1, 6);
    expect(bad).to.equal(undefined);
    expect({ lost, doubled, wrong }).to.deep.equal({ lost: 0, doubled: 0, wrong: 0 });
    expect(stored).to.equal(served);
    expect(served).to.be.greaterThan(100);
    expect(faults).to.be.greaterThan(8);
  });

  it("are the same again from the same seed", async () => {
    expect(await runCloudFrontHistory(3)).to.deep.equal(await runCloudFrontHistory(3));
  });

  for (const without of CLOUDFRONT_WITHOUT) {
    it(`see that ${without} is missing`, async () => {
      const { lost, bad } = await runHistories("cloudfront", 3, 1, without);
      expect(lost).to.be.greaterThan(0);
      expect(bad).to.have.nested.property("verdict.lost").that.is.not.empty;
    });
  }
});
