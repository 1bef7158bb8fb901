/** The state machine that runs a crawler and says what came of it. */
import * as pulumi from "@pulumi/pulumi";
import type { SourceContext } from "./context";
import { crawlDefinition } from "./crawlDefinition";
import type { CreatedCrawler } from "./crawler";
import { crawlStatements } from "./crawlerStatements";
import { createMachineRole, createStateMachine, type CreatedStateMachine } from "./stateMachine";

export interface CrawlMachineArgs {
  readonly crawler: CreatedCrawler;
  readonly database: string;
  readonly tablePrefix: string;
}

/** `arn:aws:glue:REGION:ACCOUNT`. */
export const glueArnOf = ({ account }: SourceContext): pulumi.Output<string> =>
  pulumi.interpolate`arn:${account.partition}:glue:${account.region}:${account.id}`;

/** What a state machine of this account needs to run a crawler. */
export const crawlRights = (context: SourceContext, { crawler, database, tablePrefix }: CrawlMachineArgs) =>
  pulumi
    .all([glueArnOf(context), crawler.crawlerArn])
    .apply(([glueArn, crawlerArn]) => crawlStatements({ glueArn, crawlerArn, database, tablePrefix }));

export const createCrawlMachine = (context: SourceContext, args: CrawlMachineArgs): CreatedStateMachine => {
  const name = `${context.name}-crawl`;
  const role = createMachineRole(
    name,
    {
      machine: "crawlMachine",
      role: "crawlMachineRole",
      description: "Runs the crawler",
      statements: () => crawlRights(context, args),
    },
    context,
  );
  const { crawler, database, tablePrefix } = args;
  const definition = crawlDefinition({ crawlerName: crawler.crawlerName, database, tablePrefix });
  return createStateMachine(name, { role, definition }, context);
};
