// `signpost verify` against the built Worker and the fake CDN: a sound site passes, and each fault that a site was
// given on purpose is found.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import http from "node:http";
import path from "node:path";
import { describe, test } from "node:test";
import { openCdn } from "./support/cdn.js";
import { scratch } from "./support/clients.js";
import { API_TOKEN, KEYS, entry, openGuarded, shared, signpost } from "./support/guarded.js";
import { ACCOUNTS, KEY, UID } from "./support/library.js";
import { bad, configOf, deadPort, find, led, serve, told, verifySite } from "./support/verify.js";

const FILES = [
  entry("/open/a.txt", 1_000), entry("/open/第 1 集.mkv", 1_001), entry("/open/sub/b.bin", 1_002), entry("/root.txt", 1_003),
  entry("/Family/secret one.txt", 1_004), entry("/Shown/two.txt", 1_005), entry("/Clients/a/three.txt", 1_006),
  entry("/Clients/b/four.txt", 1_007), entry("/Denied/five.txt", 1_008), entry("/open/drafts/six.txt", 1_009),
  entry("/open/old/seven.txt", 1_010), entry("/blog/eight.txt", 1_011), entry("/open/x.nfo", 1_012),
];
const LIMITED = { budget: { day: "20 GB", client_day: "5 GB" }, rate: "SITE_RATE" };
const RULES = [
  { path: "/", ...LIMITED },
  { path: "/open", hide: { unlisted: ["*.nfo"], closed: ["old"], blocked: ["drafts"] } },
  { path: "/Family", password: "FAMILY" },
  { path: "/Shown", password: "FAMILY", listed: true },
  { path: "/Clients", access: "link" },
  { path: "/Denied", access: "deny" },
  { path: "/blog", referers: { allow: ["blog.example.com", "*.example.org"] } },
];
const SECRETS = { FAMILY: "a family word" };
const RATES = { GUESSES: { limit: 1_000_000 }, SITE_RATE: { limit: 10_000 } };

const cdn = await openCdn({ accounts: ACCOUNTS });
for (const { cdnPath, size } of FILES) cdn.put(cdnPath, { size, uid: UID });

/** Opens a site with these rules; the options are those of `openGuarded`. */
const open = (rules = RULES, { files = FILES, secrets = {}, ...options } = {}) =>
  openGuarded(files, rules, { ratelimits: RATES, ...options, secrets: { ...SECRETS, ...secrets } });

const verify = (target, args = [], options = {}) => verifySite(target, args, { config: configOf(RULES), cdnPort: cdn.port, ...options });

const site = await open();

describe("a sound site", () => {
  let sound;

  test("has no leak and no failure, and is held to all its rules", async () => {
    cdn.forget();
    sound = await verify(site);
    assert.deepEqual(bad(sound.rows), []);
    assert.equal(sound.status, 0);
    for (const path of ["/Family", "/Shown", "/Clients", "/Denied", "/open/drafts", "/open/old"]) {
      assert.equal(find(sound.rows, "closed", path)?.outcome, "ok", path);
    }
    for (const path of ["/Family", "/Clients", "/Denied", "/open/drafts", "/open/old"]) {
      assert.equal(find(sound.rows, "names", path)?.outcome, "ok", path);
    }
    assert.equal(find(sound.rows, "names", "/Shown"), undefined, "a rule shows its name");
    assert.equal(find(sound.rows, "limits", "/").outcome, "ok");
    assert.equal(find(sound.rows, "referers", "/blog").outcome, "ok");
    assert.equal(find(sound.rows, "hosts", "vip.123pan.cn").outcome, "ok");
    assert.equal(sound.rows.filter(({ check, outcome }) => check === "files" && outcome === "ok").length, 5);
    assert.ok(sound.report.requests < 500, `${sound.report.requests} requests`);
  });

  test("costs one byte of traffic a file, and is asked politely", () => {
    const served = cdn.log.filter(({ status }) => status < 300);
    assert.equal(served.length, 5);
    for (const { headers, status } of cdn.log) {
      assert.equal(headers.range, "bytes=0-0");
      assert.match(headers["user-agent"], /^signpost\/\d/);
      for (const name of ["cookie", "authorization", "referer"]) assert.equal(headers[name], undefined);
      assert.ok(status === 206 || status === 403, `${status}`);
    }
    assert.equal(cdn.log.length, 15, "each link as it is, without its signature and with a changed one");
  });

  test("prints no secret, no signature and no token", async () => {
    const table = await signpost(["verify", site.url, "--config", configOf(RULES), ...led(cdn.port)]);
    for (const text of [sound.stdout, sound.stderr, table.stdout, table.stderr]) {
      for (const secret of ["auth_key=1", KEY, KEYS, API_TOKEN, SECRETS.FAMILY]) assert.ok(!text.includes(secret), secret);
    }
    assert.match(table.stdout, /^ok +closed +\/Family: 401 on \d+ requests$/m);
    assert.match(table.stdout, /^0 leaks, 0 failures, \d+ warnings?, \d+ untested; \d+ requests$/m);
    assert.equal(table.status, 0);
  });

  test("is tested from outside alone where no settings are given", async () => {
    const { status, rows } = await verify(site, ["--closed", "/Family", "--closed", "Denied/"], { config: null });
    assert.deepEqual(bad(rows), []);
    assert.equal(status, 0);
    assert.equal(find(rows, "closed", "/Family").outcome, "ok");
    assert.equal(find(rows, "closed", "/Denied").outcome, "ok");
    assert.equal(find(rows, "closed", "/Shown").outcome, "ok", "which the site shows as locked");
    assert.equal(find(rows, "limits", "").outcome, "untested");
  });
});

