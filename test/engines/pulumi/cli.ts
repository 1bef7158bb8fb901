/** The real engine's command line: the one on PATH, else built from the Go module proxy. */
import { copyFileSync, mkdirSync } from "node:fs";
import path from "node:path";
import { packageRoot } from "../../../src/local/bundles";
import { installed, onPath } from "../tools/cache";
import { need } from "../tools/missing";
import { mustRun } from "../tools/processes";

export interface PulumiCli {
  readonly file: string;
  readonly version: string;
}

/** Must be the version in cli-module/go.mod. */
const VERSION = "3.250.0";
const COMMAND = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
const VERSION_VARIABLE = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";

/** Some 1,000 modules and ten minutes with empty caches; go.sum pins each of them. */
const build = async (folder: string): Promise<void> => {
  if (onPath("go") === undefined)
    throw new Error("there is no pulumi on PATH, and building it needs go (1.26 or later)");
  const module = path.join(packageRoot(), "test", "engines", "pulumi", "cli-module");
  const scratch = path.join(folder, "module");
  mkdirSync(scratch);
  for (const file of ["go.mod", "go.sum"]) copyFileSync(path.join(module, file), path.join(scratch, file));
  const flags = `-s -w -X ${VERSION_VARIABLE}=v${VERSION}`;
  await mustRun("go", ["build", "-trimpath", `-ldflags=${flags}`, "-o", path.join(folder, "pulumi"), COMMAND], {
    cwd: scratch,
    timeoutMs: 1_800_000,
  });
};

const find = async (): Promise<PulumiCli> => {
  const file = onPath("pulumi") ?? path.join(await installed("pulumi", VERSION, build), "pulumi");
  const { stdout } = await mustRun(file, ["version"], {
    env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" },
  });
  return { file, version: stdout.trim().replace(/^v/, "") };
};

let cli: Promise<PulumiCli> | undefined;
export const pulumiCli = (): Promise<PulumiCli> => (cli ??= find());

let announced = false;

/** For a suite's `before`: skips it where the engine can't be had; several suites share one line in the report. */
export const needPulumi = async (context: Mocha.Context): Promise<PulumiCli> => {
  const found = announced ? await pulumiCli() : await need(context, "Pulumi", pulumiCli);
  announced = true;
  return found;
};
