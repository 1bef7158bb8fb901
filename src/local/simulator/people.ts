import { encodeField } from "../../model/escapes";
import { BROWSERS } from "./agents";
import { edgeNear, readerAddress } from "./places";
import { Random, seedOf, weighted } from "./random";
import type { TrafficWriter, Viewer } from "./rowWriter";
import type { SiteFile, SitePage } from "./site";

/** Rows of an average visit; measured, so that a day has as many rows as were asked for. */
export const ROWS_PER_VISIT = 11.7;

/** Pages elsewhere that link to the site, each mostly to a page of its own. */
const OUTSIDE = weighted<string>([
  [40, "https://www.google.com/"],
  [9, "https://www.bing.com/"],
  [7, "https://duckduckgo.com/"],
  [8, "https://news.ycombinator.com/"],
  [7, "https://www.reddit.com/"],
  [6, "https://t.co/"],
  [5, "https://www.linkedin.com/"],
  [5, "https://github.com/"],
  [4, "https://www.heise.de/news/Werkzeuge-der-Woche.html"],
  [4, "https://lobste.rs/"],
  [3, "https://www.theguardian.com/technology"],
  [2, "android-app://com.google.android.gm/"],
]).map(encodeField);

const SEARCHES = ["gift ideas", "how to start", "café", "price < 20", "a+b=c", "100% wool"].map((words) =>
  encodeField(`q=${encodeURIComponent(words)}`),
);
const CAMPAIGN = encodeField("utm_source=newsletter&utm_medium=email&utm_campaign=november");
const DEAD_LINKS = ["/old/index.html", "/2019/03/hello-world", "/apple-touch-icon-precomposed.png", "/feed"];

/** The same number is the same reader, on every day. */
const readerOf = (siteSeed: number, number: number): Viewer => {
  const random = new Random((siteSeed ^ Math.imul(number + 1, 0x9e3779b1)) >>> 0);
  const address = readerAddress(random);
  return {
    address,
    edge: edgeNear(random),
    agent: random.pick(BROWSERS),
    port: random.between(1024, 65535),
    httpVersion: random.chance(0.55) ? "HTTP/3.0" : random.chance(0.9) ? "HTTP/2.0" : "HTTP/1.1",
    // Behind a proxy two addresses come, whose comma Amplify drops.
    forwardedFor: random.chance(0.03) ? `${address}%20198.51.100.${random.between(1, 254)}` : "-",
  };
};

/** When the app's own code fails. */
export interface Incident {
  readonly startMs: number;
  readonly endMs: number;
}

const failsAt = (incident: Incident | undefined, random: Random, atMs: number): boolean =>
  random.chance(incident !== undefined && atMs >= incident.startMs && atMs < incident.endMs ? 0.55 : 0.0015);

/** Where a request comes from. */
interface Origin {
  readonly host: string;
  readonly referrer: string;
}

// Exchanges are written out field by field: with spread objects they took most of the time of making a log.
const writeFailure = (
  writer: TrafficWriter,
  viewer: Viewer,
  atMs: number,
  { host, referrer }: Origin,
  method: string,
  path: string,
): void => {
  const status = writer.random.pick([500, 502, 503, 504, 504]);
  const tookMs = status === 504 ? writer.random.between(29_000, 30_050) : writer.random.around(900, 0.9);
  writer.write(viewer, {
    atMs,
    method,
    host,
    path,
    query: "-",
    referrer,
    status,
    type: "text/html",
    bytes: 920,
    result: "Error",
    tookMs,
  });
};

const writeFile = (
  writer: TrafficWriter,
  viewer: Viewer,
  file: SiteFile,
  atMs: number,
  { host, referrer }: Origin,
  known: boolean,
): void => {
  const { random } = writer;
  const hit = random.chance(0.93);
  writer.write(viewer, {
    atMs,
    method: "GET",
    host,
    path: file.path,
    query: file.query,
    referrer,
    status: known ? 304 : 200,
    type: file.type,
    bytes: file.bytes,
    result: known ? (hit ? "Hit" : "RefreshHit") : hit ? "Hit" : "Miss",
    tookMs: random.around(hit ? 14 : 120, 0.8) + file.bytes / 9000,
  });
};

const writeApiCall = (
  writer: TrafficWriter,
  viewer: Viewer,
  incident: Incident | undefined,
  atMs: number,
  origin: Origin,
): void => {
  const { random, site } = writer;
  const path = random.pick(site.api);
  const method = random.chance(0.3) ? "POST" : "GET";
  if (failsAt(incident, random, atMs)) return writeFailure(writer, viewer, atMs, origin, method, path);
  const bytes = random.between(80, 4000);
  const status = random.chance(0.02) ? 401 : method === "POST" ? 201 : 200;
  const result = status === 401 ? "Error" : "Miss";
  writer.write(viewer, {
    atMs,
    method,
    host: origin.host,
    path,
    query: "-",
    referrer: origin.referrer,
    status,
    type: "application/json",
    bytes,
    result,
    tookMs: random.around(95, 0.9),
  });
};

