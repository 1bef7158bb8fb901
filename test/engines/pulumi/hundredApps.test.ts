/** The same program with a hundred apps: it must stay within AWS's limits, and be deployed in bearable time. */
import { expect } from "chai";
import { needPulumi } from "./cli";
import { countText, matchSnapshot } from "./snapshot";
import { openWorkspace, type Workspace } from "./workspace";

const APPS = 100;

describe("a hundred apps on the real engine", function () {
  this.timeout(900_000);
  let workspace: Workspace;

  before(async function () {
    await needPulumi(this);
    const apps = Array.from({ length: APPS }, (_, i) => ({
      name: `application_${i}`,
      appId: `d${String(i).padStart(3, "0")}abcdef`,
      domainName: `app-${i}.example.com`,
    }));
    workspace = await openWorkspace({ stack: "infpro", config: { "amplify-logs:apps": JSON.stringify(apps) } });
  });
  after(() => workspace?.close());

  it("are deployed within AWS's limits", async () => {
    const started = Date.now();
    const { changes } = await workspace.up();
    const seconds = (Date.now() - started) / 1000;
    console.log(`      ${changes.length} resources in ${seconds.toFixed(0)} s`);
    matchSnapshot("hundred-apps", countText(changes));
    // AWS's own limits are the double's to judge; these are what it was asked to hold.
    const { cloud } = workspace;
    expect(cloud.below("lambda:").filter(([key]) => key.includes(":function/"))).to.have.length(APPS + 5);
    const roles = cloud.below("iam::attached/").map(([key]) => key.slice(0, key.lastIndexOf("/arn:")));
    const perRole = [...new Set(roles)].map((role) => roles.filter((one) => one === role).length);
    expect(perRole).to.have.length(2); // The scheduler's and the backfill's.
    expect(Math.max(...perRole))
      .to.be.above(1)
      .and.below(11);
    expect(seconds).to.be.below(420);
  });
});
