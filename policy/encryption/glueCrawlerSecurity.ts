import { resourceRule } from "../rule";
import { at } from "../subject";
import { CRAWLER } from "../types";

export const glueCrawlerSecurity = resourceRule({
  name: "glue-crawler-security",
  description: "Crawlers have a security configuration, which encrypts what they write.",
  severity: "medium",
  controls: { nag: ["GL1"], checkov: ["CKV_AWS_195"] },
  remediation: "securityConfiguration: configuration.name in aws.glue.Crawler, of an aws.glue.SecurityConfiguration",
  types: [CRAWLER],
  judge: ({ props }, { violation }) => {
    const name = at(props, "securityConfiguration");
    if (name === undefined || name === "") violation("securityConfiguration", "the name of a security configuration");
  },
});
