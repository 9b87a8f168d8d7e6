// Trees in KV: read at most once a minute, with the last valid text as a fallback.
//
// The minute is real: workerd's clock can't be moved. The tests that wait run side by side.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { signpostBytes } from "./support/guarded.js";
import { assertRedirect, assertSigned } from "./support/expect.js";
import { KEY, UID } from "./support/library.js";
import { openSite } from "./support/site.js";

const MOUNTS = [{ path: "/", source: "links", tree_kv: "tree", uid: Number(UID), private_key: "PRIVATE_KEY" }];
const MINUTE_MS = 60_000;
// Checks of a change that takes a minute to take effect; a second's resolution is enough.
const STEP_MS = 500;
const url = (name) => `http://vip.123pan.cn/${UID}/${name}`;
const tree = (name) => `${name}:${url(name)}\n`;
const BAD = `good.txt:${url("good.txt")}\n\tbad line sentinel\n`;

const open = (text, entry) => openSite({
  entry, vars: { MOUNTS }, secrets: { PRIVATE_KEY: KEY }, kv: text === undefined ? {} : { tree: text },
});
// Operations are counted: 1,000 writes a day on the free plan, and one write a second to a key.
const WATCHED = "tests/e2e/support/kv_entry.js";
const operations = async (site) => JSON.parse((await site.request("/kv/operations")).text);
const health = async (site) => JSON.parse((await site.request("/-/health")).text);
const serves = async (site, name) => (await site.request(`/${name}`)).status === 302;

/** Repeats `check` until it returns true, like a site with few visitors. Returns the milliseconds it took. */
async function until(check, limit) {
  const start = performance.now();
  while (performance.now() - start < limit) {
    if (await check()) return performance.now() - start;
    await pause(STEP_MS);
  }
  return assert.fail(`not within ${limit / 1000} s`);
}

describe("within one isolate", { concurrency: true, timeout: 150_000 }, () => {
  test("a new text takes effect after a minute, not before, and no request waits for it", async () => {
    const site = await open(tree("old.txt"));
    assertSigned(assertRedirect(await site.request("/old.txt")), url("old.txt"));
    const start = performance.now();
    await site.kvPut("tree", tree("new.txt"));
    await until(() => serves(site, "new.txt"), MINUTE_MS + 15_000);
    const took = performance.now() - start;
    assert.ok(took > MINUTE_MS - 2_000, `served after ${took} ms: KV is read more than once a minute`);
    assert.equal(await serves(site, "old.txt"), false);
    assertSigned(assertRedirect(await site.request("/new.txt")), url("new.txt"));
    assert.equal((await health(site)).status, "ok");
    assert.deepEqual(site.outbound, []);
  });

  test("a new text with errors leaves the valid one in effect, and health names the line", async () => {
    const site = await open(tree("good.txt"));
    assert.equal(await serves(site, "good.txt"), true);
    await site.kvPut("tree", BAD);
    await until(async () => {
      assert.equal(await serves(site, "good.txt"), true, "the good tree is served all the time");
      return (await health(site)).status === "degraded";
    }, MINUTE_MS + 15_000);
    const { errors, mounts } = await health(site);
    assert.deepEqual(errors.map(({ line }) => line), [2]);
    assert.match(errors[0].setting, /tree/);
    assert.doesNotMatch(JSON.stringify(errors), /sentinel|123pan/);
    assert.deepEqual(mounts.map(({ entries }) => entries), [1]);
    // Corrected a minute later: the site recovers by itself.
    await site.kvPut("tree", tree("corrected.txt"));
    await until(() => serves(site, "corrected.txt"), MINUTE_MS + 15_000);
    assert.equal((await health(site)).status, "ok");
  });

  test("a deleted text leaves the last valid one in effect", async () => {
    const site = await open(tree("good.txt"));
    assert.equal(await serves(site, "good.txt"), true);
    await site.kvDelete("tree");
    await until(async () => {
      assert.equal(await serves(site, "good.txt"), true);
      return (await health(site)).status === "degraded";
    }, MINUTE_MS + 15_000);
  });

  test("a KV failure leaves the valid tree in effect, and health recovers with KV", async () => {
    const site = await open(tree("good.txt"), WATCHED);
    assert.equal(await serves(site, "good.txt"), true);
    await site.request("/kv/fail/get");
    await until(async () => {
      assert.equal(await serves(site, "good.txt"), true);
      return (await health(site)).status === "degraded";
    }, MINUTE_MS + 15_000);
    await site.request("/kv/work");
    await until(async () => {
      assert.equal(await serves(site, "good.txt"), true);
      return (await health(site)).status === "ok";
    }, MINUTE_MS + 15_000);
    const reads = (await operations(site)).filter((each) => each === "get tree");
    assert.ok(reads.length <= 3, `${reads.length} reads in two minutes`);
  });

  test("a copy that can't be written does not affect the site", async () => {
    const site = await open(tree("good.txt"), WATCHED);
    await site.request("/kv/fail/put");
    assertSigned(assertRedirect(await site.request("/good.txt")), url("good.txt"));
    await until(async () => (await operations(site)).includes("put tree.good"), 10_000);
    await site.request("/kv/work");
    await until(async () => (await health(site)).status === "ok", MINUTE_MS + 15_000);
    assert.equal(await serves(site, "good.txt"), true);
  });

  test("a KV failure at the first request is followed by another read, and the site recovers", async () => {
    const site = await open(tree("good.txt"), WATCHED);
    await site.request("/kv/fail/get");
    assert.equal((await site.request("/good.txt")).status, 503);
    await site.request("/kv/work");
    await until(() => serves(site, "good.txt"), MINUTE_MS + 15_000);
    assert.equal((await health(site)).status, "ok");
  });

  test("a site without a text serves one within a minute after it is written", async () => {
    const site = await open(undefined);
    assert.equal((await site.request("/new.txt")).status, 503);
    await site.kvPut("tree", tree("new.txt"));
    await until(() => serves(site, "new.txt"), MINUTE_MS + 15_000);
  });
});

