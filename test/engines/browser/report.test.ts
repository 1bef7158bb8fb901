import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import type { Page } from "playwright-core";
import { packageRoot } from "../../../src/local/bundles";
import type { Chromium } from "../tools/chromium";
import { HOSTILE_TEXTS, MARK } from "./hostileLines";
import { inspectMarkup, measure, measureContrast, setTablesOpen, styleOf } from "./inPage";
import { openBrowser, openPage, theReports, type OpenedPage, type PageOptions } from "./open";
import type { Report, Reports } from "./reports";

/** Git does not look there. */
const PICTURES = path.join(packageRoot(), ".cache", "screenshots");
const NAMES = ["demo", "empty", "oneApp", "hostile"] as const;
const WIDTHS = [1440, 390];
const SCHEMES = ["light", "dark"] as const;
/** WCAG 2.2, 1.4.3, for text of any size. */
const LEAST_CONTRAST = 4.5;
const DANGEROUS = "script img iframe object embed link base form input video audio template".split(" ");

describe("the report in a browser", function () {
  let chromium: Chromium;
  let reports: Reports;

  before(async function () {
    this.timeout(180_000);
    chromium = await openBrowser(this);
    reports = await theReports();
    mkdirSync(PICTURES, { recursive: true });
  });
  after(() => {
    if (reports !== undefined) console.log(`    pictures of the reports: ${PICTURES}`);
  });

  const using = async <T>(
    report: Report,
    options: PageOptions,
    body: (opened: OpenedPage) => Promise<T>,
  ): Promise<T> => {
    const opened = await openPage(chromium, report.url, options);
    try {
      return await body(opened);
    } finally {
      await opened.close();
    }
  };

  for (const name of NAMES) {
    describe(`of ${name}`, () => {
      let opened: OpenedPage;
      let page: Page;

      before(async () => {
        opened = await openPage(chromium, reports[name].url);
        page = opened.page;
      });
      after(() => opened?.close());

      for (const width of WIDTHS) {
        for (const scheme of SCHEMES) {
          it(`is drawn ${scheme}, ${width} px wide, readable and with nothing cut off`, async () => {
            await page.setViewportSize({ width, height: 900 });
            await page.emulateMedia({ colorScheme: scheme });
            const picture = path.join(PICTURES, `${reports[name].name}-${width}-${scheme}.png`);
            await page.screenshot({ path: picture, fullPage: true });
            expect(statSync(picture).size).to.be.greaterThan(5_000);
            await page.evaluate(setTablesOpen, true);
            const { scrollWidth, innerWidth, spilling } = await page.evaluate(measure);
            const { texts, tooFaint } = await page.evaluate(measureContrast, LEAST_CONTRAST);
            await page.evaluate(setTablesOpen, false);
            expect(innerWidth).to.equal(width);
            expect(scrollWidth).to.be.at.most(width);
            expect(spilling).to.deep.equal([]);
            expect(texts).to.be.greaterThan(name === "empty" ? 12 : 120);
            expect(tooFaint).to.deep.equal([]);
          });
        }
      }

      it("holds nothing that runs, loads or styles by itself", async () => {
        const { tags, attributes, links, policy, rules } = await page.evaluate(inspectMarkup);
        expect(attributes).to.deep.equal([]);
        expect(DANGEROUS.filter((tag) => tags[tag] !== undefined)).to.deep.equal([]);
        expect([tags["style"], tags["meta"], tags["body"]]).to.deep.equal([1, 6, 1]);
        expect(rules).to.be.greaterThan(80);
        expect(policy).to.match(/^default-src 'none'; style-src 'sha256-/);
        for (const link of links) expect(link).to.match(/^(#[a-z]+$|https?:\/\/)/);
      });

      it("asked for nothing but itself, ran nothing and complained of nothing", async () => {
        expect(await page.evaluate(`window.${MARK}`)).to.equal(undefined);
        expect(opened.requests).to.deep.equal([reports[name].url]);
        expect(opened.complaints).to.deep.equal([]);
      });

      it("weighs less than 1 MB", () => {
        expect(statSync(reports[name].file).size).to.be.within(5_000, 1_000_000);
      });
    });
  }

  it("shows hostile values as the text that they are", () =>
    using(reports.hostile, {}, async ({ page }) => {
      const text = await page.evaluate<string>("document.body.textContent");
      for (const attempt of HOSTILE_TEXTS.slice(0, 3)) expect(text).to.contain(attempt.replaceAll(",", ""));
      expect(text).not.to.match(/[\u202a-\u202e\u2066-\u2069\u200b]/);
      // Every kind of attempt was imported: none of them broke a line of the file into two.
      const links = (await page.evaluate(inspectMarkup)).links.filter((link) => link.startsWith("https://evil-"));
      expect(new Set(links.map((link) => new URL(link).host)).size).to.be.greaterThan(8);
    }));

  it("is dark where the reader's system is", async () => {
    const background = (scheme: "light" | "dark"): Promise<string> =>
      using(reports.demo, { scheme }, ({ page }) => page.evaluate(styleOf, ["body", "backgroundColor"] as const));
    const sum = (color: string): number => color.match(/\d+/g)!.reduce((total, part) => total + Number(part), 0);
    expect(sum(await background("light"))).to.be.greaterThan(3 * 220);
    expect(sum(await background("dark"))).to.be.lessThan(3 * 40);
  });

  it("scrolls smoothly, but not for readers who asked for less motion", async () => {
    for (const [reducedMotion, expected] of [
      ["no-preference", "smooth"],
      ["reduce", "auto"],
    ] as const) {
      const found = await using(reports.demo, { reducedMotion }, ({ page }) =>
        page.evaluate(styleOf, ["html", "scrollBehavior"] as const),
      );
      expect(found).to.equal(expected);
    }
  });

  it("prints dark on white, without what paper can't do, on A4 pages that hold it all", () =>
    using(reports.demo, { scheme: "dark" }, async ({ page, complaints }) => {
      const pdf = await page.pdf({ format: "A4", path: path.join(PICTURES, "demo.pdf") });
      expect(pdf.subarray(0, 5).toString()).to.equal("%PDF-");
      const pages = pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length ?? 0;
      expect(pages).to.be.within(3, 12);
      await page.emulateMedia({ media: "print" });
      expect(await page.evaluate(styleOf, ["body", "backgroundColor"] as const)).to.equal("rgb(255, 255, 255)");
      expect(await page.evaluate(styleOf, ["nav", "display"] as const)).to.equal("none");
      expect(await page.evaluate(styleOf, ["details", "display"] as const)).to.equal("none");
      // A grid or flex box that is broken over pages is drawn over what follows it.
      for (const box of [".cards", ".stack", ".calendars"])
        expect(await page.evaluate(styleOf, [box, "display"] as const), box).to.equal("block");
      expect((await page.evaluate(measureContrast, LEAST_CONTRAST)).tooFaint).to.deep.equal([]);
      // A4 without the margins, in CSS pixels.
      await page.setViewportSize({ width: 718, height: 1000 });
      const { scrollWidth, spilling } = await page.evaluate(measure);
      expect([scrollWidth <= 718, spilling]).to.deep.equal([true, []]);
      expect(complaints).to.deep.equal([]);
    }));

  it("keeps script and pictures out by its policy, were one to slip through", async () => {
    const whole = readFileSync(reports.oneApp.file, "utf8");
    const script = `<script>window.${MARK}=1</script><img src="https://198.51.100.9/x.png"><p style="color:red" onclick="1">x</p>`;
    const write = (name: string, page: string): Report => {
      const file = path.join(path.dirname(reports.oneApp.file), name);
      writeFileSync(file, page);
      return { ...reports.oneApp, file, url: pathToFileURL(file).href };
    };
    const broken = write("broken.html", whole.replace("</main>", `${script}</main>`));
    await using(broken, {}, async ({ page, requests, complaints }) => {
      expect(await page.evaluate(`window.${MARK}`)).to.equal(undefined);
      expect(requests).to.deep.equal([broken.url, "https://198.51.100.9/x.png"]);
      expect(complaints).to.include("failed: https://198.51.100.9/x.png, csp");
      expect(complaints.filter((complaint) => complaint.includes("Content Security Policy"))).to.have.length.at.least(
        3,
      );
    });
    // The same without a policy: so the marks above would have been seen.
    const open = write("open.html", `<!doctype html><title>x</title>${script}`);
    await using(open, {}, async ({ page, requests }) => {
      expect(await page.evaluate(`window.${MARK}`)).to.equal(1);
      expect(requests).to.include("https://198.51.100.9/x.png");
    });
  });
});
