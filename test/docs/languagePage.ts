/** The examples of docs/languages.md and README, between marks: `node scripts/docs.mjs` writes them, a test keeps them current. */
import { goExample, pythonExample, yamlExample } from "./languageExamples";
import type { PackageSchema } from "./packageSchema";

export const LANGUAGE_PAGES = ["docs/languages.md", "README.md"] as const;

const EXAMPLES: Readonly<Record<"python" | "go" | "yaml", (schema: PackageSchema) => string>> = {
  python: pythonExample,
  go: goExample,
  yaml: yamlExample,
};

/** The page with the examples that it should have. @throws Error when a mark is missing. */
export const withExamples = (page: string, schema: PackageSchema): string =>
  Object.entries(EXAMPLES).reduce((text, [language, example]) => {
    const begin = `<!-- made by scripts/docs.mjs: ${language}: begin -->`;
    const end = `<!-- made by scripts/docs.mjs: ${language}: end -->`;
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    if (from === -1 || to < from) throw new Error(`the page lacks ${begin} and ${end}`);
    return `${text.slice(0, from + begin.length)}\n\n\`\`\`${language}\n${example(schema)}\`\`\`\n\n${text.slice(to)}`;
  }, page);
