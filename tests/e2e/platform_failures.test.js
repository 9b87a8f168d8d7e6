// Failures of the platform fail one request with the intended response: without a panic, and without a new WASM
// instance.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { assertRedirect } from "./support/expect.js";
import { api, basic, entry, openGuarded } from "./support/guarded.js";
import { treeOf } from "./support/library.js";

const FILES = [entry("/open/a.txt"), entry("/locked/a.txt"), entry("/paid/a.txt")];
const RULES = [{ path: "/locked", password: "WORD" }, { path: "/paid", budget: { day: "1 GB" } }];

const open = async (failure) => {
  const site = await openGuarded(FILES, RULES, { entry: "tests/e2e/support/failing_entry.js", secrets: { WORD: "a word" } });
  await site.request(`/fail/${failure}`);
  return site;
};

async function assertAlive(site) {
  assertRedirect(await site.request("/open/a.txt"));
  assert.equal((await site.request("/fail/instances")).text, "1");
  assert.doesNotMatch(site.logs.join("\n"), /panic|Critical|unreachable/);
}

async function assertRecovers(site, path, headers) {
  await site.request("/fail/nothing");
  assert.equal((await site.request(path, { headers })).status, 302);
  await assertAlive(site);
}

describe("when a part of the platform fails:", () => {
  for (const failure of ["limiter-null", "limiter-text", "limiter-throws"]) {
    test(`the rate limiter (${failure}): no password is tried`, async () => {
      const site = await open(failure);
      const headers = basic("a word");
      for (let count = 0; count < 3; count += 1) {
        assert.equal((await site.request("/locked/a.txt", { headers })).status, 503);
      }
      await assertRecovers(site, "/locked/a.txt", headers);
    });
  }

  for (const failure of ["kv-null", "kv-text", "kv-throws"]) {
    test(`KV (${failure}): no share link is made or listed`, async () => {
      const site = await open(failure);
      for (let count = 0; count < 3; count += 1) {
        assert.equal((await api(site, "POST", { body: { path: "/locked/" } })).status, 503);
        assert.equal((await api(site, "GET")).status, 503);
      }
      await site.request("/fail/nothing");
      assert.equal((await api(site, "GET")).status, 200);
      await assertAlive(site);
    });
  }

  for (const failure of ["objects-null", "objects-throw", "sql-exec", "sql-rows"]) {
    test(`the quota object (${failure}): no counted link is given`, async () => {
      const site = await open(failure);
      for (let count = 0; count < 3; count += 1) assert.equal((await site.request("/paid/a.txt")).status, 503);
      await site.request("/fail/nothing");
      // Its tables could not be made.
      if (failure === "sql-exec") await assertAlive(site);
      else await assertRecovers(site, "/paid/a.txt");
    });
  }

  test("the database (sql-none): no counted link is given", async () => {
    const site = await open("sql-none");
    for (let count = 0; count < 3; count += 1) assert.equal((await site.request("/paid/a.txt")).status, 503);
    await assertAlive(site);
  });
});

test("a context whose waitUntil throws fails no request", async () => {
  const site = await openGuarded(FILES, [], {
    entry: "tests/e2e/support/failing_entry.js",
    vars: { MOUNTS: [{ path: "/", source: "links", tree_kv: "tree" }] },
    secrets: { URL_TREE: undefined },
    kv: { tree: treeOf(FILES) },
  });
  await site.request("/fail/context");
  assertRedirect(await site.request("/open/a.txt"));
  await assertAlive(site);
});
