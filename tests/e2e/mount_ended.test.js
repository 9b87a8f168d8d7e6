// Expired shares, used-up traffic and invalid links: each has its own message, costs one call, and passes once the
// vendor recovers.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { assertErrorJson } from "./support/expect.js";
import { names, openMounted, state } from "./support/mounted.js";

const CROWD = 50;
const SOON_SECONDS = 4;
const OLD_SECONDS = 400;
const FILES = { personal: "/video.mp4", open: "/video.mp4", share: "/shared/readme.txt" };
const LINKS = { personal: "web.download_info", open: "open.download_info", share: "share.download" };
const PART = { headers: { range: "bytes=0-9" } };

function assertAll(answers, status, code, seconds = SOON_SECONDS) {
  for (const answer of answers) {
    assert.equal(assertErrorJson(answer, status).code, code);
    assert.ok(answer.seconds < seconds, `${answer.seconds} s`);
  }
}

/** The same where a file is fetched: its visitor gets a page. */
function assertPages(answers, status, said, seconds, retryAfter = /^[1-9]\d*$/) {
  for (const answer of answers) {
    assert.equal(answer.status, status, answer.text.slice(0, 200));
    assert.match(answer.text, said);
    assert.match(answer.headers["retry-after"], new RegExp(retryAfter));
    assert.doesNotMatch(answer.text + answer.rawHeaders, /FAKEsecret/);
    assert.ok(answer.seconds < seconds, `${answer.seconds} s`);
  }
}

const said = ({ message, mend }) => `${message}: ${mend}`;
const files = (mounted, source, count = CROWD) => (
  Promise.all(Array.from({ length: count }, () => mounted.get(FILES[source], PART)))
);
const assertServed = (answers) => {
  for (const answer of answers) assert.equal(answer.status, 206, answer.text.slice(0, 200));
};

describe("a share", { concurrency: 3 }, () => {
  for (const expired of ["flag", "5104", "message", "no_source"]) {
    test(`that has expired or was cancelled (${expired}) is gone, and its copies with it`, async () => {
      const mounted = await openMounted("share");
      const end = () => mounted.vendor.set({ quirks: { share_expired: expired } });
      await end();
      assertAll(await mounted.crowd(CROWD, "/"), 410, "share_gone");
      assertAll(await mounted.crowd(CROWD, "/"), 410, "share_gone");
      assert.deepEqual(await mounted.calls(), { "share.get": 1 });
      assert.match(said(await mounted.health()), /expired or was taken back.*ask for a new one/);

      await mounted.clearFaults();
      // Only a listing that somebody else waits for too is copied: the vendor takes its time, or the
      // first answer may come before the second request.
      await mounted.vendor.set({ faults: [{ at: "share.get", times: 1, latency_ms: 1_000 }] });
      for (const answer of await mounted.crowd(CROWD, "/")) assert.equal(state(answer), "fresh");
      await mounted.site.listingKept();
      assert.equal((await mounted.health()).state, "ok");

      await mounted.pass(OLD_SECONDS);
      await end();
      // Requests during the call to the vendor may still get the cached listing.
      for (const answer of await mounted.crowd(CROWD, "/")) assert.ok([200, 410].includes(answer.status));
      await mounted.until("/", (answer) => answer.status === 410);
      assertAll(await mounted.crowd(CROWD, "/"), 410, "share_gone");
      await mounted.restart();
      assertAll(await mounted.crowd(CROWD, "/"), 410, "share_gone");
      assert.ok((await mounted.count("share.get")) <= 5);
      assert.deepEqual(await mounted.violations(), []);
    });
  }

  test("whose password is wrong opens with the right one", async () => {
    const mounted = await openMounted("share", { secrets: { SHARE: "https://www.123pan.com/s/VN6A-qP163?pwd=nope" } });
    assertAll(await mounted.crowd(CROWD, "/"), 503, "share_denied");
    assertAll(await mounted.crowd(CROWD, "/"), 503, "share_denied");
    assert.deepEqual(await mounted.calls(), { "share.get": 1 });
    assert.match(said(await mounted.health()), /does not open.*key and password/);
    await mounted.changeSecrets({});
    assert.deepEqual(names(await mounted.list("/")), ["shared"]);
    assert.deepEqual(await mounted.violations(), []);
  });
});

