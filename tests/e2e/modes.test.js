// Delivery modes: through the Worker, through the owner's download proxy, and stable links.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { readFile, truncate } from "node:fs/promises";
import http from "node:http";
import path from "node:path";
import { describe, test } from "node:test";
import { Response } from "miniflare";
import { openBrowser, openPage } from "./support/browser.js";
import { openCdn } from "./support/cdn.js";
import { curl, rclone, filesBelow, scratch } from "./support/clients.js";
import { decodePath, refusal } from "./support/cdn_auth.js";
import { assertErrorJson, assertSigned } from "./support/expect.js";
import { basic, cookieOf, entry, from, logIn, openGuarded, shared } from "./support/guarded.js";
import { ACCOUNTS, UID } from "./support/library.js";
import { through } from "./support/upstream.js";

const FILES = [
  entry("/via/a b.txt", 1_234), entry("/via/large.bin", 3_000_001), entry("/via/page.html", 60),
    entry("/via/音乐 1.wav", 5_000),
  entry("/via/missing.txt", 10), entry("/via/picture.svg", 100), entry("/plain/x.txt", 77), entry("/u/a b.txt"),
    entry("/u/音乐/[1] 100%.mp3"), entry("/w/a.txt"),
  entry("/w/b.txt"), entry("/w/long.txt"),
];
const SCRIPT = "<!doctype html><title>before</title><script>document.title = 'ran'; fetch('/')</script><p>a page";
const TOKEN = "alist-0123456789-token";
const RULES = [
  { path: "/via", mode: "proxy" },
  { path: "/u", mode: "proxy_url", proxy_url: "https://dl.example.com/base/", proxy_key: "PROXY_TOKEN" },
  { path: "/w", window_minutes: 60, valid_minutes: 30 },
];
const SECRETS = { PROXY_TOKEN: TOKEN, WORD: "proxy word" };
const PROXIED = "/via/a%20b.txt";
const LARGE = FILES[1];
const now = () => Math.floor(Date.now() / 1000);

const cdn = await openCdn({ accounts: ACCOUNTS });
for (const { cdnPath, size } of FILES) if (!cdnPath.endsWith("missing.txt")) cdn.put(cdnPath, { size, uid: UID });
const open = (rules = RULES, options = {}) =>
  openGuarded(FILES, rules, { secrets: SECRETS, outbound: through(cdn), ...options });
const site = await open();
const bytesOf = (file) => cdn.bytes(`/${UID}${file}`);

