import { expect } from "chai";
import { runStep, type PlanEvent } from "../../handlers/plan/handler";
import { renderAppList } from "../../src/model/appList";
import { temporaryBucket } from "./folder";

const KEY = "state/pipelines/logs.json";

describe("the backfill's planner", () => {
  let bucket: ReturnType<typeof temporaryBucket>;
  beforeEach(() => (bucket = temporaryBucket()));
  afterEach(() => bucket.remove());

  const step = (event: unknown, days = 3): ReturnType<typeof runStep> =>
    runStep(
      { store: bucket.store, clock: { now: () => Date.parse("2026-11-21T12:30:00Z") } },
      { appsKey: KEY, days },
      event as PlanEvent,
    );
  const reason = (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => "",
      (error: Error) => `${error.name}: ${error.message}`,
    );

  it("reads the pipeline's apps, and asks for the configured days where nothing is said", async () => {
    const app = { appId: "d1a2b3c4d5e6f7", domains: ["example.com"], region: "eu-central-1" };
    const apps = [
      { ...app, name: "shop", fetcherArn: "arn:shop", enabled: true },
      { ...app, name: "old", fetcherArn: "arn:old", enabled: false },
    ];
    await bucket.store.put(KEY, Buffer.from(renderAppList({ apps, retiredApps: [] })));
    expect(await step({ step: "plan", input: {} })).to.deep.equal({
      items: [
        {
          app: "shop",
          functionArn: "arn:shop",
          ranges: [{ from: "2026-11-18T12:00:00.000Z", to: "2026-11-21T12:00:00.000Z" }],
          missing: false,
        },
      ],
      summary: { apps: 0, hours: 0, proven: 0, rows: 0, added: 0, failedHours: 0, failures: [] },
    });
  });

  it("says that the list of apps is missing, or that it is none", async () => {
    const event = { step: "plan", input: {} };
    expect(await reason(step(event))).to.match(
      /^InputError: state\/pipelines\/logs\.json: there is no list of apps.*Fix: run pulumi up/,
    );
    await bucket.store.put(KEY, Buffer.from("[]"));
    expect(await reason(step(event))).to.match(/^InputError: state\/pipelines\/logs\.json: not a list of apps/);
  });

  it("refuses a step that it does not know", async () => {
    expect(await reason(step({ step: "destroy" }))).to.equal(
      'InputError: event.step: unknown step (got "destroy"). Fix: plan or sum',
    );
  });
});
