// Failures that only the owner can fix, such as a wrong password: they are tried once, whatever visitors, restarts and
// time do. Listings stay, marked as stale.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { assertErrorJson } from "./support/expect.js";
import { names, openMounted, state } from "./support/mounted.js";

const CROWD = 50;
const SOON_SECONDS = 4;
const DAY_SECONDS = 86_400;
const TOKENS = { personal: "login.sign_in", open: "open.access_token" };
const LISTS = { personal: "web.list", open: "open.list" };
const HUMAN = /wants to see a human.*paste the token.*\/-\/api\/refresh/;
const DEVICES = /too many devices.*log one out.*\/-\/api\/refresh/;
const STOPS = [
  { name: "7012", quirks: { sign_in: "risk7012" }, said: HUMAN },
  { name: "a text message", quirks: { sign_in: "risk_word", sign_in_word: "短信验证" }, said: HUMAN },
  { name: "a strange device", quirks: { sign_in: "risk_word", sign_in_word: "陌生设备" }, said: HUMAN },
  { name: "too many tokens", quirks: { sign_in: "too_many_tokens" }, said: DEVICES },
  { name: "too many tokens", source: "open", quirks: { sign_in: "too_many_tokens" }, said: DEVICES },
];

async function assertStopped(mounted, wait = 600) {
  for (const answer of await mounted.crowd(CROWD, "/")) {
    assert.equal(assertErrorJson(answer, 503).code, "account_stopped");
    const given = Number(answer.headers["retry-after"]);
    assert.ok(given <= wait && given > wait - 60, `Retry-After ${given}`);
    assert.ok(answer.seconds < SOON_SECONDS, `${answer.seconds} s`);
  }
}

async function assertHealth(mounted, said) {
  const { status, state: account, message, mend } = await mounted.health();
  assert.deepEqual([status, account], ["degraded", "stopped"]);
  assert.match(`${message}: ${mend}`, said);
}

async function assertWhole(mounted) {
  for (const answer of await mounted.crowd(CROWD, "/")) {
    assert.ok(names(answer).includes("video.mp4"));
    assert.equal(state(answer), "fresh");
  }
  assert.deepEqual([(await mounted.health()).status, (await mounted.health()).state], ["ok", "ok"]);
}

