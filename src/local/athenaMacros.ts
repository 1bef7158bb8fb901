/** Athena's functions that DuckDB lacks or understands differently, as macros; its words that DuckDB's grammar refuses. */

const units = (duckdb: (unit: string) => string): string =>
  ["millisecond", "second", "minute", "hour", "day", "week", "month", "quarter", "year"]
    .map((unit) => `WHEN '${unit}' THEN ${duckdb(unit)}`)
    .join(" ");

const interval = (unit: string): string =>
  unit === "quarter" ? "to_months(3 * CAST(n AS integer))" : `to_${unit}s(CAST(n AS integer))`;

/** MySQL's format letters, which Athena's date_format takes, and strftime's. DuckDB wants constant formats: so each by itself. */
const FORMAT_LETTERS: readonly (readonly [mysql: string, strftime: string])[] = [
  ["%Y", "%Y"],
  ["%y", "%y"],
  ["%m", "%m"],
  ["%c", "%-m"],
  ["%d", "%d"],
  ["%e", "%-d"],
  ["%H", "%H"],
  ["%k", "%-H"],
  ["%h", "%I"],
  ["%i", "%M"],
  ["%s", "%S"],
  ["%f", "%f"],
  ["%T", "%H:%M:%S"],
  ["%p", "%p"],
  ["%j", "%j"],
  ["%M", "%B"],
  ["%b", "%b"],
  ["%W", "%A"],
  ["%a", "%a"],
];
const formatted = FORMAT_LETTERS.reduce(
  (text, [mysql, strftime]) => `replace(${text}, '${mysql}', strftime(moment, '${strftime}'))`,
  "format",
);

/** The formats that date_parse takes here. */
const PARSED_FORMATS: readonly (readonly [mysql: string, strptime: string])[] = [
  ["%Y-%m-%d", "%Y-%m-%d"],
  ["%Y%m%d", "%Y%m%d"],
  ["%d/%b/%Y", "%d/%b/%Y"],
  ["%Y-%m-%d %H:%i", "%Y-%m-%d %H:%M"],
  ["%Y-%m-%d %H:%i:%s", "%Y-%m-%d %H:%M:%S"],
  ["%Y-%m-%d %T", "%Y-%m-%d %H:%M:%S"],
  ["%Y-%m-%dT%H:%i:%s", "%Y-%m-%dT%H:%M:%S"],
  ["%Y-%m-%dT%H:%i:%sZ", "%Y-%m-%dT%H:%M:%SZ"],
];
const parsed = PARSED_FORMATS.map(([mysql, strptime]) => `WHEN '${mysql}' THEN strptime(text, '${strptime}')`).join(
  " ",
);

