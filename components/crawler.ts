/** A Glue crawler with all that it needs: role, security configuration, key and log group. Its alarm is in crawlAlarm.ts. */
import * as pulumi from "@pulumi/pulumi";
import { LogGroup } from "@pulumi/aws/cloudwatch";
import { Crawler, SecurityConfiguration } from "@pulumi/aws/glue";
import { Role, RolePolicy } from "@pulumi/aws/iam";
import type { SourceAlarmName } from "../src/model/alarms";
import {
  crawlerConfiguration,
  crawlerLogGroup,
  crawlPolicies,
  sharedTableLevel,
  type CrawledPrefix,
} from "../src/model/crawler";
import type { RoleName } from "../src/model/names";
import type { SourceContext } from "./context";
import { crawlerStatements, logKeyStatement } from "./crawlerStatements";
import { createCustomerKey } from "./key";
import { policyText, trustOf } from "./statements";

interface CrawlerRoles {
  readonly crawler: RoleName;
  readonly role: RoleName;
  readonly security: RoleName;
  readonly key: RoleName;
  readonly rule: RoleName;
  readonly alarm: SourceAlarmName;
}

const rolesOf = <const Of extends "crawler" | "applicationCrawler" | "cloudFrontCrawler">(of: Of) =>
  ({
    crawler: of,
    role: `${of}Role`,
    security: `${of}Security`,
    key: `${of}Key`,
    rule: `${of}Rule`,
    alarm: of,
  }) as const satisfies CrawlerRoles;

/** Whose crawler it is: each has names of its own, so that all of them fit into one project. */
export const CRAWLER_ROLES = {
  pipeline: rolesOf("crawler"),
  application: rolesOf("applicationCrawler"),
  cloudFront: rolesOf("cloudFrontCrawler"),
} as const;

export interface CrawlerTarget {
  readonly bucketName: pulumi.Input<string>;
  readonly bucketArn: pulumi.Input<string>;
  /** Customer key of its objects. Default: S3 holds the keys. */
  readonly keyArn?: pulumi.Input<string> | undefined;
  /** At least one. */
  readonly prefixes: readonly CrawledPrefix[];
}

export interface CrawlerSetup {
  readonly of: keyof typeof CRAWLER_ROLES;
  readonly description: string;
  readonly target: CrawlerTarget;
  /** Name of the database, which stands in rights. */
  readonly database: string;
  /** The same, as its resource has it: the crawler waits for it. */
  readonly databaseReference: pulumi.Input<string>;
  /** Before the names of its tables. Default: none. */
  readonly tablePrefix?: string;
  /** In EventBridge's words, UTC. Default: on demand only. */
  readonly schedule?: string | undefined;
  /** Level of the folders that are tables. Default: from the prefixes. */
  readonly tableLevel?: number | undefined;
  /** Whether folders that were crawled once are passed by. Default: false. */
  readonly newFoldersOnly?: boolean;
  /** An own key of its log, which lets CloudWatch Logs use it. Default: a key is made. */
  readonly kmsKeyArn?: pulumi.Input<string> | undefined;
  readonly alarmTopicArn?: pulumi.Input<string> | undefined;
}

export interface CreatedCrawler {
  /** Known before anything is deployed. */
  readonly crawlerName: string;
  readonly crawlerArn: pulumi.Output<string>;
  readonly crawler: Crawler;
  readonly logGroup: LogGroup;
}

/** The key of the log. A lake's own key does not let CloudWatch Logs in, and S3's keys are none that Glue would take for a log. */
const createLogKey = (
  context: SourceContext,
  { of, kmsKeyArn }: CrawlerSetup,
  logGroupArn: pulumi.Output<string>,
): pulumi.Output<string> => {
  if (kmsKeyArn !== undefined) return pulumi.output(kmsKeyArn);
  const { name, labels, account, parent } = context;
  return createCustomerKey(
    `${name}-crawler`,
    {
      keyName: labels.name(CRAWLER_ROLES[of].key),
      description: "The crawler's log at rest",
      account,
      tags: labels.tags,
      services: [],
      statements: pulumi.all([account.region, logGroupArn]).apply(([region, arn]) => [logKeyStatement(region, arn)]),
    },
    parent,
  ).arn;
};