describe("used-up traffic", { concurrency: 3 }, () => {
  for (const [source, quota] of [["personal", 5113], ["personal", 5114], ["share", 5112], ["open", 5113]]) {
    test(`(${quota}, ${source}) closes the file and not the folder`, async () => {
      const mounted = await openMounted(source);
      await mounted.vendor.set({ quirks: { quota } });
      for (let wave = 0; wave < 2; wave += 1) {
        assertPages(await files(mounted, source), 503, /download traffic .* is used up/, 8, "600");
      }
      assert.equal(await mounted.count(LINKS[source]), 1);
      assert.equal((await mounted.list("/")).status, 200);
      const hint = quota === 5112 ? /wants a login or a payment.*mount's account.*or buy/ : /traffic is used up.*wait, or buy/;
      assert.match(said(await mounted.health()), hint);
      await mounted.clearFaults();
      await mounted.pass(60);
      assertServed(await files(mounted, source));
      assert.equal(await mounted.count(LINKS[source]), 2);
      assert.equal((await mounted.health()).state, "ok");
      assert.deepEqual(await mounted.violations(), []);
    });
  }
});

const FAILED = /can&#39;t be asked just now|can't be asked just now/;

describe("a link that the vendor does not return", { concurrency: 3 }, () => {
  for (const { name, source = "personal", fault, status = 503, message, calls, seconds } of [
    { name: "silence", fault: { timeout: true }, status: 504, message: /did not answer in time/, calls: 4, seconds: 22 },
    { name: "429", fault: { status: 429, code: 429 }, message: /asks to slow down/, calls: 4, seconds: 14 },
    { name: "a page", fault: { html: true }, status: 502, message: FAILED, calls: 1, seconds: 4 },
    { name: "a cut answer", source: "share", fault: { truncate: 30 }, message: FAILED, calls: 4, seconds: 16 },
  ]) {
    test(`(${name}, ${source}) is requested at most ${calls} times, and served once the vendor recovers`, async () => {
      const mounted = await openMounted(source);
      // Neither the folder nor the account fails.
      assertServed(await files(mounted, source, 1));
      await mounted.pass(601);
      const before = await mounted.count(LINKS[source]);
      await mounted.vendor.set({ faults: [{ at: LINKS[source], ...fault }] });
      assertPages(await files(mounted, source), status, message, seconds);
      assertPages(await files(mounted, source), status, message, seconds);
      const asked = await mounted.count(LINKS[source]) - before;
      assert.ok(asked <= calls, `${asked} calls`);
      await mounted.clearFaults();
      await mounted.pass(90);
      assertServed(await files(mounted, source));
      assert.deepEqual(await mounted.violations(), []);
    });
  }
});

describe("an invalidated link", { concurrency: 3 }, () => {
  for (const source of ["personal", "share"]) {
    test(`early (${source}) is replaced once for fifty visitors, and all get the file`, async () => {
      const mounted = await openMounted(source);
      await mounted.vendor.set({ quirks: { link_seconds: 60 } });
      assertServed(await files(mounted, source, 1));
      await mounted.pass(120);
      const { [LINKS[source]]: links, "cdn.file": fetched } = await mounted.calls();
      // Somebody learns late that it is dead, when the others have the new one already.
      await mounted.vendor.set({ faults: [{ at: "cdn.file", times: 1, latency_ms: 2_000 }] });
      assertServed(await files(mounted, source));
      const calls = await mounted.calls();
      assert.equal(calls[LINKS[source]] - links, 1);
      // The dead link once for each, the new one once for each, and once to see where it leads.
      assert.ok(calls["cdn.file"] - fetched <= 2 * CROWD + 1);
      const whole = await mounted.get(FILES[source]);
      assert.equal(whole.status, 200);
      assert.deepEqual(whole.body, await mounted.vendor.content(FILES[source]));
      assert.equal((await mounted.calls())[LINKS[source]] - links, 1);
      assert.deepEqual(await mounted.violations(), []);
    });
  }

  test("is replaced once in half a minute, if its replacement is invalid as well", async () => {
    const mounted = await openMounted("personal");
    await mounted.vendor.set({ quirks: { link_seconds: 0 } });
    for (let wave = 0; wave < 3; wave += 1) {
      for (const answer of await files(mounted, "personal")) {
        assert.ok([502, 503].includes(answer.status), `${answer.status}`);
        assert.doesNotMatch(answer.text + answer.rawHeaders, /cdn|FAKEsecret/);
      }
      assert.equal(await mounted.count("web.download_info"), 2);
      await mounted.pass(5);
    }
    await mounted.clearFaults();
    await mounted.pass(31);
    assertServed(await files(mounted, "personal"));
    assert.equal(await mounted.count("web.download_info"), 3);
    assert.deepEqual(await mounted.violations(), []);
  });
});
