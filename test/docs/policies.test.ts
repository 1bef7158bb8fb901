import { readFileSync } from "node:fs";
import path from "node:path";
import { expect } from "chai";
import { packageRoot } from "../../src/local/bundles";
import { POLICY_PAGE, withPolicyTables } from "./policyTable";

describe("the policies' page", () => {
  const page = readFileSync(path.join(packageRoot(), POLICY_PAGE), "utf8");

  it("shows the rules as they are", () => {
    expect(page, "out of date: run npm run build && node scripts/docs.mjs").to.equal(withPolicyTables(page));
  });
});
