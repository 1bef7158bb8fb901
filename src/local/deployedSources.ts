/** Functions of the evaluated program that read the objects of a bucket, and which objects reach them: rule → queue → function. */
import { AmplifyLogsError } from "../errors";
import type { ProgramGraph, ProgramResource } from "./programGraph";

export type Environment = Readonly<Record<string, string>>;

export interface DeployedFunction {
  readonly name: string;
  /** End of its ARN. */
  readonly arn: string;
  readonly environment: Environment;
}

/** A filter on keys, of those that the components write. */
export type KeyFilter = { readonly prefix: string } | { readonly wildcard: string };

/** A function that is started by the objects of a bucket. */
export interface DeployedReader extends DeployedFunction {
  /** Name of the source bucket. */
  readonly bucket: string;
  /** Keys that it is told of: those of any of these. Empty: all. */
  readonly keys: readonly KeyFilter[];
}

export const ofType = (graph: ProgramGraph, type: string): ProgramResource[] =>
  graph.resources.filter((resource) => resource.type === type);

export const functionOf = ({ inputs }: ProgramResource): DeployedFunction => ({
  name: inputs["name"] as string,
  arn: `:function:${inputs["name"] as string}`,
  environment: (inputs["environment"] as { variables?: Environment } | undefined)?.variables ?? {},
});

interface ObjectPattern {
  readonly detail: {
    readonly bucket: { readonly name: readonly string[] };
    readonly object?: { readonly key?: readonly KeyFilter[] };
  };
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Whether EventBridge would pass the key on. */
export const matchesKey = (filters: readonly KeyFilter[], key: string): boolean =>
  filters.length === 0 ||
  filters.some((filter) =>
    "prefix" in filter
      ? key.startsWith(filter.prefix)
      : new RegExp(`^${filter.wildcard.split("*").map(escaped).join("[\\s\\S]*")}$`).test(key),
  );

const endsAt = (arn: unknown, name: string): boolean => String(arn).endsWith(`:${name}`);

/** The function with what starts it. @throws AmplifyLogsError when the chain is broken: then it would not run deployed either. */
export const readerOf = (graph: ProgramGraph, reader: DeployedFunction): DeployedReader => {
  const broken = (what: string): AmplifyLogsError =>
    new AmplifyLogsError(`the program has no ${what} for the function ${reader.name}`, {
      field: "components/program.ts",
    });
  const mapping = ofType(graph, "aws:lambda/eventSourceMapping:EventSourceMapping").find(({ inputs }) => {
    const name = String(inputs["functionName"]);
    return name === reader.name || endsAt(name, reader.name);
  });
  if (mapping === undefined) throw broken("queue");
  const target = ofType(graph, "aws:cloudwatch/eventTarget:EventTarget").find(
    ({ inputs }) => inputs["arn"] === mapping.inputs["eventSourceArn"],
  );
  const rule = ofType(graph, "aws:cloudwatch/eventRule:EventRule").find(
    ({ inputs }) => target !== undefined && inputs["name"] === target.inputs["rule"],
  );
  if (rule === undefined) throw broken("rule");
  const { detail } = JSON.parse(String(rule.inputs["eventPattern"])) as ObjectPattern;
  return { ...reader, bucket: detail.bucket.name[0]!, keys: detail.object?.key ?? [] };
};
