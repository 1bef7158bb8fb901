/** Step Functions. */
import { AwsError } from "../awsError";
import { call, text, type ResourceModel } from "../model";
import { problemsOf } from "../../../../helpers/stateMachines";
import type { Values } from "../values";
import { roleGrants, roleTrusts } from "./iam";
import { logGroupKey } from "./monitoring";

/** A definition holds so many characters (CreateStateMachine, API reference). */
const DEFINITION = 1_048_576;

const definitionProblems = (definition: string): string => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(definition);
  } catch {
    return "INVALID_JSON_DESCRIPTION: Invalid JSON description";
  }
  return problemsOf(parsed as object);
};

export const stateMachine: ResourceModel = {
  title: "SFN (Step Functions) State Machine",
  nameInput: "name",
  forceNew: ["name", "namePrefix", "type"],
  identify: (inputs, { account, region }) => {
    const arn = `arn:aws:states:${region}:${account}:stateMachine:${text(inputs["name"])}`;
    return { key: `states:${region}:${text(inputs["name"])}`, id: arn, computed: { arn, status: "ACTIVE" } };
  },
  calls: [
    call("stepfunctions", "CreateStateMachine", { loggingConfiguration: undefined }, ({ loggingConfiguration }) => {
      if (loggingConfiguration === undefined) return {};
      const { logDestination, ...rest } = loggingConfiguration as Values;
      const destinations = [{ cloudWatchLogsLogGroup: { logGroupArn: logDestination } }];
      return { loggingConfiguration: { ...rest, ...(logDestination === undefined ? {} : { destinations }) } };
    }),
  ],
  taken: ({ name }) => new AwsError("StateMachineAlreadyExists", `State Machine Already Exists: '${text(name)}'`),
  verify: ({ inputs, place, cloud }) => {
    const definition = text(inputs["definition"]);
    const problems = definitionProblems(definition);
    if (problems !== "" || definition.length > DEFINITION)
      throw new AwsError("InvalidDefinition", `Invalid State Machine Definition: '${problems}'`);
    const role = text(inputs["roleArn"]);
    if (!roleTrusts(cloud, role, "states.amazonaws.com"))
      throw new AwsError(
        "AccessDeniedException",
        `Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the provided role.`,
      );
    const destination = (inputs["loggingConfiguration"] as Values | undefined)?.["logDestination"];
    if (destination === undefined) return;
    const group = /:log-group:(.+):\*$/.exec(text(destination))?.[1];
    if (group === undefined || cloud.get(logGroupKey(place.region, group)) === undefined)
      throw new AwsError("InvalidLoggingConfiguration", "Invalid Logging Configuration: Log Destination not found.");
    // "The state machine's role must be able to make the delivery": asked when the machine is created, not when it runs.
    if (!["logs:CreateLogDelivery", "logs:PutResourcePolicy"].every((action) => roleGrants(cloud, role, action)))
      throw new AwsError(
        "AccessDeniedException",
        "The state machine IAM Role is not authorized to access the Log Destination",
      );
  },
};
