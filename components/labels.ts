import type * as pulumi from "@pulumi/pulumi";
import { resourceName, resourceTags, type NamingOptions, type RoleName, type TagOptions } from "../src/model/names";

/** Names and tags of one component's resources. */
export interface Labels {
  readonly tags: Record<string, string>;
  name(role: RoleName, app?: string): string;
  /** For names that are unique in the world. */
  globalName(role: RoleName, account: pulumi.Output<string>): pulumi.Output<string>;
}

export const makeLabels = (
  settings: Omit<TagOptions, "project" | "environment"> & { naming: NamingOptions },
): Labels => {
  const { naming } = settings;
  return {
    tags: resourceTags({ ...settings, project: naming.project, environment: naming.environment }),
    name: (role, app) => resourceName(naming, role, { app }),
    globalName: (role, account) => account.apply((id) => resourceName(naming, role, { account: id })),
  };
};
