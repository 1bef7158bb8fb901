import { expect } from "chai";
import { backfillDefinition } from "../../components/backfillDefinition";
import { crawlDefinition, MOST_POLLS } from "../../components/crawlDefinition";
import { problemsOf, runMachine, type MachineRun } from "../helpers/stateMachines";
import { glueDouble, SERVICES, type GlueDouble } from "./glueDouble";

const args = { crawlerName: "app-logs-crawler", database: "app_logs_db", tablePrefix: "" };

const run = (glue: GlueDouble, tablePrefix = ""): Promise<MachineRun> =>
  runMachine(crawlDefinition({ ...args, tablePrefix }), { services: glue.services }, { time: "2026-11-21T12:00:00Z" });

const statesOf = ({ visits }: MachineRun): string[] => visits.map(({ state }) => state);

describe("the crawl's state machine", () => {
  it("passes a validator, which refuses it with a state that does not exist", () => {
    const definition = crawlDefinition(args);
    expect(problemsOf(definition)).to.equal("");
    const broken = JSON.parse(JSON.stringify(definition).replace('"Next":"GetCrawler"', '"Next":"GetCrawl"')) as object;
    expect(problemsOf(broken)).to.contain("GetCrawl");
  });

  it("calls Glue by its SDK only: no function runs", () => {
    const resources = Object.values(crawlDefinition(args).States).flatMap((state) =>
      "Resource" in state ? [state.Resource] : [],
    );
    expect(resources).to.have.members(Object.values(SERVICES));
  });

  it("starts the crawler, waits until it is ready, and succeeds when it found a table", async () => {
    const glue = glueDouble({ runningPolls: 3, finds: ["api_gateway", "payment"] });
    const done = await run(glue);
    expect(done.error).to.equal(undefined);
    expect(glue.calls).to.deep.equal(["start", "get", "get", "get", "get", "tables"]);
    expect(glue.asked).to.deep.equal([{ DatabaseName: "app_logs_db", Expression: ".*", MaxResults: 10 }]);
  });

  it("waits before it asks: what Glue says in the first second is of the crawl before", async () => {
    const states = statesOf(await run(glueDouble({ runningPolls: 1, finds: ["a"] })));
    expect(states.indexOf("WaitForCrawl")).to.be.greaterThan(states.indexOf("StartCrawl"));
    expect(states.indexOf("GetCrawler")).to.be.greaterThan(states.indexOf("WaitForCrawl"));
  });

  it("waits for a crawl that runs already, and then starts its own", async () => {
    const glue = glueDouble({ busyStarts: 4, runningPolls: 1, finds: ["a"] });
    const done = await run(glue);
    expect(done.error).to.equal(undefined);
    expect(done.retries).to.deep.equal({ StartCrawl: 4 });
    expect(glue.calls.filter((call) => call === "start")).to.have.length(5);
  });

  it("tries again what Glue says of itself", async () => {
    const glue = glueDouble({ runningPolls: 0, finds: ["a"], passing: { get: 2, tables: 1 } });
    const done = await run(glue);
    expect(done.error).to.equal(undefined);
    expect(done.retries).to.deep.equal({ GetCrawler: 2, LookForTables: 1 });
  });

  const FAILURES = [
    ["lacks a right", "Service Principal: glue.amazonaws.com is not authorized to perform: s3:GetObject on resource"],
    ["lacks its database", "Database app_logs_db not found. (Service: AWSGlue; Status Code: 400)"],
  ] as const;
  for (const [what, message] of FAILURES)
    it(`fails with Glue's own words when the crawler ${what}`, async () => {
      const { error } = await run(glueDouble({ runningPolls: 2, status: "FAILED", message }));
      expect(error).to.deep.equal({ name: "CrawlFailed", cause: message });
    });

  it("fails when somebody stopped the crawl, who gives no reason", async () => {
    const { error } = await run(glueDouble({ runningPolls: 1, status: "CANCELLED" }));
    expect(error?.name).to.equal("CrawlFailed");
    expect(error?.cause).to.contain("app-logs-crawler").and.contain("stopped");
  });

  it("fails when the machine may not start the crawler, and when there is none", async () => {
    for (const name of ["Glue.AccessDeniedException", "Glue.EntityNotFoundException"]) {
      const done = await run(glueDouble({ startError: name }));
      expect(done.error?.name).to.equal(name);
      expect(done.retries).to.deep.equal({});
    }
  });

  it("tells of a crawl that found nothing: the database, the crawler and what to look at", async () => {
    const { error } = await run(glueDouble({ runningPolls: 1, finds: [] }));
    expect(error?.name).to.equal("CrawlFoundNothing");
    expect(error?.cause).to.contain("app-logs-crawler").and.contain("app_logs_db");
  });

  it("counts only tables of its own: declared ones are no find", async () => {
    const glue = glueDouble({ runningPolls: 0, finds: ["access_logs", "access_logs_raw"] });
    expect((await run(glue, "discovered_")).error?.name).to.equal("CrawlFoundNothing");
    const found = glueDouble({ runningPolls: 0, finds: ["access_logs", "discovered_raw"] });
    expect((await run(found, "discovered_")).error).to.equal(undefined);
  });

  it("stops a crawl that never ends, and fails; also when it cannot be stopped", async () => {
    for (const stopError of [undefined, "Glue.CrawlerNotRunningException"]) {
      const glue = glueDouble({ runningPolls: Infinity, ...(stopError === undefined ? {} : { stopError }) });
      const done = await run(glue);
      expect(done.error?.name).to.equal("CrawlTooLong");
      expect(done.error?.cause).to.contain("6 hours");
      expect(glue.calls.filter((call) => call === "get")).to.have.length(MOST_POLLS + 1);
      expect(glue.calls.at(-1)).to.equal("stop");
      expect(done.mostEvents).to.be.below(25_000 / 4);
    }
  }).timeout(60_000);
});

