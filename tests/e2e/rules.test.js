// Rules: conditions on Referer, address, country and rate, hidden entries, branding, and invalid rules.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { openBrowser, openPage } from "./support/browser.js";
import { openCdn } from "./support/cdn.js";
import { curl, scratch } from "./support/clients.js";
import { assertErrorJson } from "./support/expect.js";
import {
  API_TOKEN, KEYS, basic, bearer, cf, cookieOf, entry, from, html, logIn, openGuarded, openPages, secretsOf, shared,
  steady,
} from "./support/guarded.js";
import { ACCOUNTS, UID } from "./support/library.js";
import { rows, textOf } from "./support/page.js";

const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=", "base64",
);
const FILES = [
  entry("/plain.txt"), entry("/art/one.png"), entry("/art/data.bin"), entry("/near/a.txt"), entry("/here/a.txt"),
  entry("/tor/a.txt"), entry("/slow/a.txt"), entry("/slow/b.txt"),
  entry("/hide/shown.txt"), entry("/hide/notes.nfo"), entry("/hide/drafts/d.txt"), entry("/hide/keys/k.txt"),
  entry("/hide/keys/deep/kk.txt"), entry("/hide/sub/more.nfo"), entry("/hide/sub/visible.txt"),
  entry("/look/a.txt"), entry("/look/cover.png"), entry("/look/sub/b.txt"),
  entry("/vault/v.txt", 4_242), entry("/attic/w.txt", 4_343), entry("/shed/x.txt"),
  entry("/shed/open/y.txt"),
];
const NOTES = [
  "# Welcome", "**bold** <b>raw</b> <script>document.title = 'ran'</script>",
  "<img src=x onerror=\"document.title='ran'\">",
  "[click](javascript:document.title='ran')", "[site](https://example.com/)", "![cover](cover.png)",
  "![far](https://pics.example/p.png)",
].join("\n\n");
const RULES = [
  { path: "/art", click: "download", referers: { allow: ["good.example", "*.wide.example"] } },
  { path: "/near", addresses: { allow: ["203.0.113.0/24", "2001:db8:1::/48"], deny: ["203.0.113.66"] } },
  { path: "/here", countries: { allow: ["CN", "HK"] } }, { path: "/tor", countries: { deny: ["T1"] } },
  { path: "/slow", rate: "SLOW" },
  { path: "/hide", hide: { unlisted: ["*.nfo"], closed: ["drafts"], blocked: ["keys"] } },
  { path: "/look", title: "Looks & <such>", header: NOTES, readme: "Read **me**", robots: "noindex, nofollow",
    mode: "proxy" },
  { path: "/vault", password: "P", listed: true }, { path: "/attic", password: "P" },
  { path: "/shed", access: "deny" }, { path: "/shed/open", access: "public" },
];
const SECRETS = { P: "the word" };
const LIMITS = { GUESSES: { limit: 1_000 }, SLOW: { limit: 3, period: 60 } };

const cdn = await openCdn({ accounts: ACCOUNTS });
for (const { cdnPath, size } of FILES) cdn.put(cdnPath, { size, uid: UID });
cdn.put(`/${UID}/art/one.png`, { body: PNG, uid: UID });
const open = (rules = RULES, options = {}) => openGuarded(FILES, rules, {
  secrets: SECRETS, ratelimits: LIMITS,
    outbound: () => new globalThis.Response(PNG, { headers: { "content-type": "image/png" } }), ...options,
});
const site = await open();
const status = async (target, headers = {}) => (await site.request(target, { headers })).status;
const names = (text) => rows(text).map(({ href }) => decodeURIComponent(href));