describe("a broken site", () => {
  test("with an open lock leaks on every route, in lists, searches and feeds", async () => {
    const rules = RULES.filter((rule) => rule.path !== "/Family");
    const { status, rows } = await verify(await open(rules));
    assert.equal(status, 1);
    const leaks = told(rows, "leak").join("\n");
    assert.match(leaks, /^closed \/Family: .*and \d+ more$/m);
    assert.match(leaks, /^listings \/Family: /m);
    assert.match(leaks, /^names \/Family: is named by .*\/\?format=aria2|^names \/Family: is named by \/,.*search=Family/m);
    assert.equal(find(rows, "closed", "/Denied").outcome, "ok", "the others are sound");
  });

  test("without any of its rules leaks what is denied, blocked, closed, hidden and limited to pages", async () => {
    const { status, rows } = await verify(await open([]));
    assert.equal(status, 1);
    for (const path of ["/Family", "/Clients", "/Denied", "/open/drafts", "/open/old"]) {
      assert.equal(find(rows, "closed", path).outcome, "leak", path);
      assert.equal(find(rows, "names", path).outcome, "leak", path);
    }
    assert.equal(find(rows, "referers", "/blog").outcome, "leak");
    assert.equal(find(rows, "listings", "/open/x.nfo").outcome, "leak");
  });

  test("with a password where nobody is to know of a path leaks that it is there", async () => {
    const rules = RULES.map((rule) => (rule.path === "/Clients" ? { path: "/Clients", password: "FAMILY" } : rule));
    const { rows } = await verify(await open(rules));
    assert.match(find(rows, "closed", "/Clients").detail, /answers 401, not 404/);
    assert.equal(find(rows, "closed", "/Clients").outcome, "leak");
  });

  test("with a dead key has links that the CDN refuses, and the key is named", async () => {
    const { status, rows } = await verify(await open(RULES, { secrets: { PRIVATE_KEY: "another-Key" } }));
    assert.equal(status, 1);
    const failed = rows.filter(({ check, outcome }) => check === "files" && outcome === "failed");
    assert.equal(failed.length, 5);
    for (const { detail } of failed) assert.match(detail, /403: key differs/);
  });

  test("without a budget leaks traffic", async () => {
    const rules = RULES.map(({ budget, ...rule }) => rule);
    const { status, rows } = await verify(site, [], { config: configOf(rules) });
    assert.equal(status, 1);
    assert.equal(find(rows, "limits", "/").outcome, "leak");
    assert.deepEqual(bad(rows).length, 1);
  });

  test("with a second address below workers.dev leaks there", async () => {
    const second = ["--workers-dev", "alice", "--resolve", `signpost.alice.workers.dev:443:127.0.0.1:${await deadPort()}`];
    const closed = await verify(site, second);
    assert.equal(find(closed.rows, "workers.dev", "https://signpost.alice.workers.dev").outcome, "ok");
    const { status, rows } = await verify(site, ["--workers-dev", site.url]);
    assert.equal(status, 1);
    assert.deepEqual(told(rows, "leak").length, 1);
    assert.equal(find(rows, "workers.dev", site.url).outcome, "leak");
    const on = await verify(site, [], { config: configOf(RULES, "workers_dev = true\n") });
    assert.equal(find(on.rows, "workers.dev", "").outcome, "warning");
  });

  test("whose CDN does not check signatures leaks its files", async () => {
    const cases = [
      [() => true, /serves it without auth_key/],
      [(url) => /auth_key=\d+-\w+-\d+-\w+/.test(url), /serves it with a changed auth_key/],
    ];
    for (const [isServed, message] of cases) {
      const port = await serve((request, response) => {
        response.writeHead(isServed(request.url) ? 206 : 403).end("x");
      });
      const { status, rows } = await verify(site, [], { cdnPort: port });
      assert.equal(status, 1);
      const leaks = rows.filter(({ check, outcome }) => check === "files" && outcome === "leak");
      assert.equal(leaks.length, 5);
      for (const { detail } of leaks) assert.match(detail, message);
    }
  });

  test("with links on a dead host is told so", async () => {
    const host = `${UID}.v.123pan.cn`;
    const files = [...FILES, { ...entry("/old/nine.txt"), url: `https://${host}/${UID}/old/nine.txt` }];
    const { status, rows } = await verify(await open(RULES, { files }), led(await deadPort(), `${host}:443`));
    assert.equal(status, 1);
    assert.match(find(rows, "hosts", host).detail, /^dead: no connection/);
    assert.equal(find(rows, "hosts", "vip.123pan.cn").outcome, "ok");
  });

  test("with dead hosts in a tree is told each, though no file of theirs is in the sample", async () => {
    const tree = path.join(scratch(), "tree.txt");
    const hosts = [`https://${UID}.v.123pan.cn`, "http://vip.123pan.cn", "http://vip.123pan.com"];
    writeFileSync(tree, hosts.map((host, index) => `${host}/${UID}/${index}.txt\n`).join(""));
    const names = [...led(await deadPort(), `${UID}.v.123pan.cn:443`), ...led(cdn.port, "vip.123pan.com:80")];
    const { status, rows } = await verify(site, ["--tree", tree, ...names]);
    assert.equal(status, 1);
    const found = rows.filter(({ check }) => check === "hosts").map(({ subject, outcome }) => [subject, outcome]).sort();
    assert.deepEqual(found, [[`${UID}.v.123pan.cn`, "failed"], ["vip.123pan.cn", "ok"], ["vip.123pan.com", "ok"]]);
    writeFileSync(tree, "a:\n   odd:\n");
    const wrong = await signpost(["verify", site.url, "--tree", tree]);
    assert.equal(wrong.status, 2);
    assert.match(wrong.stderr, /the tree has errors; signpost check/);
  });

  test("with a missing file, or links for another city, is told which", async () => {
    const files = [...FILES, entry("/gone/gone.txt")];
    const { status, rows } = await verify(await open(RULES, { files }));
    assert.equal(status, 1);
    assert.match(find(rows, "files", "/gone/gone.txt").detail, /404: missing/);
    const city = { code: 1010, message: "forbidden realc:ma'anshan city arg_c:wuhan city" };
    const port = await serve((_, response) => { response.writeHead(403).end(JSON.stringify(city)); });
    const locked = await verify(site, ["--sample", "1"], { cdnPort: port });
    assert.match(locked.rows.find(({ check }) => check === "files").detail, /403: city/);
  });

  test("whose links have ended by the CDN's clock is told that it is the clock", async () => {
    const headers = { date: new Date(Date.now() + 86_400_000).toUTCString() };
    const port = await serve((_, response) => { response.writeHead(403, headers).end("link expired"); });
    const { rows } = await verify(site, ["--sample", "1"], { cdnPort: port });
    assert.match(rows.find(({ check }) => check === "files").detail, /403: clock/);
  });

  test("without a key shows links that work for ever", async () => {
    const port = await serve((_, response) => { response.writeHead(206).end("x"); });
    const bare = await open(RULES, { secrets: { PRIVATE_KEY: undefined, UID: undefined } });
    const { rows } = await verify(bare, ["--sample", "1"], { cdnPort: port });
    assert.match(rows.find(({ check, outcome }) => check === "files" && outcome === "leak").detail, /without auth_key/);
  });
});

