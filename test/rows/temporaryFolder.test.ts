import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { explainFullDisk, TemporaryFolder } from "../../src/rows/temporaryFolder";

describe("TemporaryFolder", () => {
  it("removes its files, and closes what is open", () => {
    const folder = new TemporaryFolder();
    const [one, two] = [folder.newFile(), folder.newFile()];
    expect(one).to.not.equal(two);
    writeFileSync(one, "x");
    let closed = 0;
    folder.closing({ close: () => closed++ });
    folder.remove();
    expect([existsSync(path.dirname(one)), closed]).to.deep.equal([false, 1]);
    const next = folder.newFile();
    expect(existsSync(path.dirname(next))).to.equal(true);
    folder.remove();
  });

  it("removes what killed processes left, and nothing of those that run", () => {
    const { pid: dead } = spawnSync(process.execPath, ["-e", ""]);
    // A process before this one may have had its id, as all of a function's have; another thread of this one is at work.
    const names = [dead, process.pid, process.ppid, process.pid].map(
      (pid, at) => `amplify-logs-spill-${pid}-${at === 3 ? 7 : 0}-test`,
    );
    const folders = names.map((name) => path.join(tmpdir(), name));
    for (const name of folders) {
      mkdirSync(name, { recursive: true });
      writeFileSync(path.join(name, "0"), "x");
    }
    const [folder, other] = [new TemporaryFolder(), new TemporaryFolder()];
    try {
      const own = path.dirname(other.newFile());
      folder.newFile();
      expect([...folders, own].map((name) => existsSync(name))).to.deep.equal([false, false, true, true, true]);
    } finally {
      for (const used of [folder, other]) used.remove();
      for (const name of folders) rmSync(name, { recursive: true, force: true });
    }
  });

  it("says of a full disk what to do, and leaves other errors as they are", () => {
    const full = Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
    expect(explainFullDisk(full).message).to.match(/temporary folder is full.*ephemeral storage/);
    const other = new Error("EACCES");
    expect(explainFullDisk(other)).to.equal(other);
  });
});
