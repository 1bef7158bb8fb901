import { gunzipSync } from "node:zlib";
import { expect } from "chai";
import { JsonOutput, JsonRows } from "../../../handlers/cloudfront/jsonOutput";
import { TemporaryFolder } from "../../../src/rows/temporaryFolder";
import { Bucket } from "../../faults/bucket";
import { amplifyLine, request } from "../../rows/cloudFrontFiles";

describe("JSON lines of CloudFront's rows", () => {
  const parsed = (rows: JsonRows, line: string): Record<string, unknown> =>
    JSON.parse(rows.render(line)!) as Record<string, unknown>;

  it("are the same whether a value is remembered or not", () => {
    const rows = new JsonRows({ policy: "truncated" });
    for (const round of [1, 2]) {
      for (let at = 0; at < 20_000; at++) {
        const line = amplifyLine(
          request({ "cs-uri-stem": `/${at}`, "sc-bytes": String(at), "sc-status": String(200 + (at % 5)) }),
        );
        const row = parsed(rows, line);
        expect([row["cs-uri-stem"], row["sc-bytes"], row["sc-status"]], `${round}`).to.deep.equal([
          `/${at}`,
          at,
          200 + (at % 5),
        ]);
      }
    }
  });

  it("treat addresses, and leave out rows with a value of another type", () => {
    const line = amplifyLine(request({ "x-forwarded-for": "198.51.100.7%20203.0.113.9" }));
    expect(parsed(new JsonRows({ policy: "full" }), line)["c-ip"]).to.equal("203.0.113.40");
    expect(parsed(new JsonRows({ policy: "dropped" }), line)).to.include({ "c-ip": "-", "x-forwarded-for": "-" });
    expect(parsed(new JsonRows({ policy: "hashed", salt: "pepper" }), line)["c-ip"]).to.match(/^[0-9a-f]{32}$/);
    expect(new JsonRows({ policy: "full" }).render(amplifyLine(request({ "sc-bytes": "many" })))).to.equal(undefined);
  });

  it("wait on disk when they are many, in one file for each day", async () => {
    const folder = new TemporaryFolder();
    const store = new Bucket();
    const output = new JsonOutput(folder, { policy: "full" });
    const uri = "x".repeat(4000);
    const rows = 5000;
    for (let at = 0; at < rows; at++) {
      const date = at % 2 === 0 ? "2020-07-16" : "2020-07-17";
      const line = Buffer.from(
        amplifyLine(request({ date, "x-edge-request-id": `id${at}`, "cs-uri-stem": `/${uri}` })),
      );
      output.add(line, line.length, Date.parse(`${date}T10:00:01Z`));
      await output.relieve();
    }
    await output.write(store, (dayMs) => new Date(dayMs).toISOString().slice(0, 10));
    folder.remove();
    const ids: string[] = [];
    for (const { key } of await store.list("")) {
      for (const line of gunzipSync((await store.get(key))!.body)
        .toString()
        .trimEnd()
        .split("\n")) {
        const row = JSON.parse(line) as Record<string, string>;
        expect(row["datetime"]).to.equal(`${key}T10:00:01Z`);
        ids.push(row["x-edge-request-id"]!);
      }
    }
    expect(ids.sort()).to.deep.equal(Array.from({ length: rows }, (_, at) => `id${at}`).sort());
  });
});