test("a new isolate reads the newest text at its first request", async () => {
  const site = await open(tree("old.txt"));
  assert.equal(await serves(site, "old.txt"), true);
  await site.kvPut("tree", tree("new.txt"));
  await site.restart();
  assert.equal(await serves(site, "new.txt"), true);
  assert.equal(await serves(site, "old.txt"), false);
});

test("a new isolate that finds errors serves the last good text, kept in KV for it", async () => {
  const site = await open(tree("good.txt"));
  assert.equal(await serves(site, "good.txt"), true);
  // Written in the background after the first good read.
  await until(async () => await site.kvGet("tree.good") === tree("good.txt"), 10_000);
  await site.kvPut("tree", BAD);
  await site.restart();
  assertSigned(assertRedirect(await site.request("/good.txt")), url("good.txt"));
  const { status, errors } = await health(site);
  assert.equal(status, "degraded");
  assert.deepEqual(errors.map(({ line }) => line), [2]);
  await site.kvPut("tree", tree("corrected.txt"));
  await site.restart();
  assert.equal(await serves(site, "corrected.txt"), true);
  assert.equal((await health(site)).status, "ok");
  await until(async () => await site.kvGet("tree.good") === tree("corrected.txt"), 10_000);
});

test("a compiled tree is served, a damaged or newer one is refused by name, and the last good one goes on", async () => {
  const compiled = (text) => signpostBytes(["pack", "--kv", "-"], text);
  const good = compiled(tree("good.txt"));
  const site = await openSite({ vars: { MOUNTS }, secrets: { PRIVATE_KEY: KEY }, kv: { tree: good } });
  assertSigned(assertRedirect(await site.request("/good.txt")), url("good.txt"));
  const { status, warnings } = await health(site);
  assert.deepEqual([status, warnings.map(({ mend }) => mend).filter((mend) => /compile/.test(mend))], ["ok", []]);
  await until(async () => await site.kvGet("tree.good.xxh64") !== null, 10_000);
  const newer = Buffer.from(good);
  newer[16] = 99;
  for (const [bad, says] of [[good.subarray(0, -1), /cut off/], [newer, /form 99/]]) {
    await site.kvPut("tree", bad);
    await site.restart();
    assertSigned(assertRedirect(await site.request("/good.txt")), url("good.txt"));
    const { status: now, errors } = await health(site);
    assert.deepEqual([now, errors.length, errors[0].setting], ["degraded", 1, "MOUNTS[0].tree_kv"]);
    assert.match(errors[0].message, says);
    assert.match(errors[0].mend, /signpost pack --kv/);
  }
  await site.kvPut("tree", compiled(tree("new.txt")));
  await site.restart();
  assert.equal(await serves(site, "new.txt"), true);
  // A text in KV works as ever, and health says what a large one costs.
  const lines = Array.from({ length: 1_500 }, (_, at) => tree(`f${at}.txt`)).join("");
  await site.kvPut("tree", lines);
  await site.restart();
  assert.equal(await serves(site, "f1499.txt"), true);
  const told = (await health(site)).warnings.find(({ mend }) => mend.startsWith("compile it"));
  assert.match(told.message, /a text of 1500 entries: .* about 7 ms/);
});

test("a first text with errors is a broken site, with nothing kept", async () => {
  const site = await open(BAD);
  const answer = await site.request("/good.txt");
  assert.equal(answer.status, 503);
  assert.doesNotMatch(answer.text, /sentinel|123pan/);
  assert.equal((await health(site)).status, "broken");
  assert.deepEqual(await site.kvKeys(), ["tree"]);
});

test("a good text is copied once, however many isolates and requests read it", async () => {
  const site = await open(tree("good.txt"), WATCHED);
  assert.equal(await serves(site, "good.txt"), true);
  await until(async () => await site.kvGet("tree.good.xxh64") !== null, 10_000);
  assert.deepEqual((await operations(site)).filter((each) => each.startsWith("put")), ["put tree.good", "put tree.good.xxh64"]);
  for (let isolate = 0; isolate < 2; isolate += 1) {
    await site.restart();
    for (let count = 0; count < 20; count += 1) assert.equal(await serves(site, "good.txt"), true);
    const done = await operations(site);
    assert.deepEqual(done.filter((each) => each === "get tree"), ["get tree"]);
    assert.deepEqual(done.filter((each) => each.startsWith("put")), []);
  }
});

test("no request waits for the copy to be written", async () => {
  const site = await open(tree("good.txt"), WATCHED);
  await site.request("/kv/hang/put");
  assertSigned(assertRedirect(await site.request("/good.txt")), url("good.txt"));
});

test("many first requests at once are all answered, and the copy is still written once", async () => {
  const site = await open(tree("good.txt"), WATCHED);
  const answers = await Promise.all(Array.from({ length: 30 }, () => site.request("/good.txt")));
  for (const answer of answers) assertSigned(assertRedirect(answer), url("good.txt"));
  await until(async () => await site.kvGet("tree.good.xxh64") !== null, 10_000);
  const done = await operations(site);
  assert.deepEqual(done.filter((each) => each.startsWith("put")), ["put tree.good", "put tree.good.xxh64"], done.join(", "));
});
