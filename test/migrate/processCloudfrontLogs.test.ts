/** docs/migrate/process-cloudfront-logs.md, carried out on the layout of that system. */
import { gunzipSync, gzipSync } from "node:zlib";
import { expect } from "chai";
import { codeBlocks } from "../docs/markdown";
import { migrationDocument, Move, stepsBelow } from "./move";
import { readCloudFrontLogs } from "./readers";

const DOCUMENT = migrationDocument("process-cloudfront-logs");
const BUCKET = "cloudfront-logs";
const DISTRIBUTION = "EDFDVBD6EXAMPLE";
const APPS = [{ app: "docs", distributionId: DISTRIBUTION }];

/** CloudFront's own field line. */
const FIELDS =
  "date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes time-taken x-forwarded-for ssl-protocol ssl-cipher x-edge-response-result-type cs-protocol-version fle-status fle-encrypted-fields c-port time-to-first-byte x-edge-detailed-result-type sc-content-type sc-content-len sc-range-start sc-range-end";

const row = (date: string, time: string, id: string): string =>
  [
    ...[date, time, "FRA2", "2390", "192.0.2.24", "GET", "d111111abcdef8.cloudfront.net", "/index.html", "200"],
    ...[
      "https://news.example/",
      "Mozilla/5.0%20(Windows%20NT%2010.0)",
      "a=1&b=2",
      "-",
      "Hit",
      id,
      "docs.example",
      "https",
    ],
    ...[
      "23",
      "0.001",
      "-",
      "TLSv1.2",
      "ECDHE-RSA-AES128-GCM-SHA256",
      "Hit",
      "HTTP/2.0",
      "-",
      "-",
      "11040",
      "0.001",
      "Hit",
    ],
    ...["text/html", "78", "-", "-"],
  ].join("\t");

const file = (rows: readonly string[]): Buffer =>
  gzipSync(`#Version: 1.0\n#Fields: ${FIELDS}\n${rows.map((line) => `${line}\n`).join("")}`);

const HOURS = ["2020-07-15-23", "2020-07-16-10", "2020-07-16-11"];

describe("moving over from process-cloudfront-logs", function () {
  this.timeout(120_000);
  let move: Move;

  before(() => {
    move = new Move({ cloudFrontFunctionName: "reader" });
    HOURS.forEach((hour, n) => {
      const [date, at] = [hour.slice(0, 10), hour.slice(11)];
      const rows = Array.from({ length: 30 }, (_, i) => row(date, `${at}:${10 + i}:00`, `${hour}-${i}==`));
      // CloudFront may deliver a request's line late, in the file of another hour.
      const late = n === 2 ? [row("2020-07-16", "10:59:59", "late==")] : [];
      move.put(BUCKET, `${DISTRIBUTION}.${hour}.a1b2c3d${n}.gz`, file([...rows, ...late]));
    });
    move.put(BUCKET, "EOTHER0000000.2020-07-16-10.a1b2c3d9.gz", file([row("2020-07-16", "10:00:00", "other==")]));
  });
  after(() => move.remove());

  it("ends with as many rows as there were lines, in the hours that they are of", async () => {
    const [count] = stepsBelow(DOCUMENT, "Verify");
    const lines = Number(move.run(count!).trim());
    expect(lines).to.equal(91);
    await readCloudFrontLogs(move, BUCKET, APPS);
    const rows = await move.query(codeBlocks(DOCUMENT, "sql")[0]!);
    expect(rows).to.deep.equal([
      { app: "docs", date: "2020-07-15", requests: 30 },
      { app: "docs", date: "2020-07-16", requests: 61 },
    ]);
    const [late] = await move.query(`SELECT "timestamp" FROM access_logs WHERE request_id = 'late=='`);
    expect(late).to.deep.equal({ timestamp: "2020-07-16 10:59:59.000" });
  });

  it("has date and time in one, as its JSON had, one object for each of CloudFront's", async () => {
    const store = move.store();
    const objects = (await store.list("cloudfront_json/")).map(({ key }) => key);
    expect(objects).to.have.length(HOURS.length);
    expect(objects[0]).to.match(
      /^cloudfront_json\/app=docs\/date=2020-07-15\/EDFDVBD6EXAMPLE\.2020-07-15-23\.a1b2c3d0.*\.json\.gz$/,
    );
    const text = gunzipSync((await store.get(objects[0]!))!.body).toString("utf8");
    const entries = text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(entries).to.have.length(30);
    expect(String(entries[0]!["datetime"])).to.match(/^2020-07-15T23:10:00(\.000)?Z$/);
    expect(entries[0]).to.not.have.any.keys("date", "time");
  });

  it("adds nothing when files are read again, and leaves them as they are", async () => {
    const before = (await move.store(BUCKET).list("")).map(({ key, bytes }) => `${key} ${bytes}`);
    await readCloudFrontLogs(move, BUCKET, APPS, [`${DISTRIBUTION}.2020-07-16-10.a1b2c3d1.gz`]);
    expect(await move.query("SELECT count(*) AS n FROM access_logs")).to.deep.equal([{ n: 91 }]);
    expect((await move.store(BUCKET).list("")).map(({ key, bytes }) => `${key} ${bytes}`)).to.deep.equal(before);
  });
});
