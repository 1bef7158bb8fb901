/** A stack as the program declares it, without an engine: for settings that none of the three stacks has. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { zipSync } from "fflate";
import { packageRoot } from "../../../src/local/bundles";
import { mockOutputs } from "../../../src/local/mockOutputs";
import { evaluateProgram, type ProgramResource } from "../../../src/local/programGraph";
import { loadStackConfig } from "../../../src/local/stackConfig";
import type { Deployed, DeployedResource } from "./deployed";

const FUNCTION = "aws:lambda/function:Function";

interface Asset {
  readonly path?: string | Promise<string>;
  readonly text?: string | Promise<string>;
}

const contentOf = async (asset: Asset): Promise<Buffer> =>
  asset.path === undefined ? Buffer.from((await asset.text)!) : readFileSync(await asset.path);

const zipped = async ({ inputs }: ProgramResource): Promise<Uint8Array> => {
  const { assets } = inputs["code"] as { assets: Promise<Record<string, Asset | Promise<Asset>>> };
  const files = await Promise.all(
    Object.entries(await assets).map(async ([name, asset]) => [name, await contentOf(await asset)] as const),
  );
  return zipSync(Object.fromEntries(files));
};

const withOutputs =
  (region: string) =>
  ({ urn, type, name, parent, inputs }: ProgramResource): DeployedResource => {
    const { id, state } = mockOutputs({ type, name, inputs: { ...inputs } }, region);
    // What the program set stays: the mock gives every resource an ARN of its own, even where it is an argument.
    return { urn, type, id, parent, inputs, outputs: { ...state, ...inputs } };
  };

export interface Evaluated extends Deployed {
  dispose(): void;
}

/** The stack's own config, with `more` over it. */
export const evaluated = async (stack: string, more: Readonly<Record<string, string>> = {}): Promise<Evaluated> => {
  const own = loadStackConfig(packageRoot(), stack);
  const config = { ...own.config, ...more };
  const from = process.cwd();
  process.chdir(packageRoot());
  const graph = await evaluateProgram({ programPath: own.programPath, stack, config }).finally(() =>
    process.chdir(from),
  );
  const folder = mkdtempSync(path.join(tmpdir(), "alp-archives-"));
  const archives = new Map<string, string>();
  for (const resource of graph.resources.filter(({ type }) => type === FUNCTION)) {
    const name = resource.inputs["name"] as string;
    const file = path.join(folder, `${name}.zip`);
    writeFileSync(file, await zipped(resource));
    archives.set(name, file);
  }
  return {
    stack,
    resources: graph.resources.map(withOutputs(config["aws:region"]!)),
    outputs: graph.outputs,
    archive: (name) => {
      const file = archives.get(name);
      if (file === undefined) throw new Error(`no function is called ${name}`);
      return file;
    },
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
};
