import { expect } from "chai";
import { gzipSync } from "node:zlib";
import { ConflictError } from "../../../src/errors";
import { line, NOW, Reader } from "./reader";

const DAY = "service=auth/year=2026/month=11/day=20";

describe("the reader of application logs", () => {
  it("puts good lines into their service and day, and the others beside them with the reason", async () => {
    const reader = new Reader();
    await reader.put(
      "logs/app.log",
      [
        line({ status_code: 200, response_time_ms: 12.5, client_ip: "203.0.113.77", trace: { id: 7 }, level: "error" }),
        "2026-11-19 23:59:59,123 WARN billing: slow request_id=r1 status_code=503",
        "no log line",
        line({ status_code: 999 }),
        "",
      ].join("\r\n"),
    );
    expect(await reader.read("logs/app.log")).to.deep.include({ outcome: "read", rows: 2, added: 2, errors: 2 });
    const [auth, billing] = await reader.rows();
    expect(auth).to.deep.include({
      partition: DAY,
      timestamp: "2026-11-20T10:00:00.000Z",
      level: "ERROR",
      message: "hello",
      service: "auth",
      status_code: 200,
      response_time_ms: 12.5,
      client_ip: "203.0.113.0",
      user_id: null,
      extra: '{"trace":{"id":7}}',
      source: "logs/app.log",
      line_number: 1n,
      processed_timestamp: BigInt(NOW),
    });
    expect(billing).to.deep.include({
      partition: "service=billing/year=2026/month=11/day=19",
      timestamp: "2026-11-19T23:59:59.123Z",
      level: "WARN",
      message: "slow request_id=r1 status_code=503",
      request_id: "r1",
      status_code: 503,
      line_number: 2n,
    });
    expect(
      (await reader.errors()).map(({ line_number, service, rule, reason }) => ({ line_number, service, rule, reason })),
    ).to.deep.equal([
      {
        line_number: 3,
        service: "unknown",
        rule: "grammar",
        reason: "neither a JSON object nor a line of the pattern",
      },
      { line_number: 4, service: "auth", rule: "range", reason: 'status_code is not from 100 to 599: "999"' },
    ]);
    expect((await reader.lake.list("errors/")).map(({ key }) => key)[0]).to.match(
      /^errors\/year=2026\/month=11\/day=21\/[0-9a-f]{16}\.json\.gz$/,
    );
    expect([...reader.partitions]).to.include(`auth/2026/11/20 processed/${DAY}/`);
  });

  it("changes nothing when an object comes again", async () => {
    const reader = await new Reader().put("a.json", [line(), line(), "bad", "bad"].join("\n"));
    await reader.read("a.json");
    const before = await reader.contents();
    expect(await reader.read("a.json")).to.deep.include({ rows: 2, added: 0, errors: 2 });
    expect(await reader.contents()).to.deep.equal(before);
    expect(await reader.rows()).to.have.length(2);
    expect(await reader.errors()).to.have.length(2);
  });

  it("adds what was appended, and keeps what was rotated away", async () => {
    const reader = await new Reader().put("a.json", [line({ message: "one" }), "bad one"].join("\n"));
    await reader.read("a.json");
    await reader.put(
      "a.json",
      [line({ message: "one" }), "bad one", line({ message: "two" }), line({ message: "two" })].join("\n"),
    );
    expect(await reader.read("a.json")).to.deep.include({ rows: 3, added: 2 });
    await reader.put("a.json", [line({ message: "three" }), "bad two"].join("\n"));
    await reader.read("a.json");
    const rows = await reader.rows();
    expect(rows.map(({ message }) => message)).to.deep.equal(["one", "two", "two", "three"]);
    expect(new Set(rows.map(({ entry_id }) => entry_id)).size, "ids of equal lines, too, differ").to.equal(4);
    expect((await reader.errors()).map(({ raw }) => raw)).to.deep.equal(["bad one", "bad two"]);
    expect(await reader.lake.list("errors/")).to.have.length(1);
  });

  it("reads rows anew that other rules wrote", async () => {
    const reader = await new Reader().put("a.json", [line({ message: "old", region: "eu" })].join("\n"));
    await reader.read("a.json");
    await reader.put("a.json", line({ message: "new", region: "us" }));
    await reader.read("a.json");
    await reader.put("a.json", line({ message: "old", region: "eu" }));
    reader.configure({
      fields: [
        { name: "timestamp", type: "string" },
        { name: "message", type: "string" },
        { name: "region", type: "string" },
      ],
    });
    await reader.read("a.json");
    expect(
      (await reader.rows()).map(({ message, region, level, extra }) => [message, region, level, extra]),
    ).to.deep.equal([
      ["new", null, undefined, '{"region":"us"}'],
      ["old", "eu", undefined, '{"level":"INFO"}'],
    ]);
  });

  it("unites with what another run writes at the same moment", async () => {
    const reader = await new Reader().put("a.json", line({ message: "one" }));
    const put = reader.lake.put.bind(reader.lake);
    let races = 0;
    reader.lake.put = async (key, body, condition) => {
      if (key.startsWith("processed/") && races++ < 3) throw new ConflictError(key);
      return put(key, body, condition);
    };
    expect(await reader.read("a.json")).to.deep.include({ rows: 1, added: 1 });
    expect([races, (await reader.rows()).length]).to.deep.equal([4, 1]);
  });

  it("takes the service from the key where lines name none", async () => {
    const reader = new Reader({ defaultService: "elsewhere" });
    const text = "2026-11-20T10:00:00Z INFO hello";
    await reader.put("logs/api-gateway/year=2026/month=11/x.log", text);
    await reader.put("x.log", text);
    await reader.read("logs/api-gateway/year=2026/month=11/x.log");
    await reader.read("x.log");
    await reader.put("service=Web Shop/x.log", text);
    await reader.read("service=Web Shop/x.log");
    expect((await reader.rows()).map(({ service }) => service)).to.have.members([
      "api-gateway",
      "elsewhere",
      "web-shop",
    ]);
  });

  for (const [what, content] of [
    ["in one line", `[${line({ message: "a" })},${line({ message: "b" })}]`],
    [
      "written for people",
      JSON.stringify([JSON.parse(line({ message: "a" })), JSON.parse(line({ message: "b" }))], null, 2),
    ],
    [
      "as objects of several lines",
      [line({ message: "a" }), line({ message: "b" })]
        .map((text) => JSON.stringify(JSON.parse(text), null, 2))
        .join("\n"),
    ],
    ["with a byte order mark", `\ufeff[${line({ message: "a" })},\n${line({ message: "b" })}]`],
    ["line by line, with a mark", `\ufeff${line({ message: "a" })}\n${line({ message: "b" })}`],
  ] as const) {
    it(`reads JSON ${what}, packed and not`, async () => {
      for (const packed of [content, gzipSync(content)]) {
        const reader = await new Reader().put("a.json", packed);
        expect(await reader.read("a.json")).to.deep.include({ outcome: "read", rows: 2, errors: 0 });
        expect((await reader.rows()).map(({ message }) => message)).to.deep.equal(["a", "b"]);
      }
    });
  }

  it("tells where an array ends early, and keeps what was before", async () => {
    const reader = await new Reader().put("a.json", `[${line({ message: "a" })},\n{"timestamp":"2026`);
    await reader.read("a.json");
    expect((await reader.rows()).map(({ message }) => message)).to.deep.equal(["a"]);
    expect((await reader.errors()).map(({ rule, line_number }) => [rule, line_number])).to.deep.equal([
      ["json", 2],
      ["json", 0],
    ]);
  });
});

