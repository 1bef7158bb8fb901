/** What the double judges by, made once a process from @pulumi/aws and from AWS's service models. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { extractInputs } from "./double/extractInputs";
import { extractShapes } from "./double/extractShapes";
import { MODELS } from "./double/models";
import type { Tables } from "./double/provider";

let made: Promise<Tables> | undefined;

export const tables = (): Promise<Tables> =>
  (made ??= (async () => ({
    inputs: extractInputs(Object.keys(MODELS)),
    services: await extractShapes(Object.values(MODELS).flatMap(({ calls }) => calls)),
  }))());

export const writeTables = async (folder: string): Promise<string> => {
  const file = path.join(folder, "aws-tables.json");
  writeFileSync(file, JSON.stringify(await tables()));
  return file;
};