describe("proxy", { timeout: 60_000 }, () => {
  test("gives the CDN's bytes, and never its URL", async () => {
    for (const [target, file] of [[PROXIED, "/via/a b.txt"], ["/via/large.bin", "/via/large.bin"],
      [`/via/${encodeURIComponent("音乐 1")}.wav`, "/via/音乐 1.wav"]]) {
      cdn.forget();
      const answer = await site.request(target);
      assert.equal(answer.status, 200);
      assert.ok(answer.body.equals(bytesOf(file)), file);
      assert.equal(answer.headers["content-length"], String(bytesOf(file).length));
      assert.equal(answer.headers["accept-ranges"], "bytes");
      assert.equal(answer.headers["cache-control"], "private, no-store");
      assert.equal(answer.headers["x-content-type-options"], "nosniff");
      assert.match(answer.headers["content-security-policy"], /^sandbox;/);
      assert.equal(answer.headers.location, undefined);
      assert.doesNotMatch(answer.rawHeaders.join(" "), /auth_key|123pan/);
      assert.equal(cdn.log.length, 1);
      assert.equal(cdn.log[0].status, 200);
    }
    for (const form of ["?format=json", "?format=url"]) {
      const { status, text } = await site.request(PROXIED + form);
      assert.equal(status, 200);
      assert.doesNotMatch(text, /auth_key|123pan/);
      assert.ok(text.includes(`${site.url}/via/a%20b.txt`), text);
    }
    assert.equal((await site.request("/plain/x.txt")).status, 302, "elsewhere as ever");
  });

  test("passes ranges and conditions through in both directions, where a rule publishes the MD5", async () => {
    const own = await open([{ path: "/via", mode: "proxy", md5: true }]);
    const whole = await own.request(PROXIED);
    const { etag, "last-modified": modified } = whole.headers;
    const bytes = bytesOf("/via/a b.txt");
    const cases = [
      [{ range: "bytes=10-19" }, 206, bytes.subarray(10, 20), "bytes 10-19/1234"],
      [{ range: "bytes=-5" }, 206, bytes.subarray(-5), "bytes 1229-1233/1234"],
      [{ range: "bytes=1230-" }, 206, bytes.subarray(1230), "bytes 1230-1233/1234"],
      [{ range: "bytes=9999-" }, 416, Buffer.alloc(0), "bytes */1234"],
      [{ range: "bytes=0-3", "if-range": etag }, 206, bytes.subarray(0, 4), "bytes 0-3/1234"],
      [{ range: "bytes=0-3", "if-range": modified }, 206, bytes.subarray(0, 4), "bytes 0-3/1234"],
      [{ range: "bytes=0-3", "if-range": "\"other\"" }, 200, bytes, undefined],
      [{ "if-none-match": etag }, 304, Buffer.alloc(0), undefined],
      [{ "if-none-match": "\"other\"" }, 200, bytes, undefined],
    ];
    for (const [headers, status, body, range] of cases) {
      const answer = await own.request(PROXIED, { headers });
      assert.deepEqual([answer.status, answer.headers["content-range"]], [status, range], JSON.stringify(headers));
      assert.ok(answer.body.equals(body), JSON.stringify(headers));
      if (status === 206) assert.equal(answer.headers["content-length"], String(body.length));
    }
    assert.ok(etag && modified);
  });

  test("answers HEAD with the length and no body, and other methods not at all", async () => {
    cdn.forget();
    const { status, headers, body } = await site.request(PROXIED, { method: "HEAD" });
    assert.deepEqual([status, headers["content-length"], body.length], [200, "1234", 0]);
    assert.equal(cdn.log[0].method, "HEAD");
    cdn.forget();
    for (const method of ["POST", "PUT", "DELETE"]) assert.equal((await site.request(PROXIED, { method })).status,
      405);
    assert.equal((await site.request(PROXIED, { method: "OPTIONS" })).status, 204);
    assert.deepEqual(cdn.log, []);
  });

  test("sends the CDN no header of the visitor", async () => {
    const own = await open([{ path: "/via", mode: "proxy", password: "WORD" }]);
    const cookie = cookieOf(await logIn(own, "/via/", SECRETS.WORD));
    cdn.forget();
    const sent = {
      ...from("203.0.113.55"), ...basic(SECRETS.WORD), cookie: `${cookie}; session=1`, referer: `${own.url}/via/`,
        origin: own.url,
      "user-agent": "a visitor's own", "x-forwarded-for": "203.0.113.55", "x-real-ip": "203.0.113.55",
      forwarded: "for=203.0.113.55",
      "accept-language": "zh-CN", "accept-encoding": "gzip, br", range: "bytes=0-9", "x-custom": "203.0.113.55",
    };
    const answer = await own.request(PROXIED, { headers: sent });
    assert.equal(answer.status, 206);
    assert.equal(answer.headers["set-cookie"], undefined);
    const link = await shared(own, "/via/");
    assert.equal((await own.request(`${link.path}a%20b.txt`)).status, 200);
    assert.equal(cdn.log.length, 2);
    for (const { headers } of cdn.log) {
      for (const name of ["cookie", "authorization", "referer", "origin", "cf-connecting-ip", "x-forwarded-for",
        "x-real-ip", "forwarded", "user-agent", "accept-language", "x-custom"]) {
        assert.equal(headers[name], undefined, name);
      }
      assert.equal(headers["accept-encoding"], "identity");
      assert.ok(!JSON.stringify(headers).includes("203.0.113") && !JSON.stringify(headers).includes("~"));
    }
    assert.equal((await own.request(PROXIED)).status, 401);
    assert.equal(cdn.log.length, 2, "a stranger fetches nothing");
  });

  /** Sends a request and reads only the first bytes of the response: `{ request, response, chunk }`. */
  const begin = (own) => new Promise((resolve, reject) => {
    const request = http.get({ host: "127.0.0.1", port: own.port, path: PROXIED, agent: false }, (response) => {
      response.on("error", () => {});
      response.once("data", (chunk) => {
        response.pause();
        resolve({ request, response, chunk });
      });
    });
    request.on("error", reject);
  });

  test("streams: the first bytes arrive before the last are sent", async () => {
    let finish;
    const own = await open(RULES, {
      outbound: () => new Response(new ReadableStream({
        start(controller) {
          controller.enqueue(new Uint8Array(1_000).fill(65));
          finish = () => { controller.enqueue(new Uint8Array(500).fill(66)); controller.close(); };
        },
      })),
    });
    const { response, chunk } = await begin(own);
    let length = chunk.length;
    assert.ok(length > 0 && length <= 1_000);
    finish();
    response.on("data", (more) => { length += more.length; }).resume();
    await new Promise((resolve) => { response.on("end", resolve); });
    assert.equal(length, 1_500);
  });

  test("applies backpressure for a client that does not read, and cancels for one that disconnects", async () => {
    const own = await open(RULES, { entry: "tests/e2e/support/proxy_entry.js" });
    const pieces = async () => Number((await own.request("/fetch/pieces")).text);
    const still = async () => {
      const before = await pieces();
      await new Promise((resolve) => { setTimeout(resolve, 150); });
      return await pieces() === before;
    };
    const waitUntilStill = async (what) => {
      for (let count = 0; count < 20; count += 1) if (await still()) return;
      assert.fail(what);
    };
    const { request, response } = await begin(own);
    await waitUntilStill("the Worker goes on fetching");
    // Only what fits into the sockets' buffers, a few megabytes on loopback.
    assert.ok(await pieces() < 400, `${await pieces()} pieces of 64 KiB were fetched`);
    response.resume();
    await new Promise((resolve) => { setTimeout(resolve, 50); });
    request.destroy();
    await waitUntilStill("the Worker fetches for nobody");
  });

  test("an unreachable upstream is a 502, and its URL is in no response and no log", async () => {
    const own = await open(RULES, { entry: "tests/e2e/support/proxy_entry.js" });
    await own.request("/fetch/fail");
    const { status, text, rawHeaders } = await own.request(PROXIED);
    assert.doesNotMatch(text + rawHeaders, /auth_key|123pan/);
    await new Promise((resolve) => { setTimeout(resolve, 200); });
    assert.doesNotMatch(own.logs.join("\n"), /auth_key/, "the log");
    assert.equal(status, 502);
  });

  test("an upstream error is a 404 or 502, without the link", async () => {
    const upstream = { reply: undefined };
    const own = await open(RULES, { outbound: (request) => upstream.reply(request) });
    const reply = (status, headers = {}) => (request) => (
      new Response(`upstream says ${status} of ${request.url}`,
        { status, headers: { "content-type": "text/html", "set-cookie": "cdn=1", ...headers } })
    );
    const cases = [
      [reply(403), 502], [reply(404), 404], [reply(410), 404], [reply(500), 502],
      [reply(503, { "retry-after": "9" }), 502], [reply(401), 502], [reply(429), 502], [reply(204), 502, "204"],
      [() => { throw new Error("no way to the CDN"); }, 502],
    ];
    for (const [act, want, special] of cases) {
      upstream.reply = special === "204" ? () => new Response(null, { status: 204 }) : act;
      const { status, text, rawHeaders } = await own.request(PROXIED);
      assert.doesNotMatch(text + rawHeaders, /auth_key|123pan|upstream|cdn=1/, text);
      assert.equal(status, want, `${act} ${text}`);
    }
  });

  test("a 403 of the CDN is a page that says missing or refused, in the visitor's language", async () => {
    const body = JSON.stringify({ code: 403, message: "auth_key of http://vip.123pan.cn/" });
    const own = await open(RULES, {
      outbound: () => new Response(body, { status: 403, headers: { "content-type": "application/json" } }),
    });
    for (const [language, said] of [["en", "Missing or refused"], ["zh-CN", "文件不存在或被拒绝"],
      ["zh-TW", "檔案不存在或遭拒絕"]]) {
      for (const method of ["GET", "HEAD"]) {
        const { status, text, headers, rawHeaders } = await own.request(PROXIED,
          { method, headers: { "accept-language": language } });
        assert.equal(status, 502);
        assert.match(headers["content-type"], /^text\/html/);
        assert.equal(headers["cache-control"], "private, no-store");
        if (method === "GET") assert.ok(text.includes(said), text);
        assert.doesNotMatch(text + rawHeaders, /auth_key|123pan\.cn/);
      }
    }
  });

  test("a redirect of the CDN is not passed on", async () => {
    const location = "http://vip.123pan.cn/elsewhere?auth_key=1";
    const own = await open(RULES, { outbound: () => new Response(null, { status: 302, headers: { location } }) });
    const { status, text, rawHeaders } = await own.request(PROXIED);
    assert.doesNotMatch(text + rawHeaders, /auth_key|123pan/);
    assert.doesNotMatch(own.logs.join("\n"), /auth_key/);
    assert.equal(status, 502, "an endless redirect");
  });

  test("passes on neither cookies nor policies of the CDN", async () => {
    const own = await open(RULES, {
      outbound: () => new Response("x", { headers: {
        "set-cookie": "cdn=1", "content-security-policy": "default-src *",
        "access-control-allow-credentials": "true", server: "cdn", "content-type": "text/html", "x-cdn": "1",
        "cache-control": "public, max-age=99", "strict-transport-security": "max-age=1",
        "service-worker-allowed": "/", link: "</x>; rel=preload",
      } }),
    });
    const { headers } = await own.request(PROXIED);
    for (const name of ["set-cookie", "access-control-allow-credentials", "server", "x-cdn",
      "strict-transport-security", "service-worker-allowed", "link"]) {
      assert.equal(headers[name], undefined, name);
    }
    assert.match(headers["content-security-policy"], /^sandbox/);
    assert.equal(headers["cache-control"], "private, no-store");
  });

  test("curl resumes, and rclone copies, through the proxy", async () => {
    const cwd = scratch();
    const target = path.join(cwd, "large.bin");
    await curl(cdn, ["-f", "-o", target, `${site.url}/via/large.bin`], { cwd });
    await truncate(target, 1_234_567);
    cdn.forget();
    const result = await curl(cdn, ["-f", "-C", "-", "-o", target, `${site.url}/via/large.bin`], { cwd });
    assert.equal(result.status, 0, result.stderr);
    assert.ok((await readFile(target)).equals(cdn.bytes(LARGE.cdnPath)));
    assert.deepEqual(cdn.log.map(({ status, headers }) => [status, headers.range]), [[206, "bytes=1234567-"]]);
    const remote = ["copy", "--include", "/large.bin", "--http-url", `${site.url}/via/`, ":http:",
      path.join(cwd, "out")];
    const copy = await rclone(cdn, remote, { cwd });
    assert.equal(copy.status, 0, copy.stderr);
    assert.ok((await filesBelow(path.join(cwd, "out"))).get("/large.bin").equals(cdn.bytes(LARGE.cdnPath)));
  });

  test("an HTML file runs no script and reads nothing of the site in Chromium", async () => {
    const browser = await openBrowser(cdn);
    const own = await open(RULES,
      { outbound: () => new Response(SCRIPT, { headers: { "content-type": "text/html" } }) });
    const { page } = await openPage(browser);
    await page.goto(`${own.url}/via/page.html`);
    assert.match(await page.textContent("body"), /a page/);
    assert.equal(await page.title(), "before");
    assert.equal(await page.evaluate(() => self.origin), "null");
  });

  test("costs what a link costs where there is a budget", async () => {
    const own = await open([{ path: "/via", mode: "proxy", budget: { day: 3_001_300 } }]);
    assert.equal((await own.request("/via/large.bin", { headers: { range: "bytes=0-9" } })).status, 206);
    assert.equal((await own.request("/via/large.bin", { headers: { range: "bytes=10-19" } })).status, 206);
    cdn.forget();
    assert.equal((await own.request(PROXIED)).status, 200);
    assert.equal((await own.request("/via/page.html")).status, 200);
    assert.equal((await own.request("/via/picture.svg")).status, 429);
    assert.equal(cdn.log.length, 2, "what is refused is not fetched");
  });
});

