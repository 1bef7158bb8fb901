import { decodeField } from "../../model/escapes";
import { BROWSERS, CRAWLERS, SCANNER_AGENTS, TOOLS } from "../simulator/agents";
import { readerAddress, robotAddress, scannerAddress } from "../simulator/places";
import { seedOf } from "../simulator/random";
import { PROBES } from "../simulator/robots";
import { incidentOf } from "../simulator/traffic";
import { ApplicationRows, type Caller, type ServiceCall } from "./applicationRows";
import { jsonText, profileOf, type Endpoint, type Refusal, type ServiceProfile } from "./applicationServices";
import type { RowLimits, Traffic } from "./traffic";

/** What takes longer is a warning. */
const SLOW_MS = 1000;
const FAILURES: readonly Refusal[] = [
  { status: 500, message: "Unhandled exception in request handler" },
  { status: 502, message: "Upstream closed the connection" },
  { status: 503, message: "Connection pool exhausted" },
  { status: 504, message: "Upstream timed out after 30000 ms" },
  { status: 504, message: "Upstream timed out after 30000 ms" },
];
const UPSTREAM_TIMEOUT_MS = 30_000;
const SLOW_MESSAGE = "Request took longer than 1000 ms";

/** Amplify's log drops commas; the browsers did not. */
const agentText = (agent: string): Uint8Array => jsonText(decodeField(agent).replace("(KHTML like", "(KHTML, like"));
const texts = (agents: readonly string[]): readonly Uint8Array[] => {
  const known = new Map(agents.map((agent) => [agent, agentText(agent)] as const));
  return agents.map((agent) => known.get(agent)!);
};
const PEOPLE = texts(BROWSERS);
const SERVICES = texts(TOOLS);
const SCANNERS = texts(SCANNER_AGENTS);
const ROBOTS = CRAWLERS.map(({ agent, host }) => ({ agent: agentText(agent), host }));
const PROBED = PROBES.map((path) => jsonText(decodeField(path)));

const probeOf = (path: Uint8Array, atMs: number, tookMs: number): ServiceCall => ({
  atMs,
  tookMs,
  id: 0,
  level: "WARN",
  method: "GET",
  before: path,
  status: 404,
  message: "No route for this path",
});

const guessOf = (path: Uint8Array, atMs: number, tookMs: number): ServiceCall => ({
  atMs,
  tookMs,
  id: 0,
  level: "WARN",
  method: "POST",
  before: path,
  status: 401,
  message: "Invalid credentials",
});

/** Requests to one service: people who log in and do several things, other services, crawlers, and scanners. */
export class ApplicationTraffic implements Traffic {
  private readonly writer: ApplicationRows;
  private readonly profile: ServiceProfile;
  private readonly seed: number;
  private readonly users: number;

  constructor(
    { seed, service }: { readonly seed: string | number; readonly service: string },
    limits: RowLimits & { readonly rowsPerDay: number },
  ) {
    this.seed = seedOf(seed, "service", service);
    this.profile = profileOf(service);
    this.writer = new ApplicationRows(this.seed, service, limits);
    this.users = Math.max(20, limits.rowsPerDay / 8);
  }

  get rows(): number {
    return this.writer.rows;
  }

  makeMinute(minuteMs: number, goal: number): void {
    const { writer, profile } = this;
    if (writer.rows >= goal) return;
    writer.startMinute(minuteMs);
    const incident = incidentOf(this.seed, minuteMs);
    const fails = incident !== undefined && minuteMs >= incident.startMs && minuteMs < incident.endMs;
    while (writer.rows < goal) {
      const luck = writer.random.unit();
      if (luck < profile.internalShare) this.serve(fails);
      else if (profile.isPublic && luck > 0.99) this.scan();
      else if (profile.isPublic && luck > 0.95) this.crawl(fails);
      else this.visit(fails);
    }
  }

  deliver(minuteMs: number, write: (bytes: Uint8Array, start: number, end: number) => void): void {
    this.writer.deliver(minuteMs, write);
  }