describe("referers", async () => {
  const page = (target) => `<!doctype html><title>waits</title><img id="i" src="${target}">`;
  const pages = await openPages({
    "/": page(`${site.url}/art/one.png`),
    "/silent": `<meta name="referrer" content="no-referrer">${page(`${site.url}/art/one.png`)}`,
    "/full": `<meta name="referrer" content="unsafe-url">${page(`${site.url}/art/one.png`)}`,
  });
  const hosts = ["good.example", "bad.example", "a.b.wide.example", "wide.example", "good.example.bad.example"];
  const browser = await openBrowser(cdn, Object.fromEntries(hosts.map((host) => [host, pages.port])));

  /** What a page at this address gets: the image's width, and the bytes or error of a fetch. */
  async function embed(url) {
    const { page: tab } = await openPage(browser);
    await tab.goto(url);
    const width = await tab.evaluate(async () => {
      const image = document.getElementById("i");
      if (!image.complete) await new Promise((resolve) => { image.onload = resolve; image.onerror = resolve; });
      return image.naturalWidth;
    });
    const fetched = await tab.evaluate((target) => (
      fetch(target).then((answer) => answer.status, () => "failed")
    ), `${site.url}/art/data.bin`);
    return [width, fetched];
  }

  test("a page of an allowed site shows the image and reads the file; the CDN gets no Referer", async () => {
    cdn.forget();
    assert.deepEqual(await embed("http://good.example/"), [1, 200]);
    assert.deepEqual(await embed("http://a.b.wide.example/full?token=secret"), [1, 200]);
    for (const { headers } of cdn.log.filter((each) => !each.path.endsWith("favicon.ico"))) {
      assert.equal(headers.referer, undefined);
    }
  });

  test("a page of any other site, or one that sends no Referer, is refused", async () => {
    cdn.forget();
    for (const url of ["http://bad.example/", "http://wide.example/",
      "http://good.example.bad.example/?http://good.example/"]) {
      assert.deepEqual(await embed(url), [0, "failed"], url);
    }
    // A page that hides its referrer: the image says nothing; fetch says the origin, as "null".
    assert.equal((await embed("http://bad.example/silent"))[0], 0);
    assert.deepEqual(cdn.log.filter((each) => !each.path.endsWith("favicon.ico")), []);
  });

  test("requests from the site's own pages are allowed, and the CDN gets no Referer", async () => {
    const { page: tab } = await openPage(browser);
    await tab.goto(`${site.url}/`);
    const answer = tab.waitForResponse(/\/art\/$/);
    await tab.getByRole("link", { name: "art/" }).click();
    assert.equal((await answer).status(), 200, "from the folder above");
    cdn.forget();
    await tab.getByRole("link", { name: "one.png" }).click();
    await tab.waitForURL(/vip\.123pan\.cn/);
    assert.equal(cdn.requestsFor(`/${UID}/art/one.png`)[0].headers.referer, undefined);
  });

  test("a share link that one site may embed can be browsed from there on", async () => {
    const link = await shared(site, "/hide/", { referer: "good.example" });
    const { page: tab } = await openPage(browser);
    await tab.goto("http://good.example/");
    await tab.evaluate((href) =>
      document.body.append(Object.assign(document.createElement("a"), { href, textContent: "shared" })),
      site.url + link.path);
    await tab.getByText("shared").click();
    await tab.getByRole("link", { name: "shown.txt" }).waitFor();
    const answer = tab.waitForResponse(/\/sub\/$/);
    await tab.getByRole("link", { name: "sub/" }).click();
    assert.equal((await answer).status(), 200, "from the shared page");
  });

  test("the site's own pages are allowed, and the refusal links to them", async () => {
    assert.equal(await status("/art/one.png", { referer: `${site.url}/art/` }), 302);
    assert.equal(await status("/art/one.png"), 403, "typed by hand: the rule doesn't allow it");
    const refused = await site.request("/art/one.png",
      { headers: { referer: "http://bad.example/", accept: "application/json" } });
    assert.equal(assertErrorJson(refused, 403).code, "referer_not_allowed");
    assert.equal(refused.headers["cache-control"], "private, no-store");
    assert.match(refused.headers.vary, /Referer|Accept/);
    const given = await site.request("/art/one.png", { headers: { referer: "http://good.example/x" } });
    assert.match(given.headers.vary, /Origin.*Referer/);
    assert.equal(given.headers["cache-control"], "private, no-store");
    const empty = await open([{ path: "/art", referers: { allow: ["good.example"], empty: true } }]);
    for (const [headers, want] of [
      [{}, 302], [{ referer: "" }, 302], [{ referer: "http://bad.example/" }, 403],
      [{ referer: "http://good.example/", origin: "http://bad.example" }, 403],
      [{ origin: "http://bad.example" }, 403],
    ]) {
      assert.equal((await empty.request("/art/one.png", { headers })).status, want, JSON.stringify(headers));
    }
    const { stdout } = await curl(cdn,
      ["-o", "/dev/null", "-w", "%{http_code}", "-e", "http://good.example/", `${site.url}/art/one.png`],
      { cwd: scratch() });
    assert.equal(stdout, "302");
  });
});

