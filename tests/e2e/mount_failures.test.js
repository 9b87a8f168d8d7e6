// Vendor failures of every kind: fifty visitors get an error or the stale listing soon, the vendor gets few calls, and
// the site recovers with the vendor.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { assertErrorJson } from "./support/expect.js";
import { names, openMounted, state } from "./support/mounted.js";

const CROWD = 50;
// A cached response comes from memory, from KV or from the account object, and never from the vendor.
const SOON_SECONDS = 4;
const OLD_SECONDS = 400;

// workerd itself repeats a call whose kept-alive connection is cut, with the same signature: the fake vendor must not
// count that as a replay here.
const KEPT = 1;
const CUT = { fault: { reset: true }, quirks: { replay_check: false } };

const passing = (code, said = /does not answer as it should/) => ({ code, status: 503, said });
const BUSY = { ...passing("vendor_busy", /slow down/), calls: 4, seconds: 14 };
const BROKEN = { ...passing("vendor_failed"), calls: 4, seconds: 14 };
const MOVED = { code: "vendor_failed", status: 502, said: /something else than 123Pan's API.*api/s, calls: 1, seconds: 4 };
const fine = (seconds) => ({ status: 200, calls: 1, seconds });

/**
 * `calls`: the maximum number of calls for one listing, by the retries of the account's rate limiter. `seconds`: how
 * long a visitor waits at most for an error. `again`: the same for a visitor right after that, while a call is still
 * running.
 */
const FAILURES = [
  { name: "slow", fault: { latency_ms: 2_000 }, ...fine(6) },
  { name: "silent", fault: { timeout: true }, ...passing("vendor_slow"), status: 504, calls: 4, seconds: 22, again: 12 },
  { name: "cutting connections", ...CUT, ...BROKEN, calls: 4 + KEPT },
  { name: "cutting answers short", fault: { truncate: 40 }, ...BROKEN },
  { name: "failing by itself (500)", fault: { status: 500, code: -1, message: "internal" }, ...BROKEN },
  { name: "failing by itself (502, a page)", fault: { status: 502, html: true }, ...BROKEN },
  { name: "sending pages", fault: { html: true }, ...MOVED },
  { name: "moved (301)", fault: { status: 301 }, ...MOVED },
  { name: "sending empty answers", fault: { body: "" }, ...MOVED },
  { name: "without codes", fault: { body: "{\"message\":\"ok\",\"data\":{}}" }, ...MOVED },
  { name: "sending codes as texts", quirks: { envelope: "text_code" }, ...fine(4) },
  { name: "limiting (429)", fault: { status: 429, code: 429 }, ...BUSY },
  { name: "limiting (100011)", fault: { code: 100_011 }, ...BUSY },
  { name: "limiting (\"429\")", fault: { code: "429", message: "请求太频繁" }, ...BUSY },
  { name: "limiting (429)", source: "open", fault: { code: 429 }, ...BUSY, calls: 6, seconds: 22, again: 8 },
  { name: "cutting connections", source: "open", ...CUT, ...BROKEN, calls: 6 + KEPT, seconds: 22, again: 8 },
  { name: "moved (301)", source: "open", fault: { status: 301 }, ...MOVED },
  // The circuit breaker of a share opens for a minute, and longer each time.
  { name: "limiting (\"429\")", source: "share", fault: { code: "429", message: "请求太频繁" },
    ...BUSY, calls: 1, seconds: 4, rest: 90 },
  { name: "cutting answers short", source: "share", fault: { truncate: 40 }, ...BROKEN },
];
const LISTS = { personal: "web.list", open: "open.list", share: "share.get" };
const SIGN_INS = { personal: "login.sign_in", open: "open.access_token", share: "login.sign_in" };

describe("a vendor", { concurrency: 5 }, () => {
  for (const failure of FAILURES) {
    const { source = "personal", name, rest = 30 } = failure;
    test(`that is ${name} (${source})`, async () => {
      const mounted = await openMounted(source);
      const list = LISTS[source];
      const { quirks = {}, fault: what } = failure;
      const begin = () => mounted.vendor.set({ quirks, faults: what ? [{ at: list, ...what }] : [] });

      await begin();
      assertAnswers(await mounted.crowd(CROWD, "/"), failure, failure.seconds);
      assertAnswers(await mounted.crowd(CROWD, "/"), failure, failure.again ?? SOON_SECONDS);
      const { [list]: cold } = await mounted.calls();
      assert.ok(cold <= failure.calls, `${cold} calls on a cold site`);
      await assertHealth(mounted, failure);
      const whole = await recover(mounted, rest);

      await mounted.pass(OLD_SECONDS);
      const before = await mounted.count(list);
      await begin();
      for (let wave = 0; wave < 2; wave += 1) {
        // An isolate repeats a stale listing for three seconds without a request to the account object.
        await mounted.pass(4);
        const answers = await mounted.crowd(CROWD, "/");
        for (const answer of answers) {
          assert.deepEqual(names(answer), whole);
          const mark = failure.status === 200 ? ["stale", "fresh"] : ["stale"];
          assert.ok(mark.includes(state(answer)), `${state(answer)} ${answer.headers["x-signpost-cache"]}`);
          assert.ok(answer.seconds < SOON_SECONDS, `${answer.seconds} s with a cached listing`);
        }
      }
      const stale = await mounted.count(list) - before;
      assert.ok(stale <= failure.calls, `${stale} calls on a site with an old listing`);
      await mounted.vendor.change({ add_file: { folder: source === "share" ? "/shared" : "/", name: "new.txt", size: 9 } });
      await recover(mounted, rest);

      assert.ok((await mounted.count(SIGN_INS[source])) <= 1, "a failing listing is no reason to sign in again");
      assert.deepEqual(await mounted.violations(), []);
    });
  }
});

function assertAnswers(answers, { status, code }, seconds) {
  for (const answer of answers) {
    assert.equal(answer.status, status, answer.text.slice(0, 300));
    assert.ok(answer.seconds < seconds, `an answer after ${answer.seconds} s, not ${seconds}`);
    if (status === 200) {
      assert.equal(state(answer), "fresh");
      continue;
    }
    assert.equal(assertErrorJson(answer, status).code, code);
    const wait = Number(answer.headers["retry-after"]);
    assert.ok(Number.isInteger(wait) && wait >= 1 && wait <= 120, `Retry-After ${answer.headers["retry-after"]}`);
    assert.match(answer.headers["cache-control"], /\bno-store$/);
  }
}

async function assertHealth(mounted, { status, said }) {
  const health = await mounted.health();
  assert.equal(health.state, status === 200 ? "ok" : "failing");
  if (said !== undefined) assert.match(`${health.message}: ${health.mend}`, said);
}

/** Ends the failure; within a bounded time every visitor gets a fresh listing, and health is ok. */
async function recover(mounted, rest) {
  await mounted.clearFaults();
  await mounted.pass(rest);
  const whole = await mounted.until("/", (answer) => state(answer) === "fresh");
  assert.equal((await mounted.health()).state, "ok");
  for (const each of await mounted.crowd(CROWD, "/")) assert.deepEqual(names(each), names(whole));
  return names(whole);
}
