import { isbot } from "isbot";

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

/**
 * Files and folders that no Amplify app serves (there is no PHP, CGI or Java behind it) and that only scanners ask for. Names
 * are whole path segments, at any depth. /.well-known/ is for everybody, and so are old .asp, .jsp and .html addresses, which
 * people reach through links to a site's former life.
 */
const PROBE_SEGMENTS = [
  "wp-admin",
  "wp-includes",
  "wp-json",
  "wp-config[^/]*",
  "wlwmanifest\\.xml",
  "wp-content/plugins",
  "cgi-bin",
  "vendor/phpunit",
  "phpmyadmin",
  "pma",
  "phpinfo",
  "actuator",
  "boaform",
  "hnap1",
  "owa/auth",
  "autodiscover/autodiscover\\.xml",
  "solr/admin",
  "manager/html",
  "\\.env(?:[._-][^/]*)?",
  "\\.git(?:ignore|config|-credentials|lab-ci\\.yml)?",
  "\\.(?:svn|hg|bzr|cvs)",
  "\\.(?:aws|ssh|kube|docker|vscode|idea|circleci)",
  "\\.(?:htaccess|htpasswd|npmrc|netrc|pypirc|bash_history|bashrc|ds_store)",
  "\\.\\.",
  "etc/passwd",
];
const PROBE_PATH = new RegExp(`/(?:${PROBE_SEGMENTS.join("|")}|[^/]*\\.(?:php\\d?|phtml))(?:/|$)`, "i");

/** Longer than any path that a browser is sent to; the search below is linear, but there can be a million of them. */
const PATH_LIMIT = 4096;

/** Whether only a scanner would ask for the path, whatever agent it claims. One call per distinct path is enough. */
export const isProbePath = (decodedPath: string): boolean => PROBE_PATH.test(decodedPath.slice(0, PATH_LIMIT));

/** Both halves together; the agent's own word comes first. */
export const classifyAgent = (decodedAgent: string, decodedPath: string): Classification => {
  const reason = agentReason(decodedAgent) ?? (isProbePath(decodedPath) ? "probe" : null);
  return { isBot: reason !== null, reason };
};