/** A video is fetched in pieces. */
const writeVideo = (writer: TrafficWriter, viewer: Viewer, atMs: number, { host, referrer }: Origin): void => {
  for (let piece = 0; piece < 3; piece++) {
    const start = piece * 1_048_576;
    writer.write(viewer, {
      atMs: atMs + piece * 2500,
      method: "GET",
      host,
      path: "/media/tour.mp4",
      query: "-",
      referrer,
      status: 206,
      type: "video/mp4",
      bytes: 1_048_576,
      result: "Hit",
      tookMs: writer.random.around(220, 0.6),
      range: [start, start + 1_048_575],
    });
  }
};

const writePage = (
  writer: TrafficWriter,
  viewer: Viewer,
  incident: Incident | undefined,
  visit: { page: SitePage; atMs: number; host: string; referrer: string; query: string; known: boolean },
): boolean => {
  const { random } = writer;
  const { page, atMs, host, referrer, query } = visit;
  if (failsAt(incident, random, atMs)) {
    writeFailure(writer, viewer, atMs, { host, referrer }, "GET", page.path);
    return false;
  }
  const hit = random.chance(0.6);
  const unchanged = visit.known && random.chance(0.35);
  writer.write(viewer, {
    atMs,
    method: "GET",
    host,
    path: page.path,
    query,
    referrer,
    type: "text/html",
    bytes: page.bytes,
    status: unchanged ? 304 : 200,
    result: unchanged ? "RefreshHit" : hit ? "Hit" : "Miss",
    tookMs: random.around(hit ? 22 : 190, hit ? 0.7 : 1),
  });
  return true;
};

/** One visit: where the reader comes from, the pages one after the other, and what each of them loads. */
export const writeVisit = (writer: TrafficWriter, readers: number, incident: Incident | undefined): void => {
  const { random, site } = writer;
  const skew = random.unit();
  const viewer = readerOf(site.seed, Math.floor(readers * skew * skew));
  let atMs = writer.beginning();
  const luck = random.unit();
  let hostIndex = luck < 0.86 ? 0 : luck < 0.98 ? 1 : 2;
  let page = random.pick(site.popular);
  let referrer = "-";
  let query = page.path === "/search" ? random.pick(SEARCHES) : "-";
  if (random.chance(0.5)) {
    referrer = random.pick(OUTSIDE);
    if (random.chance(0.6)) page = site.pages[seedOf(site.seed, referrer) % site.pages.length]!;
  } else if (random.chance(0.1)) query = CAMPAIGN;
  if (random.chance(0.02)) {
    const path = random.pick(DEAD_LINKS);
    writer.write(viewer, {
      atMs,
      method: "GET",
      host: site.hosts[0],
      path,
      query: "-",
      referrer,
      status: 404,
      type: "text/html",
      bytes: 3100,
      result: "Error",
      tookMs: random.around(40, 0.7),
    });
    return;
  }
  if (hostIndex === 1 && random.chance(0.7)) {
    writer.write(viewer, {
      atMs,
      method: "GET",
      host: site.hosts[1],
      path: page.path,
      query,
      referrer,
      status: 301,
      type: "text/html",
      bytes: 167,
      result: "Redirect",
      tookMs: 1,
    });
    hostIndex = 0;
  }
  const host = site.hosts[hostIndex]!;
  const known = random.chance(0.4);
  for (let pages = 0; pages < 14; pages++) {
    const shown = writePage(writer, viewer, incident, { page, atMs, host, referrer, query, known });
    const own = { host, referrer: page.referrers[hostIndex]! };
    if (shown && pages === 0) {
      for (const asset of site.assets) {
        if (!known) writeFile(writer, viewer, asset, atMs + random.between(60, 1400), own, false);
        else if (random.chance(0.35)) writeFile(writer, viewer, asset, atMs + random.between(60, 900), own, true);
      }
    }
    if (shown)
      for (const image of page.images)
        writeFile(writer, viewer, image, atMs + random.between(200, 2500), own, known && random.chance(0.7));
    if (shown && random.chance(0.3)) writeApiCall(writer, viewer, incident, atMs + random.between(300, 3000), own);
    if (shown && random.chance(0.01)) writeVideo(writer, viewer, atMs + 4000, own);
    if (!random.chance(0.62)) return;
    referrer = own.referrer;
    page = random.pick(site.popular);
    query = page.path === "/search" ? random.pick(SEARCHES) : "-";
    atMs += 3000 + random.around(22_000, 1);
  }
};
