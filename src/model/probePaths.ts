/**
 * Paths that scanners try. Names are whole path segments, at any depth. /.well-known/ is for everybody, and so are old .asp, .jsp
 * and .html addresses, which people reach through links to a site's former life.
 */

/** Files and folders that no Amplify app serves: there is no PHP, CGI, Java or mail server behind it. */
const NEVER_SERVED = [
  // WordPress and its kin
  "wp-admin",
  "wp-includes",
  "wp-json",
  "wp-config[^/]*",
  "wlwmanifest\\.xml",
  "wp-content/plugins",
  "[^/]*\\.(?:php\\d?|phtml)",
  "vendor/phpunit",
  "phpmyadmin",
  "pma",
  "phpinfo",
  "_ignition/execute-solution",
  // Other servers, routers and cameras
  "cgi-bin",
  "actuator",
  "boaform",
  "goform",
  "gponform",
  "hnap1",
  "owa/auth",
  "autodiscover/autodiscover\\.xml",
  "_vti_bin",
  "solr/admin",
  "manager/html",
  "invoker/jmxinvokerservlet",
  "wls-wsat",
  "dana-na",
  "\\+cscoe\\+",
  // What a deployment never holds
  "\\.env(?:[._-][^/]*)?",
  "\\.git(?:ignore|config|-credentials|lab-ci\\.yml)?",
  "\\.(?:svn|hg|bzr|cvs)",
  "\\.(?:aws|ssh|kube|docker|vscode|idea|circleci)",
  "\\.(?:htaccess|htpasswd|npmrc|netrc|pypirc|bash_history|bashrc|ds_store)",
  "id_(?:rsa|dsa|ecdsa|ed25519)",
  "etc/passwd",
  "\\.\\.",
];

const BACKUPS =
  "backups?|bak|bkp|copy|old|archive|full|latest|data|database|db|dump|mysql|sql|site|sites|web|website|www|wwwroot|" +
  "public|public_html|htdocs|httpdocs|html|root|home|src|source|sources|code|app|api|admin|config|conf|prod|production|" +
  "staging|dev|test|temp|tmp|upload|uploads|files|ftp|wordpress|wp|joomla|drupal|magento|laravel|\\d{1,8}";
const CONFIGURATIONS =
  "app|application|appsettings|aws|config|configuration|configs|credentials?|database|db|env|local|local_settings|" +
  "parameters|production|secrets?|settings|web|aws-exports|amplifyconfiguration|firebase|sftp-config|ftp-config";

/** Files and folders that a site could well have, but that are asked for out of the blue by scanners only. */
const GUESSED = [
  // Backups, dumps and keys
  `(?:${BACKUPS})(?:[-_.]?(?:${BACKUPS}))?\\.(?:zip|tar|tgz|tar\\.(?:gz|bz2|xz)|gz|bz2|xz|7z|rar)`,
  "[^/]*\\.sql(?:\\.(?:gz|zip|bz2|xz))?",
  "[^/]*\\.(?:bak|bkp|old|orig|save|swp|swo|mdb|sqlite3?|pem|key|ppk|p12|pfx|jks|kdbx|tfstate|tfvars|log|axd)",
  "[^/]+~",
  "error_log",
  "thumbs\\.db",
  // Settings and what a build leaves behind
  `(?:${CONFIGURATIONS})\\.(?:json|js|ya?ml|xml|ini|toml|txt|inc|cfg|conf|config|env|properties|py|rb)`,
  "(?:docker-compose|compose|serverless|travis|buildspec)\\.ya?ml",
  "(?:dockerfile|makefile|jenkinsfile|procfile|gemfile|vagrantfile)",
  "(?:composer|package|package-lock|tsconfig)\\.json",
  "(?:composer|yarn|gemfile|pipfile|poetry)\\.lock",
  "requirements\\.txt",
  "\\.(?!well-known(?:/|$))[^/]+",
  // Consoles and status pages of servers
  "server-(?:status|info)",
  "(?:nginx|fpm|basic|stub)[-_]status",
  "_profiler",
  "_debugbar",
  "debug/(?:default/view|pprof|vars)",
  "_cat/indices",
  "_all_dbs",
  "_catalog",
  "containers/json",
  "jmx-console",
  "web-console",
  "(?:remote|sslvpn)/(?:login|logincheck|fgt_lang)",
  "global-protect",
  "swagger(?:-ui)?\\.(?:html|json|ya?ml)",
  // Other programs than ours
  "phpmyadmin[^/]*",
  "wp-content",
];

/** The same, as the first segment only: below another one these are the subjects of a page. */
const GUESSED_FIRST =
  "adminer|administrator|api-docs|backups?|cfide|drupal|druid|dumps?|ecp|evox|geoserver|jenkins|joomla|magento|myadmin|mysqladmin|" +
  "nacos|owa|solr|stalker_portal|struts2?|swagger(?:-ui)?|telescope|wordpress|wp|wp-[^/]*";

const NEVER_SERVED_PATH = new RegExp(`/(?:${NEVER_SERVED.join("|")})(?:/|$)`, "i");
const GUESSED_PATH = new RegExp(`(?:/(?:${GUESSED.join("|")})|^/+(?:${GUESSED_FIRST}))(?:/|$)`, "i");

/** Longer than any path that a browser is sent to; the search below is linear, but there can be a million of them. */
const PATH_LIMIT = 4096;

/**
 * What a path alone says, whatever agent is claimed: "never-served" when only a scanner would ask for it, "guessed" when that is
 * so unless the site has it or links to it (see `isProbe`), null otherwise.
 */
export type ProbeKind = "never-served" | "guessed" | null;

/** One call per distinct path is enough. */
export const probeKind = (decodedPath: string): ProbeKind => {
  const path = decodedPath.slice(0, PATH_LIMIT);
  if (NEVER_SERVED_PATH.test(path)) return "never-served";
  return GUESSED_PATH.test(path) ? "guessed" : null;
};

/**
 * Whether a request for such a path is a scanner's. Who gets /config.json, or follows a dead link to /backup.zip, is taken for a
 * person: a page's own requests and links have a referrer.
 */
export const isProbe = (
  kind: ProbeKind,
  { status, referrer }: { readonly status: number | null; readonly referrer: string | null },
): boolean =>
  kind === "never-served" ||
  (kind === "guessed" && status !== null && status >= 400 && (referrer === null || referrer === "-"));