test("addresses: ranges of both families, denied ones first, and no client without an address", async () => {
  for (const [address, want] of [
    ["203.0.113.7", 302], ["203.0.113.66", 403], ["203.0.114.1", 403], ["2001:db8:1:ffff::1", 302],
    ["2001:DB8:1::", 302],
    ["2001:db8:2::1", 403], ["::ffff:203.0.113.7", 302], ["::ffff:203.0.113.66", 403],
    ["203.0.113.7, 1.2.3.4", 403], ["unknown", 403], ["", 403],
  ]) {
    assert.equal(await status("/near/a.txt", from(address)), want, address);
  }
  // A page of another site in that visitor's browser must be able to read neither the contents nor their existence.
  for (const target of ["/near/a.txt?format=json", "/near/?format=json", "/?format=json", "/?format=opds"]) {
    const { text, headers } = await site.request(target, { headers: from("203.0.113.1") });
    assert.match(text, /near/, target);
    assert.equal(headers["access-control-allow-origin"], undefined, target);
  }
  assert.equal(await status("/near/a.txt"), 403);
  assert.equal(await status("/near/a.txt", { "x-forwarded-for": "203.0.113.7", "x-real-ip": "203.0.113.7" }), 403);
  assert.equal(await status("/near/no-such.txt", from("1.2.3.4")), 403, "the response does not depend on what exists");
  assert.ok(!names((await site.request("/", { headers: from("1.2.3.4") })).text).includes("near/"));
  assert.ok(names((await site.request("/", { headers: from("203.0.113.7") })).text).includes("near/"));
});

test("countries: as Cloudflare reports, and no client without a country", async () => {
  for (const [target, country, want] of [
    ["/here/a.txt", "CN", 302], ["/here/a.txt", "HK", 302], ["/here/a.txt", "US", 403], ["/here/a.txt", "XX", 403],
    ["/here/a.txt", undefined, 403], ["/tor/a.txt", "T1", 403], ["/tor/a.txt", "DE", 302],
    ["/tor/a.txt", undefined, 403],
  ]) {
    assert.equal(await status(target, cf({ country })), want, `${target} ${country}`);
  }
  assert.equal(await status("/here/a.txt"), 403);
  assert.equal(await status("/here/a.txt", { "cf-ipcountry": "CN" }), 403, "a header is not Cloudflare's word");
  const page = await site.request("/here/a.txt",
    { headers: { ...cf({ country: "US" }), ...html, "accept-language": "zh" } });
  assert.match(textOf(page.text), /国家或地区/);
});

test("rate: a number of requests for each visitor, then 429", () => steady(60, async (turn) => {
  const own = await open();
  const ask = async (target, address) => own.request(target, { headers: from(address) });
  const statuses = [];
  for (const target of ["/slow/a.txt", "/slow/", "/slow/b.txt", "/slow/no-such.txt", "/slow/a.txt"]) {
    statuses.push((await ask(target, `203.0.113.${turn}`)).status);
  }
  assert.deepEqual(statuses, [302, 200, 302, 429, 429]);
  const over = await ask("/slow/a.txt", `203.0.113.${turn}`);
  assert.equal(over.headers["retry-after"], "60");
  assert.equal(over.headers.location, undefined);
  assert.equal((await ask("/slow/a.txt", "203.0.113.200")).status, 302);
  assert.equal((await ask("/plain.txt", `203.0.113.${turn}`)).status, 302, "elsewhere");
  for (const [index, want] of [302, 302, 302, 429].entries()) {
    assert.equal((await ask("/slow/a.txt", `2001:db8:${turn}:1:${index}::1`)).status, want, "an IPv6 /64");
  }
}));

