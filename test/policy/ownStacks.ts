/** This repository's program on each of its stacks, as it is compiled beside the tests. */
import path from "node:path";
import { packageRoot } from "../../src/local/bundles";
import { captureProject } from "../../src/judge/capture";
import type { Capture } from "../../src/judge/captured";
import { readProject } from "../../src/judge/project";

export const STACKS = ["infdev", "inftes", "infpro"] as const;

export const captureStack = (stack: string, more: Readonly<Record<string, string>> = {}): Promise<Capture> => {
  const project = readProject(packageRoot(), stack);
  return captureProject({
    ...project,
    main: path.join(__dirname, "..", "..", "components", "program.js"),
    config: { ...project.config, ...more },
  });
};
