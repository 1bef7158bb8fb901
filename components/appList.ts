import * as pulumi from "@pulumi/pulumi";
import { BucketObjectv2 } from "@pulumi/aws/s3";
import { appListKey, renderAppList, type ListedApp } from "../src/model/appList";
import { pipelineId } from "../src/model/metrics";
import type { PipelineContext } from "./context";
import type { HandlerFunction } from "./function";

/** Writes the apps where the planner, the gap finder and the updater read them; gives back the object's key, once it is there. */
export const createAppList = (
  { name, settings, account, lake, parent }: PipelineContext,
  fetchers: Readonly<Record<string, HandlerFunction>>,
): pulumi.Output<string> => {
  const apps = settings.apps.map((app) =>
    pulumi
      .all([
        app.region ?? account.region,
        app.roleArn as pulumi.Input<string> | undefined,
        fetchers[app.name]!.lambda.arn,
      ])
      .apply(([region, roleArn, fetcherArn]): ListedApp => {
        const { name: appName, appId, domainName, furtherDomains, enabled } = app;
        const role = roleArn === undefined ? {} : { roleArn };
        return { name: appName, appId, domains: [domainName, ...furtherDomains], region, ...role, fetcherArn, enabled };
      }),
  );
  const list = new BucketObjectv2(
    `${name}-apps`,
    {
      bucket: lake.bucketName,
      key: appListKey(pipelineId(settings.naming)),
      content: pulumi.all(apps).apply((listed) => renderAppList({ apps: listed, retiredApps: settings.retiredApps })),
      contentType: "application/json",
    },
    { parent },
  );
  return list.key;
};
