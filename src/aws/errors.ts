import { AmplifyLogsError } from "../errors";

/** What AWS, or the way to it, says, as one of our errors: whoever reads it sees no stack. */
export const describeAwsError = (error: unknown): AmplifyLogsError => {
  if (error instanceof AmplifyLogsError) return error;
  const { name, message } = error instanceof Error ? error : { name: "Error", message: String(error) };
  const fix = message === "Region is missing" ? "set AWS_REGION" : undefined;
  const text = message === "" ? "no reason given" : message.replace(/\.$/, "");
  return new AmplifyLogsError(`AWS cannot be asked (${name}): ${text}`, { ...(fix && { fix }), cause: error });
};
