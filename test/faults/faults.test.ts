import { spawnSync } from "node:child_process";
import path from "node:path";
import { expect } from "chai";

const MAIN = path.join(__dirname, "main.js");
const run = (...args: string[]): { status: number | null; stdout: string; stderr: string } =>
  spawnSync(process.execPath, [MAIN, ...args], { encoding: "utf8" });

/** A few histories with each `npm test`; `npm run test:faults` has hundreds. */
describe("histories under faults", function () {
  this.timeout(300_000);

  it("lose no row and double none", () => {
    const { status, stdout } = run("--histories", "12");
    expect(stdout).to.match(
      /^12 histories from seed 1, [1-9]\d+ faults, .*: [1-9]\d+ served, [1-9]\d+ stored, 0 lost, 0 doubled, 0 wrong\n$/,
    );
    expect(status).to.equal(0);
  });

  it("fail where a part is missing, and name the seed and the faults", () => {
    const { status, stdout } = run("--histories", "2", "--without", "halving");
    expect(stdout)
      .to.match(/^seed \d+, smallest set of faults: /)
      .and.match(/, without halving, /);
    expect(status).to.equal(1);
  });

  it("refuse a part that does not exist", () => {
    const { status, stderr } = run("--without", "luck");
    expect(stderr).to.contain('--without: no such part (got "luck"). Fix: choose one of trim, merge, condition');
    expect(status).to.equal(1);
  });
});