describe("a vendor that refuses to sign in for", { concurrency: 4 }, () => {
  for (const { name, source = "personal", quirks, said } of STOPS) {
    const signIns = (mounted) => mounted.count(TOKENS[source]);

    test(`${name} (${source}) is asked once, and once more when the owner says so`, async () => {
      const mounted = await openMounted(source);
      await mounted.vendor.set({ quirks });
      await assertStopped(mounted);
      await mounted.kill();
      await assertStopped(mounted);
      await mounted.pass(DAY_SECONDS);
      await assertStopped(mounted);
      assert.equal(await signIns(mounted), 1);
      await assertHealth(mounted, said);

      assert.equal(assertErrorJson(await mounted.refresh(), 503).code, "account_stopped");
      await assertStopped(mounted);
      assert.equal(await signIns(mounted), 2);
      // Only the owner may try again after a refusal: the fake vendor notes any other attempt as a violation.
      assert.equal((await mounted.violations()).length, 1);

      await mounted.clearFaults();
      await assertStopped(mounted);
      assert.equal(await signIns(mounted), 2);
      const refreshed = await mounted.refresh();
      assert.equal(refreshed.status, 200, refreshed.text);
      assert.equal(await signIns(mounted), 3);
      await assertWhole(mounted);
      assert.deepEqual(await mounted.calls(), { [TOKENS[source]]: 3, [LISTS[source]]: 1 });
    });

    test(`${name} (${source}) leaves the cached listings in place`, async () => {
      const mounted = await openMounted(source);
      const before = names(await mounted.list("/"));
      // A month later the token has died.
      await mounted.pass(1_000);
      await mounted.vendor.set({ quirks, end_tokens: true });
      for (let wave = 0; wave < 3; wave += 1) {
        await mounted.pass(11);
        for (const answer of await mounted.crowd(CROWD, "/")) {
          assert.deepEqual(names(answer), before);
          assert.equal(state(answer), "stale");
          assert.ok(answer.seconds < SOON_SECONDS, `${answer.seconds} s`);
        }
      }
      const file = await mounted.get("/video.mp4");
      assert.equal(file.status, 503);
      assert.match(file.text, /account at 123Pan needs its owner/);
      // The vendor answers a call with the sign-in's error, or refuses the token first: either stops the account.
      const calls = await mounted.calls();
      assert.ok(calls[LISTS[source]] === 2 && calls[TOKENS[source]] <= 2, JSON.stringify(calls));
      await assertHealth(mounted, said);
      assert.deepEqual(await mounted.violations(), []);
    });
  }

  test("an IP ban is retried after an hour", async () => {
    const mounted = await openMounted("personal");
    await mounted.vendor.set({ quirks: { sign_in: "ip_ban" } });
    await assertStopped(mounted, 3_600);
    await mounted.pass(3_000);
    await mounted.kill();
    await assertStopped(mounted, 600);
    await assertHealth(mounted, /shut out.*wait/);
    assert.equal(await mounted.count("login.sign_in"), 1);
    await mounted.clearFaults();
    await mounted.pass(600);
    await assertWhole(mounted);
    assert.deepEqual(await mounted.calls(), { "login.sign_in": 2, "web.list": 1 });
    assert.deepEqual(await mounted.violations(), []);
  });

  test("a wrong password is tried once, and the right one as soon as it is set", async () => {
    const mounted = await openMounted("personal", { secrets: { PAN_PASSWORD: "wrong" } });
    await assertStopped(mounted);
    await mounted.kill();
    await assertStopped(mounted);
    await assertHealth(mounted, /refuses the sign-in.*secrets/);
    assert.equal(await mounted.count("login.sign_in"), 1);
    await mounted.changeSecrets({ PAN_PASSWORD: undefined });
    await assertWhole(mounted);
    assert.deepEqual(await mounted.calls(), { "login.sign_in": 2, "web.list": 1 });
  });

  test("code 7012 for a listing stops the account as well", async () => {
    const mounted = await openMounted("personal");
    await mounted.vendor.set({ faults: [{ at: "web.list", code: 7012, message: "您的账号存在海外登录风险" }] });
    await assertStopped(mounted);
    await mounted.kill();
    await mounted.pass(DAY_SECONDS);
    await assertStopped(mounted);
    assert.deepEqual(await mounted.calls(), { "login.sign_in": 1, "web.list": 1 });
    await assertHealth(mounted, HUMAN);
    await mounted.clearFaults();
    assert.equal((await mounted.refresh()).status, 200);
    await assertWhole(mounted);
    assert.deepEqual(await mounted.violations(), []);
  });
});

describe("a vendor that refuses every token", { concurrency: 2 }, () => {
  for (const source of ["personal", "open"]) {
    test(`causes three sign-ins, and one more call with the last token after a pause (${source})`, async () => {
      const mounted = await openMounted(source);
      await mounted.vendor.set({ faults: [{ at: LISTS[source], code: 401, message: "access Token Invalid" }] });
      for (let wave = 0; wave < 4; wave += 1) {
        for (const answer of await mounted.crowd(CROWD, "/")) {
          assert.equal(assertErrorJson(answer, 503).code, "account_stopped");
          assert.ok(answer.seconds < SOON_SECONDS, `${answer.seconds} s`);
        }
        // Longer than a failure is repeated without asking.
        await mounted.pass(11);
        if (wave === 2) await mounted.kill();
      }
      assert.deepEqual(await mounted.calls(), { [TOKENS[source]]: 3, [LISTS[source]]: 3 });
      await assertHealth(mounted, /does not accept the token.*later by itself/);
      await mounted.clearFaults();
      await mounted.pass(600);
      await assertWhole(mounted);
      // The last token may have been valid all the time.
      assert.deepEqual(await mounted.calls(), { [TOKENS[source]]: 3, [LISTS[source]]: 4 });
      assert.deepEqual(await mounted.violations(), []);
    });
  }
});