describe("proxy_url", () => {
  test("leads to the owner's proxy with a signature of the path, as AList's does", async () => {
    for (const file of ["/u/a b.txt", "/u/音乐/[1] 100%.mp3"]) {
      const target = file.split("/").map(encodeURIComponent).join("/");
      for (const address of [target, `${target}?format=url`, `${target}?format=json`]) {
        const before = now();
        const answer = await site.request(address);
        const location = answer.headers.location ?? (answer.text.startsWith("{")
          ? JSON.parse(answer.text).url : answer.text);
        assert.doesNotMatch(answer.text + location, /auth_key|123pan/);
        const url = new URL(location);
        assert.equal(url.origin, "https://dl.example.com");
        assert.equal(decodeURIComponent(url.pathname), `/base${file}`);
        assert.match(location, /^[\x21-\x7e]+$/);
        const [hash, expires] = url.searchParams.get("sign").split(":");
        const mac = createHmac("sha256", TOKEN).update(`${file}:${expires}`).digest("base64url");
        assert.equal(hash, mac.padEnd(44, "="));
        assert.ok(expires >= before + 1_800 && expires <= now() + 1_800, `${expires - before} s`);
      }
      const redirect = await site.request(target);
      assert.deepEqual([redirect.status, redirect.headers["referrer-policy"]], [302, "no-referrer"]);
    }
  });
});

