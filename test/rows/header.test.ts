import { expect } from "chai";
import { UnknownHeaderError } from "../../src/errors";
import { CSV_HEADER } from "../../src/model/columns";
import { checkHeader } from "../../src/rows/header";

/** Word for word as Amplify writes it. */
const AMPLIFY =
  "date,time,x-edge-location,sc-bytes,c-ip,cs-method,cs\\(Host),cs-uri-stem,sc-status,cs\\(Referer),cs\\(User-Agent),cs-uri-query,cs\\(Cookie),x-edge-result-type,x-edge-request-id,x-host-header,cs-protocol,cs-bytes,time-taken,x-forwarded-for,ssl-protocol,ssl-cipher,x-edge-response-result-type,cs-protocol-version,fle-status,fle-encrypted-fields,c-port,time-to-first-byte,x-edge-detailed-result-type,sc-content-type,sc-content-len,sc-range-start,sc-range-end";

describe("checkHeader", () => {
  it("takes Amplify's header, with and without backslashes", () => {
    expect(CSV_HEADER).to.equal(AMPLIFY);
    checkHeader(AMPLIFY, "file");
    checkHeader(AMPLIFY.replaceAll("\\", ""), "file");
  });

  const cases: readonly [string, string, RegExp][] = [
    ["a column added at the end", `${AMPLIFY},asn`, /has 34 columns where Amplify's has 33/],
    [
      "a column added in between",
      AMPLIFY.replace("time,", "time,asn,"),
      /column 3 of the header is "asn" where Amplify's is "x-edge-location"/,
    ],
    [
      "a column removed",
      AMPLIFY.replace(",sc-range-end", ""),
      /column 33 of the header is "" where Amplify's is "sc-range-end"/,
    ],
    ["columns in another order", AMPLIFY.replace("date,time", "time,date"), /column 1 of the header is "time"/],
    ["HTML", "<!DOCTYPE html>", /column 1 of the header is "<!DOCTYPE html>"/],
    ["nothing", "", /column 1 of the header is ""/],
    ["other letters", AMPLIFY.toUpperCase(), /column 1 of the header is "DATE"/],
  ];
  for (const [title, line, message] of cases) {
    it(`refuses ${title}, naming the file and the column`, () => {
      expect(() => checkHeader(line, "logs.csv"))
        .to.throw(UnknownHeaderError, message)
        .with.property("field", "logs.csv");
    });
  }

  it("shows no more than a piece of what strangers wrote", () => {
    expect(() => checkHeader("x".repeat(5000), "f"))
      .to.throw(UnknownHeaderError)
      .with.property("message")
      .with.length.below(400);
  });
});
