// Share links: made by the command line and by the API, opened by real clients, and refused beyond their scope and
// limits.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, test } from "node:test";
import { openBrowser, openPage } from "./support/browser.js";
import { openCdn } from "./support/cdn.js";
import { aria2c, curl, filesBelow, rclone, scratch, wget } from "./support/clients.js";
import { OTHER_KEYS, api, entry, from, linked, openGuarded, shared } from "./support/guarded.js";
import { ACCOUNTS, UID, encodePath } from "./support/library.js";
import { rows } from "./support/page.js";

const FILES = [
  entry("/open.txt", 1_000), entry("/closed/a.txt", 1_001), entry("/closed/b.txt", 1_002),
  entry("/closed/sub/c d.txt", 1_003), entry("/closed/sub/deep/e.bin", 70_001),
  entry("/closed/locked/secret.txt", 1_004), entry("/closedx/f.txt", 1_005), entry("/denied/g.txt", 1_006),
  entry("/分享/第 1 集 (上).mkv", 300_001), entry("/分享/字幕/一.srt", 1_007),
];
const RULES = [
  { path: "/closed", access: "link" }, { path: "/closedx", access: "link" }, { path: "/分享", access: "link" },
  { path: "/closed/locked", password: "LOCKED" }, { path: "/denied", access: "deny" },
];
const SECRETS = { LOCKED: "locked word" };
const CANARY = /secret\.txt|auth_key|123pan/;

const cdn = await openCdn({ accounts: ACCOUNTS });
for (const { cdnPath, size } of FILES) cdn.put(cdnPath, { size, uid: UID });
const open = (options = {}) => openGuarded(FILES, RULES, { ...options, secrets: { ...SECRETS, ...options.secrets } });
const site = await open();
const status = async (own, target, headers = {}) => (await own.request(target, { headers })).status;
/** The path of another file under the same token. */
const at = (link, target) => link.path.split("/").slice(0, 2).join("/") + encodePath(target);
const now = () => Math.floor(Date.now() / 1000);

/** No request in the CDN's log has headers that identify the client. */
function assertNothingCarried({ referer = false } = {}) {
  const log = cdn.log.filter((each) => each.path !== "/favicon.ico");
  assert.ok(log.length > 0, "the CDN was asked");
  for (const { headers } of log) {
    const { referer: sent, ...others } = headers;
    for (const name of ["cookie", "authorization"]) assert.equal(headers[name], undefined, name);
    assert.ok(!JSON.stringify(others).includes("~"), "the token");
    if (!referer) assert.equal(sent, undefined, "a referrer");
  }
}

