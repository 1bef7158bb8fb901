import type * as pulumi from "@pulumi/pulumi";
import type { PipelineSettings } from "../src/model/configuration";
import type { Account } from "./account";
import type { LogLakeReference } from "./arguments";
import type { Labels } from "./labels";
import type { Scheduling } from "./schedule";

/** What the parts of a pipeline share. */
export interface PipelineContext {
  /** Prefix of the parts' logical names. */
  readonly name: string;
  readonly settings: PipelineSettings;
  readonly labels: Labels;
  readonly account: Account;
  readonly lake: LogLakeReference;
  readonly scheduling: Scheduling;
  readonly parent: pulumi.Resource;
}
