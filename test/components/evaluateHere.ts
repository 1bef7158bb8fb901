import { createRequire } from "node:module";
import path from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import { AmplifyLogPipeline, type AmplifyLogPipelineArgs } from "../../components";
import { evaluate, type ProgramGraph, type ProgramResource } from "../../src/local/programGraph";

export const here = createRequire(__filename);

export const shop = { name: "shop", appId: "d1a2b3c4d5e6f7", domainName: "example.com" };
export const blog = { name: "blog", appId: "d7f6e5d4c3b2a1", domainName: "example.org" };
export const docs = { name: "docs", appId: "d2b3c4d5e6f7a1", domainName: "example.net" };

/** The compiled program, which lies beside the compiled tests. */
export const programPath = path.join(__dirname, "..", "..", "components", "program.js");

export const graphOf = (build: () => unknown): Promise<ProgramGraph> =>
  evaluate(here, { stack: "inftes", config: { "aws:region": "eu-central-1" } }, build);

export const ofType = (graph: ProgramGraph, type: string): ProgramResource[] =>
  graph.resources.filter((resource) => resource.type === type);

export const find = (graph: ProgramGraph, type: string, name: string): ProgramResource => {
  const found = ofType(graph, type).find((resource) => resource.name === name);
  if (found === undefined)
    throw new Error(
      `no ${type} ${name} among ${ofType(graph, type)
        .map((r) => r.name)
        .join(", ")}`,
    );
  return found;
};

/** JSON in an input, parsed. */
export const json = (
  value: unknown,
): { Statement: { Sid?: string; Action: string | string[]; Resource: string | string[]; Condition?: unknown }[] } =>
  JSON.parse(String(value)) as ReturnType<typeof json>;

export const LAMBDA = "aws:lambda/function:Function";
export const TABLE = "aws:glue/catalogTable:CatalogTable";
export const SCHEDULE = "aws:scheduler/schedule:Schedule";

export const pipelineOf = (
  args: Partial<AmplifyLogPipelineArgs> = {},
  opts?: pulumi.ComponentResourceOptions,
): Promise<ProgramGraph> => graphOf(() => void new AmplifyLogPipeline("logs", { apps: [shop, blog], ...args }, opts));

export const variables = (graph: ProgramGraph, name: string): Record<string, string> =>
  (find(graph, LAMBDA, name).inputs["environment"] as { variables: Record<string, string> }).variables;