describe("scope", () => {
  test("a link for a file opens that file and no other path", async () => {
    for (const link of [await linked("/closed/a.txt"), await shared(site, "/closed/a.txt")]) {
      assert.equal(await status(site, link.path), 302);
      assert.equal(await status(site, `${link.path}?format=json`), 200);
      for (const other of [
        "/closed/b.txt", "/closed/", "/closed", "/", "/closed/a.txt/x", "/closed/sub/c d.txt", "/open.txt",
        "/denied/g.txt",
        "/closedx/f.txt", "/closed/A.txt", "/closed/locked/secret.txt",
      ]) {
        assert.equal(await status(site, at(link, other)), 404, other);
      }
    }
    assert.equal(await status(site, "/closed/a.txt"), 404, "without a link");
  });

  test("a link for a folder opens everything below it, except separately locked and denied paths", async () => {
    for (const link of [await linked("/closed/"), await linked("/closed", ["--folder"]),
      await shared(site, "/closed/")]) {
      const page = await site.request(link.path);
      assert.equal(page.status, 200);
      assert.deepEqual(rows(page.text).map(({ href }) => href), ["sub/", "a.txt", "b.txt"],
        "the locked one is not listed");
      assert.equal(page.headers["cache-control"], "private, no-store");
      assert.equal(page.headers["referrer-policy"], "same-origin", "the token goes to no other site");
      for (const each of ["/closed/a.txt", "/closed/sub/deep/e.bin"]) assert.equal(await status(site,
        at(link, each)), 302);
      assert.equal(await status(site, at(link, "/closed/sub/")), 200);
      const moved = await site.request(at(link, "/closed/sub"));
      assert.deepEqual([moved.status, moved.headers.location], [308, at(link, "/closed/sub/")]);
      for (const [other, want] of [
        ["/closed/locked/secret.txt", 401], ["/closed/locked/", 401], ["/closedx/f.txt", 404], ["/denied/g.txt", 404],
        ["/", 404], ["/open.txt", 404], ["/closed/../open.txt", 400],
      ]) {
        const answer = await site.request(at(link, other));
        assert.equal(answer.status, want, other);
        assert.doesNotMatch(answer.text.replace(`value="${other}"`, ""), CANARY);
      }
    }
  });

  test("a link for the root opens what is open, and no separately locked path", async () => {
    const link = await shared(site, "/");
    assert.equal(await status(site, at(link, "/open.txt")), 302);
    for (const [other, want] of [["/closed/a.txt", 404], ["/closed/locked/secret.txt", 401],
      ["/denied/g.txt", 404]]) {
      assert.equal(await status(site, at(link, other)), want, other);
    }
    assert.deepEqual(rows((await site.request(link.path)).text).map(({ href }) => href), ["open.txt"]);
  });

  test("a token is invalid when changed, cut, doubled, escaped or on another site", async () => {
    const link = await shared(site, "/closed/");
    const [, token] = /^\/~([^/]+)\//.exec(link.path);
    const flip = (index) => token.slice(0, index) + (token[index] === "A" ? "B" : "A") + token.slice(index + 1);
    const bad = [...Array(token.length).keys()].map((index) => `/~${flip(index)}/closed/a.txt`);
    bad.push(
      `/~${token.slice(0, -1)}/closed/a.txt`, `/~${token}A/closed/a.txt`, `/~${token}=/closed/a.txt`,
      "/~/closed/a.txt",
      `/~${token}/~${token}/closed/a.txt`, `//~${token}/closed/a.txt`, `/%7E${token}/closed/a.txt`,
      `/${token}/closed/a.txt`,
      `/~${token}${token}/closed/a.txt`, `/~%41${token.slice(1)}/closed/a.txt`, `/closed/~${token}/a.txt`,
      `/~${"A".repeat(600)}/closed/a.txt`,
    );
    for (const each of bad) assert.ok([400, 404].includes(await status(site, each)),
      `${each}: ${await status(site, each)}`);
    const elsewhere = await open({ secrets: { SITE_KEYS: OTHER_KEYS } });
    assert.equal(await status(elsewhere, link.path), 404);
    assert.equal(await status(site, at(link, "/closed/a.txt")), 302, "as it was");
  });

  test("the conditions on Referer and address apply", async () => {
    const embedded = await shared(site, "/closed/a.txt", { referer: "*.good.example" });
    for (const [referer, want] of [
      ["https://www.good.example/page", 302], ["https://good.example/", 403], ["https://evil.example/", 403],
      ["https://evil.example/www.good.example", 403], ["", 403],
    ]) {
      assert.equal(await status(site, embedded.path, { referer }), want, referer);
    }
    const home = await linked("/closed/a.txt", ["--address", "203.0.113.0/24"]);
    for (const [address, want] of [["203.0.113.7", 302], ["203.0.114.7", 403], ["2001:db8::1", 403],
      ["nonsense", 403]]) {
      assert.equal(await status(site, home.path, from(address)), want, address);
    }
    const six = await shared(site, "/closed/a.txt", { address: "2001:db8:1::/48" });
    assert.deepEqual([await status(site, six.path, from("2001:db8:1:9::1")), await status(site, six.path)],
      [302, 403]);
  });
});

