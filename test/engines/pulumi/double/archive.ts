/** A function's archive as it would be uploaded: one zip with fixed times, so that the same content gives the same bytes. */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { zipSync } from "fflate";
import { ARCHIVE, ASSET, signatureOf, type Values } from "./values";

const filesBelow = (folder: string, prefix: string): [string, Uint8Array][] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry): [string, Uint8Array][] => {
    const file = path.join(folder, entry.name);
    const name = path.posix.join(prefix, entry.name);
    return statSync(file).isDirectory() ? filesBelow(file, name) : [[name, readFileSync(file)]];
  });

const contentOf = (asset: Values): Uint8Array => {
  if (typeof asset["text"] === "string") return Buffer.from(asset["text"], "utf8");
  if (typeof asset["path"] === "string") return readFileSync(asset["path"]);
  throw new Error("the double reads assets from texts and files only");
};

const filesOf = (value: unknown, name: string): [string, Uint8Array][] => {
  const asset = value as Values;
  if (signatureOf(asset) === ASSET) return [[name, contentOf(asset)]];
  if (signatureOf(asset) !== ARCHIVE) throw new Error(`${name || "code"} is no asset`);
  if (typeof asset["path"] === "string") return filesBelow(asset["path"], name);
  return Object.entries((asset["assets"] ?? {}) as Values).flatMap(([key, inner]) =>
    filesOf(inner, path.posix.join(name, key)),
  );
};

export interface StoredArchive {
  readonly bytes: number;
  /** Base64, as Lambda gives it. */
  readonly sha256: string;
}

/** The oldest time that the format knows. */
const TIME = new Date(1980, 0, 1, 12);

/** Packs the archive; `store` writes it. */
export const packArchive = (
  code: unknown,
): { readonly stored: StoredArchive; readonly store: (file: string) => void } => {
  const files = filesOf(code, "").sort(([one], [other]) => (one < other ? -1 : 1));
  const zip = zipSync(Object.fromEntries(files), { level: 6, mtime: TIME });
  return {
    stored: { bytes: zip.length, sha256: createHash("sha256").update(zip).digest("base64") },
    store: (file) => {
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, zip);
    },
  };
};
