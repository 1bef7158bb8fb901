/** A browser that nobody here wrote: the Chromium of this machine, headless, driven over its own protocol. */
import { existsSync } from "node:fs";
import { chromium, type Browser } from "playwright-core";
import { onPath } from "./cache";
import { mustRun } from "./processes";

export interface Chromium {
  readonly version: string;
  readonly browser: Browser;
  stop(): Promise<void>;
}

const DEBIAN = "/usr/bin/chromium";
const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

const findChromium = (): string | undefined =>
  existsSync(DEBIAN) ? DEBIAN : NAMES.map(onPath).find((file) => file !== undefined);

/** Only a machine that is thrown away after the run gets a package of the system. */
const mayInstall = (): boolean =>
  process.env["CI"] === "true" && process.getuid?.() === 0 && onPath("apt-get") !== undefined;

const installChromium = async (): Promise<void> => {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  await mustRun("apt-get", ["update", "-qq"], { env });
  // Without fonts the pictures of the pages would show boxes.
  const packages = ["chromium", "fonts-dejavu-core", "fonts-noto-color-emoji"];
  await mustRun("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...packages], { env });
};

/** Debian's Chromium, or the first of its names on PATH. */
export const startChromium = async (): Promise<Chromium> => {
  if (findChromium() === undefined && mayInstall()) await installChromium();
  const executablePath = findChromium();
  if (executablePath === undefined)
    throw new Error(`no browser: none of ${NAMES.join(", ")} is on PATH (Debian: apt-get install chromium)`);
  // As root, in a container, Chromium's own sandbox can't start; what is opened are our own files.
  const browser = await chromium.launch({ executablePath, chromiumSandbox: process.getuid?.() !== 0 });
  return { version: browser.version(), browser, stop: () => browser.close() };
};
