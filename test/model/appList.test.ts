import { expect } from "chai";
import { appListKey, parseAppList, renderAppList, type AppList } from "../../src/model/appList";

const list: AppList = {
  apps: Array.from({ length: 100 }, (_, index) => ({
    name: `app_${index}`,
    appId: "d1a2b3c4d5e6f7",
    domains: ["example.com", "example.org"],
    region: "eu-central-1",
    ...(index % 2 === 0 ? { roleArn: "arn:aws:iam::210987654321:role/logs" } : {}),
    fetcherArn: `arn:aws:lambda:eu-central-1:123456789012:function:fetch-${index}`,
    enabled: index !== 3,
  })),
  retiredApps: ["old"],
};

describe("The list of apps", () => {
  it("comes back as it was written, for a hundred apps, which no environment could hold", () => {
    const text = renderAppList(list);
    expect(Buffer.byteLength(text)).to.be.greaterThan(4096);
    expect(parseAppList(text, "key")).to.deep.equal(list);
  });

  it("lies below state/, where nothing expires, apart for each pipeline", () => {
    expect(appListKey("amplifylogs-infpro")).to.equal("state/pipelines/amplifylogs-infpro.json");
  });

  for (const [what, text] of [
    ["text that is not JSON", "apps:"],
    ["another document", `{"apps":[{"name":"shop"}],"retiredApps":[]}`],
    ["an app without domains", renderAppList({ ...list, apps: [{ ...list.apps[0]!, domains: [] }] })],
  ] as const) {
    it(`refuses ${what}, by the object's key`, () => {
      expect(() => parseAppList(text, "state/pipelines/logs.json")).to.throw(
        /state\/pipelines\/logs\.json: not a list of apps.*pulumi up/,
      );
    });
  }
});
