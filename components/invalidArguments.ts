import * as pulumi from "@pulumi/pulumi";
import { problemError, type Problem, type Validated } from "../src/model/configuration";

/**
 * The user's mistakes, each with its property path. Other languages get them as Pulumi's input errors; a Node program, where
 * the runtime would print those with a stack trace, ends with the messages alone, because it is marked as a RunError too.
 */
export const invalidArguments = (what: string, problems: readonly Problem[]): Error => {
  const texts = problems.map((problem) => problemError(problem).message);
  const message = [`${what} is not configured right:`, ...texts.map((text) => `  ${text}`)].join("\n");
  const errors = problems.map((problem, i) => ({ propertyPath: problem.field, reason: texts[i]! }));
  return Object.assign(new pulumi.InputPropertiesError({ message, errors }), { __pulumiRunError: true });
};

/** The settings, or the end of the program with all that is wrong. */
export const settingsOrThrow = <T>(what: string, validated: Validated<T>): T => {
  if ("problems" in validated) throw invalidArguments(what, validated.problems);
  return validated.settings;
};
