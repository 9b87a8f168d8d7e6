// Power cuts: the process is killed in the middle of its work and another starts with the same storage. No stored
// token, no saved page of a listing and no count is lost.
//
// No order of writes can make one moment safe: between the vendor's response and the write of its contents. With a
// password that costs a second sign-in. With a refresh token it costs the account: the vendor has invalidated the old
// token, the new one is lost, and the owner has to set another.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { assertErrorJson } from "./support/expect.js";
import { from } from "./support/guarded.js";
import { names, openMounted, state } from "./support/mounted.js";
import { wholeListing } from "./support/parts.js";

const MOST_UNSAVED = 10;
const BIG = 10_000;
const WITH_REFRESH = { mount: { refresh_token: "OPEN_REFRESH" } };
// Latency of the vendor: long enough for a kill before the response, and less than the timeout of an attempt.
const LATENCY_MS = 7_000;

/** Waits until `reached` returns true for the numbers of calls by endpoint. */
async function callsReached(mounted, reached) {
  const end = performance.now() + 30_000;
  while (!reached(await mounted.calls())) {
    assert.ok(performance.now() < end, "it never came so far");
    await wait(20);
  }
}

/** Kills the process as soon as `reached` returns true. */
async function killAt(mounted, reached) {
  await callsReached(mounted, reached);
  await mounted.kill();
}

/** Sends a request that the power cut will interrupt. */
const begin = (mounted, path) => mounted.list(path).catch((error) => error);
const total = (calls) => Object.values(calls).reduce((sum, count) => sum + count, 0);

