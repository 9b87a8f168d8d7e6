// AList's API in the built Worker: what its clients ask, in the order in which they ask it, and the bytes that they get.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, test } from "node:test";
import { openCdn } from "./support/cdn.js";
import { curl, scratch } from "./support/clients.js";
import { API_TOKEN, entry, logIn, openGuarded } from "./support/guarded.js";
import { ACCOUNTS, UID } from "./support/library.js";

const FILES = [
  entry("/Movies/a b.mkv", 30), entry("/Movies/a b.srt", 20), entry("/Movies/剧 [1]+&.mp4", 40), entry("/top.txt", 10),
  entry("/locked/s.mkv", 50), entry("/locked/deep/t.mkv", 60), entry("/shared/v.mkv", 70), entry("/linked/l.mkv", 80),
];
const RULES = [
  { path: "/locked", password: "LOCKED" },
  { path: "/shared", password: "LOCKED", share_hours: 6 },
  { path: "/linked", access: "link" },
];
const secrets = { LOCKED: "open sesame 1" };
const cdn = await openCdn({ accounts: ACCOUNTS });
for (const { cdnPath, size } of FILES) cdn.put(cdnPath, { size, uid: UID });
const site = await openGuarded(FILES, RULES, {
  secrets, vars: { SITE: { title: "Films", alist_prefix: { "/media/123": "/Movies" } } },
});

/** One call, whose body is JSON unless it is text: AList's clients send the token bare, and a guest's is empty. */
async function ask(name, body, { token = "", at = site, method = "POST" } = {}) {
  const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
  const headers = { authorization: token, "content-type": "application/json" };
  if (text !== undefined) headers["content-length"] = Buffer.byteLength(text);
  const answer = await at.request(`/api${name}`, { method, headers, body: text });
  assert.equal(answer.headers["access-control-allow-origin"], undefined, name);
  return { status: answer.status, headers: answer.headers, ...JSON.parse(answer.text) };
}

async function data(name, body, options) {
  const { status, code, message, data: got } = await ask(name, body, options);
  assert.deepEqual([status, code, message], [200, 200, "success"], name);
  return got;
}

const names = ({ content }) => content.map(({ name }) => name);

/** Downloads from a `raw_url`, as clients do: without any header. Returns the number of bytes. */
async function bytes(url) {
  const cwd = scratch();
  const { status, stderr } = await curl(cdn, ["-f", "-L", "-o", "file", url], { cwd });
  assert.equal(status, 0, `${url}: ${stderr}`);
  return (await readFile(path.join(cwd, "file"))).length;
}

test("a guest lists, gets and downloads what is open", async () => {
  const list = await data("/fs/list", { path: "/", password: "", page: 1, per_page: 0, refresh: false });
  assert.deepEqual(names(list), ["Movies", "top.txt"]);
  const { content } = await data("/fs/list", { path: "/Movies" });
  const film = content.find(({ name }) => name === "a b.mkv");
  assert.deepEqual(film, {
    name: "a b.mkv", size: 30, is_dir: false, modified: "2023-06-20T14:00:00Z", created: "2023-06-20T14:00:00Z",
    sign: "", thumb: "", type: 2, hashinfo: "null", hash_info: null,
  });
  for (const [file, size] of [["/Movies/a b.mkv", 30], ["/Movies/剧 [1]+&.mp4", 40], ["/top.txt", 10]]) {
    const { raw_url: url } = await data("/fs/get", { path: file, password: "" });
    assert.ok(url.startsWith(site.url), url);
    assert.equal(await bytes(url), size);
  }
  const { related } = await data("/fs/get", { path: "/Movies/a b.mkv" });
  assert.deepEqual(related.map(({ name }) => name), ["a b.srt"]);
});

test("the hot path and the router agree about /d and /p", async () => {
  for (const target of ["/d/top.txt", "/p/top.txt", "/d/media/123/a%20b.mkv", "/d/top.txt?sign="]) {
    for (const method of ["GET", "HEAD"]) {
      const answer = await site.request(target, { method });
      assert.equal(answer.status, 302, `${method} ${target}`);
      assert.match(answer.headers.location, /auth_key=/);
    }
  }
  for (const target of ["/d/Movies", "/d/Movies/", "/d/", "/d/ghost"]) {
    assert.equal((await site.request(target)).status, 404, target);
  }
  assert.equal((await site.request("/d/locked/s.mkv")).status, 401);
});