describe("the backfill's state machine with a crawler", () => {
  const PLANNER = "arn:aws:lambda:eu-central-1:123456789012:function:plan";
  const FETCHER = "arn:aws:lambda:eu-central-1:123456789012:function:fetch-shop";
  const definition = backfillDefinition({
    plannerArn: PLANNER,
    maxConcurrency: 5,
    fetchSeconds: 300,
    crawl: { crawlerName: "crawler", database: "amplify_logs", tablePrefix: "discovered_" },
  });
  /** The plan of one app, and the sum that the planner would answer with. */
  const backfill = (
    glue: GlueDouble,
    sum: { readonly state: string; readonly rows: number; readonly cause?: string },
    input: object = {},
  ): Promise<MachineRun> => {
    const summary = { apps: 1, hours: 1, rows: sum.rows };
    const item = { app: "shop", functionArn: FETCHER, ranges: [], missing: false };
    const planner = ({ step }: { step: string }) =>
      step === "plan" ? { items: [item], summary } : { items: [], summary, state: sum.state, cause: sum.cause ?? null };
    const fetcher = () => ({ turns: 1 });
    const bindings = { lambdas: { [PLANNER]: planner, [FETCHER]: fetcher }, services: glue.services };
    return runMachine(definition, bindings, input);
  };

  it("passes a validator", () => {
    expect(problemsOf(definition)).to.equal("");
  });

  it("ends in the crawler's start, waits for it, and gives the summary back", async () => {
    const glue = glueDouble({ runningPolls: 2, finds: ["discovered_raw"] });
    const done = await backfill(glue, { state: "complete", rows: 20 });
    expect(done.output).to.deep.equal({ apps: 1, hours: 1, rows: 20 });
    expect(glue.calls).to.deep.equal(["start", "get", "get", "get", "tables"]);
    const states = statesOf(done);
    expect(states.indexOf("StartCrawl")).to.be.greaterThan(states.indexOf("SumUp"));
    expect(states.slice(-2)).to.deep.equal(["Settle", "Complete"]);
  });

  it("crawls what was fetched of an incomplete backfill too, and then fails with its hours", async () => {
    const glue = glueDouble({ runningPolls: 0, finds: ["discovered_raw"] });
    const { error } = await backfill(glue, { state: "incomplete", rows: 20, cause: "3 hours were not fetched: shop" });
    expect(error).to.deep.equal({ name: "BackfillIncomplete", cause: "3 hours were not fetched: shop" });
    expect(glue.calls[0]).to.equal("start");
  });

  it("fails with the crawl's reason", async () => {
    const glue = glueDouble({ runningPolls: 0, status: "FAILED", message: "Database amplify_logs not found" });
    const { error } = await backfill(glue, { state: "complete", rows: 20 });
    expect(error).to.deep.equal({ name: "CrawlFailed", cause: "Database amplify_logs not found" });
  });

  it("tells of rows that no table shows, but not of sites without visitors", async () => {
    const none = () => glueDouble({ runningPolls: 0, finds: [] });
    expect((await backfill(none(), { state: "complete", rows: 20 })).error?.name).to.equal("CrawlFoundNothing");
    expect((await backfill(none(), { state: "complete", rows: 0 })).error).to.equal(undefined);
  });

  it("runs no crawler for the gap finder, who comes each hour", async () => {
    const glue = glueDouble({ runningPolls: 0, finds: [] });
    const done = await backfill(glue, { state: "incomplete", rows: 20 }, { tolerant: true });
    expect(done.error).to.equal(undefined);
    expect(glue.calls).to.deep.equal([]);
  });

  it("crawls once, after the last round", async () => {
    const glue = glueDouble({ runningPolls: 0, finds: ["discovered_raw"] });
    let rounds = 0;
    const summary = { apps: 1, hours: 1, rows: 1 };
    const item = { app: "shop", functionArn: FETCHER, ranges: [], missing: false };
    const planner = ({ step }: { step: string }) =>
      step === "plan"
        ? { items: [item], summary }
        : { items: [item], summary, state: ++rounds < 3 ? "more" : "complete", cause: null };
    const lambdas = { [PLANNER]: planner, [FETCHER]: () => ({ turns: 1 }) };
    await runMachine(definition, { lambdas, services: glue.services }, {});
    expect([rounds, glue.calls.filter((call) => call === "start").length]).to.deep.equal([3, 1]);
  });
});