/** What encrypts the crawler's log, and what a job of the same configuration would write. */
const createSecurity = (
  { name, labels, lake, parent }: SourceContext,
  { of }: CrawlerSetup,
  keyArn: pulumi.Output<string>,
): SecurityConfiguration =>
  new SecurityConfiguration(
    `${name}-crawler`,
    {
      name: labels.name(CRAWLER_ROLES[of].security),
      encryptionConfiguration: {
        cloudwatchEncryption: { cloudwatchEncryptionMode: "SSE-KMS", kmsKeyArn: keyArn },
        jobBookmarksEncryption: { jobBookmarksEncryptionMode: "CSE-KMS", kmsKeyArn: keyArn },
        // As the lake's own objects: a crawler writes none.
        s3Encryption: pulumi
          .output(lake.dataKeyArn)
          .apply((arn) =>
            arn === undefined ? { s3EncryptionMode: "SSE-S3" } : { s3EncryptionMode: "SSE-KMS", kmsKeyArn: arn },
          ),
      },
    },
    // Another encryption makes another configuration, whose name must be free by then.
    { parent, deleteBeforeReplace: true },
  );

/** The role of the crawler alone: its prefixes, its tables, its log. */
const createRole = (
  context: SourceContext,
  setup: CrawlerSetup,
  logs: { readonly groupArn: pulumi.Output<string>; readonly keyArn: pulumi.Output<string> },
): { readonly role: Role; readonly rolePolicy: RolePolicy } => {
  const { name, labels, account, parent } = context;
  const { target, database, tablePrefix = "" } = setup;
  const roleName = labels.name(CRAWLER_ROLES[setup.of].role);
  const role = new Role(
    `${name}-crawler`,
    {
      name: roleName,
      description: setup.description,
      // Only this account's crawlers, or somebody else's could use the role through the service.
      assumeRolePolicy: account.id.apply((id) =>
        JSON.stringify(trustOf("glue.amazonaws.com", { StringEquals: { "aws:SourceAccount": id } })),
      ),
      tags: labels.tags,
    },
    { parent },
  );
  const glueArn = pulumi.interpolate`arn:${account.partition}:glue:${account.region}:${account.id}`;
  const policy = pulumi
    .all([target.bucketArn, target.keyArn, glueArn, logs.groupArn, logs.keyArn])
    .apply(([bucketArn, bucketKeyArn, catalogueArn, logGroupArn, keyArn]) => {
      const prefixes = target.prefixes.map(({ prefix }) => prefix);
      const buckets = [{ bucketArn, prefixes, keyArn: bucketKeyArn }];
      return policyText(
        crawlerStatements({ buckets, glueArn: catalogueArn, database, tablePrefix, logGroupArn, keyArn }),
      );
    });
  const rolePolicy = new RolePolicy(`${name}-crawler`, { name: roleName, role: role.name, policy }, { parent });
  return { role, rolePolicy };
};

/** The crawler, ready to be started by its schedule, by hand or by a state machine. */
export const createCrawler = (context: SourceContext, setup: CrawlerSetup): CreatedCrawler => {
  const { name, settings, labels, account, parent } = context;
  const { target } = setup;
  const roles = CRAWLER_ROLES[setup.of];
  const crawlerName = labels.name(roles.crawler);
  const logGroupName = crawlerLogGroup(labels.name(roles.role), labels.name(roles.security));
  const groupArn = pulumi.interpolate`arn:${account.partition}:logs:${account.region}:${account.id}:log-group:${logGroupName}`;

  const keyArn = createLogKey(context, setup, groupArn);
  // Declared before Glue would make it: else it would live for ever, without tags.
  const logGroup = new LogGroup(
    `${name}-crawler`,
    { name: logGroupName, retentionInDays: settings.retention.logDays, kmsKeyId: keyArn, tags: labels.tags },
    { parent },
  );
  const security = createSecurity(context, setup, keyArn);
  const { role, rolePolicy } = createRole(context, setup, { groupArn, keyArn });
  const { recrawlBehavior, deleteBehavior, updateBehavior } = crawlPolicies(setup.newFoldersOnly ?? false);
  const crawler = new Crawler(
    `${name}-crawler`,
    {
      name: crawlerName,
      description: setup.description,
      databaseName: setup.databaseReference,
      role: role.arn,
      s3Targets: target.prefixes.map(({ prefix }) => ({
        path: pulumi.interpolate`s3://${target.bucketName}/${prefix}/`,
      })),
      ...(setup.tablePrefix === undefined || setup.tablePrefix === "" ? {} : { tablePrefix: setup.tablePrefix }),
      ...(setup.schedule === undefined ? {} : { schedule: setup.schedule }),
      configuration: JSON.stringify(crawlerConfiguration(setup.tableLevel ?? sharedTableLevel(target.prefixes))),
      recrawlPolicy: { recrawlBehavior },
      schemaChangePolicy: { deleteBehavior, updateBehavior },
      securityConfiguration: security.name,
      tags: labels.tags,
    },
    { parent, dependsOn: [rolePolicy, logGroup] },
  );
  return { crawlerName, crawlerArn: crawler.arn, crawler, logGroup };
};
