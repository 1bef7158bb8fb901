/** What all suites of this folder and of iam/ share; started once, stopped after the last of them. */
import { startJudge, type Judge } from "../iam/judge";
import { startMoto, type Moto } from "../tools/moto";
import { deployedStack, type StackName } from "../pulumi/deployed";
import { evaluated, type Evaluated } from "./evaluated";
import type { Deployed } from "./deployed";

let moto: Promise<Moto> | undefined;
let judge: Promise<Judge> | undefined;
const made = new Map<string, Promise<Evaluated>>();

export const sharedMoto = (): Promise<Moto> => (moto ??= startMoto());
export const sharedJudge = (): Promise<Judge> => (judge ??= startJudge());

/** As the engine deployed it. */
export const realStack = async (stack: StackName): Promise<Deployed & { readonly version: string }> => {
  const deployed = await deployedStack(stack);
  return { ...deployed, version: `of ${deployed.resources.length} resources` };
};

/** As the program declares it, with other settings. */
export const declaredStack = (stack: StackName, more: Readonly<Record<string, string>> = {}): Promise<Evaluated> => {
  const key = JSON.stringify([stack, more]);
  const known = made.get(key) ?? evaluated(stack, more);
  made.set(key, known);
  return known;
};

after(async () => {
  await moto?.then((running) => running.stop()).catch(() => undefined);
  for (const stack of made.values()) await stack.then((deployed) => deployed.dispose()).catch(() => undefined);
});