describe("a login", () => {
  test("gives a token that opens what its password opens", async () => {
    const wrong = await ask("/auth/login", { username: "/locked", password: "wrong" });
    assert.deepEqual([wrong.code, wrong.message], [401, "Invalid username or password"]);
    assert.equal((await ask("/fs/list", { path: "/locked" })).code, 403);
    const { token } = await data("/auth/login", { username: "/locked", password: secrets.LOCKED });
    const { username, role } = await data("/me", undefined, { token, method: "GET" });
    assert.deepEqual([username, role], ["/locked", 0]);
    const { content } = await data("/fs/list", { path: "/locked" }, { token });
    const { sign } = content.find(({ name }) => name === "s.mkv");
    assert.equal(await bytes(`${site.url}/d/locked/s.mkv?sign=${sign}`), 50);
    assert.equal((await site.request(`/d/locked/deep/t.mkv?sign=${sign}`)).status, 401);
    const { raw_url: url } = await data("/fs/get", { path: "/locked/deep/t.mkv" }, { token });
    assert.match(url, /\/d\/locked\/deep\/t\.mkv\?sign=/);
    assert.equal(await bytes(url), 60);
    assert.equal((await ask("/fs/get", { path: "/shared/v.mkv" }, { token })).code, 403);
    assert.equal((await ask("/fs/get", { path: "/linked/l.mkv" }, { token })).code, 500);
    for (const bad of [`${token}x`, "x.y.z", `Bearer ${token}x`]) {
      assert.equal((await ask("/fs/list", { path: "/" }, { token: bad })).code, 401, bad);
    }
  });

  test("is counted with the form's guesses", async () => {
    const own = await openGuarded(FILES, RULES, { secrets, ratelimits: { GUESSES: { limit: 2 } } });
    for (const code of [401, 401, 429]) {
      assert.equal((await ask("/auth/login", { username: "/locked", password: "wrong" }, { at: own })).code, code);
    }
    assert.equal((await logIn(own, "/locked/", secrets.LOCKED)).status, 429);
  });

  test("with a hashed password is refused with a message", async () => {
    const { status, code, message } = await ask("/auth/login/hash", { username: "/locked", password: "00" });
    assert.deepEqual([status, code], [404, 404]);
    assert.match(message, /\/api\/auth\/login/);
  });
});

test("a password in the request opens its path, and a share link is given where the rule has them", async () => {
  const password = secrets.LOCKED;
  assert.deepEqual(names(await data("/fs/list", { path: "/locked", password })), ["deep", "s.mkv"]);
  const { raw_url: url } = await data("/fs/get", { path: "/shared/v.mkv", password });
  assert.match(url, /\/~[\w-]+\/shared\/v\.mkv$/);
  assert.equal(await bytes(url), 70);
});

test("the API's token is the owner's", async () => {
  const token = API_TOKEN;
  assert.equal((await data("/me", undefined, { token, method: "GET" })).role, 2);
  assert.deepEqual(names(await data("/fs/list", { path: "/", refresh: true }, { token })),
    ["linked", "locked", "Movies", "shared", "top.txt"]);
  const { raw_url: url } = await data("/fs/get", { path: "/linked/l.mkv" }, { token });
  assert.equal(await bytes(url), 80);
  assert.equal((await ask("/auth/login", { username: "/", password: token })).code, 401);
});

test("search, folders and a library's prefix", async () => {
  const found = await data("/fs/search", { parent: "/", keywords: "mkv", scope: 2, page: 1, per_page: 10, password: "" });
  assert.deepEqual(found.content.map(({ parent, name, type }) => [parent, name, type]), [["/Movies", "a b.mkv", 2]]);
  assert.deepEqual((await data("/fs/dirs", { path: "/" })).map(({ name }) => name), ["Movies"]);
  const { raw_url: url } = await data("/fs/get", { path: "/media/123/a b.mkv" });
  assert.equal(url, `${site.url}/Movies/a%20b.mkv`);
  const { content } = await data("/fs/search", { parent: "/media/123", keywords: "srt" });
  assert.deepEqual(content.map(({ parent }) => parent), ["/media/123"]);
});

test("bodies that are no JSON, or too long, are refused", async () => {
  for (const body of ["{bad", "[]", `{"path":"${"a".repeat(17_000)}"}`]) {
    assert.equal((await ask("/fs/list", body)).code, 400, body.slice(0, 20));
  }
});

test("raw_url is the signed link where the site says so", async () => {
  const own = await openGuarded(FILES, [{ path: "/top.txt", max_links: 1 }], {
    secrets, vars: { SITE: { alist_raw_url: "signed" } },
  });
  const get = () => ask("/fs/get", { path: "/top.txt" }, { at: own });
  const { raw_url: url } = (await get()).data;
  assert.match(url, /auth_key=/);
  assert.equal(await bytes(url), 10);
  assert.equal((await get()).code, 200, "the same file again is no other link");
});

test("a site that has the API switched off has entries at its paths", async () => {
  const off = await openGuarded([entry("/api/me", 5), entry("/d/x.txt", 6)], [], { vars: { SITE: { alist: false } } });
  assert.equal((await off.request("/api/me")).status, 302);
  assert.equal((await off.request("/d/x.txt")).status, 302);
  assert.equal((await off.request("/ping")).status, 404);
});