describe("--wait", () => {
  test("tries a link after its end, and finds one that works for longer", async () => {
    const rules = [{ ...RULES[0], valid_minutes: 1 }, ...RULES.slice(1)];
    const late = await open(rules, { entry: "tests/e2e/support/clock_entry.js" });
    // By the site's clock, which is behind, the link of a minute ends in a few seconds.
    assert.equal((await late.request("/test/clock?ms=-54000")).status, 204);
    const args = ["--wait", "--sample", "1"];
    const config = configOf(rules);
    const { rows } = await verify(late, args, { config });
    assert.match(rows.find(({ check }) => check === "end of link").detail, /refused after its end \(403\)/);
    const port = await serve((request, response) => {
      response.writeHead(/-[0-9a-f]{32}$/.test(request.url) && !request.url.endsWith("0") ? 206 : 403).end("x");
    });
    const longer = await verify(site, ["--wait=1", "--sample", "1"], { cdnPort: port });
    const row = longer.rows.find(({ check }) => check === "end of link");
    assert.equal(row.outcome, "untested");
  });
});

describe("--links", () => {
  test("each share link opens its own path, and none is printed", async () => {
    const links = [await shared(site, "/Clients/a/"), await shared(site, "/Family/", { expires_in: 3600 })];
    const file = path.join(scratch(), "links.txt");
    writeFileSync(file, `# links\n${links.map(({ path: each }) => `https://files.example.com${each}`).join("\n")}\n/~forged/Family/\n`);
    const { status, rows, stdout } = await verify(site, ["--links", file]);
    assert.equal(status, 0);
    assert.match(find(rows, "share links", "line 2, /Clients/a").detail, /opens its path/);
    assert.equal(find(rows, "share links", "line 3, /Family").outcome, "ok");
    assert.equal(find(rows, "share links", "line 4, /Family").outcome, "warning");
    for (const link of links) assert.ok(!stdout.includes(link.path.split("/")[1]), "a token is printed");
  });

  test("a link that opens more than the path it is given for is a leak", async () => {
    const wide = await shared(site, "/Clients/");
    const file = path.join(scratch(), "links.txt");
    writeFileSync(file, `${wide.path}a/\n`);
    const { status, rows } = await verify(site, ["--links", file, "--sample", "0"]);
    assert.equal(status, 1);
    assert.match(find(rows, "share links", "line 1, /Clients/a").detail, /^also opens \/Clients$/);
  });
});

describe("https", () => {
  /** A certificate for a host, and the authority that made it. */
  function certificate(host) {
    const folder = scratch();
    const ssl = (...args) => execFileSync("openssl", args, { cwd: folder, stdio: "pipe" });
    ssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=a test's authority");
    ssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "csr.pem", "-subj", `/CN=${host}`);
    writeFileSync(path.join(folder, "ext"), `subjectAltName=DNS:${host}\nextendedKeyUsage=serverAuth\n`);
    ssl("x509", "-req", "-in", "csr.pem", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out", "cert.pem", "-days", "2", "-extfile", "ext");
    const read = (name) => readFileSync(path.join(folder, name));
    return { ca: path.join(folder, "ca.pem"), tls: { key: read("key.pem"), cert: read("cert.pem") } };
  }

  const HOST = "files.example.com";

  /** TLS in front of a site, as Cloudflare has it. */
  const front = (target, tls) => serve((request, response) => {
    const { method, url, headers } = request;
    const passed = http.request({ host: "127.0.0.1", port: target.port, method, path: url, headers }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    request.pipe(passed);
  }, { tls });

  test("is checked with its certificate, its host and its redirect", async () => {
    const { ca, tls } = certificate(HOST);
    const secured = await open(RULES, { entry: "tests/e2e/support/https_entry.js" });
    const port = await front(secured, tls);
    const plain = await serve((request, response) => {
      response.writeHead(301, { location: `https://${HOST}${request.url}` }).end();
    });
    const names = [...led(port, `${HOST}:443`), ...led(plain, `${HOST}:80`)];
    const env = { SSL_CERT_FILE: ca };
    const secure = { url: `https://${HOST}` };
    const { status, rows } = await verify(secure, names, { env });
    assert.deepEqual(bad(rows), []);
    assert.equal(status, 0);
    assert.equal(find(rows, "https", secure.url).outcome, "ok");
    assert.match(find(rows, "http", HOST).detail, /redirects to https \(301\)/);
    const both = [...led(port, `${HOST}:443`), ...led(secured.port, `${HOST}:80`)];
    const unsafe = await verify(secure, both, { env });
    assert.equal(find(unsafe.rows, "http", HOST).outcome, "leak");
    const args = ["verify", secure.url, ...names];
    const unknown = await signpost(args);
    assert.equal(unknown.status, 2, "an authority that this system does not know");
    assert.match(unknown.stderr, /no secure connection/);
    const other = await signpost(["verify", "https://other.example.com", ...led(port, "other.example.com:443")], { env });
    assert.equal(other.status, 2, "a certificate for another host");
    assert.match(other.stderr, /no secure connection/);
  });
});

test("what can't be tested is said with exit status 2", async () => {
  const port = await serve((_, response) => response.writeHead(200, { "content-type": "text/html" }).end("hello"));
  const wrong = path.join(scratch(), "wrangler.toml");
  writeFileSync(wrong, '[vars]\nRULES = [{ path = "/a", pasword = "X" }]\n');
  for (const [args, message] of [
    [[`http://127.0.0.1:${port}`], /answers 200, and not as a Signpost does/],
    [[`http://127.0.0.1:${await deadPort()}`], /no connection/],
    [["https://no-such-host.invalid"], /no address in DNS/],
    [[`${site.url}/open/`], /without a path/],
    [["files.example.com"], /write it like https/],
    [[site.url, "--config", wrong], /RULES\[0\]\.pasword: unknown field/],
    [[site.url, "--config", "/no/such/file"], /No such file/],
    [[site.url, "--resolve", "nonsense"], /HOST:PORT:ADDRESS/],
  ]) {
    const { status, stderr } = await signpost(["verify", ...args]);
    assert.equal(status, 2, `${args}: ${stderr}`);
    assert.match(stderr, message, `${args}`);
  }
});
