// Expiry and revocation of share links: by the API, by time, by a change of keys, and during KV failures.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { assertErrorJson } from "./support/expect.js";
import {
  API_TOKEN, KEYS, OTHER_KEYS, api, bearer, entry, linked, openGuarded, secretsOf, shared,
} from "./support/guarded.js";
import { encodePath } from "./support/library.js";

const FILES = [
  entry("/open.txt", 1_000), entry("/closed/a.txt", 1_001), entry("/closed/sub/c d.txt", 1_003),
  entry("/分享/字幕/一.srt", 1_007),
];
const RULES = [{ path: "/closed", access: "link" }, { path: "/分享", access: "link" }];
const WATCHED = "tests/e2e/support/kv_entry.js";
const CANARY = /auth_key|123pan/;
const HOUR = 3_600;

const open = (options) => openGuarded(FILES, RULES, options);
const site = await open();
const status = async (own, target, headers = {}) => (await own.request(target, { headers })).status;
/** The path of another file under the same token. */
const at = (link, target) => link.path.split("/").slice(0, 2).join("/") + encodePath(target);
const now = () => Math.floor(Date.now() / 1000);

describe("the API", () => {
  test("refuses requests without the API token with its own message", async () => {
    for (const authorization of [
      undefined, "", "Bearer", "Bearer ", "Bearer x", `Basic ${API_TOKEN}`, API_TOKEN,
        `Bearer ${API_TOKEN.slice(0, -1)}`,
      `Bearer ${API_TOKEN}x`, `Bearer ${API_TOKEN.toUpperCase()}`, `Bearer ${KEYS}`,
    ]) {
      for (const [method, id, body] of [["POST", undefined, { path: "/closed/" }], ["GET"], ["DELETE"],
        ["DELETE", "0123456789ab"]]) {
        const headers = authorization === undefined ? {} : { authorization };
        const answer = await api(site, method, { id, body, headers });
        assertErrorJson(answer, 401);
        assert.equal(answer.headers["www-authenticate"], "Bearer");
      }
    }
    for (const token of [undefined, "", "short"]) {
      const own = await open({ secrets: { API_TOKEN: token } });
      for (const authorization of ["Bearer", "Bearer ", `Bearer ${token}`]) assert.equal(await status(own,
        "/-/api/links", { authorization }), 401);
      if (token !== undefined) assert.match((await own.request("/")).text, /API_TOKEN/);
    }
  });

  test("makes, lists and revokes a link, at once in this isolate", async () => {
    const own = await open();
    const before = now();
    const made = await api(own, "POST", { body: { path: "/closed/", expires_in: 3_600, uses: 5, bytes: "1 MB" } });
    assert.equal(made.status, 201);
    assert.equal(made.headers["cache-control"], "private, no-store");
    const { id, url, path: scope, expires_at: expires, uses, bytes } = made.json;
    assert.match(id, /^[0-9a-f]{12}$/);
    assert.ok(url.startsWith(`${own.url}/~`) && url.endsWith("/closed/"), url);
    assert.deepEqual([scope, uses, bytes], ["/closed/", 5, 1_000_000]);
    assert.ok(expires >= before + 3_600 && expires <= now() + 3_600, `${expires - before} s`);
    const other = await shared(own, "/分享/字幕/一.srt");
    const listed = async () => (await api(own, "GET")).json.links.map((each) => each.id).sort();
    assert.deepEqual(await listed(), [id, other.id].sort());
    assert.doesNotMatch(JSON.stringify((await api(own, "GET")).json), /~/, "no token is kept");
    const target = new URL(url).pathname;
    assert.equal(await status(own, `${target}a.txt`), 302);
    assert.equal((await api(own, "DELETE", { id })).status, 204);
    const dead = await own.request(`${target}a.txt`);
    assert.equal(dead.status, 410);
    assert.doesNotMatch(dead.text, CANARY);
    assert.deepEqual(await listed(), [other.id]);
    assert.equal(await status(own, other.path), 302);
    await own.restart();
    assert.deepEqual([await status(own, target), await status(own, other.path)], [410, 302], "in another isolate");
  });

  test("revokes two links concurrently, and both stay revoked", async () => {
    const own = await open({ entry: "tests/e2e/support/kv_blocked_entry.js" });
    const [slow, quick] = [await shared(own, "/closed/"), await shared(own, "/closed/")];
    await own.request("/kv/block");
    const revoking = api(own, "DELETE", { id: slow.id });
    while ((await own.request("/kv/held")).text === "0") await new Promise((resolve) => { setTimeout(resolve, 5); });
    const said = [[quick, await api(own, "DELETE", { id: quick.id })]];
    await own.request("/kv/release");
    said.push([slow, await revoking]);
    for (const restarted of [false, true]) {
      if (restarted) await own.restart();
      // One may be refused, and tried again. But 204 is a promise.
      for (const [link, answer] of said) if (answer.status === 204) assert.equal(await status(own, link.path), 410);
    }
  });

  test("revokes a link of the command line by its id, and an unknown id", async () => {
    const own = await open();
    const link = await linked("/closed/", ["--forever"]);
    assert.equal(await status(own, link.path), 200);
    assert.equal((await api(own, "DELETE", { id: link.id })).status, 204);
    assert.equal(await status(own, link.path), 410);
    for (const id of ["0123456789ab", "000000000000"]) assert.equal((await api(own, "DELETE", { id })).status, 204);
    for (const id of ["x", "0123456789abcd", "..", "%2e%2e",
      "0123456789a%62/x"]) assert.equal((await api(own, "DELETE", { id })).status, 404, id);
    await own.restart();
    assert.equal(await status(own, link.path), 410);
  });

  test("revokes all links so far, and links made afterwards work", async () => {
    const own = await open();
    const before = [await shared(own, "/closed/"), await linked("/closed/a.txt", ["--forever"])];
    for (const each of before) assert.ok([200, 302].includes(await status(own, each.path)));
    assert.equal((await api(own, "DELETE")).status, 204);
    for (const each of before) assert.equal(await status(own, each.path), 410, "made before");
    assert.deepEqual((await api(own, "GET")).json.links, []);
    await own.restart();
    for (const each of before) assert.equal(await status(own, each.path), 410, "in another isolate");
    // The resolution is a second: links made in the same second are revoked, too.
    const { before: epoch } = JSON.parse(await own.kvGet("share-links/revoked"));
    while (now() < epoch) await new Promise((resolve) => { setTimeout(resolve, 50); });
    const after = await shared(own, "/closed/");
    assert.equal(await status(own, after.path), 200);
  });

  test("refuses invalid conditions, and names them", async () => {
    const bad = [
      [{}, ""], [{ path: "closed" }, "path"], [{ path: "/a/../b" }, "path"], [{ path: "/~x" }, "path"],
      [{ path: "/-/x" }, "path"],
      [{ path: "/closed/", uses: 0 }, ""], [{ path: "/closed/", bytes: 0 }, ""],
      [{ path: "/closed/", bytes: "much" }, "bytes"],
      [{ path: "/closed/", expires_in: 0 }, "expires_in"], [{ path: "/closed/", expires_at: 1 }, "expires_in"],
      [{ path: "/closed/", expires_in: 5, forever: true }, "expires_in"],
      [{ path: "/closed/", referer: "https://x" }, "referer"],
      [{ path: "/closed/", address: "1.2.3" }, "address"], [{ path: "/closed/", user: 1 }, ""], ["x", ""], [[], ""],
    ];
    for (const [body, field] of bad) {
      const answer = await api(site, "POST", { body });
      assertErrorJson(answer, 400);
      assert.equal(answer.json.error.field, field, JSON.stringify(body));
    }
    assert.equal((await api(site, "POST")).status, 400, "no body");
    const long = JSON.stringify({ path: `/${"x".repeat(20_000)}` });
    assert.equal((await site.request("/-/api/links", { method: "POST", headers: bearer, body: long })).status, 400,
      "too long");
  });
});

