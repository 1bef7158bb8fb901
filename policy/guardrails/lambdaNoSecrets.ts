import { resourceRule } from "../rule";
import { patterns } from "../settings";
import { at, isUnknownAt, textAt } from "../subject";
import { FUNCTION } from "../types";

/** Names that say a secret, but not those that say where one is kept. */
const NAMES = [
  "secret|passw(or)?d|passphrase|credential|private_?key|api_?key|access_?key|auth_?token|(^|_)token($|_)|(^|_)pwd($|_)",
];
const REFERENCE = /_(ARN|ID|NAME|PATH|PARAMETER|REF|URL)$/i;
/** Values that only a secret looks like: keys of AWS, GitHub and Slack, private keys, tokens, URLs with a password. */
const VALUES = [
  "\\b(AKIA|ASIA)[0-9A-Z]{16}\\b",
  "-----BEGIN [A-Z ]*PRIVATE KEY-----",
  "\\bgh[opsu]_[0-9A-Za-z]{36}",
  "\\bxox[abprs]-[0-9A-Za-z-]{10,}",
  "\\beyJ[0-9A-Za-z_-]{10,}\\.eyJ[0-9A-Za-z_-]{10,}\\.",
  "://[^/\\s:@]+:[^/\\s:@]+@",
];
/** Where a secret is kept, in Secrets Manager or Parameter Store. */
const KEPT = /^(arn:[^:]+:(secretsmanager|ssm):|\{\{resolve:(secretsmanager|ssm))/;

export const lambdaNoSecrets = resourceRule({
  name: "lambda-no-secrets",
  description: "Environment variables of functions hold no secrets.",
  severity: "critical",
  controls: { checkov: ["CKV_AWS_45"] },
  remediation:
    "name the secret (SECRET_ARN: secret.arn) and read it when the function starts, with secretsmanager:GetSecretValue on that ARN",
  settings: {
    names: patterns("Names of variables that hold a secret, in either case", NAMES),
    values: patterns("Values that are a secret", VALUES),
  },
  types: [FUNCTION],
  judge: ({ props }, { settings, violation, each }) => {
    const variables = Object.keys(at(props, "environment.variables") ?? {});
    each(variables, (name) => {
      const path = `environment.variables.${name}`;
      const isNamed = !REFERENCE.test(name) && settings.names.some((pattern) => new RegExp(pattern, "i").test(name));
      // An unknown value under a harmless name is what most variables are at preview: an ARN, a bucket.
      if (!isNamed && isUnknownAt(props, path)) return;
      const value = textAt(props, path) ?? "";
      const looksSo = settings.values.some((pattern) => new RegExp(pattern).test(value));
      if (looksSo || (isNamed && value !== "" && !KEPT.test(value)))
        violation(path, "the ARN or the name of a secret", { found: "what looks like a secret" });
    });
  },
});
