import { ABSENT, adding, all, set, without } from "../changes";
import { broken, changed, missing, onCompute, unknown, type RuleCases } from "./cases";

const FUNCTIONS = ["shop-fetch", "old-fetcher", "convert", "plan", "hook"];
const variable = (name: string, value: unknown) => set("hook", `environment.variables.${name}`, value);

export const FUNCTION_CASES: Readonly<Record<string, RuleCases>> = {
  "lambda-permission-source": onCompute({
    breaks: [
      broken("rule-permission", "sourceArn", [ABSENT, "", "*"]),
      broken("bucket-permission", "sourceAccount", [ABSENT, ""]),
      broken("bucket-permission", "sourceArn", [ABSENT]),
      broken("bucket-permission", "principal", ["*"]),
    ],
    unknowns: [unknown("rule-permission", "principal", "sourceArn"), unknown("bucket-permission", "sourceAccount")],
    passes: [
      {
        title: "an account",
        change: all(set("rule-permission", "principal", "123456789012"), set("rule-permission", "sourceArn", ABSENT)),
      },
      {
        title: "everybody of one organisation",
        change: all(set("rule-permission", "principal", "*"), set("rule-permission", "principalOrgId", "o-1")),
      },
      {
        title: "a service of one account",
        change: all(
          set("rule-permission", "sourceArn", ABSENT),
          set("rule-permission", "sourceAccount", "123456789012"),
        ),
      },
    ],
  }),
  "lambda-url-authorization": onCompute({
    breaks: [broken("hook-url", "authorizationType", [ABSENT, "NONE"])],
    unknowns: [unknown("hook-url", "authorizationType")],
  }),
  "lambda-no-secrets": onCompute({
    breaks: [
      ...[
        ["DB_PASSWORD", "hunter2"],
        ["apiKey", "0123456789"],
        ["GITHUB_TOKEN", "x"],
        ["CLIENT_SECRET", "y"],
        ["LEVEL", "AKIAIOSFODNN7EXAMPLE"],
        ["PEM", "-----BEGIN RSA PRIVATE KEY-----"],
        ["DATABASE", "postgres://app:hunter2@db.internal/app"],
      ].map(([name, value]) =>
        changed(`${name} = ${value}`, variable(name!, value), [`hook:environment.variables.${name}`]),
      ),
      changed("a name of the setting", variable("LEVEL", "debug"), ["hook:environment.variables.LEVEL"], {
        names: ["^level$"],
        include: ["^hook$"],
      }),
    ],
    unknowns: [[{ resource: "hook", path: "environment.variables.DB_PASSWORD" }]],
    passes: [
      {
        title: "where a secret is kept",
        change: variable("DB_SECRET_ARN", "arn:aws:secretsmanager:eu-central-1:1:secret:x"),
      },
      {
        title: "a secret's ARN under its own name",
        change: variable("DB_PASSWORD", "arn:aws:ssm:eu-central-1:1:parameter/x"),
      },
      { title: "an empty value", change: variable("DB_PASSWORD", "") },
      {
        title: "an unknown value under a harmless name",
        change: variable("LEVEL", "04da6b54-80e4-46f7-96ec-b56ff0331ba9"),
      },
    ],
  }),
  "lambda-runtime": onCompute({
    breaks: [
      broken("hook", "runtime", [ABSENT, "nodejs18.x", "python3.8"]),
      changed("one that the setting leaves out", set("hook", "runtime", "python3.13"), ["hook:runtime"], {
        runtimes: ["nodejs24.x"],
      }),
    ],
    unknowns: [unknown("hook", "runtime")],
    notFor: [
      {
        title: "an image",
        change: all(set("hook", "packageType", "Image"), set("hook", "runtime", ABSENT)),
        resource: "hook",
      },
    ],
  }),
  "lambda-dead-letters": onCompute({
    breaks: [
      broken("shop-fetch", "deadLetterConfig", [ABSENT], { places: ["shop-fetch:deadLetterConfig.targetArn"] }),
      broken("shop-fetch", "deadLetterConfig.targetArn", ["", ABSENT]),
      broken("old-fetcher", "deadLetterConfig.targetArn", [ABSENT]),
      broken("hook-async", "destinationConfig.onFailure.destination", [ABSENT, ""], {
        places: ["hook:deadLetterConfig.targetArn"],
      }),
      missing(["hook-async"], ["hook:deadLetterConfig.targetArn"]),
      missing(["convert-source"], ["convert:deadLetterConfig.targetArn"]),
    ],
    unknowns: [
      unknown("shop-fetch", "deadLetterConfig.targetArn"),
      unknown("hook-async", "destinationConfig.onFailure.destination"),
    ],
    notFor: [
      {
        title: "functions whose caller waits",
        change: (resources) => resources.filter(({ name }) => !["shop-fetch", "old-fetcher", "hook"].includes(name)),
        resource: "",
      },
    ],
  }),
  "lambda-tracing": onCompute({
    breaks: FUNCTIONS.slice(0, 2).map((name) => broken(name, "tracingConfig.mode", [ABSENT, "PassThrough"])),
    unknowns: [unknown("hook", "tracingConfig.mode", "tracingConfig")],
  }),
  "lambda-log-group": onCompute({
    breaks: [
      missing(["hook-logs"], ["hook:loggingConfig.logGroup"]),
      missing(["tick-group"], ["old-fetcher:loggingConfig.logGroup"]),
      broken("hook-logs", "retentionInDays", [ABSENT, 0, "long"]),
      broken("hook-logs", "name", ["/aws/lambda/another"], { places: ["hook:loggingConfig.logGroup"] }),
      broken("tick-group", "retentionInDays", [ABSENT]),
      changed(
        "another log group than the one that is declared",
        all(set("old-fetcher", "loggingConfig", { logGroup: "team/other" })),
        ["old-fetcher:loggingConfig.logGroup"],
      ),
    ],
    unknowns: [unknown("hook-logs", "retentionInDays"), unknown("hook", "loggingConfig.logGroup")],
    passes: [
      {
        title: "a log group whose name is unknown at preview",
        change: set("old-fetcher", "loggingConfig.logGroup", "04da6b54-80e4-46f7-96ec-b56ff0331ba9"),
      },
    ],
  }),
  "lambda-concurrency": onCompute({
    breaks: [broken("hook", "reservedConcurrentExecutions", [ABSENT, -1])],
    unknowns: [unknown("hook", "reservedConcurrentExecutions")],
  }),
  "lambda-environment-key": onCompute({
    breaks: [broken("hook", "kmsKeyArn", [ABSENT])],
    unknowns: [unknown("hook", "kmsKeyArn")],
    notFor: [
      {
        title: "a function without variables",
        change: all(set("hook", "environment", ABSENT), set("hook", "kmsKeyArn", ABSENT)),
        resource: "hook",
      },
    ],
  }),
  "schedule-dead-letters": onCompute({
    breaks: [
      broken("fetch-schedule", "target.deadLetterConfig.arn", [ABSENT, ""]),
      broken("fetch-schedule", "target.deadLetterConfig", [ABSENT], {
        places: ["fetch-schedule:target.deadLetterConfig.arn"],
      }),
      broken("rule-target", "deadLetterConfig.arn", [ABSENT, ""]),
    ],
    unknowns: [
      unknown("fetch-schedule", "target.deadLetterConfig.arn"),
      unknown("rule-target", "deadLetterConfig.arn"),
    ],
  }),
  "stepfunctions-logging": onCompute({
    breaks: [
      broken("machine", "loggingConfiguration.level", [ABSENT, "OFF"]),
      broken("machine", "loggingConfiguration.logDestination", [ABSENT, ""]),
      broken("machine", "loggingConfiguration", [ABSENT], {
        places: ["machine:loggingConfiguration.level", "machine:loggingConfiguration.logDestination"],
      }),
      changed(
        "a level that the setting leaves out",
        set("machine", "loggingConfiguration.level", "FATAL"),
        ["machine:loggingConfiguration.level"],
        { levels: ["ALL"] },
      ),
    ],
    unknowns: [unknown("machine", "loggingConfiguration.level", "loggingConfiguration.logDestination")],
  }),
  "stepfunctions-tracing": onCompute({
    breaks: [broken("machine", "tracingConfiguration.enabled", [ABSENT, false])],
    unknowns: [unknown("machine", "tracingConfiguration.enabled")],
  }),
  "logs-retention": onCompute({
    breaks: [
      broken("machine-logs", "retentionInDays", [ABSENT, 0, "long"]),
      changed(
        "less than the setting asks for",
        set("machine-logs", "retentionInDays", 14),
        ["machine-logs:retentionInDays"],
        { minimumDays: 30 },
      ),
    ],
    unknowns: [unknown("machine-logs", "retentionInDays")],
  }),
  "logs-customer-key": onCompute({
    breaks: [broken("machine-logs", "kmsKeyId", [ABSENT, ""])],
    unknowns: [unknown("machine-logs", "kmsKeyId")],
  }),
  "function-has-alarm": onCompute({
    breaks: [
      missing(["fetch-errors"], ["shop-fetch:name"]),
      broken("fetch-errors", "dimensions", [{ FunctionName: "another" }, { Resource: "another" }], {
        places: ["shop-fetch:name"],
      }),
      missing(["tick-filter"], ["old-fetcher:name"]),
      missing(["tick-errors"], ["old-fetcher:name"]),
      broken("tick-errors", "metricName", ["Other"], { places: ["old-fetcher:name"] }),
      broken("tick-errors", "namespace", ["Other"], { places: ["old-fetcher:name"] }),
      broken("tick-filter", "metricTransformation.name", ["Other"], { places: ["old-fetcher:name"] }),
      missing(["given-up-depth"], ["convert:name"]),
      broken("given-up-depth", "metricQueries[0].metric.dimensions", [ABSENT, { QueueName: "another" }], {
        places: ["convert:name"],
      }),
      missing(["machine-failed"], ["plan:name"]),
      broken("machine-failed", "dimensions", [ABSENT, { StateMachineArn: "another" }], { places: ["plan:name"] }),
      missing(["hook-errors"], ["hook:name"]),
      broken("fetch-errors", "metricName", [ABSENT, "Throttles", "Duration"], { places: ["shop-fetch:name"] }),
      broken("given-up-depth", "metricQueries[0].metric.metricName", ["NumberOfMessagesReceived"], {
        places: ["convert:name"],
      }),
      broken("machine-failed", "metricName", ["ExecutionsStarted"], { places: ["plan:name"] }),
      broken("fetch-errors", "namespace", [ABSENT, "Team"], { places: ["shop-fetch:name"] }),
      broken("machine-failed", "namespace", ["AWS/Lambda"], { places: ["plan:name"] }),
      broken("given-up-depth", "metricQueries[0].metric.namespace", ["Team"], { places: ["convert:name"] }),
      broken("fetch-errors", "alarmActions", [ABSENT, [], [""], ["the team"]], { places: ["shop-fetch:name"] }),
      broken("fetch-errors", "actionsEnabled", [false], { places: ["shop-fetch:name"] }),
      broken("tick-errors", "alarmActions", [ABSENT], { places: ["old-fetcher:name"] }),
      broken("given-up-depth", "alarmActions", [ABSENT], { places: ["convert:name"] }),
      broken("machine-failed", "alarmActions", [ABSENT], { places: ["plan:name"] }),
      changed(
        "an alarm of which nobody hears, in another of which nobody hears",
        all(set("hook-errors", "alarmActions", ABSENT), set("any", "alarmActions", ABSENT)),
        ["hook:name"],
      ),
      changed(
        "an alarm that says nothing, on all functions",
        all(
          without("fetch-errors", "tick-errors", "given-up-depth", "machine-failed"),
          set("hook-errors", "dimensions", ABSENT),
          set("hook-errors", "alarmActions", ABSENT),
          set("any", "actionsEnabled", false),
        ),
        FUNCTIONS.map((name) => `${name}:name`),
      ),
    ],
    unknowns: [
      [
        { resource: "tick-errors", path: "namespace", places: ["?tick-errors:namespace"] },
        { resource: "fetch-errors", path: "alarmActions" },
      ],
    ],
    passes: [
      {
        title: "an alarm that one of the others tells of",
        change: all(
          set("hook-errors", "alarmActions", ABSENT),
          adding("unrelated", "aws:cloudwatch/compositeAlarm:CompositeAlarm", { alarmName: "x", alarmRule: "FALSE" }),
        ),
      },
      {
        title: "a topic that is not known yet",
        change: set("fetch-errors", "alarmActions", ["04da6b54-80e4-46f7-96ec-b56ff0331ba9"]),
      },
      {
        title: "one alarm on the errors of all functions",
        change: all(
          without("fetch-errors", "tick-errors", "given-up-depth", "machine-failed"),
          set("hook-errors", "dimensions", ABSENT),
        ),
      },
    ],
  }),
  "fetcher-has-schedule": onCompute({
    breaks: [
      missing(["fetch-schedule"], ["shop-fetch:name"]),
      broken("fetch-schedule", "target.arn", ["arn:aws:lambda:eu-central-1:123456789012:function:other", ABSENT], {
        places: ["shop-fetch:name"],
      }),
      broken("fetch-schedule", "scheduleExpression", [ABSENT], { places: ["shop-fetch:name"] }),
      broken("rule", "scheduleExpression", [ABSENT], { places: ["old-fetcher:name"] }),
      missing(["rule-target"], ["old-fetcher:name"]),
      changed("functions of the setting", (resources) => resources, ["hook:name"], { functions: ["^hook$"] }),
    ],
    unknowns: [
      [
        { resource: "fetch-schedule", path: "scheduleExpression" },
        { resource: "rule", path: "scheduleExpression" },
      ],
    ],
  }),
  "nothing-unreachable": onCompute({
    breaks: [
      missing(["fetch-schedule", "fetch-errors"], ["scheduler-role:name", "shop-fetch:name"]),
      missing(["rule-target", "rule-permission"], ["old-fetcher:name", "rule:name"]),
      missing(["convert-source"], ["convert:name", "work:name"]),
      missing(["machine"], ["machine-logs:name", "machine-role:name", "plan:name"]),
      missing(["hook-async"], ["keyed:name"]),
    ],
    unknowns: [[{ resource: "scheduler-role", path: "assumeRolePolicy" }]],
  }),
};