describe("expiry and revocation", () => {
  test("an expired link is refused with that reason", async () => {
    const own = await open({ entry: "tests/e2e/support/clock_entry.js" });
    const link = await linked("/closed/", ["--expires", String(now() + HOUR)]);
    assert.equal(await status(own, link.path), 200);
    await own.request(`/test/clock?ms=${(HOUR - 60) * 1000}`);
    assert.equal(await status(own, link.path), 200, "a minute before");
    await own.request(`/test/clock?ms=${HOUR * 1000}`);
    const page = await own.request(link.path, { headers: { accept: "text/html", "accept-language": "zh-CN" } });
    assert.equal(page.status, 410);
    assert.match(page.text, /已过期/);
    assert.equal(assertErrorJson(await own.request(link.path, { headers: { accept: "application/json" } }),
      410).code, "link_over");
    assert.equal(await status(own, at(link, "/closed/no-such.txt")), 410, "whatever it names");
  });

  test("links of an old key open while the key is in the ring, and not after its removal", async () => {
    const own = await open();
    const links = [await shared(own, "/closed/"), await linked("/closed/", ["--forever"])];
    const restart = (keys) => own.restart({ secrets: secretsOf(FILES, { SITE_KEYS: keys }) });
    const statuses = () => Promise.all(links.map((link) => status(own, link.path)));
    await restart(`${OTHER_KEYS}\n${KEYS}`);
    links.push(await shared(own, "/closed/"));
    assert.deepEqual(await statuses(), [200, 200, 200]);
    await restart(OTHER_KEYS);
    assert.deepEqual(await statuses(), [404, 404, 200]);
    await restart(KEYS);
    assert.deepEqual(await statuses(), [200, 200, 404]);
  });

  test("while KV can't be read no share link opens, and everything else works", async () => {
    const own = await open({ entry: WATCHED });
    const link = await linked("/closed/a.txt");
    await own.request("/kv/fail/get");
    const closed = await own.request(link.path);
    assert.deepEqual([closed.status, closed.headers["retry-after"]], [503, "10"]);
    assert.doesNotMatch(closed.text, CANARY);
    assert.equal(await status(own, "/open.txt"), 302);
    assert.equal(await status(own, link.path.replace("/~", "/~A")), 404, "a forged one is none of KV's business");
    assert.equal((await api(own, "GET")).status, 503);
    assert.equal((await api(own, "DELETE", { id: link.id })).status, 503, "rather than a revocation that isn't one");
    await own.request("/kv/work");
    assert.equal(await status(own, link.path), 302);
    // From now on there is a list to go by for some minutes.
    await own.request("/kv/fail/get");
    assert.equal(await status(own, link.path), 302);
    await own.request("/kv/fail/put");
    assert.equal((await api(own, "POST", { body: { path: "/closed/" } })).status, 503);
    assert.equal((await api(own, "DELETE", { id: link.id })).status, 503);
  });

  test("the list is read once for many requests", async () => {
    const own = await open({ entry: WATCHED });
    const link = await linked("/closed/a.txt");
    for (let count = 0; count < 5; count += 1) assert.equal(await status(own, link.path), 302);
    const operations = JSON.parse((await own.request("/kv/operations")).text);
    assert.deepEqual(operations, ["get share-links/revoked"]);
  });

  test("an unreadable revocation list closes every link", async () => {
    const link = await linked("/closed/a.txt");
    for (const text of ["", "{}", "{\"ids\":{\"x\":0},\"before\":0}"]) {
      const own = await open({ kv: { "share-links/revoked": text } });
      const answer = await own.request(link.path);
      assert.equal(answer.status, 503, text);
      assert.equal(await status(own, "/open.txt"), 302);
    }
  });

  test("without the KV binding nothing is served: links could not be revoked", async () => {
    const own = await open({ without: ["KV"] });
    const answer = await own.request("/open.txt");
    assert.equal(answer.status, 503);
    assert.match(answer.text, /\bKV\b/);
  });
});
