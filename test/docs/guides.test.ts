/** docs/setup.md, docs/athena.md and docs/migrate: what they tell people to type is taken by what it is for. */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect } from "chai";
import { load } from "js-yaml";
import { readProgram } from "../../components/programArguments";
import { CONFIG_KEYS } from "../../components/stackConfig";
import { packageRoot } from "../../src/local/bundles";
import { openLake, type LakeSession } from "../../src/local/duckdbLake";
import { coverageKey, rawKey } from "../../src/model/keys";
import { jsonLines, serviceEntries, serviceKey } from "../helpers/serviceLogs";
import { LAKE_BUCKET, Move } from "../migrate/move";
import { readApplicationLogs } from "../migrate/readers";
import { gzipFile, logLine, type Fields } from "../rows/logLines";
import { codeBlocks } from "./markdown";

const ROOT = packageRoot();
const MAIN = path.join(__dirname, "../../src/cli/main.js");
const GUIDES = [
  "docs/setup.md",
  "docs/athena.md",
  "docs/equivalents.md",
  ...readdirSync(path.join(ROOT, "docs", "migrate")).map((name) => `docs/migrate/${name}`),
];
const TODAY = "2026-11-21";
const SOURCE = "application-bucket";

const read = (guide: string): string => readFileSync(path.join(ROOT, guide), "utf8");
const statementsOf = (guide: string): string[] =>
  codeBlocks(path.join(ROOT, guide), "sql")
    .flatMap((block) => block.split(/;\s*\n/))
    .map((sql) => sql.trim())
    .filter((sql) => sql !== "");

