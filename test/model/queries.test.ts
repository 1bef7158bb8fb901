import { expect } from "chai";
import { findQuery, QUERIES, renderNamedQuery } from "../../src/model/queries";

describe("the named queries", () => {
  it("have names of their own that one can type, and say what they answer", () => {
    expect(new Set(QUERIES.map(({ name }) => name)).size).to.equal(QUERIES.length);
    for (const { name, description } of QUERIES) {
      expect(name).to.match(/^[a-z]+(-[a-z]+)*$/);
      expect(description).to.not.equal("");
    }
  });

  it("are found by name, and by no other", () => {
    expect(findQuery("top-referrers")).to.equal(QUERIES[0]);
    expect(findQuery("TOP-REFERRERS")).to.equal(undefined);
    expect(findQuery("__proto__")).to.equal(undefined);
  });

  it("read one relation, and are saved over yesterday's view, qualified and quoted", () => {
    for (const query of QUERIES) {
      const sql = renderNamedQuery(query, { database: "default", table: "loshadki_access_logs" });
      expect(sql.match(/\bfrom\b/gi), query.name).to.have.length(1);
      expect(sql).to.contain('from "default"."loshadki_access_logs_yesterday"').and.not.contain(";");
    }
  });
});
