import { expect } from "chai";
import fc from "fast-check";
import { gzipSync } from "node:zlib";
import { AmplifyLogsError } from "../../src/errors";
import { amplifyLine, CLOUDFRONT_FIELDS, jsonLog, parquetLog, request, tsv, type Request } from "./cloudFrontFiles";
import { readContent } from "./readCloudFront";

const NAME = "E1ABCDEF234567.2020-07-16-10.a1b2c3d4";
const requests = [
  request(),
  request({ "x-edge-request-id": "b2==", time: "10:59:59", "cs-uri-query": "a,b", "x-forwarded-for": "" }),
  request({ "x-edge-request-id": "c3==", date: "2020-07-17", time: "00:00:00" }),
  request({ "x-edge-request-id": "d4==", "sc-status": "304", "sc-content-type": "-" }),
];
const expected = requests.map(amplifyLine);

describe("an object that CloudFront delivered", () => {
  const forms: readonly (readonly [what: string, key: string, content: () => string | Uint8Array])[] = [
    ["fields between tabs, gzip", `${NAME}.gz`, () => gzipSync(tsv(requests))],
    ["fields between tabs, plain", `${NAME}.log`, () => tsv(requests)],
    ["fields between tabs, under any other name", NAME, () => tsv(requests)],
    ["JSON lines, gzip", `${NAME}.gz`, () => gzipSync(jsonLog(requests))],
    ["JSON lines, gzip, said by the name", `${NAME}.json.gz`, () => gzipSync(jsonLog(requests))],
    ["JSON lines, plain", `${NAME}.json`, () => jsonLog(requests)],
    ["Parquet", `${NAME}.parquet`, () => parquetLog(requests)],
    [
      "gzip after gzip",
      `${NAME}.gz`,
      () => {
        const text = Buffer.from(tsv(requests));
        return Buffer.concat([gzipSync(text.subarray(0, 500)), gzipSync(text.subarray(500))]);
      },
    ],
    [
      "with line ends of Windows and a byte order mark",
      `${NAME}.log`,
      () => `\ufeff${tsv(requests).replaceAll("\n", "\r\n")}`,
    ],
  ];
  for (const [what, key, content] of forms) {
    it(`is read: ${what}`, async () => {
      const { lines, times, rejections, error } = await readContent(key, content());
      expect(error).to.equal(undefined);
      expect(lines).to.deep.equal(expected);
      expect(rejections).to.deep.equal([]);
      expect(times[2]).to.equal("2020-07-17T00:00:00.000Z");
    });
  }

  it("is the same in whatever pieces it comes", async () => {
    for (const [key, content] of [
      [`${NAME}.gz`, gzipSync(tsv(requests))],
      [`${NAME}.log`, Buffer.from(tsv(requests))],
      [`${NAME}.parquet`, parquetLog(requests)],
    ] as const) {
      for (const piece of [1, 2, 3, 7, 100])
        expect((await readContent(key, content, { piece })).lines, `${key} by ${piece}`).to.deep.equal(expected);
    }
  });

  const refusals: readonly (readonly [what: string, key: string, content: string | Uint8Array, reason: string])[] = [
    [
      "a web page as gzip",
      `${NAME}.gz`,
      gzipSync("<!DOCTYPE html>\n<html></html>"),
      "the first line is neither a field line nor JSON",
    ],
    ["text, named gzip", `${NAME}.gz`, tsv(requests), "the name says gzip, the content is text"],
    ["gzip, named Parquet", `${NAME}.parquet`, gzipSync(tsv(requests)), "the name says parquet, the content is gzip"],
    ["Parquet, named gzip", `${NAME}.gz`, parquetLog(requests), "the name says gzip, the content is parquet"],
    ["gzip, named JSON", `${NAME}.json`, gzipSync(jsonLog(requests)), "the name says text, the content is gzip"],
    [
      "fields between tabs, named JSON",
      `${NAME}.json.gz`,
      gzipSync(tsv(requests)),
      "the name says JSON, and the content is not",
    ],
    ["a web page, named Parquet", `${NAME}.parquet`, "<html>", "the name says parquet, the content is text"],
    ["Parquet without its end", `${NAME}.parquet`, parquetLog(requests).subarray(0, -9), "the Parquet file is broken"],
    ["UTF-16", NAME, Buffer.from(`\ufeff${tsv(requests)}`, "utf16le"), "the first line has NUL characters"],
    ["gzip in gzip", `${NAME}.gz`, gzipSync(gzipSync(tsv(requests))), "the first line has NUL characters"],
    [
      "no date",
      `${NAME}.gz`,
      gzipSync(tsv(requests, CLOUDFRONT_FIELDS.slice(1))),
      "neither date and time nor timestamp",
    ],
    [
      "JSON without a time",
      `${NAME}.gz`,
      gzipSync(jsonLog(requests, ["date", "c-ip"])),
      "neither date and time nor timestamp",
    ],
    [
      "Parquet without a date",
      `${NAME}.parquet`,
      parquetLog(requests, ["time", "c-ip"]),
      "neither date and time nor timestamp",
    ],
    [
      "no field line",
      `${NAME}.gz`,
      gzipSync(tsv(requests).split("\n").slice(2).join("\n")),
      "neither a field line nor JSON",
    ],
    ["JSON that is cut", `${NAME}.json`, '{"date": "2020', "begins as JSON does, but the line is not JSON"],
    ["nothing but blank lines", NAME, "\n\n", "there is no field line, and no row"],
    ["nothing, compressed", `${NAME}.gz`, gzipSync(""), "there is no field line, and no row"],
  ];
  for (const [what, key, content, reason] of refusals) {
    it(`is refused with the reason: ${what}`, async () => {
      const { error, lines } = await readContent(key, content);
      expect(error).to.have.property("name", "UnknownHeaderError");
      expect(error!.message).to.contain(reason).and.to.contain(NAME).and.to.contain("Fix: ");
      expect(lines).to.deep.equal([]);
    });
  }

  it("that breaks off gives its rows before the break, and is refused", async () => {
    const gzipped = gzipSync(tsv(requests), { level: 0 });
    const { error, lines } = await readContent(`${NAME}.gz`, gzipped.subarray(0, -100));
    expect(error).to.have.property("name", "UnknownHeaderError");
    expect(error!.message).to.contain("the gzip data is broken (unexpected end of file)");
    expect(lines).to.deep.equal(expected.slice(0, lines.length));
    expect(lines).to.have.length(3);
  });

  it("that goes on after the gzip data is refused", async () => {
    for (const more of [tsv([request({ "x-edge-request-id": "e5==" })]), "\u0001\u0002\u0003", "\u0000\u0000"]) {
      for (const piece of [9, 10_000]) {
        const content = Buffer.concat([gzipSync(tsv(requests)), Buffer.from(more)]);
        const { error, lines } = await readContent(`${NAME}.gz`, content, { piece });
        expect(error).to.have.property("name", "UnknownHeaderError");
        expect(error!.message).to.match(/\d bytes follow the gzip data|the gzip data is broken/);
        expect(lines).to.deep.equal(expected.slice(0, lines.length));
      }
    }
  });

  it("that unpacks to too much is refused", async () => {
    const { error } = await readContent(`${NAME}.gz`, gzipSync(tsv(requests)), { limits: { objectBytes: 500 } });
    expect(error!.message).to.contain("the object unpacks to more than 500 bytes");
  });

  it("whose download ended early is no broken object: it may be read the next time", async () => {
    for (const [key, content] of [
      [`${NAME}.gz`, gzipSync(tsv(requests))],
      [`${NAME}.log`, Buffer.from(tsv(requests))],
      [`${NAME}.parquet`, parquetLog(requests)],
    ] as const) {
      const { error } = await readContent(key, content.subarray(0, -20), { bytes: content.length });
      expect(error, key).to.be.instanceOf(AmplifyLogsError).and.have.property("retryable", true);
      expect(error!.name, key).to.equal("AmplifyLogsError");
      expect(error!.message).to.contain(`the download ended after ${content.length - 20} of ${content.length} bytes`);
    }
  });

  it("gives the same rows whatever its fields' order and number, and whichever its form", async () => {
    const value = fc.stringMatching(/^[ -+.-[\]-~]{0,12}$/);
    const optional = CLOUDFRONT_FIELDS.slice(2);
    const fields = fc.tuple(fc.shuffledSubarray(optional), fc.infiniteStream(fc.nat())).map(([some, places]) => {
      const order = [...some];
      for (const name of ["date", "time"]) order.splice(places.next().value! % (order.length + 1), 0, name);
      return order;
    });
    const rows: fc.Arbitrary<Request[]> = fc.array<Request>(
      fc.record({
        ...Object.fromEntries(optional.map((name) => [name, value])),
        date: fc.constantFrom("2020-07-16", "2024-02-29"),
        time: fc.constantFrom("00:00:00", "10:20:30", "23:59:59"),
      }),
      { minLength: 1, maxLength: 7 },
    );
    await fc.assert(
      fc.asyncProperty(fields, rows, async (order, all) => {
        const wanted = all.map((row) => amplifyLine(Object.fromEntries(order.map((name) => [name, row[name]!]))));
        // A row that begins with #Version: is no row, whoever wrote it.
        fc.pre(!all.some((row) => /^#/.test(row[order[0]!]!)));
        const forms = {
          "a.gz": gzipSync(tsv(all, order)),
          "a.json": jsonLog(all, order),
          "a.parquet": parquetLog(all, order),
        };
        for (const [key, content] of Object.entries(forms)) {
          const { lines, rejections, error } = await readContent(key, content);
          expect([key, error, rejections, lines]).to.deep.equal([key, undefined, [], wanted]);
        }
      }),
      { numRuns: 150 },
    );
  });
});
