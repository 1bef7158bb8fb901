import type * as pulumi from "@pulumi/pulumi";
import type { PipelineSettings } from "../src/model/configuration";
import type { NamingOptions } from "../src/model/names";
import type { Account } from "./account";
import type { LogLakeReference } from "./arguments";
import type { Labels } from "./labels";
import type { Scheduling } from "./schedule";

/** What functions are made from, whatever component they belong to. */
export interface FunctionSettings {
  readonly naming: NamingOptions;
  readonly retention: { readonly logDays: number };
  readonly runtime: PipelineSettings["runtime"];
}

/** What the parts of any component on a lake share. */
export interface SourceContext<Settings extends FunctionSettings = FunctionSettings> {
  /** Prefix of the parts' logical names. */
  readonly name: string;
  readonly settings: Settings;
  readonly labels: Labels;
  readonly account: Account;
  readonly lake: LogLakeReference;
  readonly parent: pulumi.Resource;
}

/** What the parts of a pipeline share. */
export interface PipelineContext extends SourceContext<PipelineSettings> {
  readonly scheduling: Scheduling;
}
