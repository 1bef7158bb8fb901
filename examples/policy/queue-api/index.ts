/** An HTTP API: one function takes orders and puts them in a queue, another works them off. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

const stack = pulumi.getStack();
const tags = { Project: "shop", Owner: "orders-team", CostCenter: "web", Environment: stack };
const nameOf = (type: string, n: number): string => `shop-orders-intite-${type}${n}-${stack}`;

const queueNamed = (name: string, n: number, args: aws.sqs.QueueArgs = {}): aws.sqs.Queue => {
  const queue = new aws.sqs.Queue(name, { name: nameOf("sq", n), sqsManagedSseEnabled: true, tags, ...args });
  const { json } = aws.iam.getPolicyDocumentOutput({
    statements: [
      {
        effect: "Deny",
        principals: [{ type: "*", identifiers: ["*"] }],
        actions: ["sqs:*"],
        resources: [queue.arn],
        conditions: [{ test: "Bool", variable: "aws:SecureTransport", values: ["false"] }],
      },
    ],
  });
  new aws.sqs.QueuePolicy(name, { queueUrl: queue.url, policy: json });
  return queue;
};
const failed = queueNamed("failed", 1);
const orders = queueNamed("orders", 2, {
  redrivePolicy: pulumi.jsonStringify({ deadLetterTargetArn: failed.arn, maxReceiveCount: 5 }),
});

const functionNamed = (name: string, n: number, action: string[], timeout: number): aws.lambda.Function => {
  const logs = new aws.cloudwatch.LogGroup(name, {
    name: `/aws/lambda/${nameOf("lm", n)}`,
    retentionInDays: 30,
    tags,
  });
  const role = new aws.iam.Role(name, {
    name: nameOf("ir", n),
    assumeRolePolicy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
    }),
    tags,
  });
  new aws.iam.RolePolicy(name, {
    role: role.name,
    policy: pulumi.jsonStringify({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Action: action, Resource: orders.arn },
        {
          Effect: "Allow",
          Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
          Resource: pulumi.interpolate`${logs.arn}:*`,
        },
        { Effect: "Allow", Action: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], Resource: "*" },
      ],
    }),
  });
  return new aws.lambda.Function(name, {
    name: nameOf("lm", n),
    role: role.arn,
    runtime: "nodejs24.x",
    handler: "index.handler",
    code: new pulumi.asset.AssetArchive({
      "index.js": new pulumi.asset.StringAsset("exports.handler = async () => ({ statusCode: 202 });"),
    }),
    timeout,
    tracingConfig: { mode: "Active" },
    loggingConfig: { logFormat: "JSON", logGroup: logs.name },
    environment: { variables: { QUEUE_URL: orders.url } },
    tags,
  });
};
const take = functionNamed("take", 1, ["sqs:SendMessage"], 10);
const work = functionNamed("work", 2, ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], 30);
new aws.lambda.EventSourceMapping("work", { eventSourceArn: orders.arn, functionName: work.arn, tags });

const api = new aws.apigatewayv2.Api("orders", { name: "orders", protocolType: "HTTP", tags });
const integration = new aws.apigatewayv2.Integration("take", {
  apiId: api.id,
  integrationType: "AWS_PROXY",
  integrationUri: take.arn,
  payloadFormatVersion: "2.0",
});
new aws.apigatewayv2.Route("take", {
  apiId: api.id,
  routeKey: "POST /orders",
  target: pulumi.interpolate`integrations/${integration.id}`,
});
new aws.lambda.Permission("api", {
  action: "lambda:InvokeFunction",
  function: take.name,
  principal: "apigateway.amazonaws.com",
  sourceArn: pulumi.interpolate`${api.executionArn}/*/*`,
  sourceAccount: aws.getCallerIdentityOutput().accountId,
});

/** The team's own topic: pulumi config set alarmTopicArn arn:… */
const alarmActions = [new pulumi.Config().require("alarmTopicArn")];
const alarm = (
  name: string,
  n: number,
  args: Omit<aws.cloudwatch.MetricAlarmArgs, "comparisonOperator" | "evaluationPeriods">,
) =>
  new aws.cloudwatch.MetricAlarm(name, {
    name: nameOf("al", n),
    comparisonOperator: "GreaterThanThreshold",
    evaluationPeriods: 1,
    threshold: 0,
    period: 300,
    alarmActions,
    tags,
    ...args,
  });
alarm("take-errors", 1, {
  namespace: "AWS/Lambda",
  metricName: "Errors",
  dimensions: { FunctionName: take.name },
  statistic: "Sum",
});
alarm("failed-orders", 2, {
  namespace: "AWS/SQS",
  metricName: "ApproximateNumberOfMessagesVisible",
  dimensions: { QueueName: failed.name },
  statistic: "Maximum",
});

export const url = api.apiEndpoint;