/** Name and parameters, and what they stand for. Exact answers stand for approximate ones: a laptop's data is small. */
export const ATHENA_MACROS: readonly (readonly [signature: string, body: string])[] = [
  [
    "date_add(unit, n, moment)",
    `cast_to_type(moment + CASE lower(unit) ${units(interval)} ELSE error('date_add: unknown unit ' || unit) END, moment)`,
  ],
  ["from_iso8601_date(text)", "CAST(text AS date)"],
  ["from_iso8601_timestamp(text)", "CAST(text AS timestamptz)"],
  [
    "to_iso8601(moment)",
    "CASE WHEN typeof(moment) = 'DATE' THEN strftime(moment, '%Y-%m-%d') ELSE strftime(moment, '%Y-%m-%dT%H:%M:%S.%gZ') END",
  ],
  // Of a date Athena gives a date.
  ["date_trunc(unit, moment)", "cast_to_type(system.main.date_trunc(unit, moment), moment)"],
  ["date_format(moment, format)", formatted],
  [
    "date_parse(text, format)",
    `CASE format ${parsed} ELSE error('date_parse: the local lake does not know the format ' || format) END`,
  ],
  ["from_unixtime(seconds)", "to_timestamp(seconds)"],
  ["to_unixtime(moment)", "epoch(moment)"],
  ["day_of_week(moment)", "isodow(moment)"],
  ["dow(moment)", "isodow(moment)"],
  ["day_of_month(moment)", "dayofmonth(moment)"],
  ["day_of_year(moment)", "dayofyear(moment)"],
  ["doy(moment)", "dayofyear(moment)"],
  ["week_of_year(moment)", "weekofyear(moment)"],
  ["year_of_week(moment)", "isoyear(moment)"],
  // Of so few values Trino keeps each, and of two in the middle it takes the upper one; DuckDB's quantile_disc the lower one.
  [
    "approx_percentile(x, fraction)",
    "list_sort(list(x) FILTER (WHERE x IS NOT NULL))[least(CAST(floor(CAST(fraction AS double) * count(x)) AS bigint) + 1, count(x))]",
  ],
  ["approx_distinct(x)", "count(DISTINCT x)"],
  ["arbitrary(x)", "any_value(x)"],
  ["map_agg(k, v)", "map(list(k), list(v))"],
  ["regexp_like(text, pattern)", "regexp_matches(text, pattern)"],
  ["url_extract_protocol(url)", "nullif(regexp_extract(url, '^([A-Za-z][A-Za-z0-9+.-]*):', 1), '')"],
  [
    "url_extract_host(url)",
    "nullif(regexp_extract(url, '^[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#@]*@)?([^/?#:]*)', 1), '')",
  ],
  ["url_extract_path(url)", "regexp_extract(url, '^(?:[A-Za-z][A-Za-z0-9+.-]*:)?(?://[^/?#]*)?([^?#]*)', 1)"],
  ["url_extract_query(url)", "nullif(regexp_extract(url, '[?]([^#]*)', 1), '')"],
  [
    "url_extract_parameter(url, name)",
    "url_decode(nullif(regexp_extract('&' || regexp_extract(url, '[?]([^#]*)', 1), '&' || regexp_escape(name) || '=([^&]*)', 1), ''))",
  ],
  ["json_extract_scalar(json, path)", "json_extract_string(json, path)"],
  ["element_at(container, position_or_key)", "container[position_or_key]"],
  ["cardinality(container)", "len(container)"],
  ["codepoint(text)", "unicode(text)"],
  ["levenshtein_distance(a, b)", "levenshtein(a, b)"],
  ["from_utf8(bytes)", "decode(bytes)"],
  ["to_utf8(text)", "encode(text)"],
  ["array_join(list, separator)", "array_to_string(list, separator)"],
  ["sequence(first, last)", "generate_series(first, last)"],
];

/** Functions of several shapes: one statement holds them all. */
const OVERLOADED: readonly string[] = [
  // Athena replaces every match, DuckDB only the first.
  "regexp_replace(text, pattern) AS system.main.regexp_replace(text, pattern, '', 'g'), (text, pattern, replacement) AS system.main.regexp_replace(text, pattern, regexp_replace_groups(replacement), 'g')",
];

const clockMacros = (today: string): string[] => {
  const now = `(TIMESTAMPTZ '${today} 00:00:00+00' + (epoch_ms(system.main.get_current_timestamp()) % 86400000) * INTERVAL '1' MILLISECOND)`;
  return [
    `CREATE MACRO "current_date"() AS DATE '${today}'`,
    `CREATE MACRO "today"() AS DATE '${today}'`,
    `CREATE MACRO "now"() AS ${now}`,
    `CREATE MACRO "get_current_timestamp"() AS ${now}`,
    `CREATE MACRO "current_localtimestamp"() AS CAST(${now} AS timestamp)`,
  ];
};

/** The statements that teach a session Athena's functions and, if asked, another day than today (`YYYY-MM-DD`). */
export const sessionMacros = (today: string | undefined): string[] => [
  // Trino's \$1 is RE2's \\1.
  "CREATE MACRO regexp_replace_groups(text) AS system.main.regexp_replace(text, '[$]([0-9])', '\\\\\\1', 'g')",
  ...ATHENA_MACROS.map(([signature, body]) => `CREATE MACRO ${signature} AS ${body}`),
  ...OVERLOADED.map((definition) => `CREATE MACRO ${definition}`),
  ...(today === undefined ? [] : clockMacros(today)),
];

const QUOTED_OR_DEFAULT = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|\bdefault(\s*\.\s*)(?=["A-Za-z_])/gi;

/** Athena takes `default.table`; to DuckDB the bare word is a keyword. */
export const quoteDefaultDatabase = (sql: string): string =>
  sql.replace(QUOTED_OR_DEFAULT, (match, dot: string | undefined) => (dot === undefined ? match : '"default".'));
