import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { expect } from "chai";
import { importFiles, type ImportedFile } from "../../../src/local/importFiles";
import { generate, type GenerateResult } from "../../../src/local/generator/generate";
import { parseGenerate } from "../../../src/local/generator/options";
import { decodeField } from "../../../src/model/escapes";

const END = "2026-11-20";
const FIELDS =
  "date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes time-taken x-forwarded-for ssl-protocol ssl-cipher x-edge-response-result-type cs-protocol-version fle-status fle-encrypted-fields c-port time-to-first-byte x-edge-detailed-result-type sc-content-type sc-content-len sc-range-start sc-range-end";

describe("generated logs", function () {
  this.timeout(60_000);
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), "alp-generate-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  interface Wanted {
    readonly format: string;
    readonly days?: number;
    readonly entries?: number;
    readonly services?: string;
    readonly seed?: string;
  }
  const make = (wanted: Wanted, into = folder): Promise<GenerateResult> => {
    const { format, days = 2, entries = 500, services, seed = "test" } = wanted;
    const given = { format, days: String(days), entries: String(entries), seed, end: END, services };
    return generate(parseGenerate(given, 0), { path: into }, () => undefined);
  };
  const files = (in_ = folder): string[] =>
    readdirSync(in_, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(in_, path.join(entry.parentPath, entry.name)).split(path.sep).join("/"))
      .sort();
  const read = (name: string): string => {
    const content = readFileSync(path.join(folder, name));
    return (name.endsWith(".gz") ? gunzipSync(content) : content).toString("utf8");
  };
  const lines = (name: string): string[] => read(name).trimEnd().split("\n");
  const digest = (in_ = folder): string => {
    const hash = createHash("sha256");
    for (const name of files(in_))
      hash
        .update(name)
        .update("\0")
        .update(readFileSync(path.join(in_, name)));
    return hash.digest("hex");
  };

  describe("of an application", () => {
    type Line = Record<string, string | number | null>;
    const parsed = (): { name: string; line: Line }[] =>
      files().flatMap((name) => lines(name).map((line) => ({ name, line: JSON.parse(line) as Line })));

    it("lie where the source's generator puts them, with as many rows as were asked for", async () => {
      const { rows, files: count } = await make({ format: "application" });
      expect([rows, count]).to.deep.equal([5000, 10]);
      expect(files()).to.have.length(10);
      expect(files()[0]).to.equal("api-gateway/year=2026/month=11/day=19/logs_api-gateway_20261119.json");
      expect(parsed()).to.have.length(5000);
    });

    it("have the source's fields, of their types, and say no two of one request", async () => {
      await make({ format: "application" });
      const all = parsed();
      for (const { name, line } of all) {
        expect(Object.keys(line)).to.deep.equal([
          ...["timestamp", "level", "service", "message", "request_id", "method", "endpoint", "status_code"],
          ...["response_time_ms", "client_ip", "user_agent", "user_id"],
        ]);
        expect(line["timestamp"]).to.match(/^2026-11-(19|20)T\d\d:\d\d:\d\d\.\d{3}Z$/);
        expect(line["service"]).to.equal(name.split("/")[0]);
        expect(line["level"]).to.be.oneOf(["DEBUG", "INFO", "WARN", "ERROR"]);
        expect(line["status_code"]).to.be.within(200, 504);
        expect(line["response_time_ms"]).to.be.within(0.01, 30_050);
        if (line["level"] === "ERROR") expect(line["status_code"]).to.be.at.least(500);
      }
      expect(new Set(all.map(({ line }) => line["request_id"])).size).to.equal(all.length);
    });

    it("have days of the week, nights, slow answers, errors in bursts, and lines that come late", async () => {
      await make({ format: "application", days: 7, entries: 6000, services: "api-gateway" });
      const all = parsed();
      const count = (of: (line: Line, name: string) => boolean): number =>
        all.filter(({ line, name }) => of(line, name)).length;
      const on = (text: string) => (line: Line) => String(line["timestamp"]).startsWith(text);
      expect(all).to.have.length(42_000);
      expect(count(on("2026-11-15")) / count(on("2026-11-17"))).to.be.within(0.6, 0.8);
      const at = (hour: string) => (line: Line) => String(line["timestamp"]).slice(11, 13) === hour;
      expect(count(at("17")) / count(at("03"))).to.be.within(3, 9);
      expect(count((line) => Number(line["response_time_ms"]) > 1000)).to.be.within(100, 2100);
      // Errors of the worst ten minutes, against those of an average ten minutes.
      const errors = new Map<string, number>();
      for (const { line } of all)
        if (line["level"] === "ERROR") {
          const minutes = String(line["timestamp"]).slice(0, 15);
          errors.set(minutes, (errors.get(minutes) ?? 0) + 1);
        }
      const sum = [...errors.values()].reduce((total, value) => total + value, 0);
      expect(Math.max(...errors.values())).to.be.greaterThan((10 * sum) / (7 * 144));
      const outOfOrder = all.filter(
        ({ name, line }, index) =>
          all[index - 1]?.name === name && String(all[index - 1]!.line["timestamp"]) > String(line["timestamp"]),
      );
      expect(outOfOrder.length).to.be.within(200, 900);
      const ofAnotherDay = count(
        (line, name) => !name.includes(String(line["timestamp"]).slice(0, 10).replaceAll("-", "")),
      );
      expect(ofAnotherDay, "what comes late comes into the next day's file").to.be.within(1, 100);
      expect(
        count((line) => String(line["endpoint"]).includes("/.env")),
        "scanners",
      ).to.be.greaterThan(0);
      expect(
        count((line) => String(line["user_agent"]).includes("Googlebot")),
        "crawlers",
      ).to.be.greaterThan(0);
    });

    it("are made for services that nobody knows, too", async () => {
      await make({ format: "application", services: "stock,api_v2", entries: 50, days: 1 });
      expect(files()).to.deep.equal([
        "api_v2/year=2026/month=11/day=20/logs_api_v2_20261120.json",
        "stock/year=2026/month=11/day=20/logs_stock_20261120.json",
      ]);
      expect(parsed().some(({ line }) => String(line["endpoint"]).startsWith("/stock/"))).to.equal(true);
    });
  });

  describe("of CloudFront", () => {
    it("have its names, its two lines and its 33 fields", async () => {
      const { rows, notes } = await make({ format: "cloudfront", services: "shop" });
      const id = /^shop is distribution (E[0-9A-Z]{13})$/.exec(notes[0]!)![1]!;
      let seen = 0;
      const ids = new Set<string>();
      for (const name of files()) {
        expect(name).to.match(new RegExp(`^${id}\\.2026-11-(19|20)-\\d\\d\\.[0-9a-f]{8}\\.gz$`));
        const [version, fields, ...data] = lines(name);
        expect([version, fields]).to.deep.equal(["#Version: 1.0", `#Fields: ${FIELDS}`]);
        for (const row of data) {
          const values = row.split("\t");
          expect(values, row).to.have.length(33);
          expect(values.join("")).to.not.match(/[ \\]/);
          ids.add(values[14]!);
          seen++;
        }
      }
      expect([seen, ids.size, rows]).to.deep.equal([1000, 1000, 1000]);
    });

    it("hold rows of earlier hours that came late", async () => {
      await make({ format: "cloudfront", entries: 5000 });
      const late = files().flatMap((name) =>
        lines(name)
          .slice(2)
          .filter((row) => row.slice(0, 13).replace("\t", "-") !== /\.(.{13})\./.exec(name)![1]),
      );
      expect(late.length).to.be.within(80, 400);
    });

    it("are of the distribution that is named", async () => {
      await make({ format: "cloudfront", services: "E2K2LNL5N3WR51", days: 1, entries: 20 });
      for (const name of files()) expect(name).to.match(/^E2K2LNL5N3WR51\./);
    });
  });

  describe("of Amplify", () => {
    it("are taken in by amplify-logs import, each row once and none rejected", async () => {
      const { rows } = await make({ format: "amplify", services: "shop", entries: 1000 });
      expect(files()).to.have.length(48);
      expect(files()[13]).to.equal("shop/year=2026/month=11/day=19/access_logs-13-14.csv");
      const done: ImportedFile[] = [];
      const paths = files().map((name) => path.join(folder, name));
      const lake = mkdtempSync(path.join(tmpdir(), "alp-generate-lake-"));
      try {
        await importFiles({ lake, app: "shop", files: paths }, (file) => done.push(file));
      } finally {
        rmSync(lake, { recursive: true, force: true });
      }
      const sum = (of: (file: ImportedFile) => number): number => done.reduce((total, file) => total + of(file), 0);
      expect([sum((file) => file.rows), sum((file) => file.added), rows]).to.deep.equal([2000, 2000, 2000]);
      expect(
        done.flatMap(({ rejected, error }) => [...rejected, ...(error === undefined ? [] : [error])]),
      ).to.deep.equal([]);
    });

    it("have a file for an hour in which nothing happened, which says so", async () => {
      await make({ format: "amplify", days: 1, entries: 1 });
      const sizes = files().map((name) => lines(name).length);
      expect(sizes).to.have.length(24);
      expect(sizes.filter((size) => size === 2)).to.have.length(1);
      expect(sizes.filter((size) => size === 1)).to.have.length(23);
    });

    it("have the same requests as CloudFront's, in Amplify's escapes", async () => {
      await make({ format: "amplify", services: "shop", days: 1, entries: 300 });
      const csv = files().flatMap((name) => lines(name).slice(1));
      rmSync(folder, { recursive: true });
      await make({ format: "cloudfront", services: "shop", days: 1, entries: 300 });
      const tsv = files().flatMap((name) => lines(name).slice(2));
      const [ids, plain] = [
        new Map(tsv.map((row) => [row.split("\t")[14], row.split("\t")])),
        (text: string) => decodeField(text).replaceAll(",", ""),
      ];
      for (const row of csv) {
        const values = row.split(",");
        expect(ids.get(values[14])?.map(plain)).to.deep.equal(values.map(plain));
      }
      expect(
        csv.some((row) => row.includes("\\(KHTML%20like")),
        "as Amplify writes it",
      ).to.equal(true);
      expect(
        tsv.some((row) => row.includes("(KHTML,%20like")),
        "as CloudFront writes it",
      ).to.equal(true);
    });
  });

  it("are the same for the same seed, and others for another", async () => {
    const [again, other] = [path.join(folder, "again"), path.join(folder, "other")];
    for (const format of ["application", "cloudfront", "amplify"]) {
      const first = path.join(folder, `first-${format}`);
      await make({ format, entries: 200 }, first);
      await make({ format, entries: 200 }, again);
      await make({ format, entries: 200, seed: "another" }, other);
      expect(digest(again)).to.equal(digest(first));
      expect(digest(other)).to.not.equal(digest(first));
      for (const done of [again, other]) rmSync(done, { recursive: true });
    }
  });

  // On whatever Node, in whatever zone: these are the bytes. They change only with the generator, by hand.
  for (const [format, wanted] of [
    ["application", "237a3260908db32eccf3ab83f8b6e9b4653580b4acda8c05d2f292c1f5636eb3"],
    ["cloudfront", "184d743833bd0edd7a4d99574f63c7535e275deadec314d1c0e9eea5728927cc"],
    ["amplify", "50702927e44d748b2af81b6650b71eb295dad16b9bf92d62b189f37b285171bb"],
  ] as const) {
    it(`are these bytes on every machine: ${format}`, async () => {
      await make({ format, days: 3, entries: 400 });
      expect(digest()).to.equal(wanted);
    });
  }

  it("have exactly the rows that are asked for, however few", async () => {
    for (const entries of [1, 2, 7, 13]) {
      for (const format of ["application", "cloudfront", "amplify"]) {
        const { rows } = await make({ format, days: 3, entries, services: "one" });
        expect(rows).to.equal(3 * entries);
        const found = files().flatMap((name) => lines(name).filter((line) => !/^(#|date,|$)/.test(line)));
        expect(found).to.have.length(3 * entries);
        rmSync(folder, { recursive: true });
      }
    }
  });

  it("replace files of their name, and leave others alone", async () => {
    const file = "one/year=2026/month=11/day=20/logs_one_20261120.json";
    const other = "one/year=2026/month=11/day=20/other.json";
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    for (const name of [file, other]) writeFileSync(path.join(folder, name), "mine\n");
    await make({ format: "application", services: "one", days: 1, entries: 10 });
    expect(files()).to.deep.equal([file, other]);
    expect(lines(file)).to.have.length(10);
    expect(read(other)).to.equal("mine\n");
  });

  it("leave nothing half written when they are stopped, or cannot go on", async () => {
    const given = { format: "application", days: "2", entries: "5000", seed: "test", end: END, services: "one" };
    const stop = new AbortController();
    const stopped = await generate(parseGenerate(given, 0), { path: folder, signal: stop.signal }, ({ rows }) => {
      if (rows > 6000) stop.abort();
    }).catch((error: Error) => error.message);
    expect(stopped).to.match(/^stopped; the files so far are whole\. Fix: run the same again/);
    expect(files()).to.deep.equal(["one/year=2026/month=11/day=19/logs_one_20261119.json"]);

    mkdirSync(path.join(folder, "one/year=2026/month=11/day=20/logs_one_20261120.json"));
    const failed = await make({ format: "application", services: "one", entries: 100 }).catch(
      (error: Error) => error.message,
    );
    expect(failed).to.match(/^--output-dir: cannot be written: .*Fix: a folder has this name/);
    expect(files()).to.deep.equal(["one/year=2026/month=11/day=19/logs_one_20261119.json"]);
  });
});
