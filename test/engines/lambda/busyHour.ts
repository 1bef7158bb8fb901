/** A log file as large as the largest hour that was ever reported: 337,334 requests, some 150 MB. */
import type { SimulatedApp } from "../../../src/local/simulator/site";
import { bigHourFile } from "../../helpers/bigHour";

export const BUSY_ROWS = 337_334;

/** The file as it is at first, with one row of a hundred missing, and as it is later. */
export const busyFiles = (app: SimulatedApp, hourMs: number): { readonly first: Buffer; readonly later: Buffer } => {
  const hour = { app, hourMs, rows: BUSY_ROWS };
  return {
    first: Buffer.concat([...bigHourFile({ ...hour, lacking: 100 })]),
    later: Buffer.concat([...bigHourFile(hour)]),
  };
};
