import { expect } from "chai";
import fc from "fast-check";
import { collectReport } from "../../src/report/collect";
import { breakable, escapeHtml, externalLink } from "../../src/report/html";
import { CONTENT_SECURITY_POLICY, renderReport } from "../../src/report/render";
import { STYLE } from "../../src/report/style";
import type { ReportData } from "../../src/report/types";
import { bot, openTestLake, pageView, TABLES, type Values } from "./lake";

const OPTIONS = { database: "amplify_logs", table: "access_logs", generatedAt: "2026-11-20T15:00:00.000Z" };

const HOSTILE = [
  "<script>alert(1)</script>",
  `"><img src=x onerror=alert(1)>`,
  `' onmouseover='alert(1)`,
  "javascript:alert(1)",
  "`${alert(1)}`",
  "</style><svg onload=alert(1)>",
  "\u0000\u0007\u001b[31m\u202egnp.exe",
] as const;

const collect = async (
  logs: readonly Values[],
  more: { coverage?: readonly Values[]; rejected?: readonly Values[] } = {},
): Promise<ReportData> => {
  const lake = await openTestLake();
  await lake.insert(TABLES.logs, logs);
  await lake.insert(TABLES.coverage, more.coverage ?? []);
  await lake.insert(TABLES.rejected, more.rejected ?? []);
  const data = await collectReport(lake.query, OPTIONS);
  lake.close();
  return data;
};

const tags = (page: string): string[] => [...page.matchAll(/<([a-z0-9]+)/gi)].map((match) => match[1]!.toLowerCase());

