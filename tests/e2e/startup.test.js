// Settings are read while an isolate starts: the CPU time of its first request is limited.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertRedirect, assertSigned } from "./support/expect.js";
import { KEYS, basic } from "./support/guarded.js";
import { KEY, TREE, UID, fileAt } from "./support/library.js";
import { openSite } from "./support/site.js";

const SECRETS = { URL_TREE: TREE, PRIVATE_KEY: KEY, UID };
/** An entry that hides variables and secrets from requests. */
const STARTED = "tests/e2e/support/startup_entry.js";
const HOUR = 3_600;
const url = (name) => `http://vip.123pan.cn/${UID}/${name}`;

/** The redirect of a file at the root. */
async function assertServes(site, name, target = url(name)) {
  assertSigned(assertRedirect(await site.request(`/${name}`)), target);
}

test("settings are read before the first request, whatever that request is", async () => {
  const first = {
    "/hello.txt": (answer) => assertSigned(assertRedirect(answer), fileAt("/hello.txt").url),
    "/hello.txt?format=json": (answer) => assert.equal(JSON.parse(answer.text).size, fileAt("/hello.txt").size),
    "/numbers/": (answer) => assert.match(answer.text, /^<!doctype html>[^]*<table/),
    "/-/health": (answer) => assert.equal(JSON.parse(answer.text).status, "ok"),
  };
  for (const [path, check] of Object.entries(first)) {
    const site = await openSite({ secrets: SECRETS, entry: STARTED });
    check(await site.request(path));
    assert.deepEqual(site.logs, [], path);
  }
});

test("rules, passwords and budgets are read at startup, too, though their bindings work in requests only", async () => {
  const rules = [{ path: "/numbers", password: "WORD" }, { path: "/deep", budget: { day: "1 GB" } }];
  const site = await openSite({
    entry: STARTED, secrets: { ...SECRETS, SITE_KEYS: KEYS, WORD: "open sesame" }, vars: { RULES: rules },
  });
  assert.equal((await site.request("/numbers/a1.txt")).status, 401);
  assert.equal((await site.request("/numbers/a1.txt", { headers: basic("open sesame") })).status, 302);
  assert.equal((await site.request("/deep/1/2/3/4/5/deep.txt")).status, 302);
  assert.deepEqual(site.logs, []);
});

test("a tree in KV is read by the first request, one in secrets at startup", async () => {
  const signed = { source: "links", uid: Number(UID), private_key: "PRIVATE_KEY" };
  const mounts = [{ path: "/", tree: "URL_TREE", ...signed }, { path: "/more", tree_kv: "tree", ...signed }];
  const options = { secrets: SECRETS, vars: { MOUNTS: mounts }, kv: { tree: `${url("in-kv.txt")}\n` } };
  for (const first of ["hello.txt", "more/in-kv.txt"]) {
    const site = await openSite({ ...options, entry: STARTED });
    assert.equal((await site.request(`/${first}`)).status, 302, first);
    await assertServes(site, "hello.txt", fileAt("/hello.txt").url);
    await assertServes(site, "more/in-kv.txt", url("in-kv.txt"));
  }
  // Of concurrent first requests one takes the settings from startup; the others read them themselves.
  const site = await openSite({ ...options, entry: "tests/e2e/support/kv_entry.js" });
  await Promise.all(Array.from({ length: 10 }, () => assertServes(site, "more/in-kv.txt", url("in-kv.txt"))));
});

test("configuration errors are reported, though settings are read at startup", async () => {
  const site = await openSite({ secrets: { ...SECRETS, UID: `${UID}x` }, entry: STARTED });
  for (const path of ["/hello.txt", "/numbers/"]) {
    const answer = await site.request(path);
    assert.equal(answer.status, 503, path);
    assert.match(answer.text, /UID/, path);
  }
  assert.ok(!site.logs.join("\n").includes(KEY));
});

// The clock stands still while an isolate starts, and the meaning of such a number depends on the time.
test("a number on its own is a time or a size by the clock of the first request", async () => {
  const now = Math.floor(Date.now() / 1_000);
  const cases = [
    [now - HOUR, { size: null, modified: now - HOUR }],
    [now + 20 * HOUR, { size: null, modified: now + 20 * HOUR }],
    [now + 28 * HOUR, { size: now + 28 * HOUR, modified: null }],
  ];
  for (const [number, want] of cases) {
    const site = await openSite({ secrets: { ...SECRETS, URL_TREE: `a.bin:${number}:${url("a.bin")}\n` } });
    // The first request goes the short way if it can, the second the long one.
    await assertServes(site, "a.bin");
    const { size = null, modified = null } = await site.json("/a.bin");
    assert.deepEqual({ size, modified }, want, `${number - now} s from now`);
  }
});

test("after a panic at startup the first request reads the settings", async () => {
  const site = await openSite({ secrets: SECRETS, entry: "tests/e2e/support/startup_panic_entry.js" });
  await Promise.all(Array.from({ length: 5 }, () => assertServes(site, "hello.txt", fileAt("/hello.txt").url)));
  assert.equal((await site.json("/numbers/")).entries.length, 3);
  assert.equal((await site.json("/-/health")).status, "ok");
  await site.logged(/a panic for a test/);
});
