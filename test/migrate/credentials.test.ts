/** What `aws configure` writes is what our commands use: also the profile that the first system's config.json names. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";

const MAIN = path.join(__dirname, "../../src/cli/main.js");

describe("credentials", () => {
  let folder: string;
  let server: Server;
  const signed: string[] = [];

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "alp-credentials-"));
    server = createServer((request, response) => {
      signed.push(
        /Credential=([^/]+)\/\d+\/([^/]+)\//
          .exec(request.headers.authorization ?? "")
          ?.slice(1)
          .join(" ") ?? "",
      );
      // No app of this id: an answer that ends the run at once.
      response.writeHead(404, { "content-type": "application/json", "x-amzn-errortype": "NotFoundException" });
      response.end('{"message":"App not found"}');
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  after(() => {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("takes the profile that config.json names, from the file that aws configure writes", async () => {
    const profile = (name: string, key: string): string =>
      `[${name}]\naws_access_key_id = ${key}\naws_secret_access_key = secret\n`;
    writeFileSync(
      path.join(folder, "credentials"),
      profile("default", "AKIADEFAULT") + profile("YOUR_PROFILE", "AKIAYOURS"),
    );
    writeFileSync(path.join(folder, "config"), "[default]\nregion = us-east-1\n");
    const application = { region: "eu-west-1", appId: "d1a2b3c4d5e6f7", domainName: "example.com" };
    const applications = [
      { ...application, profile: "YOUR_PROFILE", appName: "shop" },
      { ...application, appName: "blog" },
    ];
    writeFileSync(
      path.join(folder, "config.json"),
      JSON.stringify({ applications, timeChunkSize: 14, logRetention: 30 }),
    );
    const child = spawn(
      process.execPath,
      [MAIN, "pull", "--config", "config.json", "--from", "2024-01-01", "--to", "2024-01-02", "--lake", "lake"],
      {
        cwd: folder,
        env: {
          PATH: process.env["PATH"],
          NO_COLOR: "1",
          AWS_SHARED_CREDENTIALS_FILE: path.join(folder, "credentials"),
          AWS_CONFIG_FILE: path.join(folder, "config"),
          AWS_EC2_METADATA_DISABLED: "true",
          AWS_ENDPOINT_URL_AMPLIFY: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
          AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
        },
      },
    );
    const [status] = (await once(child, "close")) as [number];
    expect(status).to.equal(1);
    expect([...new Set(signed)]).to.deep.equal(["AKIAYOURS eu-west-1", "AKIADEFAULT eu-west-1"]);
  });
});