describe("a site that is killed", { concurrency: 4 }, () => {
  // A sign-in, a page of the root, four pages of the folder.
  for (const nth of [1, 2, 3, 4, 5, 6]) {
    test(`at its call number ${nth} continues from its stored state`, async () => {
      const mounted = await openMounted("personal");
      await mounted.vendor.set({ faults: [{ at: "all", after: nth - 1, times: 1, latency_ms: LATENCY_MS }] });
      const cut = begin(mounted, "/many/");
      await killAt(mounted, (calls) => total(calls) === nth);
      assert.ok((await cut) instanceof Error, "nobody got an answer");
      assert.equal(names(await mounted.list("/many/")).length, 350);
      const calls = await mounted.calls();
      assert.equal(calls["login.sign_in"], nth === 1 ? 2 : 1);
      assert.ok(calls["web.list"] <= 5 + (nth - 1), `${calls["web.list"]} pages`);
      assert.deepEqual(await mounted.violations(), []);
    });
  }

  test("while it signs in signs in again once, and never after the token is stored", async () => {
    const mounted = await openMounted("personal");
    await mounted.vendor.set({ faults: [{ at: "login.sign_in", times: 1, latency_ms: LATENCY_MS }] });
    const cut = begin(mounted, "/");
    await killAt(mounted, (calls) => calls["login.sign_in"] === 1);
    await cut;
    for (let times = 1; times <= 3; times += 1) {
      assert.equal((await mounted.list("/")).status, 200);
      // What is old is read anew behind the answer, and signed with the time of now.
      await callsReached(mounted, (calls) => calls["web.list"] === times);
      await mounted.pass(400);
      await mounted.kill();
    }
    assert.equal(await mounted.count("login.sign_in"), 2);
    assert.equal((await mounted.vendor.state()).live_tokens.web, 2);
    assert.deepEqual(await mounted.violations(), []);
  });

  test("with a token, while it loads a listing, keeps using that token", async () => {
    for (const source of ["personal", "open"]) {
      const [list, token] = source === "open" ? ["open.list", "open.access_token"] : ["web.list", "login.sign_in"];
      const mounted = await openMounted(source);
      await mounted.vendor.set({ faults: [{ at: list, times: 1, latency_ms: LATENCY_MS }] });
      const cut = begin(mounted, "/");
      await killAt(mounted, (calls) => calls[list] === 1);
      await cut;
      assert.equal((await mounted.list("/")).status, 200);
      const calls = await mounted.calls();
      assert.deepEqual([calls[token], calls[list]], [1, 2]);
      assert.deepEqual(await mounted.violations(), []);
    }
  });

  test("twice while it loads ten thousand files continues from its saved pages", async () => {
    const mounted = await openMounted("open");
    await mounted.list("/");
    let listed = await mounted.count("open.list");
    const first = listed;
    // A hundred pages: three times what one request of the account object may fetch.
    for (const pages of [25, 20]) {
      const cut = begin(mounted, "/big/");
      await killAt(mounted, (calls) => calls["open.list"] >= listed + pages);
      await cut;
      listed = await mounted.count("open.list");
    }
    const end = performance.now() + 60_000;
    let answer = await mounted.list("/big/");
    while (state(answer) !== "fresh") {
      assert.equal(state(answer), "loading");
      assert.ok(performance.now() < end, "it is not whole after a minute");
      await wait(500);
      answer = await mounted.list("/big/");
    }
    const { entries } = await wholeListing((target) => mounted.get(target), "/big/");
    assert.equal(new Set(entries.map(({ name }) => name)).size, BIG);
    const calls = await mounted.count("open.list") - first;
    const least = BIG / 100;
    // Each cut loses the pages since the last save, and the one on its way.
    assert.ok(calls <= least + 2 * (MOST_UNSAVED + 1), `${calls} calls for ${least} pages`);
    assert.equal(await mounted.count("open.access_token"), 1);
    assert.deepEqual(await mounted.violations(), []);
  });

  test("with a rotated refresh token uses the new one: each works once", async () => {
    const mounted = await openMounted("open", WITH_REFRESH);
    await mounted.vendor.set({ faults: [{ at: "open.list", times: 1, latency_ms: LATENCY_MS }] });
    const cut = begin(mounted, "/");
    await killAt(mounted, (calls) => calls["open.list"] === 1);
    await cut;
    for (const exchanges of [1, 2, 3]) {
      assert.equal((await mounted.list("/empty/")).status, 200);
      assert.equal(await mounted.count("open.oauth2"), exchanges);
      // Each access token lives for two hours, and each process until the plug is pulled.
      await mounted.pass(7_200);
      await mounted.kill();
      await mounted.pass(86_400);
    }
    assert.deepEqual(await mounted.violations(), []);
  });

  test("while it exchanges its refresh token loses it, reports that, and uses the owner's next one", async () => {
    const mounted = await openMounted("open", WITH_REFRESH);
    await mounted.vendor.set({ faults: [{ at: "open.oauth2", times: 1, latency_ms: LATENCY_MS }] });
    const cut = begin(mounted, "/");
    await killAt(mounted, (calls) => calls["open.oauth2"] === 1);
    await cut;
    for (let times = 0; times < 2; times += 1) {
      assert.equal(assertErrorJson(await mounted.list("/"), 503).code, "account_stopped");
      await mounted.kill();
    }
    const health = await mounted.health();
    assert.equal(health.state, "stopped");
    assert.match(`${health.message}: ${health.mend}`, /refuses the sign-in.*set them again/);
    assert.equal(await mounted.count("open.oauth2"), 2);
    assert.deepEqual(await mounted.violations(), ["open.oauth2: a refresh token was used twice"]);
    await mounted.changeSecrets({ OPEN_REFRESH: (await mounted.vendor.issue()).refresh });
    assert.equal((await mounted.list("/")).status, 200);
    assert.equal(await mounted.count("open.oauth2"), 3);
  });

  test("while it grants tickets has counted every ticket that was sent", async () => {
    const file = "/video.mp4";
    const size = 300_000;
    const budget = { day: String(10 * size) };
    const mounted = await openMounted("open", { vars: { RULES: [{ path: "/open", budget }] } });
    const ask = (visitor) => mounted.get(file, { headers: from(`198.51.100.${visitor}`) });
    await mounted.list("/");
    const visitors = Array.from({ length: 60 }, (_, index) => index + 1);
    const held = new Set();
    const asked = visitors.map(async (visitor) => {
      const answer = await ask(visitor).catch(() => undefined);
      if (answer?.status === 200) held.add(visitor);
    });
    await Promise.race(asked);
    await mounted.kill();
    await Promise.all(asked);
    assert.ok(held.size <= 10, `${held.size} hold a link`);
    const answers = await Promise.all(visitors.map(async (visitor) => ({ visitor, ...(await ask(visitor)) })));
    const given = new Set(answers.filter(({ status }) => status === 200).map(({ visitor }) => visitor));
    for (const visitor of held) assert.ok(given.has(visitor), "who has paid may have it again");
    assert.equal(given.size, 10, "the count was neither lost nor begun anew");
    for (const answer of answers.filter(({ status }) => status !== 200)) assert.equal(answer.status, 429);
    assert.deepEqual(await mounted.violations(), []);
  });
});
