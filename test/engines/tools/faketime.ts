/** libfaketime: another date for one process, which can be changed while it runs. */
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { installed, onPath } from "./cache";
import { mustRun, run } from "./processes";

const LIBRARY = "libfaketimeMT.so.1";
const LIBRARY_FOLDERS = ["/usr/lib", "/usr/local/lib", "/opt/homebrew/lib"];

const libraryBelow = (folder: string): string | undefined => {
  if (!existsSync(folder)) return undefined;
  return [folder, ...readdirSync(folder).map((name) => path.join(folder, name))]
    .map((candidate) => path.join(candidate, "faketime", LIBRARY))
    .find((file) => existsSync(file));
};

/** Debian's package, unpacked into the cache; nothing of the system is changed but the package lists, where there are none. */
const unpack = async (apt: string, folder: string): Promise<void> => {
  const download = (): ReturnType<typeof run> => run(apt, ["download", "libfaketime"], { cwd: folder });
  if ((await download()).code !== 0) {
    await mustRun(apt, ["update"]);
    await download();
  }
  const file = readdirSync(folder).find((name) => name.endsWith(".deb"));
  if (file === undefined) throw new Error("apt-get could not download libfaketime");
  await mustRun("dpkg-deb", ["-x", file, "."], { cwd: folder });
  rmSync(path.join(folder, file));
};

/** The library's path; undefined where it can't be had. */
export const faketimeLibrary = async (): Promise<string | undefined> => {
  const found = LIBRARY_FOLDERS.map(libraryBelow).find((file) => file !== undefined);
  if (found !== undefined) return found;
  const apt = onPath("apt-get");
  if (apt === undefined) return undefined;
  const folder = await installed("libfaketime", "debian", (target) => unpack(apt, target)).catch(() => undefined);
  return folder === undefined ? undefined : libraryBelow(path.join(folder, "usr", "lib"));
};

export interface FakeClock {
  /** For the process that shall see it. */
  readonly env: Readonly<Record<string, string>>;
  /** From now on, it is this time there; it goes on from there. A process notices within a second. */
  set(instant: string): void;
  /** From now on, it is the real time there. */
  clear(): void;
  remove(): void;
}

/** @throws where libfaketime can't be had. */
export const openFakeClock = async (): Promise<FakeClock> => {
  const library = await faketimeLibrary();
  if (library === undefined) throw new Error("libfaketime can't be had: install Debian's package libfaketime");
  const folder = mkdtempSync(path.join(tmpdir(), "alp-clock-"));
  const file = path.join(folder, "offset");
  // An offset and no date: a date would begin when the process did, and be read in its time zone.
  const write = (seconds: number): void => writeFileSync(file, `${seconds < 0 ? "" : "+"}${seconds.toFixed(3)}\n`);
  write(0);
  return {
    env: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_CACHE_DURATION: "1",
      // With that fix a JVM's timed waits end at once or never: Trino took four minutes to start, and 25 seconds without it.
      FAKETIME_FORCE_MONOTONIC_FIX: "0",
      // Waits and time-outs go by the monotonic clock: that one stays.
      DONT_FAKE_MONOTONIC: "1",
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
    },
    set: (instant) => {
      const ms = Date.parse(instant);
      if (Number.isNaN(ms)) throw new Error(`not an instant: ${instant}`);
      write((ms - Date.now()) / 1000);
    },
    clear: () => write(0),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
};
