// A panic fails one request, and the next one succeeds in a new WASM instance.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertRedirect, assertSigned } from "./support/expect.js";
import { KEY, TREE, UID, fileAt } from "./support/library.js";
import { openSite } from "./support/site.js";

const HELLO = fileAt("/hello.txt");
const SECRETS = { URL_TREE: TREE, PRIVATE_KEY: KEY, UID };

for (const path of ["/panic", "/panic-later", "/panic-pages"]) {
  test(`a panic (${path}) is a 500 and the next request works, again and again`, async () => {
    const site = await openSite({ secrets: SECRETS, entry: "tests/e2e/support/panic_entry.js" });
    const serve = async () => assertSigned(assertRedirect(await site.request("/hello.txt")), HELLO.url);
    const list = async () => assert.equal((await site.json("/numbers/")).entries.length, 3);
    const show = async () => assert.match((await site.request("/numbers/")).text, /^<!doctype html>[^]*<table/);
    await serve();
    await show();
    for (const next of [serve, list, show, serve]) {
      const answer = await site.request(path);
      assert.equal(answer.status, 500);
      assert.doesNotMatch(answer.text, new RegExp(`${KEY}|123pan`));
      await next();
    }
    for (let count = 0; count < 50; count += 1) await serve();
    assert.equal((await site.json("/-/health")).status, "ok");
    // The first requests after a panic may come together.
    await site.request(path);
    await Promise.all(Array.from({ length: 10 }, serve));
    await site.request(path);
    await Promise.all(Array.from({ length: 10 }, show));
  });
}

test("no route of the deployed site panics for a test", async () => {
  const site = await openSite({ secrets: SECRETS });
  for (const path of ["/panic", "/panic-later", "/panic-pages", "/trap", "/-/trap", "/-/panic", "/sign_url"]) {
    assert.equal((await site.request(path)).status, 404, path);
  }
  assertSigned(assertRedirect(await site.request("/hello.txt")), HELLO.url);
});