describe("the reader of application logs, on what strangers send", () => {
  for (const [what, bytes, reason] of [
    ["an image", Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), Buffer.alloc(100, 1)]), "a PNG image"],
    ["UTF-16", Buffer.from(`\ufeff${line()}`, "utf16le"), "text in UTF-16"],
    ["UTF-16 without a mark", Buffer.from(line(), "utf16le"), "text in UTF-16"],
    ["gzip within gzip", gzipSync(gzipSync(line())), "gzip within gzip"],
    ["Parquet", Buffer.concat([Buffer.from("PAR1"), Buffer.alloc(100)]), "a Parquet file"],
    ["bytes at random", Buffer.from(Array.from({ length: 4096 }, (_, at) => (at * at * 31 + at * 7) % 256)), "no text"],
  ] as const) {
    it(`puts ${what} aside whole, with one row and the reason, and again nothing more`, async () => {
      const reader = await new Reader().put("a.log", bytes);
      for (let time = 0; time < 2; time++) {
        const result = await reader.read("a.log");
        expect(result).to.deep.include({ outcome: "quarantined", rows: 0, errors: 1 });
        expect(result.reason).to.contain(reason);
      }
      const errors = await reader.errors();
      expect(errors).to.have.length(1);
      expect(errors[0]).to.include({ line_number: 0, rule: "object", source: "a.log" });
      expect(errors[0]!.reason).to.contain(reason);
      expect(await reader.rows()).to.deep.equal([]);
      expect(await reader.raw.list("")).to.have.length(1);
    });
  }

  it("stops at a bomb, and keeps nothing of it", async () => {
    const reader = new Reader();
    reader.objectBytes = 1 << 20;
    await reader.put("a.json.gz", gzipSync(Buffer.concat([Buffer.from(`${line()}\n`), Buffer.alloc(2 << 20, "x")])));
    expect(await reader.read("a.json.gz")).to.deep.include({ outcome: "quarantined", rows: 0, errors: 1 });
    expect((await reader.errors())[0]!.reason).to.equal("the object has more than 1048576 bytes, unpacked");
    expect(await reader.rows()).to.deep.equal([]);
  });

  it("reads a gzip file up to its break, and the rest when it comes whole", async () => {
    const lines = Array.from({ length: 5000 }, (_, at) => line({ message: `m${at}`, id: (at * 7919) % 104729 }));
    const whole = gzipSync(`${lines.join("\n")}\n`);
    const reader = await new Reader().put("a.json.gz", whole.subarray(0, whole.length >> 1));
    const { rows } = await reader.read("a.json.gz");
    expect(rows).to.be.within(1000, 4000);
    expect((await reader.errors()).map(({ rule, line_number }) => [rule, line_number])).to.deep.equal([["gzip", 0]]);
    await reader.put("a.json.gz", whole);
    expect(await reader.read("a.json.gz")).to.deep.include({ rows: 5000, added: 5000 - rows, errors: 0 });
    expect(new Set((await reader.rows()).map(({ message }) => message)).size).to.equal(5000);
    expect(await reader.rows()).to.have.length(5000);
  });

  it("lets no hostile line harm its neighbours", async () => {
    const hostile: [string | Buffer, string][] = [
      [`{"timestamp":"2026-11-20T10:00:00Z","level":"INFO","x":"${"y".repeat(1 << 20)}"}`, "size"],
      [Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), "encoding"],
      ["2026-11-20T10:00:00Z INFO a\u0000b", "encoding"],
      [`{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`, "json"],
      [line({ status_code: "9223372036854775808" }), "range"],
      [line({ status_code: 1.5 }), "type"],
      [line({ service: "///" }), "service"],
      [line({ timestamp: "1999-01-01T00:00:00Z" }), "range"],
      [line({ timestamp: null }), "required"],
      [line({ timestamp: "soon" }), "type"],
      [line({ level: "" }), "required"],
      [line({ level: "LOUD" }), "enum"],
      ["[1,2]", "grammar"],
      ['{"timestamp":', "json"],
    ];
    const good = Array.from({ length: hostile.length + 1 }, (_, at) => line({ message: `good ${at}` }));
    const content = Buffer.concat(
      hostile.flatMap(([text], at) => [Buffer.from(`${good[at]!}\n`), Buffer.from(text), Buffer.from("\n")]),
    );
    const reader = await new Reader().put("a.log", Buffer.concat([content, Buffer.from(good.at(-1)!)]));
    await reader.read("a.log");
    expect((await reader.rows()).map(({ message }) => message)).to.deep.equal(good.map((_, at) => `good ${at}`));
    expect((await reader.errors()).map(({ rule }) => rule)).to.deep.equal(hostile.map(([, rule]) => rule));
    expect((await reader.errors()).every(({ raw }) => raw.length <= 4096)).to.be.true;
  });

  it("keeps names and numbers as they are", async () => {
    const reader = new Reader({
      fields: [
        { name: "timestamp", type: "string" },
        { name: "constructor", type: "string" },
        { name: "n", type: "bigint" },
      ],
    });
    await reader.put(
      "a.json",
      '{"timestamp":"2026-11-20T10:00:00Z","n":9223372036854775807,"__proto__":{"a":1},"n2":12345678901234567890}\n' +
        '{"timestamp":"2026-11-20T10:00:01Z","n":"-9223372036854775808","n":7}\n' +
        '{"timestamp":"2026-11-20T10:00:02Z","n":9223372036854775808}',
    );
    await reader.read("a.json");
    const rows = await reader.rows();
    expect(rows.map(({ n, constructor, extra }) => [n, constructor, extra])).to.deep.equal([
      [9223372036854775807n, null, '{"__proto__":{"a":1},"n2":"12345678901234567890"}'],
      [7n, null, null],
    ]);
    expect((await reader.errors()).map(({ rule }) => rule)).to.deep.equal(["range"]);
  });

  it("has no service leave its prefix", async () => {
    const names = ["../x", "a/b", "..", "service=y/year=1", "A B", "\u0000"];
    const reader = await new Reader().put("a.log", names.map((service) => line({ service })).join("\n"));
    await reader.read("a.log");
    expect((await reader.rows()).map(({ partition, extra }) => [partition.split("/")[0], extra])).to.have.deep.members([
      ["service=x", '{"service":"../x"}'],
      ["service=a-b", '{"service":"a/b"}'],
      ["service=service-y-year-1", '{"service":"service=y/year=1"}'],
      ["service=a-b", '{"service":"A B"}'],
    ]);
    for (const { key } of await reader.lake.list("processed/"))
      expect(key).to.match(/^processed\/service=[a-z0-9_-]+\/year=2026\/month=11\/day=20\/[0-9a-f]{16}\.parquet$/);
  });

  it("shows no address that its policy hides, in rows, errors and ids", async () => {
    const lines = [
      line({ client_ip: "198.51.100.77", message: "from 198.51.100.77", via: "198.51.100.77" }),
      line({ client_ip: "198.51.100.77", status_code: 1 }),
      "broken 198.51.100.77",
    ].join("\n");
    for (const policy of ["truncated", "hashed", "dropped"]) {
      const salt = policy === "hashed" ? { saltParameter: "/salt" } : {};
      const reader = await new Reader({ ipPolicy: policy, ...salt }, "pepper").put("a.log", lines);
      await reader.read("a.log");
      const text = JSON.stringify([await reader.rows(), await reader.errors()], (_, value: unknown) =>
        String(value) === "[object Object]" || Array.isArray(value) ? value : String(value),
      );
      expect(text, policy).to.contain("from ").and.not.contain("198.51.100.77");
    }
    // The id must not be a hash that all addresses can be tried against: two policies that hide have the same.
    const idOf = async (ipPolicy: string): Promise<unknown> => {
      const reader = await new Reader({ ipPolicy }).put("a.log", lines);
      await reader.read("a.log");
      return (await reader.rows())[0]!["entry_id"];
    };
    const other = await new Reader({ ipPolicy: "dropped" }).put(
      "a.log",
      lines.replaceAll('"client_ip":"198.51.100.77"', '"client_ip":"-"').replaceAll("198.51.100.77", "-"),
    );
    await other.read("a.log");
    expect(await idOf("dropped")).to.equal((await other.rows())[0]!["entry_id"]);
    expect(await idOf("full")).to.not.equal(await idOf("dropped"));
  });

  it("does not read what it wrote, where logs come into the lake's own bucket", async () => {
    const reader = new Reader();
    reader.sourceBucket = "lake";
    expect(await reader.read("errors/year=2026/month=11/day=21/x.json.gz")).to.include({ outcome: "not-ours" });
    await reader.put("logs/a.log", line());
    expect(await reader.read("logs/a.log")).to.include({ outcome: "read", rows: 1 });
  });

  it("makes at most a thousand partitions of one object", async () => {
    const lines = Array.from({ length: 1005 }, (_, at) => line({ service: `s${at}` }));
    const reader = await new Reader().put("a.log", [...lines, lines[0]].join("\n"));
    expect(await reader.read("a.log")).to.deep.include({ rows: 1001, errors: 5 });
    expect((await reader.errors()).map(({ rule }) => rule)).to.deep.equal(new Array(5).fill("partitions"));
  });

  it("has nothing to do with other names, and with objects that are gone", async () => {
    const reader = new Reader();
    expect(await reader.read("a.txt")).to.include({ outcome: "not-ours" });
    expect(await reader.read("a.log")).to.include({ outcome: "gone" });
    expect(await reader.contents()).to.deep.equal([]);
  });
});