  /** Somebody does some things, one after the other. The same number is the same user, on every day. */
  private visit(fails: boolean): void {
    const { random } = this.writer;
    const skew = random.unit();
    const number = Math.floor(this.users * skew * skew);
    const known = seedOf(this.seed, number);
    const isKnown = random.chance(0.85);
    const caller: Caller = {
      address: `198.18.${(known >>> 8) & 255}.${1 + (known % 254)}`,
      agent: PEOPLE[known % PEOPLE.length]!,
      userId: isKnown ? `u-${100_000 + number}` : null,
    };
    let atMs = this.writer.beginning();
    for (let calls = 0; calls < 20; calls++) {
      this.call(caller, atMs, random.pick(this.profile.endpoints), fails);
      if (!random.chance(0.72)) return;
      atMs += 200 + random.around(6000, 1.1);
    }
  }

  private serve(fails: boolean): void {
    const { random } = this.writer;
    const caller: Caller = {
      address: `10.20.${random.below(8)}.${random.between(4, 250)}`,
      agent: random.pick(SERVICES),
      userId: random.chance(0.5) ? `u-${100_000 + random.below(this.users)}` : null,
    };
    let atMs = this.writer.beginning();
    for (let calls = random.between(1, 4); calls > 0; calls--) {
      this.call(caller, atMs, random.pick(this.profile.endpoints), fails);
      atMs += random.between(5, 400);
    }
  }

  private crawl(fails: boolean): void {
    const { random } = this.writer;
    const { agent, host } = random.pick(ROBOTS);
    const caller: Caller = { address: robotAddress(host + random.below(8)), agent, userId: null };
    let atMs = this.writer.beginning();
    for (let calls = random.between(2, 12); calls > 0; calls--) {
      const endpoint = random.pick(this.profile.endpoints);
      if (endpoint.method === "GET") this.call(caller, atMs, endpoint, fails);
      atMs += random.around(9000, 1);
    }
  }

  /** Names that are tried within seconds, or passwords. */
  private scan(): void {
    const { random } = this.writer;
    const guessed = random.chance(0.6) ? this.profile.guessed : undefined;
    const address = random.chance(0.1) ? readerAddress(random) : scannerAddress(random);
    const caller: Caller = { address, agent: random.pick(SCANNERS), userId: null };
    const first = random.below(PROBED.length);
    let atMs = this.writer.beginning();
    for (let step = random.between(8, 40); step > 0; step--) {
      const tookMs = random.around(6, 0.8);
      if (guessed === undefined)
        this.writer.write(caller, probeOf(PROBED[(first + step) % PROBED.length]!, atMs, tookMs));
      else this.writer.write(caller, guessOf(guessed, atMs, tookMs));
      atMs += random.between(30, 700);
    }
  }

  private call(caller: Caller, atMs: number, endpoint: Endpoint, fails: boolean): void {
    const { random } = this.writer;
    const { method, before, after, spread, medianMs } = endpoint;
    const id = random.below(90_000) + 10_000;
    let { status, message } = endpoint;
    let level: ServiceCall["level"] = "INFO";
    // One request in fifty waits: for a lock, a cold cache, a collection of garbage.
    const factor = (random.chance(0.02) ? 6 : 1) * (fails ? 3 : 1);
    let tookMs = Math.min(random.around(medianMs, spread) * factor, UPSTREAM_TIMEOUT_MS - 1);
    if (random.chance(fails ? 0.55 : 0.004)) {
      ({ status, message } = random.pick(FAILURES));
      level = "ERROR";
      if (status === 504) tookMs = UPSTREAM_TIMEOUT_MS + random.below(50);
    } else if (random.chance(0.03)) {
      ({ status, message } = random.pick(this.profile.refusals));
      level = "WARN";
      tookMs *= 0.4;
    } else if (tookMs > SLOW_MS) {
      level = "WARN";
      message = SLOW_MESSAGE;
    } else if (random.chance(0.05)) {
      level = "DEBUG";
      message = random.chance(0.7) ? "Cache hit" : "Retry succeeded";
    }
    this.writer.write(caller, { atMs, method, before, after, id, level, message, status, tookMs });
  }
}
