/** Captured programs, changed and judged by one rule at a time through the packs' own servers. */
import path from "node:path";
import { packageRoot } from "../../src/local/bundles";
import { captureProject } from "../../src/judge/capture";
import type { Capture, CapturedResource } from "../../src/judge/captured";
import { isNotJudged, pathIn } from "../../src/judge/message";
import { PACKS, startPack, type PackName, type RuleInfo, type RunningPack } from "../../src/judge/packProcess";

export const STACK = "infpro";

/** A fixture beside this file, evaluated in a process of its own. */
export const captureFixture = (name: string): Promise<Capture> =>
  captureProject({
    folder: packageRoot(),
    name: "fixture",
    stack: STACK,
    main: path.join(__dirname, "fixtures", `${name}.js`),
    typescript: false,
    nodeArguments: [],
    config: { "aws:region": "eu-central-1" },
  });

export interface Said {
  /** Logical name of the resource. */
  readonly resource: string;
  readonly path: string;
  readonly judged: boolean;
  readonly message: string;
}

export interface Verdict {
  readonly said: readonly Said[];
  /** Resources that the rule does not concern, by logical name; the stack as "". */
  readonly notApplicable: readonly string[];
}

export interface Bench {
  readonly rules: readonly (RuleInfo & { readonly pack: PackName })[];
  judge(
    rule: string,
    resources: readonly CapturedResource[],
    settings?: Readonly<Record<string, unknown>>,
  ): Promise<Verdict>;
  remediate(
    rule: string,
    resource: CapturedResource,
    settings?: Readonly<Record<string, unknown>>,
  ): Promise<Readonly<Record<string, unknown>>>;
  close(): void;
}

export const openBench = async (): Promise<Bench> => {
  const packs = new Map<PackName, RunningPack>();
  const rules: (RuleInfo & { pack: PackName })[] = [];
  for (const pack of PACKS) {
    const running = await startPack(pack);
    packs.set(pack, running);
    await running.configureStack(STACK, "fixture");
    rules.push(...(await running.rules()).map((rule) => ({ ...rule, pack })));
  }
  const only = async (
    rule: string,
    level: "mandatory" | "remediate",
    settings: Readonly<Record<string, unknown>>,
  ): Promise<RunningPack> => {
    const found = rules.find(({ name }) => name === rule);
    if (found === undefined) throw new Error(`no rule ${rule}`);
    const pack = packs.get(found.pack)!;
    await pack.configure(
      Object.fromEntries(
        rules
          .filter(({ pack: of }) => of === found.pack)
          .map(({ name }) => [
            name,
            name === rule ? { level, settings } : { level: "disabled" as const, settings: {} },
          ]),
      ),
    );
    return pack;
  };
  return {
    rules,
    judge: async (rule, resources, settings = {}) => {
      const pack = await only(rule, "mandatory", settings);
      const provider = { type: "pulumi:providers:aws", inputs: { region: "eu-central-1" } };
      const names = new Map(resources.map(({ urn, name }) => [urn, name]));
      const single = await Promise.all(resources.map((resource) => pack.analyze(resource, provider)));
      const whole = await pack.analyzeStack(resources, () => provider);
      return {
        said: [...single, whole]
          .flatMap(({ diagnostics }) => diagnostics)
          .map(({ urn, message }) => ({
            resource: names.get(urn) ?? urn,
            path: pathIn(message),
            judged: !isNotJudged(message),
            message,
          })),
        notApplicable: [
          ...single.flatMap(({ notApplicable }, index) => (notApplicable.length > 0 ? [resources[index]!.name] : [])),
          ...(whole.notApplicable.length > 0 ? [""] : []),
        ],
      };
    },
    remediate: async (rule, resource, settings = {}) => {
      const pack = await only(rule, "remediate", settings);
      return pack.remediate(resource, undefined);
    },
    close: () => {
      for (const pack of packs.values()) pack.close();
    },
  };
};