/** Attributes of all tags, with their values; throws where a tag is not well-formed. */
const attributes = (page: string): { name: string; value: string }[] =>
  [
    ...page
      .replace(/<style>[^]*?<\/style>/, "")
      .matchAll(/<[a-z][a-z0-9]*((?:\s+[a-zA-Z-]+(?:="[^"]*")?)*)\s*\/?\s*>/g),
  ].flatMap((tag) =>
    [...tag[1]!.matchAll(/([a-zA-Z-]+)(?:="([^"]*)")?/g)].map((match) => ({ name: match[1]!, value: match[2] ?? "" })),
  );

const ALLOWED_TAGS = new Set(
  "html head meta title style body div header h1 h2 h3 p nav a main dl dt dd svg rect circle line text g section figure figcaption ul li details summary table caption thead tbody tr th td span strong code footer wbr".split(
    " ",
  ),
);

describe("report: renderReport", () => {
  let page: string;
  let hostile: string;

  before(async () => {
    const coverage = [13, 14].map((hour) => ({
      app: "shop",
      date: "2026-11-20",
      hour: `2026-11-20T${hour}:00:00.000Z`,
      state: hour === 13 ? "fetched" : "failed",
      rows: 3,
    }));
    page = renderReport(
      await collect(
        [
          ...Array.from({ length: 12 }, (_, index) =>
            pageView({
              uri: "/pricing",
              referrer: "https://www.google.com/",
              request_ip: `203.0.113.${index}`,
              time: `0${index % 10}:00:00`,
            }),
          ),
          pageView({ uri: "/gone", status: 404, referrer: "https://blog.example/post" }),
          bot({ uri: "/wp-login.php", status: 404 }),
        ],
        {
          coverage,
          rejected: [{ app: "shop", date: "2026-11-20", line_number: 2, rule: "columns", reason: "32 fields" }],
        },
      ),
    );
    const values = HOSTILE.flatMap((text, index) => {
      const everywhere = {
        uri: `/${text}`,
        referrer: text,
        user_agent: text,
        host_header: text,
        http_version: text,
        ssl_protocol: text,
        result_type: text,
        edge_country: text,
      };
      const strange = { ...everywhere, referrer: `https://evil.example/${text}?x`, request_ip: text };
      return [
        pageView(everywhere),
        ...Array.from({ length: 12 }, () => pageView(strange)),
        pageView({ ...strange, status: 404 }),
        bot({ ...everywhere, bot_reason: text, status: 404 + index }),
      ];
    });
    hostile = renderReport(
      await collect(values, {
        coverage: [
          {
            app: "shop",
            date: "2026-11-20",
            hour: "2026-11-20T13:00:00.000Z",
            state: HOSTILE[1],
            rows: 1,
            error: HOSTILE[0],
          },
        ],
        rejected: HOSTILE.map((text, line) => ({
          app: "shop",
          date: "2026-11-20",
          line_number: line,
          rule: text,
          reason: text,
        })),
      }),
    );
  });

  it("shows what the log says", () => {
    expect(page).to.contain("Access logs of shop");
    expect(page).to.contain("/pricing").and.to.contain("Google").and.to.contain("/wp-login.php");
    expect(page).to.contain("Germany");
    expect(page).to.contain("32 fields");
    expect(page).to.match(/1 hour is not complete/);
    expect(page).to.contain('<a href="https://blog.example/post" rel="noreferrer noopener"');
  });

  it("has a policy that allows nothing but its own style sheet, and keeps it", () => {
    expect(page).to.contain(`<meta http-equiv="Content-Security-Policy" content="${CONTENT_SECURITY_POLICY}">`);
    expect(CONTENT_SECURITY_POLICY).to.match(
      /^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='; base-uri 'none'; form-action 'none'$/,
    );
    expect(attributes(page).filter(({ name }) => name === "style" || name.startsWith("on"))).to.deep.equal([]);
  });

  it("has a style sheet whose rules a browser takes in whole: a brace too many would lose the next one", () => {
    let depth = 0;
    for (const [index, char] of [...STYLE].entries()) {
      depth += char === "{" ? 1 : char === "}" ? -1 : 0;
      expect(depth, STYLE.slice(Math.max(0, index - 60), index + 1)).to.be.within(0, 2);
    }
    expect(depth).to.equal(0);
    // Rules for narrow screens come last, or those for all would win.
    expect(STYLE.lastIndexOf("\n.")).to.be.lessThan(STYLE.indexOf("@media screen and (max-width:1100px)"));
  });

  it("loads nothing from anywhere", () => {
    for (const text of [page, hostile]) {
      expect(tags(text).filter((tag) => !ALLOWED_TAGS.has(tag))).to.deep.equal([]);
      expect(
        attributes(text).filter(({ name }) =>
          ["src", "srcset", "data", "action", "xlink:href", "poster", "background"].includes(name),
        ),
      ).to.deep.equal([]);
      expect(text).not.to.match(/url\(|@import/);
    }
  });

  it("never makes markup of a value", () => {
    const body = hostile.replace(/<style>[^]*?<\/style>/, "");
    expect(body).not.to.match(/<script|<img|onload=alert\(1\)>|<svg onload/i);
    expect(attributes(hostile).filter(({ name }) => /^on/i.test(name))).to.deep.equal([]);
    expect(body).to.contain("&lt;script&gt;alert(1)&lt;/script&gt;");
    expect(body.match(/<\/style>/g)).to.equal(null);
  });

  it("links to http and https only, without a referrer", () => {
    const links = [...hostile.matchAll(/<a ([^>]*)>/g)].map((match) => match[1]!);
    expect(links.length).to.be.greaterThan(7);
    for (const link of links) expect(link).to.match(/^href="(#[a-z]+"$|https?:\/\/[^"]*" rel="noreferrer noopener")/);
    expect(hostile).not.to.match(/href="javascript:/i);
  });

  it("holds no control and no reordering characters", () => {
    // eslint-disable-next-line no-control-regex
    expect(hostile).not.to.match(/[\u0000-\u0009\u000b-\u001f\u007f\u202a-\u202e\u2066-\u2069]/);
    expect(hostile).to.contain("\ufffd[31m\ufffdgnp.exe");
  });

  it("stays below 500 kB with long values everywhere", async () => {
    const rows = Array.from({ length: 60 }, (_, index) =>
      pageView({
        uri: `/${index}${"<&>".repeat(700)}`,
        referrer: `https://${index}.example/${'"'.repeat(3000)}`,
        user_agent: `${index}${"<".repeat(3000)}`,
        status: index % 2 === 0 ? 200 : 404,
        is_bot: index % 3 === 0,
      }),
    );
    expect(Buffer.byteLength(renderReport(await collect(rows)))).to.be.lessThan(500_000);
  });

  it("says what to do when there is nothing to show", async () => {
    const empty = renderReport(await collect([]));
    expect(empty).to.contain("No requests in these days").and.to.contain("amplify-logs import --app NAME FILE");
    expect(empty).not.to.match(/NaN|undefined|Infinity/);
  });

  it("has no figure that is none", () => {
    expect(page.replace(/<style>[^]*?<\/style>/, "")).not.to.match(/NaN|undefined|Infinity|\[object/);
  });

  it("is the same page for the same data", async () => {
    const data = await collect([pageView({})]);
    expect(renderReport(data)).to.equal(renderReport(data));
  });

  it("compares with the period before where it is known", async () => {
    const days = Array.from({ length: 16 }, (_, index) => `2026-11-${String(5 + index).padStart(2, "0")}`);
    const compared = renderReport(
      await collect([...days.map((date) => pageView({ date })), ...days.slice(8).map((date) => pageView({ date }))]),
    );
    expect(compared).to.contain("changes are against 5\u00a0Nov \u2013 12\u00a0Nov 2026");
    expect(compared).to.match(/<dd class="delta ">\+100\u202f%/);
  });
});

describe("report: escaping", () => {
  it("lets long addresses break after their slashes, wherever those stand", () => {
    expect(breakable("/wp-includes/a<b>/c").text).to.equal("/wp-includes/<wbr>a&lt;b&gt;/<wbr>c");
    expect(breakable("//x").text).to.equal("//x");
    expect(breakable("/").text).to.equal("/");
  });

  it("leaves no character that ends a text or a quoted attribute", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        const escaped = escapeHtml(text);
        // eslint-disable-next-line no-control-regex
        expect(escaped).not.to.match(/[<>"'`\u0000-\u001f]/);
        expect(escaped.replace(/&(amp|lt|gt|quot|#39|#96);/g, "")).not.to.contain("&");
      }),
      { seed: 20261120, numRuns: 500 },
    );
  });

  it("makes a link of web addresses only", () => {
    for (const address of [
      "javascript:alert(1)",
      " https://a.example",
      "data:text/html,x",
      "//a.example",
      "https://",
      "java\nscript:x",
      "ftp://a.example",
    ]) {
      expect(externalLink(address, "label").text).to.match(/^<span title="[^"]*">label<\/span>$/);
    }
    expect(externalLink('HTTPS://a.example/"<b>', "a & b").text).to.equal(
      '<a href="https://a.example/%22%3Cb%3E" rel="noreferrer noopener" title="HTTPS://a.example/&quot;&lt;b&gt;">a &amp; b</a>',
    );
  });
});
