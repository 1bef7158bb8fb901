import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { runCommand } from "./runCommand";

describe("amplify-logs generate", function () {
  this.timeout(60_000);
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), "alp-generate-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const run = (args: readonly string[], environment = {}) => runCommand(folder, ["generate", ...args], environment);

  it("writes the source's layout with the source's defaults: a week of a thousand entries a day of each service", async () => {
    const { status, stdout, stderr } = await run([]);
    expect([status, stderr]).to.deep.equal([0, ""]);
    expect(stdout).to.match(/^35,000 rows, 35 files, \d+\.\d MB: \.\/logs\nSend it: amplify-logs upload \.\/logs s3:/);
    expect(readdirSync(path.join(folder, "logs")).sort()).to.deep.equal([
      "api-gateway",
      "authentication",
      "notification",
      "payment",
      "user-service",
    ]);
  });

  it("says which distribution it made up, and how to import Amplify's", async () => {
    const common = ["--days", "1", "--entries", "20", "--services", "my-shop"];
    expect((await run(["--format", "cloudfront", ...common])).stdout).to.match(
      /^my-shop is distribution E[0-9A-Z]{13}\n20 rows/,
    );
    expect((await run(["--format", "amplify", ...common, "--output-dir", "csv"])).stdout).to.match(
      /^20 rows, 24 files.*\nAsk it: amplify-logs import --app my_shop \$\(find csv\/my-shop -name "\*\.csv"\)\n$/,
    );
  });

  it("says in its help what --entries counts", async () => {
    const { stdout } = await run(["--help"]);
    expect(stdout.replace(/\s+/g, " ")).to.include("rows per day of each app or service, on average");
  });

  it("does not depend on where the machine stands", async () => {
    const names = async (zone: string): Promise<string[]> => {
      const args = ["--days", "1", "--entries", "50", "--end", "2026-03-29", "--output-dir", zone.replace("/", "-")];
      const { status, stdout } = await run([...args, "--format", "cloudfront"], { TZ: zone });
      expect(status, stdout).to.equal(0);
      return readdirSync(path.join(folder, zone.replace("/", "-")));
    };
    expect(await names("Pacific/Kiritimati")).to.deep.equal(await names("America/Los_Angeles"));
  });

  for (const [what, args, message] of [
    [
      "a format that is none",
      ["--format", "nginx"],
      /^error: --format: no such format \(got "nginx"\)\. Fix: use amplify/,
    ],
    ["no days", ["--days", "0"], /^error: --days: .* \(got "0"\)\. Fix: write a whole number from 1 to 3650/],
    [
      "a folder that is a file",
      ["--output-dir", "file"],
      /^error: --output-dir: cannot be written: .*Fix: a file has a folder's name/,
    ],
  ] as const) {
    it(`refuses ${what}`, async () => {
      writeFileSync(path.join(folder, "file"), "");
      const { status, stderr } = await run(args);
      expect(stderr).to.match(message);
      expect(status).to.equal(1);
      expect(readdirSync(folder)).to.deep.equal(["file"]);
    });
  }
});
