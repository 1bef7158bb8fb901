import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo, type Server } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { startPackFile, startPacks, type PackName, type RunningPack } from "../../src/judge/packProcess";

/** What the engine waits for; nobody answers there. */
const PORT_LINE = 'console.log("65001");';

describe("packs that are started together", function () {
  this.timeout(60_000);
  let folder: string;
  let server: Server;
  /** A pack's connection to this process ends when the pack does. */
  let ends: Map<string, Promise<void>>;
  let over: string[];

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "alp-start-"));
    ends = new Map();
    over = [];
    server = createServer((socket) => {
      socket.on("error", () => undefined);
      const ended = new Promise<void>((resolve) => socket.once("close", () => resolve()));
      socket.once("data", (name) => {
        ends.set(name.toString("utf8"), ended);
        socket.once("close", () => over.push(name.toString("utf8")));
        socket.write("known");
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterEach(() => {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A program that is known here before it says anything. */
  const starting =
    (says: Partial<Record<PackName, string>>) =>
    (name: PackName): Promise<RunningPack> => {
      const { port } = server.address() as AddressInfo;
      const file = path.join(folder, `${name}.js`);
      const say = says[name] ?? PORT_LINE;
      writeFileSync(
        file,
        `const socket = require("node:net").connect(${port}, "127.0.0.1");\nsocket.write("${name}");\nsocket.once("data", () => { ${say} });`,
      );
      return startPackFile(name, file, folder);
    };

  it("are all ended when one of them does not start, and its reason is told", async () => {
    const failing = starting({ naming: 'console.error("no such module"); process.exit(3);' });
    const error = await startPacks(["encryption", "naming", "guardrails"], failing).then(
      () => undefined,
      (reason: unknown) => reason as Error,
    );
    expect(error?.message).to.match(/naming.*the policy pack ended with 3: no such module/s);
    expect([...ends.keys()].sort()).to.deep.equal(["encryption", "guardrails", "naming"]);
    await Promise.all(ends.values());
  });

  it("run until they are closed", async () => {
    const running = await startPacks(["encryption", "naming"], starting({}));
    expect(running.map(({ pack }) => pack)).to.deep.equal(["encryption", "naming"]);
    expect(over).to.deep.equal([]);
    running[0]!.process.close();
    await ends.get("encryption");
    expect(over).to.deep.equal(["encryption"]);
    running[1]!.process.close();
    await ends.get("naming");
  });
});
