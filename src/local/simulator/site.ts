import { encodeField } from "../../model/escapes";
import { seedOf, weighted } from "./random";

/** One of the apps that the simulator serves. */
export interface SimulatedApp {
  readonly name: string;
  readonly appId: string;
  /** The domain association: the apex, without www. */
  readonly domainName: string;
}

export interface SiteFile {
  /** As the log writes it. */
  readonly path: string;
  readonly query: string;
  readonly type: string;
  readonly bytes: number;
}

export interface SitePage extends SiteFile {
  readonly images: readonly SiteFile[];
  /** The page's address as a referrer, by host: in the order of `Site.hosts`. */
  readonly referrers: readonly string[];
}

export interface Site {
  readonly seed: number;
  /** CloudFront's own name of the distribution. */
  readonly distribution: string;
  /** www, apex and the branch's default domain. */
  readonly hosts: readonly [www: string, apex: string, branch: string];
  readonly pages: readonly SitePage[];
  /** The pages by popularity, to draw from. */
  readonly popular: readonly SitePage[];
  /** What every page loads. */
  readonly assets: readonly SiteFile[];
  readonly api: readonly string[];
}

const SHOP = {
  folders: ["products", "products", "products", "categories", "guides"],
  words:
    "linen-shirt wool-socks oak-table brass-lamp café-tasse field-notebook canvas-bag tea-tin rain-jacket desk-clock garden-shears enamel-mug leather-belt floor-rug travel-pillow bread-knife",
  fixed: ["/", "/products", "/cart", "/checkout", "/about", "/shipping", "/search"],
  api: ["/api/cart", "/api/recommendations", "/api/stock"],
};
const DOCS = {
  folders: ["docs", "docs", "docs/api", "blog", "guides"],
  words:
    "getting-started installation configuration partitions views queries backfill alarms sum(x) retention troubleshooting migration athena-basics release-notes cost-guide faq",
  fixed: ["/", "/docs", "/blog", "/changelog", "/pricing", "/about", "/search"],
  api: ["/api/search", "/api/feedback", "/api/session"],
};

const file = (path: string, type: string, bytes: number, query = "-"): SiteFile => ({
  path: encodeField(path),
  query: query === "-" ? query : encodeField(query),
  type,
  bytes,
});

const imagesOf = (path: string): SiteFile[] => {
  const count = seedOf("images", path) % 4;
  return Array.from({ length: count }, (_, index) => {
    const bytes = 8_000 + (seedOf(path, index) % 90_000);
    const picture = `/images${path === "/" ? "/home" : path}-${index + 1}.jpg`;
    return index === 0
      ? file(picture, "image/jpeg", bytes)
      : file("/_next/image", "image/webp", bytes, `url=${encodeURIComponent(picture)}&w=${640 * index}&q=75`);
  });
};

const pathsOf = ({ folders, words, fixed }: typeof SHOP): string[] => [
  ...fixed,
  ...words
    .split(" ")
    .flatMap((word, index) => [
      `/${folders[index % folders.length]}/${word}`,
      `/${folders[(index + 2) % folders.length]}/${word}-${(index % 3) + 2}`,
    ]),
];

const build = (seed: string | number, app: SimulatedApp): Site => {
  const profile = /shop|store|cart/.test(app.name)
    ? SHOP
    : /doc|blog|site|www/.test(app.name)
      ? DOCS
      : seedOf(app.name) % 2 === 0
        ? SHOP
        : DOCS;
  const hosts = [`www.${app.domainName}`, app.domainName, `main.${app.appId}.amplifyapp.com`] as const;
  const build = seedOf(seed, app.appId, "build").toString(16).padStart(8, "0");
  const pages = pathsOf(profile).map((path): SitePage => ({
    ...file(path, "text/html", 5_000 + (seedOf(path, "size") % 40_000)),
    images: imagesOf(path),
    referrers: hosts.map((host) => encodeField(`https://${host}${path}`)),
  }));
  return {
    seed: seedOf(seed, app.name, app.appId, app.domainName),
    distribution: `d${seedOf(app.appId, "cdn").toString(36)}${seedOf(app.appId).toString(36)}.cloudfront.net`,
    hosts,
    pages,
    // Zipf: the first page is read as often as the next three together.
    popular: weighted(pages.map((page, rank) => [1 / (rank + 1), page] as const)),
    assets: [
      file(`/_next/static/css/${build}.css`, "text/css", 21_400),
      file(`/_next/static/chunks/main-${build}.js`, "application/javascript", 98_200),
      file(`/_next/static/chunks/pages/_app-${build}.js`, "application/javascript", 44_100),
      file("/fonts/inter-latin.woff2", "font/woff2", 47_800),
      file("/favicon.ico", "image/x-icon", 1_150),
      file("/logo.svg", "image/svg+xml", 3_020),
    ],
    api: profile.api,
  };
};

const sites = new Map<string, Site>();

/** The site behind an app: its pages, files and names. */
export const siteOf = (seed: string | number, app: SimulatedApp): Site => {
  const key = [seed, app.name, app.appId, app.domainName].join("\u0000");
  const known = sites.get(key);
  if (known !== undefined) return known;
  const site = build(seed, app);
  sites.set(key, site);
  return site;
};
