/**
 * Installs what takes long before any suite begins: no test's time goes into a download or a build, and two processes that run
 * side by side don't both build the same. What can't be had is told here and, as a failure or a skip, by the suites that need it.
 */
import { motoPython } from "./tools/moto";
import { trinoFolder } from "./tools/trinoInstall";
import { LAMBDA_MAJORS, lambdaNode } from "./lambda/nodes";
import { languageHost } from "./languages/languageHost";
import { pythonEnvironment } from "./languages/pythonEnvironment";
import { pulumiCli } from "./pulumi/cli";
import { botocoreData } from "./pulumi/double/extractShapes";

const prepare = async (name: string, install: () => Promise<unknown>): Promise<void> => {
  const start = Date.now();
  try {
    await install();
  } catch (error) {
    console.log(`${name}: ${String(error).split("\n")[0]}`);
    return;
  }
  const seconds = (Date.now() - start) / 1000;
  if (seconds > 2) console.log(`${name}: installed in ${seconds.toFixed(0)} s`);
};

const main = async (): Promise<void> => {
  const building = prepare("Pulumi", pulumiCli).then(() => prepare("Pulumi's language host", languageHost));
  // Downloads, beside the build.
  await prepare("Trino", trinoFolder);
  await prepare("moto", motoPython);
  await prepare("AWS's service models", botocoreData);
  await prepare("Pulumi's SDK for Python", pythonEnvironment);
  for (const major of LAMBDA_MAJORS) await prepare(`Node ${major}`, () => lambdaNode(major));
  await building;
};

void main();
