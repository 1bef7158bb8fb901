import { isbot } from "isbot";
import { isProbe, probeKind } from "./probePaths";

/** Why a request counts as automated; null when it looks like a person's. */
export type BotReason = "agent" | "no-agent" | "probe";

export interface Classification {
  readonly isBot: boolean;
  readonly reason: BotReason | null;
}

/** Agents are written by strangers; what names a bot stands near the beginning. */
const AGENT_LIMIT = 1024;

const hasNoAgent = (agent: string): boolean => agent === "-" || agent.trim() === "";

/**
 * Whether the agent names itself as a program. It must be decoded: to isbot a percent-encoded agent always looks like a bot.
 * A missing agent names nothing: see `agentReason`.
 */
export const isBotAgent = (decodedAgent: string): boolean =>
  !hasNoAgent(decodedAgent) && isbot(decodedAgent.slice(0, AGENT_LIMIT));

/** What the agent alone says; one call per distinct agent is enough. */
export const agentReason = (decodedAgent: string): "agent" | "no-agent" | null => {
  if (hasNoAgent(decodedAgent)) return "no-agent";
  return isBotAgent(decodedAgent) ? "agent" : null;
};

/** What of a request, decoded, tells who sent it. */
export interface RequestTraits {
  readonly agent: string;
  readonly path: string;
  readonly status: number | null;
  /** `-` for none. */
  readonly referrer: string | null;
}

/** All halves together; the agent's own word comes first. */
export const classifyRequest = (request: RequestTraits): Classification => {
  const reason = agentReason(request.agent) ?? (isProbe(probeKind(request.path), request) ? "probe" : null);
  return { isBot: reason !== null, reason };
};
