/** What a stack's config asks for: the pipeline, and the further sources on its lake. */
import { validateApplicationSource } from "../src/model/applicationSource";
import { validateCloudFront } from "../src/model/cloudFrontSchema";
import { validatePipeline, type Problem, type Validated } from "../src/model/configuration";
import type { ApplicationLogsArgs } from "./applicationArguments";
import type { AmplifyLogPipelineArgs } from "./arguments";
import type { CloudFrontLogsArgs } from "./cloudFrontArguments";
import { readStackConfig, underConfigKey } from "./stackConfig";

export interface ProgramArguments {
  readonly pipeline: AmplifyLogPipelineArgs;
  /** Undefined where the config has none. The lake is the pipeline's. */
  readonly cloudFront: Omit<CloudFrontLogsArgs, "lake"> | undefined;
  readonly applicationLogs: Omit<ApplicationLogsArgs, "lake"> | undefined;
}

type Fields = Readonly<Record<string, unknown>>;
type Found<T> = { readonly found: T; readonly problems: readonly Problem[] };

/** What a source has from the pipeline where it says nothing itself. */
const INHERITED = ["naming", "owner", "costCenter", "tags", "runtime", "protectData"] as const;
/** These go together: whoever says one says both. */
const PRIVACY = ["ipPolicy", "saltParameter"] as const;

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const inherited = (pipeline: Fields, given: Fields): Fields => {
  const names = PRIVACY.some((name) => name in given) ? INHERITED : [...INHERITED, ...PRIVACY];
  const logDays = isFields(pipeline["retention"]) ? pipeline["retention"]["logDays"] : undefined;
  const shared = [...names.map((name) => [name, pipeline[name]] as const), ["logDays", logDays] as const];
  return Object.fromEntries(shared.filter(([, value]) => value !== undefined));
};

interface Source {
  readonly key: "cloudFront" | "applicationLogs";
  readonly validate: (input: unknown, stack: string) => Validated<unknown>;
  readonly example: string;
}

const CLOUDFRONT: Source = {
  key: "cloudFront",
  validate: validateCloudFront,
  example: '{"distributions": [{"name": "docs", "distributionId": "E1ABCDEF234567"}]}',
};
const APPLICATION: Source = {
  key: "applicationLogs",
  validate: validateApplicationSource,
  example: '{"layout": "perService", "services": ["api-gateway"]}',
};

const SOURCES: readonly string[] = [CLOUDFRONT.key, APPLICATION.key];

/** A source's arguments: the pipeline's below its own. What is wrong with the pipeline's is told of the pipeline. */
const readSource = ({ key, validate, example }: Source, config: Fields, stack: string): Found<Fields | undefined> => {
  const given = config[key];
  if (given === undefined) return { found: undefined, problems: [] };
  if (!isFields(given)) {
    const problem = { field: key, reason: "must be a JSON object", value: given, fix: `write it like ${example}` };
    return { found: undefined, problems: [problem] };
  }
  const shared = inherited(config, given);
  const found = { ...shared, ...given };
  const checked = validate(found, stack);
  const problems = "problems" in checked ? checked.problems : [];
  const isShared = ({ field }: Problem): boolean => {
    const [head] = field.split(/[.[]/);
    return head! in shared && !(head! in given);
  };
  const own = problems.filter((problem) => !isShared(problem));
  return { found, problems: own.map((problem) => ({ ...problem, field: `${key}.${problem.field}` })) };
};

const distributionNames = (cloudFront: Fields | undefined): string[] => {
  const distributions = cloudFront?.["distributions"];
  if (!Array.isArray(distributions)) return [];
  return (distributions as unknown[]).flatMap((one) =>
    isFields(one) && typeof one["name"] === "string" ? one["name"] : [],
  );
};

/** The apps that distributions bring are the pipeline's, without being written twice. */
const withApps = (pipeline: Fields, cloudFront: Fields | undefined): Fields => {
  const given: unknown = pipeline["otherApps"] ?? [];
  if (cloudFront === undefined || !Array.isArray(given)) return pipeline;
  return { ...pipeline, otherApps: [...new Set([...(given as unknown[]), ...distributionNames(cloudFront)])] };
};

/** A problem of an app that a distribution brought is the distribution's. */
const toldByDistribution = (problem: Problem, pipeline: Fields, cloudFront: Fields | undefined): Problem => {
  const index = /^otherApps\[(\d+)\]$/.exec(problem.field)?.[1];
  const given = Array.isArray(pipeline["otherApps"]) ? pipeline["otherApps"].length : 0;
  if (index === undefined || Number(index) < given) return problem;
  const at = distributionNames(cloudFront).indexOf(String(problem.value));
  return at === -1 ? problem : { ...problem, field: `cloudFront.distributions[${at}].name` };
};

/** Arguments from the config of the project's namespace (keys without it), or all that is wrong, under the names of its keys. */
export const readProgram = (
  config: Readonly<Record<string, string>>,
  namespace: string,
  stack: string,
): { readonly args: ProgramArguments } | { readonly problems: readonly Problem[] } => {
  const read = readStackConfig(config, namespace);
  if ("problems" in read) return read;
  const own = Object.fromEntries(Object.entries(read.args).filter(([name]) => !SOURCES.includes(name)));
  const cloudFront = readSource(CLOUDFRONT, read.args, stack);
  const applicationLogs = readSource(APPLICATION, read.args, stack);
  const pipeline = withApps(own, cloudFront.found);
  const checked = validatePipeline(pipeline, stack);
  const problems = [
    ...("problems" in checked ? checked.problems : []).map((one) => toldByDistribution(one, own, cloudFront.found)),
    ...cloudFront.problems,
    ...applicationLogs.problems,
  ];
  if (problems.length > 0) return { problems: problems.map((problem) => underConfigKey(problem, namespace)) };
  return {
    args: {
      pipeline: pipeline as unknown as AmplifyLogPipelineArgs,
      cloudFront: cloudFront.found as ProgramArguments["cloudFront"],
      applicationLogs: applicationLogs.found,
    },
  };
};
