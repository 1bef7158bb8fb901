import { encodeField } from "../../model/escapes";
import { CRAWLERS, SCANNER_AGENTS, TOOLS, UPTIME_CHECKER } from "./agents";
import { edgeNear, readerAddress, robotAddress, scannerAddress } from "./places";
import type { Random } from "./random";
import type { TrafficWriter, Viewer } from "./rowWriter";

/** Rows of an average run of each; measured, as in people.ts. */
export const ROWS_PER_CRAWL = 12.1;
export const ROWS_PER_SCAN = 21;
export const ROWS_PER_TOOL_RUN = 3;

/** Requests that ask whether the site is up: every five minutes, whatever the traffic. */
export const UPTIME_CHECKS_PER_HOUR = 12;

const robot = (random: Random, agent: string, address: string): Viewer => ({
  address,
  edge: edgeNear(random),
  agent,
  port: random.between(1024, 65535),
  httpVersion: random.chance(0.6) ? "HTTP/1.1" : "HTTP/2.0",
  forwardedFor: "-",
});

/** A crawler reads some pages, minutes apart; what it has seen before has often not changed. */
export const writeCrawl = (writer: TrafficWriter): void => {
  const { random, site } = writer;
  const { agent, host: address } = random.pick(CRAWLERS);
  const viewer = robot(random, agent, robotAddress(address + random.below(8)));
  const host = site.hosts[0];
  let atMs = writer.beginning();
  if (random.chance(0.5)) {
    writer.write(viewer, {
      atMs,
      method: "GET",
      host,
      path: "/robots.txt",
      query: "-",
      referrer: "-",
      status: 200,
      type: "text/plain",
      bytes: 120,
      result: "Hit",
      tookMs: random.around(9, 0.5),
    });
  }
  if (random.chance(0.2)) {
    writer.write(viewer, {
      atMs: atMs + 900,
      method: "GET",
      host,
      path: "/sitemap.xml",
      query: "-",
      referrer: "-",
      status: 200,
      type: "application/xml",
      bytes: 5400,
      result: "Miss",
      tookMs: random.around(60, 0.6),
    });
  }
  for (let left = random.between(2, 22); left > 0; left--) {
    atMs += random.around(15_000, 1);
    const page = random.pick(site.pages);
    const luck = random.unit();
    const status = luck < 0.78 ? 200 : luck < 0.93 ? 304 : 404;
    const result = status === 404 ? "Error" : random.chance(0.4) ? "Hit" : "Miss";
    const path = status === 404 ? `${page.path}/amp` : page.path;
    writer.write(viewer, {
      atMs,
      method: "GET",
      host,
      path,
      query: "-",
      referrer: "-",
      status,
      type: "text/html",
      bytes: page.bytes,
      result,
      tookMs: random.around(130, 1),
    });
  }
};

export const writeUptimeChecks = (writer: TrafficWriter, hourMs: number): void => {
  const { random, site } = writer;
  const viewer = { ...robot(random, UPTIME_CHECKER, robotAddress(200)), edge: "IAD89-P1" };
  for (let check = 0; check < UPTIME_CHECKS_PER_HOUR; check++) {
    writer.write(viewer, {
      atMs: hourMs + check * 300_000 + 17_000 + random.below(2000),
      method: "HEAD",
      host: site.hosts[0],
      path: "/",
      query: "-",
      referrer: "-",
      status: 200,
      type: "text/html",
      bytes: 0,
      result: "Hit",
      tookMs: random.around(6, 0.4),
    });
  }
};

/** Scripts and libraries; now and then one that says nothing of itself. */
export const writeToolRun = (writer: TrafficWriter): void => {
  const { random, site } = writer;
  const viewer = robot(random, random.chance(0.3) ? "-" : random.pick(TOOLS), readerAddress(random));
  let atMs = writer.beginning();
  const path = random.chance(0.5) ? "/" : random.chance(0.5) ? "/feed.xml" : random.pick(site.api);
  const type = path === "/" ? "text/html" : path === "/feed.xml" ? "application/rss+xml" : "application/json";
  for (let left = random.between(1, 5); left > 0; left--) {
    writer.write(viewer, {
      atMs,
      method: random.chance(0.12) ? "HEAD" : "GET",
      host: random.pick(site.hosts),
      path,
      query: "-",
      referrer: "-",
      status: 200,
      type,
      bytes: 5200,
      result: "Miss",
      tookMs: random.around(80, 0.8),
    });
    atMs += random.between(200, 40_000);
  }
};

/** What scanners look for, as Amplify's log writes it. */
export const PROBES = [
  "/wp-admin/setup-config.php",
  "/wp-login.php",
  "/wp-includes/wlwmanifest.xml",
  "/xmlrpc.php",
  "/.env",
  "/.env.production",
  "/api/.env",
  "/.git/config",
  "/.git/HEAD",
  "/.aws/credentials",
  "/phpinfo.php",
  "/phpmyadmin/index.php",
  "/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php",
  "/cgi-bin/luci/;stok=/locale",
  "/actuator/health",
  "/boaform/admin/formLogin",
  "/backup.zip",
  "/config.json",
  "/server-status",
  "/old/wp-admin/",
].map(encodeField);
const ATTACKS = [
  "-",
  "-",
  "-",
  "id=1' OR '1'='1",
  "q=<script>alert(document.domain)</script>",
  "cmd=cat%20/etc/passwd",
  "=1+1",
  "redirect=//198.51.100.66",
].map((query) => (query === "-" ? query : encodeField(query)));
const LONG_QUERY = encodeField(`x=${"A".repeat(3000)}`);

/** A scanner tries a list of names within seconds, under a false agent; the app has none of them. */
export const writeScan = (writer: TrafficWriter): void => {
  const { random, site } = writer;
  const viewer = robot(random, random.pick(SCANNER_AGENTS), scannerAddress(random));
  let atMs = writer.beginning();
  const host = site.hosts[random.chance(0.5) ? 1 : 2];
  const first = random.below(PROBES.length);
  for (let step = random.between(8, 34); step > 0; step--) {
    const path = PROBES[(first + step) % PROBES.length]!;
    const query = random.chance(0.004) ? LONG_QUERY : random.chance(0.1) ? random.pick(ATTACKS) : "-";
    const status = random.chance(0.06) ? 403 : 404;
    writer.write(viewer, {
      atMs,
      method: random.chance(0.08) ? "POST" : "GET",
      host,
      path,
      query,
      referrer: "-",
      status,
      type: "text/html",
      bytes: 3100,
      result: "Error",
      tookMs: random.around(35, 0.8),
    });
    atMs += random.between(30, 700);
  }
};
