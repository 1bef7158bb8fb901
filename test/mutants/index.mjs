// The breaks that the tests must notice. Each names a file, a text that stands in it exactly once, what takes its place, and the
// suites of which one must fail. `npm run test:mutants` makes them, one at a time, in a copy.
import { forgottenArguments } from "./arguments.mjs";
import { bundles } from "./bundles.mjs";
import { columnTypes } from "./columnTypes.mjs";
import { paths } from "./paths.mjs";
import { rights } from "./rights.mjs";
import { sources } from "./sources.mjs";
import { viewColumns } from "./viewColumns.mjs";

export const CLASSES = [
  { name: "a column's type", mutants: columnTypes },
  { name: "a view's columns", mutants: viewColumns },
  { name: "a missing action", mutants: rights },
  { name: "a wrong path", mutants: paths },
  { name: "a package that is not in the bundle", mutants: bundles },
  { name: "an argument that gets lost", mutants: forgottenArguments },
  { name: "a further source", mutants: sources },
];
