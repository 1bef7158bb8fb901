import { expect } from "chai";
import { agentReason, classifyRequest, isBotAgent } from "../../src/model/bots";
import { decodeField } from "../../src/model/escapes";

const CHROME =
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML like Gecko) Chrome/151.0.0.0 Safari/537.36";
const GOOGLEBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";

describe("bots", () => {
  const agents: [string, "agent" | "no-agent" | null][] = [
    [CHROME, null],
    [
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML like Gecko) Version/26.1 Mobile/15E148 Safari/604.1",
      null,
    ],
    ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", null],
    [GOOGLEBOT, "agent"],
    ["Mozilla/5.0 AppleWebKit/537.36 (KHTML like Gecko; compatible; GPTBot/1.3; +https://openai.com/gptbot)", "agent"],
    ["curl/8.14.1", "agent"],
    ["python-requests/2.32.4", "agent"],
    ["Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)", "agent"],
    ["-", "no-agent"],
    ["", "no-agent"],
    ["  ", "no-agent"],
  ];
  for (const [agent, reason] of agents) {
    it(`says ${reason ?? "a person"} of ${JSON.stringify(agent.slice(0, 60))}`, () => {
      expect(agentReason(agent)).to.equal(reason);
      expect(isBotAgent(agent)).to.equal(reason === "agent");
    });
  }

  it("needs the agent decoded", () => {
    const raw = CHROME.replaceAll(" ", "%20").replaceAll("(", "\\(");
    expect(isBotAgent(raw), "isbot on an encoded agent").to.be.true;
    expect(isBotAgent(decodeField(raw))).to.be.false;
  });

  const requests: [agent: string, path: string, status: number, referrer: string, reason: string | null][] = [
    [CHROME, "/", 200, "-", null],
    [CHROME, "/gone", 404, "-", null],
    [CHROME, "/.env", 200, "-", "probe"],
    [CHROME, "/.env", 404, "https://shop.example/", "probe"],
    [CHROME, "/backup.zip", 404, "-", "probe"],
    [CHROME, "/backup.zip", 404, "https://blog.example/downloads", null],
    [CHROME, "/backup.zip", 200, "-", null],
    [GOOGLEBOT, "/.env", 404, "-", "agent"],
    [GOOGLEBOT, "/", 200, "-", "agent"],
    ["-", "/.env", 404, "-", "no-agent"],
    ["-", "/", 200, "-", "no-agent"],
  ];
  for (const [agent, path, status, referrer, reason] of requests) {
    it(`gives ${reason ?? "no reason"} for ${agent.slice(0, 30)} at ${path}, ${status}, from ${referrer}`, () => {
      expect(classifyRequest({ agent, path, status, referrer })).to.deep.equal({ isBot: reason !== null, reason });
    });
  }

  it("reads a megabyte from a stranger in a moment", () => {
    const started = process.cpuUsage();
    for (const text of ["a".repeat(1e6), "/".repeat(1e6), "/.env".repeat(2e5), "Mozilla/5.0 (".repeat(8e4)]) {
      for (const agent of [text, CHROME]) classifyRequest({ agent, path: text, status: 404, referrer: "-" });
    }
    expect(process.cpuUsage(started).user / 1000).to.be.below(1000);
  });
});
