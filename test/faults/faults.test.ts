import { spawnSync } from "node:child_process";
import path from "node:path";
import { expect } from "chai";
import { runHistory } from "./history";
import { FAULT_KINDS } from "./kinds";
import { closeFarSide } from "./transport/onTheWay";
import { drawnKinds } from "./world";

const MAIN = path.join(__dirname, "main.js");
const run = (...args: string[]): { status: number | null; stdout: string; stderr: string } =>
  spawnSync(process.execPath, [MAIN, ...args], { encoding: "utf8" });

/** A few histories with each `npm test`; `npm run test:faults` has hundreds. */
describe("histories under faults", function () {
  this.timeout(300_000);
  after(closeFarSide);

  it("lose no row and double none", () => {
    const { status, stdout } = run("--histories", "12");
    expect(stdout).to.match(
      /^12 histories from seed 1, [1-9]\d+ faults, .*: [1-9]\d+ served, [1-9]\d+ stored, 0 lost, 0 doubled, 0 wrong\n$/,
    );
    expect(status).to.equal(0);
  });

  it("are the same again from the same seed", async () => {
    const [once, again] = [await runHistory({ seed: 3 }), await runHistory({ seed: 3 })];
    expect(again).to.deep.equal(once);
  });

  it("have every kind of fault among 100 seeds", () => {
    const drawn = new Set(Array.from({ length: 100 }, (_, seed) => drawnKinds(seed + 1)).flat());
    expect([...drawn]).to.have.members([...FAULT_KINDS]);
  });

  it("fail where a part is missing, and name the seed, the faults and how to see it again", () => {
    const { status, stdout } = run("--histories", "4", "--without", "halving");
    expect(stdout)
      .to.match(/^seed \d+, smallest set of faults: /)
      .and.match(/again: npm run test:faults -- --seed \d+ --histories 1 --without halving\n/)
      .and.match(/, without halving, /);
    expect(status).to.equal(1);
  });

  it("refuse a part that does not exist", () => {
    const { status, stderr } = run("--without", "luck");
    expect(stderr).to.contain('--without: no such part (got "luck"). Fix: choose one of trim, merge, condition');
    expect(status).to.equal(1);
  });
});