test("hide: unlisted, closed and blocked entries", async () => {
  const page = await site.request("/hide/");
  assert.deepEqual(names(page.text), ["sub/", "shown.txt"]);
  assert.doesNotMatch(page.text, /nfo|drafts|keys/);
  assert.match(textOf(page.text), /1 folder, 1 file\b/, "nothing hidden is counted");
  assert.deepEqual((await site.json("/hide/")).entries.map(({ name }) => name), ["sub", "shown.txt"]);
  assert.deepEqual(names((await site.request("/hide/sub/")).text), ["visible.txt"]);
  for (const [target, want] of [
    ["/hide/notes.nfo", 302], ["/hide/sub/more.nfo", 302], ["/hide/drafts/", 404], ["/hide/drafts", 404],
    ["/hide/drafts/d.txt", 302],
    ["/hide/keys/", 404], ["/hide/keys", 404], ["/hide/keys/k.txt", 404], ["/hide/keys/deep/kk.txt", 404],
    ["/hide/keys/deep/", 404],
  ]) {
    for (const form of ["", "?format=json"]) {
      const got = await status(target + form);
      assert.equal(got, want === 302 && form ? 200 : want, target + form);
    }
  }
  const absent = await site.request("/hide/abc");
  const blocked = await site.request("/hide/keys");
  assert.deepEqual([blocked.status, blocked.text], [absent.status, absent.text]);
  // A share link opens hidden entries, but no denied ones.
  const link = await shared(site, "/hide/");
  assert.equal(await status(`${link.path}keys/k.txt`), 404);
});

test("a locked folder is listed in its parent if its rule says so, with its name alone", async () => {
  const page = await site.request("/");
  const shown = rows(page.text);
  const vault = shown.find(({ href }) => href === "vault/");
  assert.deepEqual(vault.cells.slice(1), ["", ""]);
  assert.match(page.text, /<a href="vault\/" class="[^"]*\blocked\b/);
  assert.doesNotMatch(page.text, /attic|shed|v\.txt|4242|4\.1 KB/);
  const { entries } = await site.json("/");
  const json = entries.find(({ name }) => name === "vault");
  assert.deepEqual([json.locked, json.size, json.modified], [true, null, null]);
  assert.ok(!entries.some(({ name }) => ["attic", "shed"].includes(name)));
  const cookie = cookieOf(await logIn(site, "/attic/", SECRETS.P));
  const inside = await site.request("/", { headers: { cookie } });
  assert.ok(names(inside.text).includes("attic/"), "who has opened it sees it");
  assert.equal(inside.headers["cache-control"], "private, no-cache");
  assert.match(inside.headers.vary, /Cookie/);
});

