/** Names browsers, systems and devices from decoded user agents: the families that matter, in the order in which they imitate each other. */
import type { AgentRow } from "./types";

export interface Agent {
  readonly browser: string;
  readonly system: string;
  readonly device: "Desktop" | "Mobile" | "Tablet" | "Other";
}

type Rule = readonly [pattern: RegExp, name: string];

const BROWSERS: readonly Rule[] = [
  [/\b(FBAN|FBAV|Instagram|Line\/|MicroMessenger|Snapchat|GSA\/|LinkedInApp|Pinterest)/, "In-app browser"],
  [/\bEdg(e|A|iOS)?\//, "Edge"],
  [/\b(OPR|Opera|OPiOS|OPT)\b/, "Opera"],
  [/\bSamsungBrowser\//, "Samsung Internet"],
  [/\b(YaBrowser|Vivaldi|DuckDuckGo|Brave|UCBrowser)\b/, "Other Chromium"],
  [/\b(Firefox|FxiOS|Iceweasel)\//, "Firefox"],
  [/\b(Chrome|CriOS|Chromium|HeadlessChrome)\//, "Chrome"],
  [/\b(MSIE |Trident\/)/, "Internet Explorer"],
  [/\bVersion\/[\d.]+.*Safari\//, "Safari"],
  [/\(iP(hone|ad|od).*AppleWebKit/, "Safari"],
  [/\bKonqueror|SeaMonkey|PaleMoon|Epiphany/, "Other browser"],
  [/\bGecko\/\d/, "Firefox"],
];

const SYSTEMS: readonly Rule[] = [
  [/\biPad\b/, "iPadOS"],
  [/\b(iPhone|iPod)\b/, "iOS"],
  [/\bAndroid\b/, "Android"],
  [/\bWindows\b/, "Windows"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bMac ?OS ?X|Macintosh\b/, "macOS"],
  [/\b(Linux|X11|Ubuntu|BSD)\b/i, "Linux"],
];

const first = (rules: readonly Rule[], agent: string): string =>
  rules.find(([pattern]) => pattern.test(agent))?.[1] ?? "Other";

const deviceOf = (agent: string, system: string): Agent["device"] => {
  if (system === "iPadOS" || /\bTablet\b/.test(agent) || (system === "Android" && !/\bMobile\b/.test(agent)))
    return "Tablet";
  if (system === "iOS" || system === "Android" || /\b(Mobile|Phone)\b/.test(agent)) return "Mobile";
  return system === "Other" ? "Other" : "Desktop";
};

export const classifyAgent = (agent: string): Agent => {
  const system = first(SYSTEMS, agent);
  return { browser: first(BROWSERS, agent), system, device: deviceOf(agent, system) };
};

/** The name that a bot gives itself, as far as one can be read from its agent. */
export const botName = (agent: string): string => {
  if (agent === "-" || agent === "") return "(no agent)";
  const named = /compatible; *([^;)+]{2,60})/i.exec(agent)?.[1]?.trim();
  if (named !== undefined && !/^MSIE/.test(named)) return named;
  const product = /^([^\s/;(]{2,40}(?: [A-Za-z]+)?)\/?[\d.]*/.exec(agent)?.[0].trim();
  return product === undefined || /^(Mozilla|Opera)/.test(product) ? agent : product;
};

export interface AgentShare {
  readonly name: string;
  readonly requests: number;
}

type Part = "browser" | "system" | "device";

/** Requests by browser, system and device, most first. */
export const countAgents = (rows: readonly AgentRow[]): Record<Part, AgentShare[]> => {
  const classified = rows.map((row) => ({ ...classifyAgent(row.agent), requests: row.requests }));
  const by = (key: Part): AgentShare[] => {
    const counts = new Map<string, number>();
    for (const row of classified) counts.set(row[key], (counts.get(row[key]) ?? 0) + row.requests);
    return [...counts]
      .map(([name, requests]) => ({ name, requests }))
      .sort((a, b) => b.requests - a.requests || (a.name < b.name ? -1 : 1));
  };
  return { browser: by("browser"), system: by("system"), device: by("device") };
};
