/**
 * Previews as text that a person reviews: one line a resource. A file changes only when somebody asks for it, with
 * ALP_UPDATE_SNAPSHOTS=1, and reads the difference.
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { packageRoot } from "../../../src/local/bundles";
import type { Change } from "./changes";
import { isUnknown, isRecord } from "./double/values";

/** Columns and SQL are long, and tested elsewhere: their beginning and a hash show that they changed. */
const SHORTENED = ["query", "storageDescriptor", "viewOriginalText"];
const WIDTH = 160;

const readable = (value: unknown): unknown => {
  if (isUnknown(value)) return "?";
  if (Array.isArray(value)) return value.map(readable);
  if (isRecord(value))
    return Object.fromEntries(
      Object.keys(value)
        .sort()
        .map((key) => [key, readable(value[key])]),
    );
  return value;
};

const shown = (key: string, value: unknown): string => {
  const text = JSON.stringify(readable(value));
  if (text.length <= WIDTH || !SHORTENED.includes(key)) return text;
  return `${text.slice(0, WIDTH / 2)}… #${createHash("sha256").update(text).digest("hex").slice(0, 8)}`;
};

/** What the program's build makes differs with every change of the handlers, and is tested elsewhere. */
const HIDDEN = ["code", "tags", "__defaults"];

const line = ({ op, type, name, inputs, protect }: Change): string =>
  [
    op,
    type,
    name,
    ...(protect ? ["(protected)"] : []),
    ...Object.keys(inputs)
      .filter((key) => !HIDDEN.includes(key))
      .sort()
      .map((key) => `${key}=${shown(key, inputs[key])}`),
  ].join(" ");

export const previewText = (changes: readonly Change[]): string =>
  `${changes
    .map(line)
    .sort((one, other) => (one < other ? -1 : 1))
    .join("\n")}\n`;

/** How many of each type, for stacks that are too large to read. */
export const countText = (changes: readonly Change[]): string => {
  const counts = new Map<string, number>();
  for (const { op, type } of changes) counts.set(`${op} ${type}`, (counts.get(`${op} ${type}`) ?? 0) + 1);
  return `${[...counts]
    .map(([what, count]) => `${what} ${count}`)
    .sort()
    .join("\n")}\n`;
};

/** @throws Error that shows the first lines that differ from the reviewed file. */
export const matchSnapshot = (name: string, text: string): void => {
  const file = path.join(packageRoot(), "test", "engines", "pulumi", "snapshots", `${name}.txt`);
  if (process.env["ALP_UPDATE_SNAPSHOTS"] === "1") writeFileSync(file, text);
  const expected = existsSync(file) ? readFileSync(file, "utf8") : "";
  if (expected === text) return;
  const [before, after] = [expected.split("\n"), text.split("\n")];
  const gone = before.filter((one) => !after.includes(one)).map((one) => `- ${one}`);
  const added = after.filter((one) => !before.includes(one)).map((one) => `+ ${one}`);
  throw new Error(
    `the preview is not the reviewed one (${path.basename(file)}); if it should be, run with ALP_UPDATE_SNAPSHOTS=1 and review the difference:\n${[...gone, ...added].slice(0, 40).join("\n")}`,
  );
};
