/** Breaks of rules that change nothing that can be seen, each with the reason. */
export const EQUIVALENT: Readonly<Record<string, string>> = {};
