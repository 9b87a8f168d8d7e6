// Names and types of proxied files: the entry's, whatever the CDN says.
import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { test } from "node:test";
import { Response } from "miniflare";
import { openBrowser, openPage } from "./support/browser.js";
import { openCdn } from "./support/cdn.js";
import { curl, scratch } from "./support/clients.js";
import { bearer, entry, openGuarded } from "./support/guarded.js";
import { ACCOUNTS } from "./support/library.js";

const BYTES = "application/octet-stream";
const FILES = ["/via/游戏 1.apk", "/via/歌.flac", "/via/a.txt", "/via/a.jar", "/via/page.html", "/via/picture.svg",
  "/via/data.xml"].map((path) => entry(path, 6));
const RULES = [{ path: "/via", mode: "proxy" }];
const upstream = { headers: {} };
const cdn = await openCdn({ accounts: ACCOUNTS });
const site = await openGuarded(FILES, RULES, {
  outbound: () => new Response("x12345", { headers: {
    "content-disposition": "attachment; filename=\"c-m9\"", "content-type": BYTES, "content-length": "6",
    ...upstream.headers,
  } }),
});
const ask = async (target, headers = {}) => {
  upstream.headers = headers;
  const answer = await site.request(encodeURI(target));
  return [answer.status, answer.headers["content-type"], answer.headers["content-disposition"]];
};

test("a proxied file has its entry's name, and its kind's type where the CDN's is generic", async () => {
  const apk = "application/vnd.android.package-archive";
  const named = "attachment; filename=\"__ 1.apk\"; filename*=UTF-8''%E6%B8%B8%E6%88%8F%201.apk";
  for (const stated of [BYTES, "binary/octet-stream", "application/zip"]) {
    assert.deepEqual(await ask("/via/游戏 1.apk", { "content-type": stated }), [200, apk, named], stated);
  }
  assert.deepEqual(await ask("/via/歌.flac"),
    [200, "audio/flac", "inline; filename=\"_.flac\"; filename*=UTF-8''%E6%AD%8C.flac"]);
  assert.deepEqual(await ask("/via/a.txt", { "content-type": "text/plain; charset=gbk" }),
    [200, "text/plain; charset=gbk", "inline; filename=\"a.txt\"; filename*=UTF-8''a.txt"]);
  assert.deepEqual(await ask("/via/a.jar", { "content-type": "application/zip" }),
    [200, "application/zip", "attachment; filename=\"a.jar\"; filename*=UTF-8''a.jar"]);
  for (const query of ["?download", "?x=1&download=1"]) {
    assert.deepEqual(await ask(`/via/a.txt${query}`, { "content-type": "text/plain" }),
      [200, "text/plain", "attachment; filename=\"a.txt\"; filename*=UTF-8''a.txt"], query);
  }
  const { headers } = await site.request("/via/page.html");
  assert.match(headers["content-security-policy"], /^sandbox;/);
});

test("curl and Chromium save it under its name", async () => {
  upstream.headers = {};
  const cwd = scratch();
  const url = `${site.url}/via/${encodeURIComponent("游戏 1.apk")}`;
  assert.equal((await curl(cdn, ["-f", "-OJ", url], { cwd })).status, 0);
  assert.deepEqual(await readdir(cwd), ["__ 1.apk"], "by the fallback: curl reads no filename*");
  const { page } = await openPage(await openBrowser(cdn));
  const download = page.waitForEvent("download");
  await page.goto(url).catch(() => {});
  assert.equal((await download).suggestedFilename(), "游戏 1.apk");
});

test("a folder page saves a proxied text, which the browser would show, under its name", async () => {
  upstream.headers = { "content-type": "text/plain" };
  const { page } = await openPage(await openBrowser(cdn), { locale: "en-US" });
  await page.goto(`${site.url}/via/`);
  await page.getByRole("button", { name: "Actions for a.txt" }).click();
  const download = page.waitForEvent("download");
  await page.getByRole("menuitem", { name: "Download" }).click();
  assert.equal((await download).suggestedFilename(), "a.txt");
  assert.equal(new URL(page.url()).pathname, "/via/");
});

test("pages, pictures and data with scripts run none, also where the type is taken from the name", async () => {
  const { page } = await openPage(await openBrowser(cdn));
  const script = "document.documentElement.setAttribute('data-ran', '1')";
  const xhtml = "xmlns=\"http://www.w3.org/1999/xhtml\"";
  for (const [path, body] of [
    ["/via/page.html", `<!doctype html><script>${script}</script>`],
    ["/via/picture.svg", `<svg xmlns="http://www.w3.org/2000/svg"><script>${script}</script></svg>`],
    ["/via/data.xml", `<a><b ${xhtml}/><script ${xhtml}>${script}</script></a>`],
  ]) {
    const own = await openGuarded(FILES, RULES,
      { outbound: () => new Response(body, { headers: { "content-type": BYTES } }) });
    await page.goto(own.url + path);
    assert.equal(await page.evaluate(() => document.documentElement.getAttribute("data-ran")), null, path);
    assert.equal(await page.evaluate(() => self.origin), "null", path);
  }
});

test("a file page says under which number a redirected file is saved, and not where it is proxied", async () => {
  const url = "https://1812345678.v.123pan.cn/1812345678/8209290";
  const tree = `via:\n  歌.flac:6:1687269600:${url}\nr:\n  歌.flac:6:1687269600:${url}\n  6:1687269600:${url}\n`;
  const own = await openGuarded(FILES, RULES, { secrets: { URL_TREE: tree } });
  const says = async (target) => (await own.request(`${encodeURI(target)}?view`)).text.includes("as 8209290:");
  assert.deepEqual([await says("/r/歌.flac"), await says("/via/歌.flac"), await says("/r/8209290")],
    [true, false, false]);
  const health = await own.request("/-/health?format=json", { headers: bearer });
  assert.doesNotMatch(health.text, /ends in a number/, "a warning of signpost check alone");
});
