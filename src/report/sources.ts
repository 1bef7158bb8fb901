/** Readable names for the places that readers come from. */
import type { ReferrerRow } from "./types";

export type SourceKind = "search" | "social" | "assistant" | "site" | "direct" | "other";

export interface Source {
  readonly name: string;
  readonly kind: SourceKind;
  readonly pageViews: number;
  /** Sum over the hosts of the source: somebody who came from two of them counts twice. */
  readonly visitors: number;
}

type Rule = readonly [pattern: RegExp, name: string, kind: SourceKind];

const KNOWN: readonly Rule[] = [
  [/(^|\.)gemini\.google\.com$/, "Gemini", "assistant"],
  [/(^|\.)google\.[a-z]{2,3}(\.[a-z]{2})?$/, "Google", "search"],
  [/(^|\.)bing\.com$/, "Bing", "search"],
  [/(^|\.)duckduckgo\.com$/, "DuckDuckGo", "search"],
  [/(^|\.)yahoo\.(com|co\.[a-z]{2})$/, "Yahoo", "search"],
  [/(^|\.)(yandex\.[a-z.]{2,6}|ya\.ru)$/, "Yandex", "search"],
  [/(^|\.)baidu\.com$/, "Baidu", "search"],
  [/(^|\.)ecosia\.org$/, "Ecosia", "search"],
  [/(^|\.)qwant\.com$/, "Qwant", "search"],
  [/(^|\.)startpage\.com$/, "Startpage", "search"],
  [/^search\.brave\.com$/, "Brave Search", "search"],
  [/(^|\.)kagi\.com$/, "Kagi", "search"],
  [/(^|\.)(chatgpt|openai)\.com$/, "ChatGPT", "assistant"],
  [/(^|\.)perplexity\.ai$/, "Perplexity", "assistant"],
  [/(^|\.)claude\.ai$/, "Claude", "assistant"],
  [/^copilot\.microsoft\.com$/, "Copilot", "assistant"],
  [/^(t\.co|x\.com|twitter\.com|mobile\.twitter\.com)$/, "X (Twitter)", "social"],
  [/(^|\.)facebook\.com$/, "Facebook", "social"],
  [/(^|\.)instagram\.com$/, "Instagram", "social"],
  [/(^|\.)(linkedin\.com|lnkd\.in)$/, "LinkedIn", "social"],
  [/(^|\.)reddit\.com$/, "Reddit", "social"],
  [/^news\.ycombinator\.com$/, "Hacker News", "social"],
  [/(^|\.)(youtube\.com|youtu\.be)$/, "YouTube", "social"],
  [/(^|\.)bsky\.app$/, "Bluesky", "social"],
];

const describe = (host: string): { name: string; kind: SourceKind } => {
  if (host === "-") return { name: "Direct or unknown", kind: "direct" };
  if (host === "") return { name: "Apps and others that give no web address", kind: "other" };
  const rule = KNOWN.find(([pattern]) => pattern.test(host));
  return rule === undefined ? { name: host, kind: "site" } : { name: rule[1], kind: rule[2] };
};

/** Referring hosts as sources, most page views first; the site's own hosts are left out. */
export const nameSources = (rows: readonly ReferrerRow[], ownHosts: ReadonlySet<string>): Source[] => {
  const sources = new Map<string, Source>();
  for (const row of rows) {
    if (row.url !== undefined || ownHosts.has(row.host)) continue;
    const { name, kind } = describe(row.host);
    const sum = sources.get(name);
    sources.set(name, {
      name,
      kind,
      pageViews: row.pageViews + (sum?.pageViews ?? 0),
      visitors: row.visitors + (sum?.visitors ?? 0),
    });
  }
  return [...sources.values()].sort((a, b) => b.pageViews - a.pageViews || (a.name < b.name ? -1 : 1));
};

/** Referring pages elsewhere, most page views first. Search engines give no page: only their host. */
export const referringPages = (rows: readonly ReferrerRow[], ownHosts: ReadonlySet<string>): ReferrerRow[] =>
  rows.filter(
    ({ host, url }) =>
      url !== undefined && host !== "-" && host !== "" && !ownHosts.has(host) && describe(host).kind !== "search",
  );

/** The site's own hosts as referrers name them, without `www.`. */
export const ownHostsOf = (hostHeaders: readonly (string | null)[]): Set<string> =>
  new Set(hostHeaders.filter((host) => host !== null).map((host) => host.toLowerCase().replace(/^www\./, "")));
