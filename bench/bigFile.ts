import { closeSync, openSync, statSync, writeSync } from "node:fs";
import { bigHourFile } from "../test/helpers/bigHour";

export const APP = { name: "shop", appId: "d1a2b3c4d5e6f7", domainName: "shop.example" };
export const HOUR = Date.parse("2026-11-20T13:00:00Z");

/** Writes Amplify's file of one hour; its size in bytes. */
export const writeBigFile = (file: string, rows: number, lacking?: number): number => {
  const out = openSync(file, "w");
  const hour = { app: APP, hourMs: HOUR, rows };
  for (const piece of bigHourFile(lacking === undefined ? hour : { ...hour, lacking })) writeSync(out, piece);
  closeSync(out);
  return statSync(file).size;
};
