/** `--include` and `--exclude`, as `aws s3 sync` reads them. */
import { InputError } from "../../errors";

export interface Filter {
  readonly includes: boolean;
  readonly glob: string;
}

const LITERAL = /[\\^$.*+?()[\]{}|]/g;

/** `*` is any text, folders included, `?` one character, `[abc]` one of these, `[!abc]` none of these. A `[` that is not closed is itself. */
const regexOf = ({ includes, glob }: Filter): RegExp => {
  const text = glob.replace(/\*+|\?|\[!?\]?[^\]]*\]|[^]/gu, (token) => {
    if (token.startsWith("*")) return ".*";
    if (token === "?") return ".";
    if (!token.startsWith("[") || token.length === 1) return token.replace(LITERAL, "\\$&");
    const isNegated = token.startsWith("[!");
    const body = token.slice(isNegated ? 2 : 1, -1).replace(/[\\\]^[]/g, "\\$&");
    return `[${isNegated ? "^" : ""}${body}]`;
  });
  try {
    return new RegExp(`^${text}$`, "su");
  } catch (cause) {
    const field = includes ? "--include" : "--exclude";
    const fix = "write a range in brackets from the smaller to the larger, like [0-9]";
    throw new InputError("not a pattern", { field, value: glob, fix, cause });
  }
};

/** Whether a file is wanted, by its path below the folder, with `/`. All are; each filter that matches changes that, the last one decides. */
export const makeFilter = (filters: readonly Filter[]): ((relative: string) => boolean) => {
  const rules = filters.map((filter) => ({ includes: filter.includes, regex: regexOf(filter) }));
  return (relative) => rules.findLast(({ regex }) => regex.test(relative))?.includes ?? true;
};
