/** `aws s3 sync` and `aws s3 ls --recursive` of the documents, with a folder for each bucket below `ALP_BUCKETS`. */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

interface Filter {
  readonly keep: boolean;
  readonly pattern: RegExp;
}

const fail = (message: string): never => {
  process.stderr.write(`aws: ${message}\n`);
  process.exit(2);
};

const placeOf = (text: string): string => {
  const [, bucket, key = ""] = /^s3:\/\/([^/]+)\/?(.*)$/.exec(text) ?? [];
  if (bucket === undefined) return text;
  const root = path.join(process.env["ALP_BUCKETS"]!, bucket);
  if (!existsSync(root)) fail(`NoSuchBucket: ${bucket}`);
  return path.join(root, key);
};

const filesBelow = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
        .sort()
    : [];

const wildcard = (text: string): RegExp =>
  new RegExp(
    `^${text
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", "[\\s\\S]*")
      .replaceAll("?", "[\\s\\S]")}$`,
  );

/** What is named last counts, as AWS's command has it. */
const filtersOf = (words: readonly string[]): Filter[] => {
  const filters: Filter[] = [];
  for (let i = 0; i < words.length; i += 2) {
    const [option, value] = [words[i]!, words[i + 1] ?? fail(`${words[i]} needs a pattern`)];
    if (option !== "--exclude" && option !== "--include") fail(`the stand-in does not know ${option}`);
    filters.push({ keep: option === "--include", pattern: wildcard(value) });
  }
  return filters;
};

const sync = ([from, to, ...rest]: readonly string[]): void => {
  const filters = filtersOf(rest);
  const [source, target] = [placeOf(from!), placeOf(to!)];
  if (!existsSync(source)) fail(`The user-provided path ${from} does not exist.`);
  for (const name of filesBelow(source)) {
    if (!(filters.findLast(({ pattern }) => pattern.test(name))?.keep ?? true)) continue;
    const [file, copy] = [path.join(source, name), path.join(target, name)];
    if (existsSync(copy) && readFileSync(copy).equals(readFileSync(file))) continue;
    mkdirSync(path.dirname(copy), { recursive: true });
    copyFileSync(file, copy);
  }
};

const [service, command, ...words] = process.argv.slice(2);
if (service !== "s3") fail(`the stand-in does not know ${service}`);
if (command === "sync") sync(words);
else if (command === "ls" && words[0] === "--recursive")
  for (const name of filesBelow(placeOf(words[1]!))) process.stdout.write(`${name}\n`);
else fail(`the stand-in does not know s3 ${command}`);
