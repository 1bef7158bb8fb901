/** One browser and one set of reports for all suites here, and pages that remember what went wrong in them. */
import type { Page } from "playwright-core";
import { startChromium, type Chromium } from "../tools/chromium";
import { need } from "../tools/missing";
import { writeReports, type Reports } from "./reports";

let chromium: Promise<Chromium> | undefined;
let found: Chromium | undefined;
let reports: Promise<Reports> | undefined;

after(async () => {
  await chromium?.then(
    (started) => started.stop(),
    () => undefined,
  );
  await reports?.then(
    (written) => written.remove(),
    () => undefined,
  );
});

export const openBrowser = async (context: Mocha.Context): Promise<Chromium> =>
  (found ??= await need(context, "Chromium", () => (chromium ??= startChromium())));

export const theReports = (): Promise<Reports> => (reports ??= writeReports());

export interface OpenedPage {
  readonly page: Page;
  /** Addresses that the page asked for, its own first. */
  readonly requests: readonly string[];
  /** What the console, the page and the network complained about. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

export interface PageOptions {
  readonly width?: number;
  readonly scheme?: "light" | "dark";
  readonly reducedMotion?: "reduce" | "no-preference";
}

export const openPage = async ({ browser }: Chromium, url: string, options: PageOptions = {}): Promise<OpenedPage> => {
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1440, height: 900 },
    colorScheme: options.scheme ?? "light",
    reducedMotion: options.reducedMotion ?? "no-preference",
  });
  const requests: string[] = [];
  const complaints: string[] = [];
  context.on("request", (request) => requests.push(request.url()));
  context.on("requestfailed", (request) =>
    complaints.push(`failed: ${request.url()}, ${request.failure()?.errorText}`),
  );
  context.on("console", (message) => complaints.push(`console ${message.type()}: ${message.text()}`));
  context.on("weberror", (error) => complaints.push(`error: ${error.error().message}`));
  context.on("dialog", (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  const page = await context.newPage();
  await page.goto(url, { waitUntil: "load" });
  return { page, requests, complaints, close: () => context.close() };
};
