/**
 * The apps of a pipeline, as the deployed functions know them: an object in the bucket, because a function's environment holds
 * 4 KB, which a hundred apps exceed.
 */
import * as z from "zod";
import { InputError } from "../errors";
import { PREFIXES } from "./keys";

/** One app, enabled or not. */
export interface ListedApp {
  readonly name: string;
  readonly appId: string;
  /** The domain associations that it is asked for, the first being `domainName`. */
  readonly domains: readonly string[];
  /** Region of the app. */
  readonly region: string;
  /** Role to assume for an app in another account. */
  readonly roleArn?: string;
  /** ARN of its fetcher. */
  readonly fetcherArn: string;
  readonly enabled: boolean;
}

export interface AppList {
  readonly apps: readonly ListedApp[];
  /** Apps that were removed, whose rows stay. */
  readonly retiredApps: readonly string[];
}

const appListSchema = z.object({
  apps: z.array(
    z.object({
      name: z.string(),
      appId: z.string(),
      domains: z.array(z.string()).min(1),
      region: z.string(),
      roleArn: z.string().optional(),
      fetcherArn: z.string(),
      enabled: z.boolean(),
    }),
  ),
  retiredApps: z.array(z.string()),
});

/** Key of a pipeline's list, by `pipelineId`: several pipelines may share a lake, and another logical name moves nothing. */
export const appListKey = (pipeline: string): string => `${PREFIXES.state}/pipelines/${pipeline}.json`;

export const renderAppList = (list: AppList): string => `${JSON.stringify(list, null, 2)}\n`;

/** @throws InputError when the object is not such a list: somebody else wrote it. */
export const parseAppList = (text: string, key: string): AppList => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  const list = appListSchema.safeParse(value);
  if (!list.success) throw new InputError("not a list of apps", { field: key, fix: "run pulumi up, which writes it" });
  return list.data;
};
