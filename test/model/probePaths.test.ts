import { expect } from "chai";
import { isProbe, probeKind } from "../../src/model/probePaths";

describe("probe paths", () => {
  const neverServed = [
    "/wp-admin", "/wp-admin/setup-config.php", "/blog/wp-admin/", "//wp-admin/", "/wp-login.php", "/xmlrpc.php", "/index.php/x", "/a.PHP", "/shell.php7",
    "/wp-content/plugins/x/readme.txt", "/wp-includes/wlwmanifest.xml", "/.env", "/api/.env", "/.env.production", "/.ENV", "/.git", "/.git/config", "/.gitignore",
    "/.aws/credentials", "/.DS_Store", "/cgi-bin/luci", "/vendor/phpunit/phpunit/src/x", "/phpmyadmin/", "/actuator/health", "/boaform/admin/formLogin",
    "/static/../../etc/passwd", "/.well-known/x.php", "/GponForm/diag_Form", "/goform/set_LimitClient_cfg", "/HNAP1/", "/dana-na/auth/url_default/welcome.cgi",
    "/+CSCOE+/logon.html", "/_ignition/execute-solution", "/invoker/JMXInvokerServlet", "/wls-wsat/CoordinatorPortType", "/id_rsa", "/.ssh/id_ed25519",
  ]; // prettier-ignore
  for (const path of neverServed)
    it(`takes ${path} for a probe, whatever is answered`, () => expect(probeKind(path)).to.equal("never-served"));

  const guessed = [
    "/backup.zip", "/backup.tar.gz", "/Backup.rar", "/site-backup.zip", "/old/www.7z", "/wwwroot.zip", "/public_html.tar.gz", "/backup_20261120.zip", "/2026.zip", "/dump.sql",
    "/db/database.sql.gz", "/index.html.bak", "/settings.py.old", "/.index.html.swp", "/config.js~", "/server.key", "/cert.pem", "/terraform.tfstate", "/debug.log", "/trace.axd",
    "/config.json", "/api/config.json", "/config.yml", "/appsettings.json", "/web.config", "/secrets.yaml", "/credentials.json", "/application.properties", "/aws.yml", "/sftp-config.json",
    "/docker-compose.yml", "/Dockerfile", "/composer.json", "/package-lock.json", "/yarn.lock", "/requirements.txt", "/.s3cfg", "/.environment", "/.terraform/x", "/backup", "/backups/",
    "/server-status", "/server-info", "/nginx_status", "/_profiler/latest", "/debug/pprof/", "/_cat/indices", "/v2/_catalog", "/telescope/requests", "/geoserver/web/", "/jenkins/login",
    "/solr/", "/nacos/v1/auth/users", "/druid/index.html", "/swagger-ui.html", "/api/swagger.json", "/api-docs", "/remote/login", "/owa/", "/ecp/Current/exporttool",
    "/administrator/index", "/adminer", "/phpMyAdmin-5.1.1/", "/wordpress/", "/wp/", "/wp-content/uploads/x", "/wp-cron", "/error_log", "/Thumbs.db",
  ]; // prettier-ignore
  for (const path of guessed) it(`takes ${path} for a guess`, () => expect(probeKind(path)).to.equal("guessed"));

  const ordinary = [
    "/", "/.well-known/security.txt", "/.well-known/acme-challenge/x", "/.well-known", "/blog/what-is-php", "/blog/php", "/docs/config.php.html", "/blog/wp-admin-explained",
    "/environment", "/actuators", "/docs/cgi-binaries", "/github/repo.git.html", "/vendor/logo.png", "/phpunit", "/index.html", "/old/page.aspx", "/login.jsp", "/a..b",
    "/blog/jenkins", "/docs/backup", "/docs/swagger", "/backup-and-restore", "/downloads/product-1.2.zip", "/files/report-2026.zip", "/archive/2026/11", "/config", "/settings",
    "/api/config", "/locales/en.json", "/manifest.json", "/feed.xml", "/status", "/logs", "/docs/server-status-page", "/users/~jane", "/keys", "/images/old-map.jpg",
    "/_next/image", "/_next/static/chunks/main.js", "/robots.txt", "/sitemap.xml", "/docs/dockerfile-basics", "/solutions", "/wpf-tutorial", "/ecommerce", "/data.csv", "/catalog",
  ]; // prettier-ignore
  for (const path of ordinary) it(`takes ${path} for no probe`, () => expect(probeKind(path)).to.equal(null));

  it("needs an error and no referrer to call a guess a probe", () => {
    const judge = (status: number | null, referrer: string | null): boolean => isProbe("guessed", { status, referrer });
    expect([400, 401, 403, 404, 405, 410, 500].map((status) => judge(status, "-"))).to.deep.equal(Array(7).fill(true));
    expect([null, 0, 200, 206, 301, 304, 399].map((status) => judge(status, "-"))).to.deep.equal(Array(7).fill(false));
    expect([judge(404, null), judge(404, "https://shop.example/"), judge(404, "")]).to.deep.equal([true, false, false]);
  });

  it("asks for no more where no app serves the path, and for none where anybody may come", () => {
    expect(isProbe("never-served", { status: 200, referrer: "https://shop.example/" })).to.equal(true);
    expect(isProbe(null, { status: 404, referrer: "-" })).to.equal(false);
  });

  it("does not look beyond what a browser would ask for", () => {
    expect(probeKind(`/${"a".repeat(5000)}/.env`)).to.equal(null);
    expect(probeKind(`/${"a".repeat(3000)}/.env`)).to.equal("never-served");
  });
});
