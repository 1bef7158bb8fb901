const STORED = ["test/components/storedCatalog.test.ts"];

export const viewColumns = [
  {
    title: "the model's views have the year behind the day",
    file: "src/model/columns.ts",
    find: `  { name: "year", type: "int", comment: "year of date" },
  { name: "month", type: "int", comment: "month of date" },
  { name: "day", type: "int", comment: "day of date" },
];`,
    replace: `  { name: "month", type: "int", comment: "month of date" },
  { name: "day", type: "int", comment: "day of date" },
  { name: "year", type: "int", comment: "year of date" },
];`,
    suites: ["test/model/columns.test.ts"],
  },
  {
    title: "only the JSON has its columns in another order",
    file: "components/views.ts",
    find: `columns: view.columns.map(({ name, type }) =>`,
    replace: `columns: [...view.columns].reverse().map(({ name, type }) =>`,
    suites: STORED,
  },
  {
    title: "only the descriptor has its columns in another order",
    file: "components/views.ts",
    find: `columns: glueColumns(view.columns),`,
    replace: `columns: glueColumns([...view.columns].sort((one, other) => (one.name < other.name ? -1 : 1))),`,
    suites: STORED,
  },
  {
    title: "only the SQL has its columns in another order",
    file: "src/model/catalog.ts",
    find: '`SELECT ${[...VIEW_COLUMNS.map(viewExpression), ...extra].join(", ")}`',
    replace: '`SELECT ${[...VIEW_COLUMNS.map(viewExpression).reverse(), ...extra].join(", ")}`',
    suites: ["test/model/catalog.test.ts"],
  },
  {
    title: "date_export comes first in the SQL of logs, last in its columns",
    file: "src/model/catalog.ts",
    find: `[...VIEW_COLUMNS.map(viewExpression), ...extra]`,
    replace: `[...extra, ...VIEW_COLUMNS.map(viewExpression)]`,
    suites: ["test/model/catalog.test.ts"],
  },
  {
    title: "a view's SQL gives the month as its day",
    file: "src/model/catalog.ts",
    find: `substr(t."date", 9, 2) AS integer) AS "day"`,
    replace: `substr(t."date", 6, 2) AS integer) AS "day"`,
    suites: ["test/local/lake/views.test.ts"],
  },
];
