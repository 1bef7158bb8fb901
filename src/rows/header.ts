import { UnknownHeaderError } from "../errors";
import { LOG_COLUMNS } from "../model/columns";

const KNOWN = LOG_COLUMNS.map((column) => column.header).join(",");

/**
 * Amplify's header, with or without its backslashes. Columns added, removed or in another order make the file unknown: the raw
 * table reads by position, so a guess here would store wrong values for ever.
 * @throws UnknownHeaderError
 */
export const checkHeader = (line: string, source: string): void => {
  const header = line.replaceAll("\\", "");
  if (header === KNOWN) return;
  const found = header.split(",");
  const wanted = KNOWN.split(",");
  const at = wanted.findIndex((name, index) => found[index] !== name);
  const reason =
    at === -1
      ? `the header has ${found.length} columns where Amplify's has ${wanted.length}`
      : `column ${at + 1} of the header is ${JSON.stringify((found[at] ?? "").slice(0, 60))} where Amplify's is "${wanted[at]}"`;
  throw new UnknownHeaderError(`not an Amplify access log: ${reason}`, {
    field: source,
    fix: "download the file again from Amplify's console, or report the new format to this project",
  });
};
