import { lstatSync, readdirSync, realpathSync, statSync, type Stats } from "node:fs";
import path from "node:path";
import { InputError } from "../../errors";

export interface TreeFile {
  /** Path below the folder, with `/`. */
  readonly relative: string;
  /** Where its content lies: a link is followed. */
  readonly file: string;
  readonly bytes: number;
}

/** What is in the tree and is not sent. */
export interface RefusedFile {
  readonly relative: string;
  readonly reason: string;
}

export type TreeEntry = TreeFile | RefusedFile;

const kindOf = (stats: Stats): string => {
  if (stats.isFIFO()) return "a pipe";
  if (stats.isSocket()) return "a socket";
  return "a device";
};

/** A link's file, if that is one and lies in the same tree: otherwise a link would publish what nobody put there. */
const follow = (root: string, relative: string): TreeEntry => {
  let target: string;
  try {
    target = realpathSync(path.join(root, relative));
  } catch {
    return { relative, reason: "a link that leads nowhere" };
  }
  if (!target.startsWith(root + path.sep)) return { relative, reason: "a link that leads out of the folder" };
  const stats = statSync(target);
  if (stats.isDirectory()) return { relative, reason: "a link to a folder" };
  if (!stats.isFile()) return { relative, reason: kindOf(stats) };
  return { relative, file: target, bytes: stats.size };
};

/** All that lies below a folder and is wanted, in the order of its paths. @throws InputError when it is none. */
export const readTree = (folder: string, isWanted: (relative: string) => boolean): readonly TreeEntry[] => {
  const field = "DIR";
  let root: string;
  try {
    root = realpathSync(folder);
  } catch (cause) {
    throw new InputError("no such folder", { field, value: folder, fix: "check the path", cause });
  }
  if (!statSync(root).isDirectory())
    throw new InputError("a file, not a folder", {
      field,
      value: folder,
      fix: "name its folder, and it with --include",
    });
  const found: TreeEntry[] = [];
  const waiting = [""];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    let names: readonly string[];
    try {
      names = readdirSync(path.join(root, at));
    } catch (error) {
      found.push({ relative: at, reason: (error as Error).message });
      continue;
    }
    for (const name of names) {
      const relative = at === "" ? name : `${at}/${name}`;
      const file = path.join(root, relative);
      const stats = lstatSync(file, { throwIfNoEntry: false });
      if (stats?.isDirectory() === true) waiting.push(relative);
      else if (!isWanted(relative)) continue;
      else if (stats === undefined) found.push({ relative, reason: "its name is no text in UTF-8, or it is gone" });
      else if (stats.isSymbolicLink()) found.push(follow(root, relative));
      else if (stats.isFile()) found.push({ relative, file, bytes: stats.size });
      else found.push({ relative, reason: kindOf(stats) });
    }
  }
  return found.sort((left, right) => (left.relative < right.relative ? -1 : 1));
};