describe("clients", () => {
  test("curl, wget and aria2c download through a link under the file's name, and send the CDN no referrer", async () => {
    const file = FILES.find((each) => each.path.endsWith(".mkv"));
    const link = await linked(file.path);
    assert.equal(decodeURIComponent(link.url.split("/").at(-1)), "第 1 集 (上).mkv", link.url);
    for (const [tool, args] of [
      [curl, ["-fL", "-o", "out"]], [wget, ["-q", "-O", "out"]], [aria2c, ["-o", "out"]],
    ]) {
      const cwd = scratch();
      cdn.forget();
      const result = await tool(cdn, [...args, site.url + link.path], { cwd });
      assert.equal(result.status, 0, result.stdout + result.stderr);
      assert.ok((await readFile(path.join(cwd, "out"))).equals(cdn.bytes(file.cdnPath)), tool.name);
      assertNothingCarried();
    }
  });

  test("rclone's http remote copies a shared folder, byte for byte", async () => {
    const cwd = scratch();
    const shares = [[await linked("/closed/"), "/closed/", "/closed/locked/"],
      [await shared(site, "/分享/"), "/分享/", "none"]];
    for (const [link, prefix, except] of shares) {
      const out = path.join(cwd, prefix);
      cdn.forget();
      const result = await rclone(cdn, ["copy", "--http-url", site.url + link.path, ":http:", out], { cwd });
      assert.equal(result.status, 0, result.stderr);
      const found = await filesBelow(out);
      const want = FILES.filter((file) => file.path.startsWith(prefix) && !file.path.startsWith(except));
      assert.deepEqual([...found.keys()].sort(), want.map((file) => `/${file.path.slice(prefix.length)}`).sort());
      for (const file of want) {
        const bytes = found.get(`/${file.path.slice(prefix.length)}`);
        assert.ok(bytes.equals(cdn.bytes(file.cdnPath)), file.path);
      }
      // Go's HTTP client, and so rclone, takes no notice of Referrer-Policy: it sends the CDN the
      // URL that led there, token included. Only an expiry limits the damage.
      assertNothingCarried({ referer: true });
      assert.ok(cdn.log.some(({ headers }) => headers.referer?.includes("/~")),
        "rclone keeps the link to itself: document it");
    }
  });

  test("Chromium browses a shared folder, and no link on its pages leads out of the scope", async () => {
    const browser = await openBrowser(cdn);
    const { page, complaints } = await openPage(browser, { javaScriptEnabled: false });
    const link = await shared(site, "/closed/sub/");
    await page.goto(site.url + link.path);
    await page.getByRole("link", { name: "deep/" }).click();
    assert.equal(page.url(), `${site.url}${link.path}deep/`);
    const inside = async () => {
      const targets = await page.$$eval("a[href]", (all) => all.map((each) => each.href));
      assert.ok(targets.length > 0);
      for (const target of targets) assert.ok(target.startsWith(site.url + link.path), target);
    };
    await inside();
    await page.locator("nav").getByRole("link", { name: "sub" }).click();
    assert.equal(page.url(), site.url + link.path);
    await inside();
    const download = page.waitForEvent("download");
    await page.locator("table").getByRole("link", { name: "deep/" }).click();
    cdn.forget();
    await page.getByRole("link", { name: "e.bin" }).click();
    const bytes = await readFile(await (await download).path());
    assert.ok(bytes.equals(cdn.bytes(`/${UID}/closed/sub/deep/e.bin`)));
    assertNothingCarried();
    assert.deepEqual(complaints, []);
  });
});