test("title, header, readme and robots: in Chromium no script runs and the pictures load", async () => {
  const browser = await openBrowser(cdn);
  const { page, complaints } = await openPage(browser);
  await page.route("https://pics.example/**", (route) => route.fulfill({ body: PNG, contentType: "image/png" }));
  const answer = await page.goto(`${site.url}/look/`);
  assert.equal(answer.headers()["x-robots-tag"], "noindex, nofollow");
  assert.equal(await page.getAttribute('meta[name="robots"]', "content"), "noindex, nofollow");
  assert.equal(await page.title(), "look · Looks & <such>");
  assert.equal(await page.textContent(".header strong"), "bold");
  assert.equal(await page.textContent(".readme strong"), "me");
  assert.match(await page.textContent(".header"), /<b>raw<\/b>/, "raw HTML is text");
  const widths = await page.$$eval(".header img", async (all) => {
    await Promise.all(all.map((image) => image.decode().catch(() => {})));
    return all.map((image) => image.naturalWidth);
  });
  assert.deepEqual(widths, [1, 1]);
  const clicked = await page.getByText("click").count();
  assert.equal(clicked, 1);
  assert.equal(await page.locator("a", { hasText: "click" }).count(), 0, "no link to a script");
  const link = page.locator(".header a", { hasText: "site" });
  assert.match(await link.getAttribute("rel"), /noopener.*noreferrer/);
  assert.equal(await page.locator('body script, script:not([src^="/-/assets/"]), iframe, [onerror], [onclick]').count(), 0);
  await page.goto(`${site.url}/look/sub/`);
  assert.match(await page.textContent(".header"), /Welcome/, "it holds below, too");
  assert.deepEqual(complaints.filter((each) => !/cover\.png|404/.test(each)), []);
  const plain = await site.request("/");
  assert.equal(plain.headers["x-robots-tag"], undefined);
  assert.match(plain.headers["content-security-policy"], /img-src 'self';/,
    "pictures from elsewhere only where a rule has text");
});

describe("health", () => {
  const health = async (own, headers = {}) => JSON.parse((await own.request("/-/health", { headers })).text);

  test("lists mounts that are open to everyone, and counts no locked entry", async () => {
    const { status: state, open_to_everyone: opened, rules, mounts } = await health(site);
    assert.deepEqual([state, rules], ["ok", undefined]);
    assert.equal((await health(site, bearer)).rules, RULES.length);
    assert.ok(opened.includes("/"));
    for (const closed of ["/vault", "/attic", "/shed", "/near", "/here"]) assert.ok(!opened.includes(closed), closed);
    assert.equal(mounts[0].files, undefined, "a stranger may not see all of it");
    assert.equal((await health(site, bearer)).mounts[0].files, FILES.length);
    const all = await health(await open([]));
    assert.deepEqual([all.open_to_everyone, all.mounts[0].files], [["/"], FILES.length]);
    const none = await health(await open([{ path: "/", access: "deny" }]));
    assert.deepEqual(none.open_to_everyone, []);
    const island = await open([{ path: "/", password: "P" }, { path: "/art", access: "public" }]);
    assert.deepEqual((await health(island, bearer)).open_to_everyone, ["/art"]);
  });

  test("shows a stranger no name that no page shows", async () => {
    const own = await open([
      { path: "/", password: "P", hide: ["attic"] }, { path: "/attic", access: "public" },
      { path: "/shed", access: "deny" }, { path: "/shed/open", access: "public" },
    ]);
    const { open_to_everyone: opened } = await health(own);
    assert.deepEqual(opened, [], "public, but hidden, or below what nobody may know of");
    assert.deepEqual((await health(own, bearer)).open_to_everyone.sort(), ["/attic", "/shed/open"]);
  });
});

