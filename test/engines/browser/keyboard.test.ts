import { expect } from "chai";
import type { Page } from "playwright-core";
import type { Chromium } from "../tools/chromium";
import { inspectFocus, styleOf, type Focus } from "./inPage";
import { openBrowser, openPage, theReports, type OpenedPage } from "./open";

const SECTIONS = ["traffic", "content", "errors", "audience", "bots", "delivery", "applications", "quality"];

describe("the report by keyboard", function () {
  let chromium: Chromium;
  let opened: OpenedPage;
  let page: Page;

  before(async function () {
    this.timeout(180_000);
    chromium = await openBrowser(this);
    const reports = await theReports();
    // Without motion: the page is where it goes at once.
    opened = await openPage(chromium, reports.demo.url, { reducedMotion: "reduce" });
    page = opened.page;
  });
  after(() => opened?.close());

  const tab = async (): Promise<Focus> => {
    await page.keyboard.press("Tab");
    return page.evaluate(inspectFocus);
  };

  it("goes through sections, tables and links in their order, and always shows where it is", async () => {
    const stops: Focus[] = [];
    for (let stop = await tab(); stop.tag !== "body" && stops.length < 200; stop = await tab()) stops.push(stop);
    expect(stops.slice(0, SECTIONS.length).map(({ href }) => href)).to.deep.equal(SECTIONS.map((id) => `#${id}`));
    expect(stops.filter(({ tag }) => tag === "summary").map(({ text }) => text)).to.deep.equal([
      "Show as table",
      "Show as table",
    ]);
    expect(stops.filter(({ href }) => href?.startsWith("http")).length).to.be.greaterThan(3);
    for (const { tag, text, outline, outlineWidth, isInView } of stops)
      expect({ tag, text, outline, outlineWidth, isInView }).to.deep.include({
        outline: "solid",
        outlineWidth: 2,
        isInView: true,
      });
  });

  it("jumps to each section", async () => {
    for (const id of SECTIONS) {
      await page.focus(`nav a[href="#${id}"]`);
      await page.keyboard.press("Enter");
      await page.waitForFunction(`location.hash === "#${id}"`);
      const top = await page.evaluate<number>(`document.getElementById("${id}").getBoundingClientRect().top`);
      // The last ones can't come to the top: the page ends.
      expect(top, id).to.be.within(-1, 880);
      expect(["traffic", "content"].includes(id) ? top <= 60 : true, id).to.equal(true);
    }
  });

  it("opens a chart's table, which scrolls by keyboard", async () => {
    expect(await page.locator("details[open]").count()).to.equal(0);
    await page.focus("details summary");
    await page.keyboard.press("Enter");
    expect(await page.locator("details[open]").count()).to.equal(1);
    const rows = await page.locator("details[open] tbody tr").count();
    // By hour, over eight days of which the last is not over.
    expect(rows).to.be.within(7 * 24, 8 * 24);
    expect(await tab()).to.include({ tag: "div", outline: "solid" });
    expect(await page.evaluate(styleOf, ["details[open] .scroll", "overflowY"] as const)).to.equal("auto");
  });

  it("did all that without a complaint", () => expect(opened.complaints).to.deep.equal([]));
});
