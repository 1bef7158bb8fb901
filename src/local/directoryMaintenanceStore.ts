import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { MaintenanceStore, TaggedObject } from "../ports";
import { DirectoryStore } from "./directoryStore";

const TAGS_SUFFIX = ".tags";

/** A directory for those who look after its files. An object's tags lie beside it, for the very content that they were given to. */
export class DirectoryMaintenanceStore extends DirectoryStore implements MaintenanceStore {
  constructor(private readonly folder: string) {
    super(folder);
  }

  async listWithEtags(prefix: string): Promise<TaggedObject[]> {
    const found = await this.list(prefix);
    return found.flatMap((object) => {
      const etag = this.contentTag(object.key);
      return etag === undefined ? [] : [{ ...object, etag }];
    });
  }

  tag(key: string, etag: string, tags: Readonly<Record<string, string>>): Promise<boolean> {
    if (this.contentTag(key) !== etag) return Promise.resolve(false);
    writeFileSync(this.tagsFile(key), JSON.stringify({ etag, tags }));
    return Promise.resolve(true);
  }

  async deleteMany(keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      await this.delete(key);
      rmSync(this.tagsFile(key), { force: true });
    }
  }

  /** The tags of the object as it is; those of an earlier content do not count. */
  tagsOf(key: string): Readonly<Record<string, string>> {
    const file = this.tagsFile(key);
    if (!existsSync(file)) return {};
    const { etag, tags } = JSON.parse(readFileSync(file, "utf8")) as { etag: string; tags: Record<string, string> };
    return this.contentTag(key) === etag ? tags : {};
  }

  /** What S3's lifecycle rule does: objects below the prefix that bear this tag go. Returns how many. */
  async expire(prefix: string, [name, value]: readonly [string, string]): Promise<number> {
    const keys = this.taggedBelow(prefix).filter((key) => this.tagsOf(key)[name] === value);
    await this.deleteMany(keys);
    return keys.length;
  }

  private taggedBelow(prefix: string): string[] {
    const folder = path.join(this.folder, prefix);
    if (!existsSync(folder)) return [];
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.startsWith(".") && entry.name.endsWith(TAGS_SUFFIX))
      .map((entry) => path.join(entry.parentPath, entry.name.slice(1, -TAGS_SUFFIX.length)))
      .map((file) => path.relative(this.folder, file).split(path.sep).join("/"));
  }

  private contentTag(key: string): string | undefined {
    const file = path.join(this.folder, key);
    return existsSync(file) ? `"${createHash("md5").update(readFileSync(file)).digest("hex")}"` : undefined;
  }

  private tagsFile(key: string): string {
    return path.join(this.folder, path.dirname(key), `.${path.basename(key)}${TAGS_SUFFIX}`);
  }
}
