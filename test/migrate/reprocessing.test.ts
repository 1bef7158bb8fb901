/** The two commands of process-cloudfront-logs.md, with its own options, against S3 and Lambda; what was started then reads the objects. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { Move } from "./move";
import { readCloudFrontLogs } from "./readers";

const MAIN = path.join(__dirname, "../../src/cli/main.js");
const BUCKET = "cloudfront-logs";
const FUNCTION = "process_cloudfront_logs";
const DISTRIBUTION = "EDFDVBD6EXAMPLE";
const FILES = 45;
const PAGE = 30;

const keyOf = (day: string, n: number): string =>
  `${DISTRIBUTION}.${day}-${String(n % 24).padStart(2, "0")}.${n.toString(16).padStart(8, "0")}.gz`;

interface Invocation {
  readonly name: string;
  readonly type: string;
  readonly payload: { readonly keys: readonly string[] };
}

describe("reprocessing what lies in CloudFront's bucket", function () {
  this.timeout(60_000);
  let move: Move;
  let server: Server;
  const keys: string[] = [];
  let invocations: Invocation[] = [];

  /** ListObjectsV2, in pages. */
  const listing = (prefix: string, token: string): string => {
    const all = keys.filter((key) => key.startsWith(prefix)).sort();
    const page = all.slice(Number(token), Number(token) + PAGE);
    const next = Number(token) + PAGE;
    const more = next < all.length ? `<NextContinuationToken>${next}</NextContinuationToken>` : "";
    const contents = page.map((key) => `<Contents><Key>${key}</Key><Size>1</Size></Contents>`).join("");
    return `<?xml version="1.0"?><ListBucketResult><IsTruncated>${more !== ""}</IsTruncated>${more}${contents}</ListBucketResult>`;
  };

  before(async () => {
    move = new Move();
    for (let n = 0; n < FILES; n++) {
      const key = keyOf("2020-07-16", n);
      const time = `${String(n % 24).padStart(2, "0")}:00:${String(n).padStart(2, "0")}`;
      const fields = "#Version: 1.0\n#Fields: date time cs-uri-stem sc-status x-edge-request-id\n";
      move.put(BUCKET, key, gzipSync(`${fields}2020-07-16\t${time}\t/${n}\t200\tid-${n}==\n`));
      keys.push(key);
    }
    keys.push(keyOf("2020-07-17", 1));
    server = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url!, "http://127.0.0.1");
      const parts: Buffer[] = [];
      request.on("data", (part: Buffer) => parts.push(part));
      request.on("end", () => {
        const [, name] = /\/functions\/([^/]+)\/invocations$/.exec(pathname) ?? [];
        if (name === undefined)
          return response.end(listing(searchParams.get("prefix") ?? "", searchParams.get("continuation-token") ?? "0"));
        const payload = JSON.parse(Buffer.concat(parts).toString("utf8")) as Invocation["payload"];
        invocations.push({ name, type: String(request.headers["x-amz-invocation-type"]), payload });
        return response.writeHead(202).end();
      });
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  beforeEach(() => (invocations = []));
  after(() => {
    server.close();
    move.remove();
  });

  const run = async (action: string): Promise<string> => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const words = [`--bucket=${BUCKET}`, `--action=${action}`, `--prefix=${DISTRIBUTION}.2020-07-16`];
    const child = spawn(process.execPath, [MAIN, "reprocess", ...words, `--function-name=${FUNCTION}`], {
      cwd: move.folder,
      env: {
        PATH: process.env["PATH"],
        NO_COLOR: "1",
        AWS_ACCESS_KEY_ID: "test",
        AWS_SECRET_ACCESS_KEY: "test",
        AWS_REGION: "eu-central-1",
        AWS_ENDPOINT_URL_S3: url,
        AWS_ENDPOINT_URL_LAMBDA: url,
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
      },
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (text) => (stdout += String(text)));
    child.stderr.on("data", (text) => (stderr += String(text)));
    const [status] = (await once(child, "close")) as [number];
    expect(status, stderr).to.equal(0);
    return stdout;
  };
  const wanted = (): string[] => keys.filter((key) => key.includes(".2020-07-16-")).sort();

  it("with --action=print writes the keys of the prefix, and starts nothing", async () => {
    expect((await run("print")).trim().split("\n")).to.deep.equal(wanted());
    expect(invocations).to.deep.equal([]);
  });

  it("with --action=index starts the function asynchronously, with twenty keys at once", async () => {
    await run("index");
    expect(invocations.map(({ name, type, payload }) => [name, type, payload.keys.length])).to.deep.equal([
      [FUNCTION, "Event", 20],
      [FUNCTION, "Event", 20],
      [FUNCTION, "Event", 5],
    ]);
    expect(invocations.flatMap(({ payload }) => payload.keys)).to.deep.equal(wanted());
  });

  it("ends in a row for each line, though it is done twice", async () => {
    for (let round = 0; round < 2; round++) {
      invocations = [];
      await run("index");
      for (const { payload } of invocations)
        await readCloudFrontLogs(move, BUCKET, [{ app: "docs", distributionId: DISTRIBUTION }], payload.keys);
    }
    const [row] = await move.query("SELECT count(*) AS n, count(DISTINCT request_id) AS ids FROM access_logs");
    expect(row).to.deep.equal({ n: FILES, ids: FILES });
  });
});
