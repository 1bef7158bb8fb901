/** Lambda: functions and what feeds them. */
import { AwsError } from "../awsError";
import { call, text, type ResourceModel } from "../model";
import type { Values } from "../values";
import { roleExists, roleGrants, roleTrusts } from "./iam";
import { queueOf } from "./sqs";

const functionKey = (region: string, name: string): string => `lambda:${region}:function/${name}`;
const invalid = (reason: string): AwsError => new AwsError("InvalidParameterValueException", reason);

/** Names that Lambda keeps for itself ("Defined runtime environment variables", Lambda's guide). */
const RESERVED =
  /^(_HANDLER|_X_AMZN_TRACE_ID|AWS_(DEFAULT_)?REGION|AWS_EXECUTION_ENV|AWS_LAMBDA_.*|AWS_ACCESS_KEY(_ID)?|AWS_SECRET_ACCESS_KEY|AWS_SESSION_TOKEN|LAMBDA_(TASK_ROOT|RUNTIME_DIR))$/;
const ENVIRONMENT_BYTES = 4096;
/** Uploaded with the call itself. */
const ZIP_BYTES = 50 * 1024 * 1024;

const checkEnvironment = (inputs: Values): void => {
  const variables = ((inputs["environment"] as Values | undefined)?.["variables"] ?? {}) as Values;
  const reserved = Object.keys(variables).filter((name) => RESERVED.test(name));
  if (reserved.length > 0)
    throw invalid(
      `Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${reserved.join(", ")}`,
    );
  const bytes = Buffer.byteLength(JSON.stringify(variables));
  if (bytes > ENVIRONMENT_BYTES)
    throw invalid(
      `Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit. String measured: ${JSON.stringify(variables)}`,
    );
};

export const lambdaFunction: ResourceModel = {
  title: "Lambda Function",
  nameInput: "name",
  forceNew: ["name", "packageType", "tenancyConfig", "capacityProviderConfig"],
  identify: (inputs, { account, region }) => {
    const name = text(inputs["name"]);
    const arn = `arn:aws:lambda:${region}:${account}:function:${name}`;
    return {
      key: functionKey(region, name),
      id: name,
      computed: {
        arn,
        qualifiedArn: `${arn}:$LATEST`,
        version: "$LATEST",
        invokeArn: `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/${arn}/invocations`,
      },
    };
  },
  calls: [
    call(
      "lambda",
      "CreateFunction",
      {
        name: "functionName",
        code: undefined,
        reservedConcurrentExecutions: undefined,
        sourceCodeHash: undefined,
        codeSha256: undefined,
        skipDestroy: undefined,
        replaceSecurityGroupsOnDestroy: undefined,
      },
      () => ({ code: {} }),
    ),
  ],
  plan: (inputs) => {
    const given = ["code", "imageUri", "s3Bucket"].filter((key) => inputs[key] !== undefined);
    const problems: [string, string][] = [];
    if (given.length !== 1) problems.push(["code", "one of `filename,image_uri,s3_bucket` must be specified"]);
    if (inputs["code"] !== undefined && (inputs["handler"] === undefined || inputs["runtime"] === undefined))
      problems.push(["handler", "handler and runtime must be set when PackageType is Zip"]);
    return problems;
  },
  taken: ({ name }) => new AwsError("ResourceConflictException", `Function already exist: ${text(name)}`),
  verify: ({ inputs, cloud }) => {
    const roleArn = text(inputs["role"]);
    if (!roleExists(cloud, roleArn) || !roleTrusts(cloud, roleArn, "lambda.amazonaws.com"))
      throw invalid("The role defined for the function cannot be assumed by Lambda.");
    checkEnvironment(inputs);
    const letters = (inputs["deadLetterConfig"] as Values | undefined)?.["targetArn"];
    if (letters !== undefined) {
      const action = text(letters).includes(":sns:") ? "sns:Publish" : "sqs:SendMessage";
      if (!roleGrants(cloud, roleArn, action)) {
        const [service, verb] = action.split(":") as [string, string];
        throw invalid(
          `The provided execution role does not have permissions to call ${verb} on ${service.toUpperCase()}`,
        );
      }
    }
  },
};

/** What the archive weighs is known only once it is packed. @throws AwsError */
export const checkArchive = (bytes: number): void => {
  if (bytes > ZIP_BYTES)
    throw new AwsError(
      "RequestEntityTooLargeException",
      `Request must be smaller than ${ZIP_BYTES} bytes for the CreateFunction operation`,
    );
};

export const eventSourceMapping: ResourceModel = {
  title: "Lambda Event Source Mapping",
  forceNew: ["eventSourceArn", "startingPosition", "startingPositionTimestamp", "queues"],
  identify: (inputs, { region, account, uuid }) => {
    const name = text(inputs["functionName"]).split(":").pop()!;
    const id = uuid();
    return {
      key: `lambda:${region}:mapping/${text(inputs["eventSourceArn"])}/${name}`,
      id,
      computed: {
        uuid: id,
        arn: `arn:aws:lambda:${region}:${account}:event-source-mapping:${id}`,
        functionArn: `arn:aws:lambda:${region}:${account}:function:${name}`,
        state: "Enabled",
      },
    };
  },
  calls: [call("lambda", "CreateEventSourceMapping", { queues: "queues" })],
  taken: ({ eventSourceArn, functionName }, existing) =>
    new AwsError(
      "ResourceConflictException",
      `An event source mapping with SQS arn (" ${text(eventSourceArn)} ") and function (" ${text(functionName)} ") already exists. Please update or delete the existing mapping with UUID ${text(existing["uuid"])}`,
    ),
  verify: ({ inputs, place, cloud }) => {
    const name = text(inputs["functionName"]).split(":").pop()!;
    const target = cloud.get(functionKey(place.region, name));
    if (target === undefined) throw invalid(`Function does not exist: ${text(inputs["functionName"])}`);
    const arn = text(inputs["eventSourceArn"]);
    if (!arn.includes(":sqs:")) return;
    const queue = queueOf(cloud, arn);
    if (queue === undefined)
      throw invalid(
        `Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. The queue ${arn} does not exist`,
      );
    const timeout = Number(target.inputs["timeout"] ?? 3);
    const visibility = Number(queue["visibilityTimeoutSeconds"] ?? 30);
    if (visibility < timeout)
      throw invalid(
        `Queue visibility timeout: ${visibility} seconds is less than Function timeout: ${timeout} seconds`,
      );
    for (const action of ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]) {
      if (!roleGrants(cloud, text(target.inputs["role"]), action))
        throw invalid(`The function execution role does not have permissions to call ${action.split(":")[1]} on SQS`);
    }
    if (Number(inputs["batchSize"] ?? 10) > 10 && inputs["maximumBatchingWindowInSeconds"] === undefined)
      throw invalid("Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10");
  },
};
