/** What the tests read from the project's Markdown files. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

const SKIPPED = new Set(["node_modules", "dist", ".git", ".cache", ".amplify-logs"]);

/** All Markdown files below a folder, as paths from it. */
export const markdownFiles = (root: string, folder = "."): string[] =>
  readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = path.join(folder, entry.name);
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : markdownFiles(root, name);
    return entry.name.endsWith(".md") ? [name] : [];
  });

/** The contents of a document's code blocks in a language, outdented. */
export const codeBlocks = (file: string, language: string): string[] =>
  [...readFileSync(file, "utf8").matchAll(/^( *)```(\w*)\n([\s\S]*?)^\1```$/gm)]
    .filter(([, , found]) => found === language)
    .map(([, indent, , body]) => body!.replaceAll(new RegExp(`^${indent!}`, "gm"), ""));

const withoutCode = (text: string): string => text.replace(/^( *)```[\s\S]*?^\1```$/gm, "").replace(/`[^`\n]*`/g, "");

/** Targets of the links that are no URL. */
export const relativeLinks = (file: string): string[] =>
  [...withoutCode(readFileSync(file, "utf8")).matchAll(/\]\(([^()\s]+)\)/g)]
    .map(([, target]) => target!)
    .filter((target) => !/^[a-z]+:/i.test(target));

/** The anchors of a document's headings, as GitHub makes them. */
export const anchors = (file: string): string[] =>
  [...withoutCode(readFileSync(file, "utf8")).matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
    title!
      .toLowerCase()
      .replace(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );
