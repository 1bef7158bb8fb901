import { expect } from "chai";
import {
  addFailures,
  EMPTY_SUMMARY,
  NOTHING_YET,
  sumUp,
  type BackfillEnd,
  type FailedHours,
} from "../../src/model/backfillProgress";

const RANGE = { from: "2026-11-01T00:00:00.000Z", to: "2026-11-02T00:00:00.000Z" };
const item = (app: string) => ({ app, functionArn: `arn:${app}`, ranges: [RANGE], missing: false });
const hour = (at: number, why: string): FailedHours => {
  const [from, to] = [at, at + 1].map((n) => `2026-11-01T${String(n).padStart(2, "0")}:00:00.000Z`);
  return { from: from!, to: to!, why };
};
const end = (app: string, more: Partial<BackfillEnd["work"]> = {}, error?: string): BackfillEnd => ({
  app,
  functionArn: `arn:${app}`,
  work: {
    ranges: [],
    missing: false,
    atMostHours: 0,
    turns: 1,
    skipped: 0,
    tally: { ...NOTHING_YET, hours: 24, rows: 100, added: 10 },
    ...more,
  },
  ...(error === undefined ? {} : { error }),
});

describe("addFailures", () => {
  it("joins hours that follow each other for one reason, also over turns", () => {
    const first = addFailures(NOTHING_YET, [hour(1, "blank"), hour(2, "blank"), hour(3, "no-url")]);
    const second = addFailures(first, [hour(4, "no-url"), hour(6, "no-url")]);
    expect(second.failedHours).to.equal(5);
    expect(second.failed.map(({ from, to, why }) => `${from.slice(11, 13)}-${to.slice(11, 13)} ${why}`)).to.deep.equal([
      "01-03 blank",
      "03-05 no-url",
      "06-07 no-url",
    ]);
  });

  it("counts all and names the first, in few and plain characters", () => {
    const many = Array.from({ length: 12 }, (_, i) => hour(2 * i, `"\\\u0007${"é".repeat(500)}`));
    const { failed, failedHours } = addFailures(NOTHING_YET, many);
    expect(failedHours).to.equal(12);
    expect(failed).to.have.length(5);
    expect(Buffer.byteLength(JSON.stringify(failed))).to.be.below(5 * 260);
  });
});

describe("sumUp", () => {
  it("adds up what came, round after round", () => {
    const first = sumUp([item("shop"), item("blog")], [end("shop"), end("blog", { ranges: [RANGE] })], EMPTY_SUMMARY);
    expect(first.state).to.equal("more");
    expect(first.items).to.deep.equal([item("blog")]);
    const second = sumUp(first.items, [end("blog")], first.summary);
    expect(second).to.deep.equal({
      items: [],
      state: "complete",
      cause: "",
      summary: { apps: 2, hours: 72, proven: 0, rows: 300, added: 30, failedHours: 0, failures: [] },
    });
  });

  it("is told of nothing to do", () => {
    expect(sumUp([], [], EMPTY_SUMMARY)).to.include({ state: "complete" });
  });

  it("names what failed, and how much of it is not shown", () => {
    const tally = { ...NOTHING_YET, hours: 24, failedHours: 9, failed: [hour(3, "blank")] };
    const { state, cause, summary } = sumUp([item("shop")], [end("shop", { tally })], EMPTY_SUMMARY);
    expect(state).to.equal("incomplete");
    expect(summary.failedHours).to.equal(9);
    expect(cause).to.equal(
      "9 hours were not fetched: shop, 2026-11-01 03:00 to 2026-11-01 04:00 UTC: blank; shop: 8 more hours; fetch_coverage has each",
    );
  });

  it("misses the app whose child execution left no end, in whatever way it is reported", () => {
    for (const ends of [[end("shop")], [end("shop"), null], [null, end("shop")]]) {
      const { state, cause } = sumUp([item("shop"), item("blog")], ends, EMPTY_SUMMARY);
      expect(state).to.equal("incomplete");
      expect(cause).to.equal(
        "24 hours were not fetched: blog, 2026-11-01 00:00 to 2026-11-02 00:00 UTC: its child execution failed",
      );
    }
  });

  it("goes on with the others first, and fails in the end, when one app was given up", () => {
    const ends = [end("shop", { ranges: [RANGE] }, "Runtime.ExitError"), end("blog", { ranges: [RANGE] })];
    const first = sumUp([item("shop"), item("blog")], ends, EMPTY_SUMMARY);
    expect([first.state, first.cause, first.items.map(({ app }) => app)]).to.deep.equal(["more", "", ["blog"]]);
    const second = sumUp(first.items, [end("blog")], first.summary);
    expect(second.state).to.equal("incomplete");
    expect(second.cause).to.contain("shop, 2026-11-01 00:00 to 2026-11-02 00:00 UTC: its fetcher gave no answer");
  });

  it("does not go on for ever with an app that gets nowhere", () => {
    const stuck = end("shop", { ranges: [RANGE], turns: 300, tally: NOTHING_YET });
    const { state, cause } = sumUp([item("shop")], [stuck], EMPTY_SUMMARY);
    expect(state).to.equal("incomplete");
    expect(cause).to.contain("no hour was done in many turns");
  });

  it("keeps its words within an execution's cause, and counts what they leave out", () => {
    const items = Array.from({ length: 400 }, (_, i) => item(`application_number_${i}`));
    const { cause, summary } = sumUp(items, [], EMPTY_SUMMARY);
    expect(summary.failedHours).to.equal(400 * 24);
    expect(cause).to.match(/^9600 hours were not fetched: application_number_0, /);
    expect(cause.length).to.be.above(10_000).and.below(32_768);
  });
});