describe("an invalid rule", () => {
  const bad = [
    [{ path: "/vault", access: "password" }, "RULES[0].password", {}],
    [{ path: "/vault", password: "NOT_SET" }, "RULES[0].password", {}],
    [{ path: "/vault", password: "the word" }, "RULES[0].password", {}],
    [{ path: "/vault", password: [] }, "RULES[0].password", {}],
    [{ path: "/vault", password: { name: "the word" } }, "RULES[0].password", {}],
    [{ path: "/vault", password: "HASH" }, "RULES[0].password",
      { secrets: { HASH: "pbkdf2-sha256$20000$sentinel" } }],
    [{ path: "/vault", password: "SHORT" }, "RULES[0].password", { secrets: { SHORT: "abc" } }],
    [{ path: "/vault", access: "link" }, "RULES[0].access",
      { secrets: { SITE_KEYS: undefined, API_TOKEN: undefined } }],
    [{ path: "/vault", access: "secret" }, "RULES[0].access", {}],
    [{ path: "/Vault", access: "deny" }, "RULES[0].path", {}],
    [{ path: "vault", access: "deny" }, "RULES[0].path", {}],
    [{ path: "/vault/../attic", access: "deny" }, "RULES[0].path", {}],
    [{ path: "/vault", acess: "deny" }, "RULES[0].acess", {}],
    [{ access: "deny" }, "RULES[0]", {}],
    [{ path: "/vault", hide: ["["] }, "RULES[0].hide.unlisted[0]", {}],
    [{ path: "/vault", referers: { allow: ["https://x/"] } }, "RULES[0].referers.allow[0]", {}],
    [{ path: "/vault", countries: { allow: ["China"] } }, "RULES[0].countries.allow[0]", {}],
    [{ path: "/vault", addresses: { deny: ["1.2.3"] } }, "RULES[0].addresses.deny[0]", {}],
    [{ path: "/vault", rate: "NO_SUCH" }, "RULES[0].rate", {}],
    [{ path: "/vault", budget: {} }, "RULES[0].budget", {}],
    [{ path: "/vault", budget: { day: "much" } }, "RULES[0].budget.day", {}],
    [{ path: "/vault", budget_fail: "ajar" }, "RULES[0].budget_fail", {}],
    [{ path: "/vault", robots: "x\ny" }, "RULES[0].robots", {}],
    [{ path: "/vault", valid_minutes: 0 }, "RULES[0].valid_minutes", {}],
    ["/vault", "RULES[0]", {}],
  ];

  test("closes the whole site, and is reported with a hint and without a secret", async () => {
    const own = await open([]);
    assert.equal((await own.request("/plain.txt")).status, 302);
    for (const [rule, setting, { secrets }] of bad) {
      await own.restart({ vars: { RULES: [rule] }, secrets: secretsOf(FILES, { ...SECRETS, ...secrets }) });
      for (const target of ["/plain.txt", "/", "/vault/v.txt"]) assert.equal((await own.request(target)).status,
        503, `${setting} ${target}`);
      const answer = await own.request("/", { headers: { accept: "application/json" } });
      const { faults } = assertErrorJson(answer, 503);
      const page = await own.request("/", { headers: html });
      const said = await own.request("/-/health");
      assert.deepEqual(faults.map((each) => each.setting).includes(setting), true, `${setting}: ${answer.text}`);
      for (const each of faults) assert.ok(each.message.length > 5 && each.mend.length > 5);
      assert.ok(textOf(page.text).includes(setting));
      for (const { text } of [answer, page, said]) {
        for (const secret of [KEYS, API_TOKEN, "the word", "sentinel"]) assert.ok(!text.includes(secret),
          `${secret} in ${text}`);
      }
      assert.equal(JSON.parse(said.text).status, "broken");
    }
  });
});

test("for each field the deepest rule that sets it applies", async () => {
  const own = await open([
    { path: "/", referers: { allow: ["good.example"], empty: false }, valid_minutes: 10 },
    { path: "/vault", password: "P" }, { path: "/art", referers: { allow: ["other.example"], empty: true } },
  ]);
  const ask = async (target, headers) => (await own.request(target, { headers })).status;
  assert.equal(await ask("/vault/v.txt", basic(SECRETS.P)), 403, "the password is right, the page is not");
  assert.equal(await ask("/vault/v.txt", { ...basic(SECRETS.P), referer: "http://good.example/" }), 302);
  assert.equal(await ask("/vault/v.txt", { referer: "http://good.example/" }), 401);
  assert.equal(await ask("/art/one.png", { referer: "http://good.example/" }), 403);
  assert.equal(await ask("/art/one.png", {}), 302);
  const before = Math.floor(Date.now() / 1000);
  const { headers: { location } } = await own.request("/art/one.png");
  const [expires] = new URL(location).searchParams.get("auth_key").split("-");
  assert.ok(expires >= before + 600 && expires <= Date.now() / 1000 + 600, `${expires - before} s`);
});
