/** One call that no function makes, and where it is written that somebody does. */
import { text, type DeployedResource } from "../lambda/deployed";
import type { Call } from "./judge";

export interface DocumentedCall extends Call {
  /** A role's ARN, the name of a service, or "administrator": somebody who may do all that IAM can allow. */
  readonly caller: string;
  readonly address: string;
}

export const OVER_TLS = { "aws:SecureTransport": "true" };

export const roleOf = (lambda: DeployedResource): string => text(lambda, "role");