describe("window_minutes", () => {
  test("gives a file the same link within the window, with its full lifetime left", async () => {
    const ask = async (file, headers) => (await site.request(file, { headers })).headers.location;
    let first = await ask("/w/a.txt");
    if (await ask("/w/a.txt") !== first) first = await ask("/w/a.txt");
    assert.equal(await ask("/w/a.txt"), first);
    assert.equal(await ask("/w/a.txt", from("2001:db8::5")), first, "for everybody");
    assert.equal((await site.request("/w/a.txt", { method: "HEAD" })).headers.location, first);
    assert.equal((await site.request("/w/a.txt?format=url")).text, first);
    await site.restart();
    assert.equal(await ask("/w/a.txt"), first, "in another isolate");
    const [expires, rand] = new URL(first).searchParams.get("auth_key").split("-");
    const left = Number(expires) - now();
    assert.ok(left >= 1_800 && left <= 1_800 + 3_600, `${left} s left`);
    assert.match(rand, /^[0-9a-f]{32}$/);
    const other = new URL(await ask("/w/b.txt")).searchParams.get("auth_key").split("-");
    assert.notEqual(other[1], rand, "another file, another rand");
    const { status } = await curl(cdn, ["-f", "-o", "/dev/null", first], { cwd: scratch() });
    assert.equal(status, 0, "the CDN takes it");
    const url = new URL(first);
    assert.equal(refusal({ path: decodePath(url.pathname), query: url.search.slice(1), accounts: ACCOUNTS,
      now: now() }), null);
  });

  test("is off by default: each link is new", async () => {
    const links = new Set();
    for (let count = 0; count < 5; count += 1) {
      const { headers: { location } } = await site.request("/plain/x.txt");
      assertSigned(location, FILES.find((each) => each.path === "/plain/x.txt").url);
      links.add(location);
    }
    assert.equal(links.size, 5);
  });

  test("an invalid proxy_url is a configuration error", async () => {
    const bad = [
      [{ mode: "proxy_url" }, "proxy_url"], [{ mode: "tunnel" }, "mode"],
      [{ proxy_url: "https://x.example", mode: "proxy_url" }, "proxy_url"],
      [{ proxy_url: "x.example", proxy_key: "PROXY_TOKEN" }, "proxy_url"],
      [{ window_minutes: 20_000 }, "window_minutes"],
      [{ proxy_url: "https://x.example", proxy_key: TOKEN }, "proxy_key"],
    ];
    const own = await open([]);
    for (const [rule, field] of bad) {
      await own.restart({ vars: { RULES: [{ path: "/u", ...rule }] } });
      const answer = await own.request("/u/a%20b.txt", { headers: { accept: "application/json" } });
      const { faults } = assertErrorJson(answer, 503);
      assert.equal(faults[0].setting, `RULES[0].${field}`);
      assert.ok(!answer.text.includes(TOKEN));
    }
  });
});
