import { expect } from "chai";
import fc from "fast-check";
import { createHmac } from "node:crypto";
import { isIP } from "node:net";
import { InputError } from "../../src/errors";
import { IP_POLICIES, redactAddresses, treatAddress, treatForwardedFor } from "../../src/model/ipPolicy";

const SALT = "pepper";
const hashOf = (text: string): string => createHmac("sha256", SALT).update(text).digest("hex").slice(0, 32);
const HIDING = ["truncated", "hashed", "dropped"] as const;

describe("ip policies", () => {
  const truncated: [string, string][] = [
    ["203.0.113.40", "203.0.113.0"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1::"],
    ["2001:0DB8:0001:0002::5", "2001:db8:1::"],
    ["2001:db8::5", "2001:db8::"],
    ["::1", "::"],
    ["::ffff:203.0.113.40", "203.0.113.0"],
    ["::FFFF:cb00:7128", "203.0.113.0"],
    ["0:0:0:0:0:ffff:203.0.113.40", "203.0.113.0"],
    ["64:ff9b::203.0.113.40", "64:ff9b::"],
    ["2002:cb00:7128::1", "2002:cb00:7100::"],
    ["fe80::1%eth0", "fe80::"],
  ];
  for (const [address, expected] of truncated) {
    it(`truncates ${address} to ${expected}`, () => expect(treatAddress("truncated", address)).to.equal(expected));
  }

  it("hashes all spellings of an address alike, keyed by the salt", () => {
    const spellings = ["2001:db8::1", "2001:DB8:0:0:0:0:0:1", "2001:0db8:0000::0001"].map((text) =>
      treatAddress("hashed", text, SALT),
    );
    expect(new Set(spellings)).to.deep.equal(new Set([hashOf("2001:db8:0:0:0:0:0:1")]));
    expect(treatAddress("hashed", "::ffff:192.0.2.1", SALT)).to.equal(hashOf("192.0.2.1"));
    expect(treatAddress("hashed", "192.0.2.1", "other")).not.to.equal(hashOf("192.0.2.1"));
    expect(() => treatAddress("hashed", "192.0.2.1")).to.throw(InputError, "salt");
    expect(() => treatAddress("hashed", "192.0.2.1", "")).to.throw(InputError, "salt");
  });

  it("keeps everything under full and nothing under dropped", () => {
    for (const text of ["203.0.113.40", "2001:DB8::1", "x 203.0.113.40", ""]) {
      expect(treatAddress("full", text)).to.equal(text);
      expect(treatForwardedFor("full", text)).to.equal(text);
      expect(redactAddresses("full", text)).to.equal(text);
      expect(treatAddress("dropped", text)).to.equal("-");
      expect(treatForwardedFor("dropped", text)).to.equal("-");
    }
  });

  for (const text of [
    "-",
    "",
    "unknown",
    "203.0.113.40:80",
    "x203.0.113.40",
    "203.0.113.400",
    "203.000.113.040",
    "3405803816",
    "0xcb007128",
    "<b>203.0.113.40</b>",
  ]) {
    it(`makes - of ${JSON.stringify(text)}, in which an address may hide`, () => {
      for (const policy of HIDING) expect(treatAddress(policy, text, SALT)).to.equal("-");
    });
  }

  const lists: [string, string][] = [
    ["203.0.113.40", "203.0.113.0"],
    ["203.0.113.40, 2001:db8:1::5", "203.0.113.0, 2001:db8:1::"],
    ["203.0.113.40 198.51.100.7", "203.0.113.0 198.51.100.0"],
    ["203.0.113.40:4711,[2001:db8:1::5]:443", "203.0.113.0,2001:db8:1::"],
    ["unknown, 203.0.113.40", "-, 203.0.113.0"],
    ["203.0.113.40198.51.100.7", "-"],
    ["-", "-"],
  ];
  for (const [text, expected] of lists) {
    it(`treats the list ${text}`, () => expect(treatForwardedFor("truncated", text)).to.equal(expected));
  }

  const redacted: [string, string, string][] = [
    [
      "a row",
      "2026-08-16,16:25:50,BNA50-P1,6110,203.0.113.40,GET,d1.cloudfront.net,/a",
      "2026-08-16,16:25:50,BNA50-P1,6110,203.0.113.0,GET,d1.cloudfront.net,/a",
    ],
    ["a list behind an escape", "203.0.113.40%20198.51.100.7", "203.0.113.0%20198.51.100.0"],
    ["IPv6 behind an escape", "x%202001:db8:1:2::5", "x%202001:db8:1::"],
    ["escaped colons", "ip\\=2001%3Adb8%3a1%3A2%3A%3A5", "ip\\=2001:db8:1::"],
    ["escaped dots", "ip\\=203%2E0%2e113%252E40", "ip\\=203.0.113.0"],
    ["a URL", "http://203.0.113.40:8080/", "http://203.0.113.0:8080/"],
    ["IPv6 in brackets", "http://[2001:db8:1:2::5]:8080/", "http://[2001:db8:1::]:8080/"],
    ["the end of a sentence", "from 2001:db8:1:2::5.", "from 2001:db8:1::."],
    ["an address after a name", "host:2001:db8:1:2::5,", "host:2001:db8:1::,"],
    ["an address among too many digits", "0203.0.113.401", "-"],
    ["two addresses in one", "203.0.113.40198.51.100.7", "-"],
    ["a MAC address", "00:1b:44:11:3a:b7", "-"],
    ["the first half of an address", "2001:db8:1:2:3", "-"],
    ["after a percent sign that escapes nothing", "100%20.1.113.40", "100%20.1.113.0"],
  ];
  for (const [title, text, expected] of redacted) {
    it(`treats ${title} within text`, () => expect(redactAddresses("truncated", text)).to.equal(expected));
  }

  for (const text of [
    "Chrome/32.0.1700.77",
    "16:25:50",
    "16:25:50:123",
    "1.2.3",
    "a::",
    "::",
    "TLSv1.3",
    "/a.b.c.d/e",
    "%3A%2E",
    "",
  ]) {
    it(`leaves ${JSON.stringify(text)} alone`, () => expect(redactAddresses("truncated", text)).to.equal(text));
  }

  it("lets no address through in any text around it", () => {
    // A last part of its own tells that the address is gone; surroundings are what logs are made of.
    const v4 = fc
      .tuple(fc.integer({ min: 1, max: 196 }), fc.nat(196), fc.nat(196))
      .map((parts) => `${parts.join(".")}.197`);
    const v6 = fc
      .array(fc.integer({ min: 0, max: 0x9fff }), { minLength: 7, maxLength: 7 })
      .map((parts) => `${parts.map((part) => part.toString(16)).join(":")}:abcd`);
    const around = fc.constantFrom(
      "",
      ",",
      " ",
      "%20",
      "%2C",
      "-",
      "/",
      ":",
      ".",
      "[",
      "]",
      "=",
      "\\=",
      "x",
      "z%3A",
      "a:",
      "::",
      "9",
      "%2E",
      "\n",
      "é",
    );
    fc.assert(
      fc.property(fc.constantFrom(...HIDING), around, fc.oneof(v4, v6), around, (policy, before, address, after) => {
        const result = redactAddresses(policy, `${before}${address}${after}`, SALT);
        expect(result).not.to.include(address);
        if (!address.includes(":")) expect(result).not.to.match(/\.197/);
        else expect(result).not.to.match(/:abcd/);
      }),
      { seed: 1, numRuns: 2000 },
    );
  });

  it("yields addresses or nothing for every address, and the same when done twice", () => {
    const addresses = fc.oneof(fc.ipV4(), fc.ipV6());
    fc.assert(
      fc.property(addresses, (address) => {
        const result = treatAddress("truncated", address);
        expect(isIP(result)).to.be.oneOf([4, 6]);
        expect(treatAddress("truncated", result)).to.equal(result);
        expect(treatAddress("hashed", address, SALT)).to.match(/^[0-9a-f]{32}$/);
        for (const policy of IP_POLICIES)
          expect(treatForwardedFor(policy, address, SALT)).to.equal(treatAddress(policy, address, SALT));
      }),
      { seed: 2, numRuns: 500 },
    );
  });

  it("reads a megabyte from a stranger in a moment", () => {
    const started = process.cpuUsage();
    for (const text of [
      "1.".repeat(5e5),
      "a:".repeat(5e5),
      ":".repeat(1e6),
      ".:".repeat(5e5),
      "%25".repeat(3e5),
      "::1.".repeat(2e5),
    ])
      redactAddresses("truncated", text);
    expect(process.cpuUsage(started).user / 1000).to.be.below(2000);
  });
});
