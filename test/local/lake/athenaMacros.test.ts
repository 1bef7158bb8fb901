import { expect } from "chai";
import { openLake, type LakeSession } from "../../../src/local/duckdbLake";
import { quoteDefaultDatabase } from "../../../src/local/athenaMacros";
import { declareApps } from "../../../src/local/localCatalog";
import { temporaryLake } from "./fixture";

describe("Athena's dialect in DuckDB", () => {
  let session: LakeSession;
  let remove: () => void;
  before(async () => {
    const temporary = temporaryLake();
    remove = temporary.remove;
    declareApps(temporary.lake, ["shop"]);
    session = await openLake(temporary.lake, { today: "2024-03-01" });
  });
  after(() => {
    session.close();
    remove();
  });

  const CASES: readonly (readonly [sql: string, expected: unknown])[] = [
    ["date_add('day', -1, current_date)", "2024-02-29"],
    ["date_add('month', -1, DATE '2024-03-31')", "2024-02-29"],
    ["date_add('week', 1, DATE '2024-03-01')", "2024-03-08"],
    ["date_add('year', -1, DATE '2024-02-29')", "2023-02-28"],
    ["date_add('hour', 2, TIMESTAMP '2024-03-01 23:00:00')", "2024-03-02 01:00:00.000"],
    ["date_add('minute', 90, TIMESTAMP '2024-03-01 00:00:00')", "2024-03-01 01:30:00.000"],
    ["date_diff('day', DATE '2024-02-28', DATE '2024-03-01')", 2],
    ["date_trunc('month', DATE '2024-03-15')", "2024-03-01"],
    ["from_iso8601_date('2024-02-29')", "2024-02-29"],
    ["from_iso8601_timestamp('2024-02-29T13:00:00Z')", "2024-02-29 13:00:00.000 UTC"],
    ["to_iso8601(DATE '2024-02-29')", "2024-02-29"],
    ["date_format(TIMESTAMP '2024-02-29 13:05:09', '%Y-%m-%d %H:%i:%s')", "2024-02-29 13:05:09"],
    ["date_format(TIMESTAMP '2024-02-29 13:05:09', '%M %e, %W')", "February 29, Thursday"],
    ["date_parse('2024-02-29 13:05:09', '%Y-%m-%d %H:%i:%s')", "2024-02-29 13:05:09.000"],
    ["day_of_week(DATE '2024-03-03')", 7],
    ["CAST(from_unixtime(0) AS varchar)", "1970-01-01 00:00:00+00"],
    ["CAST(now() AS date)", "2024-03-01"],
    ["CAST(current_timestamp AS date)", "2024-03-01"],
    ["7 / 2", 3],
    ["regexp_like('/wp-admin/x', '^/wp-')", true],
    ["regexp_replace('a1b22', '[0-9]+', '#')", "a#b#"],
    ["regexp_replace('ab', '(a)(b)', '$2$1')", "ba"],
    ["regexp_replace('a1b2', '[0-9]')", "ab"],
    ["lpad('3', 2, '0')", "03"],
    ["split_part('a/b', '/', 2)", "b"],
    ["element_at(split('a,b', ','), 2)", "b"],
    ["element_at(MAP(ARRAY['k'], ARRAY[1]), 'k')", 1],
    ["cardinality(split('a,b', ','))", 2],
    ["url_extract_host('https://user@news.example:8080/p?q=1#f')", "news.example"],
    ["url_extract_path('https://news.example/p/x?q=1')", "/p/x"],
    ["url_extract_parameter('https://n/?a=1&utm=x%20y', 'utm')", "x y"],
    ["json_extract_scalar('{\"a\": \"b\"}', '$.a')", "b"],
    ["(SELECT approx_percentile(x, 0.5) FROM (VALUES (1), (2), (3)) AS t(x))", 2],
    // As Trino 476 answers: of an even number the upper one of the two in the middle, and NULL does not count.
    ["(SELECT approx_percentile(x, 0.5) FROM (VALUES (1), (2), (3), (4), (NULL)) AS t(x))", 3],
    ["(SELECT approx_percentile(x, 0.95) FROM UNNEST(sequence(1, 40)) AS t(x))", 39],
    ["(SELECT approx_percentile(x, 1.0) FROM UNNEST(sequence(1, 20)) AS t(x))", 20],
    ["(SELECT approx_distinct(x) FROM (VALUES (1), (2), (2)) AS t(x))", 2],
    ["(SELECT array_join(array_agg(x ORDER BY x), '-') FROM (VALUES (2), (1)) AS t(x))", "1-2"],
    ["(SELECT count_if(x > 1) FROM (VALUES (1), (2)) AS t(x))", 1],
    ["TRY(CAST('x' AS integer))", null],
    ["TRY_CAST('x' AS bigint)", null],
  ];
  for (const [sql, expected] of CASES) {
    it(sql, async () => {
      expect((await session.query(`SELECT ${sql} AS v`)).rows).to.deep.equal([{ v: expected }]);
    });
  }

  it("quotes the database default, and nothing else of that name", () => {
    expect(
      quoteDefaultDatabase(
        "select 'default.a', \"default.b\" from default.t join DEFAULT . u /* default.c */ -- default.d",
      ),
    ).to.equal('select \'default.a\', "default.b" from "default".t join "default".u /* default.c */ -- default.d');
    expect(quoteDefaultDatabase('select a.default, mydefault.b from "default"."t"')).to.equal(
      'select a.default, mydefault.b from "default"."t"',
    );
  });
});
