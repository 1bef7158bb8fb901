import { InputError } from "../src/errors";

export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads a variable that the program sets; a function without it must not start. */
export const required = (environment: Environment, name: string): string => {
  const value = environment[name];
  if (value === undefined || value === "") {
    throw new InputError("a required environment variable is missing", {
      field: name,
      fix: "deploy the function with AmplifyLogPipeline",
    });
  }
  return value;
};

export const requiredNumber = (environment: Environment, name: string): number => {
  const text = required(environment, name);
  const value = Number(text);
  if (!Number.isFinite(value)) throw new InputError("not a number", { field: name, value: text, fix: "give a number" });
  return value;
};

/** One fact, as an object: with the JSON log format that the functions have, its fields can be queried in CloudWatch. */
export type Log = (event: string, facts: Readonly<Record<string, unknown>> & { readonly event?: never }) => void;

export const consoleLog: Log = (event, facts) => console.log({ event, ...facts });
