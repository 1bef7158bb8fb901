/** How the demo speaks. */
import pc from "picocolors";
import { isoDate } from "../model/windows";
import type { QueryResult } from "../model/queryResult";
import { number } from "./figures";
import { renderTable } from "./output";

export const say = (text = ""): void => console.log(text);
export const step = (title: string, text: string): void => say(`${pc.bold(title.padEnd(10))} ${text}`);

/** One line that rewrites itself on a terminal, and a line a day elsewhere. */
export const progress = (range: { startMs: number; endMs: number }) => {
  let lastDay = "";
  return (ms: number, rows: number): void => {
    const share = Math.min(1, (ms - range.startMs) / Math.max(1, range.endMs - range.startMs));
    const text = `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC  ${number(rows)} rows`;
    if (process.stdout.isTTY) {
      const bar = "█".repeat(Math.round(share * 24)).padEnd(24, "░");
      process.stdout.write(`\r${pc.bold("Wind".padEnd(10))} ${pc.cyan(bar)} ${text}\u001b[K`);
    } else if (isoDate(ms) !== lastDay) {
      lastDay = isoDate(ms);
      step("Wind", text);
    }
  };
};

export const endProgress = (): void => {
  if (process.stdout.isTTY) process.stdout.write("\r\u001b[K");
};

export const printTable = (result: QueryResult): void => {
  process.stdout.write(renderTable(result, process.stdout.columns ?? 120));
};

/** A question, how to ask it oneself, and its answer. */
export const answer = (title: string, command: string, result: QueryResult): void => {
  say(`\n${pc.bold(title)} ${pc.dim(command)}`);
  printTable(result);
};