/** The lines of shells' blocks, those that go on joined; and code within the text. */
const commandsOf = (guide: string): string[] => {
  const blocks = ["sh", ""].flatMap((language) => codeBlocks(path.join(ROOT, guide), language));
  const lines = blocks.flatMap((block) => block.replaceAll(/\\\n\s*/g, "").split("\n"));
  const inline = [...read(guide).matchAll(/`([^`\n]+)`/g)].map(([, code]) => code!);
  return [...lines, ...inline];
};

const page: Fields = { sc_content_type: "text/html; charset=utf-8", referrer: "https://news.example/" };
const REQUESTS: readonly Fields[] = [
  { ...page, result_type: "Hit" },
  { ...page, uri: "/%2525", result_type: "Miss" },
  { ...page, status: "503", uri: "/api" },
  { ...page, user_agent: "Examplebot/2.1%20\\(+https://bot.example)" },
];

const fill = async (move: Move): Promise<void> => {
  for (const date of ["2024-01-15", "2026-11-20", TODAY]) {
    const hour = { app: "shop", hourMs: Date.parse(`${date}T10:00:00Z`) };
    const lines = REQUESTS.map((fields, i) =>
      logLine({ date, time: `10:00:0${i}`, request_id: `${date}-${i}==`, ...fields }),
    );
    move.put(LAKE_BUCKET, rawKey("raw", hour), gzipFile([...lines, `${date},10:00:09,broken`]));
    const state = { hour: `${date}T10:00:00.000Z`, rows: 4, requests: 5, attempts: 2, late_rows: 0 };
    const hours = [
      { ...state, state: "fetched" },
      { ...state, hour: `${date}T11:00:00.000Z`, state: "failed", error: "x" },
    ];
    move.put(LAKE_BUCKET, coverageKey(hour), jsonLines(hours));
  }
  await move.convert(["shop"]);
  const entries = serviceEntries("api-gateway", "2026-11-20", 40).map((entry, i) =>
    i % 2 === 0 ? entry : { ...entry, tenant: "blue" },
  );
  move.put(SOURCE, `logs/${serviceKey("api-gateway", "2026-11-20")}`, `${jsonLines(entries)}no entry\n`);
  await readApplicationLogs(move, SOURCE, { services: ["api-gateway"], years: { first: 2024, last: 2026 } });
};

describe("the guides", function () {
  this.timeout(120_000);
  let move: Move;
  let session: LakeSession;

  before(async () => {
    move = new Move();
    await fill(move);
    session = await openLake(move.lake, { today: TODAY });
  });
  after(() => {
    session?.close();
    move?.remove();
  });

  for (const guide of GUIDES.filter((one) => statementsOf(one).length > 0)) {
    it(`have SQL that runs, and finds rows: ${guide}`, async () => {
      for (const sql of statementsOf(guide)) {
        const { rows } = await session.query(sql);
        // The counts of a move are of that system's days.
        if (!guide.includes("migrate")) expect(rows, sql).to.not.be.empty;
      }
    });
  }

  it("name only commands and options that there are", () => {
    const help = new Map<string, string>();
    const helpOf = (command: string): string => {
      const known = help.get(command);
      if (known !== undefined) return known;
      const env = { ...process.env, NO_COLOR: "1", NODE_NO_WARNINGS: "1" };
      const { status, stdout } = spawnSync(process.execPath, [MAIN, command, "--help"], { encoding: "utf8", env });
      expect(status, command).to.equal(0);
      help.set(command, stdout);
      return stdout;
    };
    for (const guide of GUIDES) {
      for (const line of commandsOf(guide)) {
        for (const [, command, rest] of line.matchAll(/(?:^|exec |")amplify-logs ([a-z]+)((?: [^|;`]*)?)/g)) {
          const options = [...rest!.matchAll(/(?<= )--[a-z-]+/g)].map(([option]) => option);
          const described = helpOf(command!);
          expect(described, `${guide}: ${line}`).to.match(new RegExp(`^Usage: amplify-logs ${command} `));
          for (const option of options) expect(described, `${guide}: ${line}`).to.match(new RegExp(`${option}\\b`));
        }
      }
    }
    expect([...help.keys()]).to.include.members([
      "backfill",
      "generate",
      "import",
      "pull",
      "query",
      "reprocess",
      "upload",
    ]);
  });

  it("name only settings and outputs that there are", () => {
    const program = readFileSync(path.join(ROOT, "components", "program.ts"), "utf8");
    const outputs = [...program.matchAll(/^export const (\w+)/gm)].map(([, name]) => name);
    let [settings, named] = [0, 0];
    for (const guide of GUIDES) {
      const text = read(guide);
      for (const [, key] of text.matchAll(/pulumi config set (\S+)/g)) {
        expect([...CONFIG_KEYS, "aws:region"], guide).to.include(key);
        settings++;
      }
      for (const [, name] of text.matchAll(/pulumi stack output (\w+)/g)) {
        expect(outputs, guide).to.include(name);
        named++;
      }
    }
    expect(settings).to.be.greaterThan(2);
    expect(named).to.be.greaterThan(8);
  });

  it("show stacks' settings that the program takes", () => {
    let blocks = 0;
    for (const guide of GUIDES) {
      for (const block of codeBlocks(path.join(ROOT, guide), "yaml")) {
        const { config } = load(block) as { config: Record<string, string> };
        const own = Object.entries(config).map(([key, value]) => [key.replace(/^amplify-logs:/, ""), value] as const);
        const apps = '[{"name":"shop","appId":"d1a2b3c4d5e6f7","domainName":"example.com"}]';
        const result = readProgram({ apps, ...Object.fromEntries(own) }, "amplify-logs", "infdev");
        expect("problems" in result ? result.problems : [], guide).to.deep.equal([]);
        blocks++;
      }
    }
    expect(blocks).to.equal(4);
  });

  it("say how to find an app's id, in the source's own words", () => {
    const source = "aws amplify list-apps | jq '.apps | .[] | {appId: .appId, name: .name}'";
    expect(codeBlocks(path.join(ROOT, "docs/setup.md"), "").join("")).to.include(source);
  });
});