describe("caps", () => {
  test("a link of two uses opens twice, each with its repetitions, then for no client", async () => {
    const own = await open();
    const link = await shared(own, "/closed/", { uses: 2 });
    const ask = (file, address) => status(own, at(link, file), from(address));
    assert.equal(await status(own, link.path), 200, "a page costs nothing");
    assert.equal(await ask("/closed/a.txt", "203.0.113.1"), 302);
    assert.equal(await ask("/closed/a.txt", "203.0.113.1"), 302, "the same again");
    assert.equal(await ask("/closed/a.txt", "203.0.113.2"), 302, "somebody else");
    const over = await own.request(at(link, "/closed/b.txt"), { headers: from("203.0.113.1") });
    assert.equal(over.status, 429);
    assert.doesNotMatch(over.text, CANARY);
    assert.equal(await ask("/closed/a.txt", "203.0.113.3"), 429);
    assert.equal(await ask("/closed/a.txt", "203.0.113.1"), 302, "still within its ticket");
    await own.restart();
    assert.equal(await ask("/closed/a.txt", "203.0.113.3"), 429, "after a restart");
  });

  test("a link with a limit of bytes gives no more, on any route", async () => {
    const own = await open();
    const link = await linked("/closed/", ["--bytes", "2500 B"]);
    assert.equal(await status(own, at(link, "/closed/a.txt")), 302);
    assert.equal(await status(own, `${at(link, "/closed/b.txt")}?format=json`), 200);
    for (const form of ["", "?format=json", "?format=url"]) {
      assert.equal(await status(own, at(link, "/closed/sub/c d.txt") + form), 429, form);
    }
    const head = await own.request(at(link, "/closed/sub/c d.txt"), { method: "HEAD" });
    assert.equal(head.status, 429);
  });

  test("a link to an open file keeps its caps and its expiry: the hot path does not serve it", async () => {
    const own = await open();
    // The short cut is ready from the second request on.
    for (let count = 0; count < 3; count += 1) assert.equal(await status(own, "/open.txt"), 302);
    const capped = await shared(own, "/open.txt", { uses: 1 });
    assert.equal(await status(own, capped.path, from("203.0.113.1")), 302);
    assert.equal(await status(own, capped.path, from("203.0.113.2")), 429);
    const link = await shared(own, "/open.txt");
    assert.equal(await status(own, link.path), 302);
    await api(own, "DELETE", { id: link.id });
    assert.equal(await status(own, link.path), 410);
    assert.equal(await status(own, link.path.replace("/~", "/~A")), 404);
    assert.equal(await status(own, "/open.txt"), 302);
  });

  test("parallel requests get exactly as many as the link has uses", async () => {
    const own = await open();
    const link = await shared(own, "/closed/", { uses: 7 });
    const answers = await Promise.all(Array.from({ length: 60 }, (_, index) => (
      status(own, at(link, "/closed/a.txt"), from(`198.51.100.${index}`))
    )));
    assert.equal(answers.filter((each) => each === 302).length, 7);
    assert.equal(answers.filter((each) => each === 429).length, 53);
  });
});

test("AList's signatures open the file they were made for, if a rule accepts them", async () => {
  const token = "alist-token-0123456789";
  const own = await openGuarded(FILES,
    [{ path: "/closed", access: "link", alist_sign: "ALIST" }, { path: "/closedx", access: "link" }], {
    secrets: { ALIST: token },
  });
  // pkg/sign/hmac.go of AList: HMAC-SHA256 of "path:expires", base64url with padding.
  const sign = (file, expires = 0, key = token) => {
    const mac = createHmac("sha256", key).update(`${file}:${expires}`).digest("base64url").padEnd(44, "=");
    return `?sign=${encodeURIComponent(`${mac}:${expires}`)}`;
  };
  const file = "/closed/sub/c d.txt";
  for (const [target, query, want] of [
    [file, sign(file), 302], [file, sign(file, now() + 60), 302], [file, decodeURIComponent(sign(file)), 302],
    [file, sign(file, now() - 60), 404], [file, sign(file, 0, "other"), 404], [file, sign("/closed/a.txt"), 404],
    [file, "?sign=", 404],
    [file, sign(file).replace("%3A0", `%3A${now() + 60}`), 404], [file, "", 404],
    ["/closed/", sign("/closed"), 404], ["/closed/", sign("/closed/"), 404],
    ["/closedx/f.txt", sign("/closedx/f.txt"), 404], ["/closed/no-such.txt", sign("/closed/no-such.txt"), 404],
  ]) {
    assert.equal(await status(own, encodePath(target) + query), want, target + query);
  }
});
