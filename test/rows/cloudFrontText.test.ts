import { expect } from "chai";
import { CloudFrontText } from "../../src/rows/cloudFrontText";
import { MAX_LINE_BYTES } from "../../src/rows/lines";
import { readField } from "../../src/rows/fieldTypes";
import { LOG_COLUMNS, columnIndex } from "../../src/model/columns";
import { amplifyLine, request, tsv } from "./cloudFrontFiles";
import { collectRows, type ReadContent } from "./readCloudFront";

const read = (content: string | Uint8Array): ReadContent => {
  const { rows, ...found } = collectRows();
  const text = new CloudFrontText(rows, "file");
  text.push(Buffer.from(content));
  text.end();
  return found;
};
const stems = ({ lines }: ReadContent): string[] => lines.map((line) => line.split(",")[columnIndex("uri")]!);

describe("CloudFront's text", () => {
  for (const [what, delimiter] of [
    ["spaces", " "],
    ["semicolons", ";"],
    ["bars", "|"],
    ["commas", ","],
  ] as const) {
    it(`is read with ${what} between fields, under a field line or a line of names`, () => {
      const rows = [request({ "cs(User-Agent)": "curl/8" }), request({ "cs(User-Agent)": "-", "cs-uri-stem": "/b" })];
      const w3c = tsv(rows).replaceAll("\t", delimiter);
      const names = w3c
        .split("\n")
        .slice(1)
        .join("\n")
        .replace("#Fields: ", "")
        .replace(/^.*/, (line) => line.replaceAll(" ", delimiter));
      expect(read(w3c).lines).to.deep.equal(rows.map(amplifyLine));
      expect(read(names).lines).to.deep.equal(rows.map(amplifyLine));
    });
  }

  it("may change its fields half way: each field line counts for the rows below it", () => {
    const content = `${tsv([request()])}${tsv([request({ "cs-uri-stem": "/b" })], ["time", "cs-uri-stem", "date"])}`;
    const found = read(content);
    expect(stems(found)).to.deep.equal(["/", "/b"]);
    expect(found.times[1]).to.equal("2020-07-16T10:00:01.000Z");
  });

  it("takes epoch time where a row has no date or no time", () => {
    const found = read(
      [
        '{"timestamp(ms)": 1594893601987, "cs-uri-stem": "/a"}',
        '{"date": "2020-07-17", "time": "11:22:33", "timestamp": "1594893601.987", "cs-uri-stem": "/b"}',
        '{"date": "2020-07-17", "time": "-", "timestamp": 1594893601, "cs-uri-stem": "/c"}',
      ].join("\n"),
    );
    expect(stems(found)).to.deep.equal(["/a", "/b", "/c"]);
    expect(found.times).to.deep.equal([
      "2020-07-16T10:00:01.000Z",
      "2020-07-17T11:22:33.000Z",
      "2020-07-16T10:00:01.000Z",
    ]);
  });

  it("has values of any kind in JSON, and of any spelling", () => {
    const found = read(
      '{"date":"2020-07-16","time":"10:00:01","sc-status":200,"cs_bytes":12345678901,"time-taken":0.5,"cs(Cookie)":null,"cs-uri-stem":["x"],"cs(Referer)":"","SSL-protocol":true}\n' +
        '{"time":"10:00:02","date":"2020-07-16","cs-bytes":1,"unknown":{"a":1},"c-ip":"192.0.2.1"}',
    );
    const [first, second] = found.lines.map((line) => line.split(","));
    const at = (fields: string[] | undefined, name: Parameters<typeof columnIndex>[0]): string =>
      fields![columnIndex(name)]!;
    expect([first, second].map((fields) => fields!.length)).to.deep.equal([33, 33]);
    expect(
      ["status", "request_bytes", "time_taken", "cookie", "uri", "referrer", "ssl_protocol"].map((name) =>
        at(first, name as "uri"),
      ),
    ).to.deep.equal(["200", "12345678901", "0.5", "-", '["x"]', "-", "true"]);
    expect([at(second, "request_bytes"), at(second, "request_ip"), at(second, "status")]).to.deep.equal([
      "1",
      "192.0.2.1",
      "-",
    ]);
  });

  it("keeps every value what it is: none ends its field or its row", () => {
    const values = [
      "a,b",
      "line\nbreak",
      "cr\rlf\n",
      "tab\there",
      "\\(back\\=slash",
      "\u0000\u001f\u007f",
      "é😀\u2028",
      '"quoted"',
      "%2C%",
      "=1+1",
    ];
    const content = values
      .map((value) => `${JSON.stringify({ date: "2020-07-16", time: "10:00:01", "cs-uri-stem": value })}\n`)
      .join("");
    const found = read(content);
    expect(found.rejections).to.deep.equal([]);
    const uri = LOG_COLUMNS[columnIndex("uri")]!;
    expect(stems(found).map((text) => readField(uri, text))).to.deep.equal(
      values.map((value) => value.replace("%2C", ",")),
    );
    for (const line of found.lines)
      expect(line)
        .to.match(/^[\x20-\x5b\x5d-\x7e]+$/)
        .and.to.satisfy((text: string) => text.split(",").length === 33);
  });

  it("may have bytes of several encodings: those that are not UTF-8 stay encoded, the others are read", () => {
    const row = tsv([request({ "cs-uri-stem": "/MARK" })]);
    const bytes = Buffer.concat([
      Buffer.from(row.replace("MARK", "é")),
      Buffer.from(row.replace("MARK", "é").split("\n")[2]!, "latin1"),
      Buffer.from("\n"),
    ]);
    expect(stems(read(bytes))).to.deep.equal(["/%C3%A9", "/%E9"]);
    const json = Buffer.concat([
      Buffer.from('{"date":"2020-07-16","time":"10:00:01"}\n'),
      Buffer.from('{"date":"é"}\n', "latin1"),
    ]);
    expect(read(json).rejections.map(({ line_number, reason }) => [line_number, reason])).to.deep.equal([
      [2, "the line is not UTF-8"],
    ]);
  });

  it("has lines that are no rows: each is told of with its place, and the others are rows", () => {
    const good = '{"date":"2020-07-16","time":"10:00:01"}';
    const found = read(
      [good, "", "{", "7", "null", '{"date":"x","time":"y"}', '{"timestamp":"9999999999999999999"}', good].join("\n"),
    );
    expect(found.lines).to.have.length(2);
    expect(found.rejections.map(({ line_number, rule }) => [line_number, rule])).to.deep.equal([
      [3, "pattern"],
      [4, "type"],
      [5, "type"],
      [6, "pattern"],
      [7, "pattern"],
    ]);
  });

  it("has rows with a field too many or too few: neither becomes a row", () => {
    const [version, names, row] = tsv([request()]).split("\n") as [string, string, string];
    const found = read([version, names, `${row}\tmore`, row.slice(0, row.lastIndexOf("\t")), row].join("\n"));
    expect(found.lines).to.have.length(1);
    expect(found.rejections.map(({ line_number, rule, reason }) => [line_number, rule, reason])).to.deep.equal([
      [3, "columns", "34 fields where the field line has 33"],
      [4, "columns", "32 fields where the field line has 33"],
    ]);
  });

  it("has lines that are too long: none becomes a row, before or after it is encoded", () => {
    const long = `${tsv([request()])}${"x".repeat(MAX_LINE_BYTES + 10)}\n${tsv([request({ "cs-uri-stem": ",".repeat(MAX_LINE_BYTES / 2) })]).split("\n")[2]}\n`;
    const found = read(long);
    expect(found.lines).to.have.length(1);
    expect(found.rejections.map(({ line_number, rule }) => [line_number, rule])).to.deep.equal([
      [4, "size"],
      [5, "size"],
    ]);
    for (const { raw } of found.rejections) expect(raw.length).to.be.lessThan(5000);
  });

  it("may have a row that begins with #, and other words of W3C", () => {
    const content = "#Software: x\n#Fields: cs-uri-stem date time\n#hash\t2020-07-16\t10:00:01\n#Remark: none\n";
    expect(stems(read(content))).to.deep.equal(["#hash"]);
  });
});
