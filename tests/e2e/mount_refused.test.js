// Files that 123Pan's CDN refuses to the Worker: told apart, named on the health page, and no reason for ever new links.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { openMounted } from "./support/mounted.js";

const FILES = { personal: "/video.mp4", open: "/video.mp4", share: "/shared/readme.txt" };
const LINKS = { personal: "web.download_info", open: "open.download_info", share: "share.download" };
const PART = { headers: { range: "bytes=0-9" } };
const MANY = 1_000;

const said = ({ state, message, mend }) => `${state}: ${message}: ${mend}`;
const part = (mounted, source) => mounted.get(FILES[source], PART);

describe("a link that works in another city alone", { concurrency: 3 }, () => {
  for (const source of ["personal", "share", "open"]) {
    test(`(${source}) is named as such, and brings no loop of new links`, async () => {
      const mounted = await openMounted(source);
      await mounted.vendor.set({ quirks: { links_elsewhere: MANY } });
      const first = await part(mounted, source);
      assert.equal(first.status, 502);
      assert.match(first.text, /in one city only/);
      assert.doesNotMatch(first.text + first.rawHeaders, /cdn|FAKEsecret|wuhan/);
      const { [LINKS[source]]: links, "cdn.file": fetched } = await mounted.calls();
      assert.ok(links <= 2, `${links} links`);
      // Remembered for a minute: neither the API nor the CDN is asked again.
      for (let wave = 0; wave < 3; wave += 1) {
        assert.equal((await part(mounted, source)).status, 502);
        await mounted.pass(1);
      }
      const calls = await mounted.calls();
      assert.deepEqual([calls[LINKS[source]], calls["cdn.file"]], [links, fetched]);
      const health = await mounted.health();
      assert.match(said(health), /^failing: .*only in the city of whoever asked.*: .*direct links/);
      assert.equal(health.said, undefined, "123Pan's words are for the owner");
      await mounted.clearFaults();
      await mounted.pass(601);
      assert.equal((await part(mounted, source)).status, 206);
      assert.deepEqual(await mounted.violations(), []);
    });

    test(`(${source}) is replaced by one that the Worker asks for from its own place`, async () => {
      const mounted = await openMounted(source);
      // The account object's link alone is for another city.
      await mounted.vendor.set({ quirks: { links_elsewhere: 1, link_hop: "302", link_params: "standard" } });
      const first = await part(mounted, source);
      assert.equal(first.status, 206, first.text.slice(0, 200));
      assert.deepEqual(first.body, (await mounted.vendor.content(FILES[source])).subarray(0, 10));
      const { [LINKS[source]]: links, login } = await mounted.calls();
      assert.equal(links, 2, "the account object's, and the Worker's");
      assert.equal(login, (await mounted.calls()).login);
      // The isolate has it for the others.
      for (let wave = 0; wave < 3; wave += 1) assert.equal((await part(mounted, source)).status, 206);
      assert.equal(await mounted.count(LINKS[source]), 2);
      assert.equal((await mounted.health()).state, "ok");
      assert.doesNotMatch(mounted.site.logs.join("\n"), /FAKEsecret/);
      assert.deepEqual(await mounted.violations(), []);
    });
  }

  // More than the account object's queue holds (a call each 700 ms, for 8 s).
  for (const [elsewhere, status] of [[1, 206], [MANY, 502]]) {
    test(`costs two calls for a crowd of twenty, which gets ${status}`, async () => {
      const mounted = await openMounted("personal");
      await mounted.vendor.set({ quirks: { links_elsewhere: elsewhere } });
      const answers = await Promise.all(Array.from({ length: 20 }, () => part(mounted, "personal")));
      for (const answer of answers) assert.equal(answer.status, status);
      assert.equal(await mounted.count("web.download_info"), 2);
      assert.deepEqual(await mounted.violations(), []);
    });
  }
});

test("links from the Worker's own place are no longer asked for where they do not help, for a while", async () => {
  const mounted = await openMounted("personal");
  const files = ["/video.mp4", "/a+b.txt", "/-dash.txt", "/100%25.txt", "/a%26b%3Dc.txt"];
  await mounted.vendor.set({ quirks: { links_elsewhere: MANY } });
  const calls = [];
  for (const path of files.slice(0, 4)) {
    assert.equal((await mounted.get(path, PART)).status, 502, path);
    calls.push(await mounted.count("web.download_info"));
  }
  assert.deepEqual(calls, [2, 4, 5, 6], "two calls a file for the first two");
  await mounted.pass(601);
  await mounted.vendor.set({ quirks: { links_elsewhere: 1 } });
  assert.equal((await mounted.get(files[4], PART)).status, 206);
  assert.deepEqual(await mounted.violations(), []);
});

describe("a link that the CDN takes for wrong", { concurrency: 3 }, () => {
  for (const code of [50001, 50002]) {
    test(`(${code}) is named with what to do, and not replaced`, async () => {
      const mounted = await openMounted("personal");
      await mounted.vendor.set({ quirks: { cdn_error: code } });
      for (let wave = 0; wave < 3; wave += 1) {
        const answer = await part(mounted, "personal");
        assert.equal(answer.status, 502);
        assert.match(answer.text, /Missing or refused/);
        assert.equal(await mounted.count("web.download_info"), 1);
      }
      assert.match(said(await mounted.health()), /50001 or 50002 .*: set the mount's api/);
      await mounted.clearFaults();
      await mounted.pass(61);
      assert.equal((await part(mounted, "personal")).status, 206);
      assert.equal((await mounted.vendor.state()).calls["web.download_info"], 1, "the link was good");
      assert.deepEqual(await mounted.violations(), []);
    });
  }

  test("a link without its Referer is another matter: it is replaced once", async () => {
    const mounted = await openMounted("personal");
    const steal = JSON.stringify({ code: 1010, message: "not found r or referer in steal link v6" });
    assert.equal((await part(mounted, "personal")).status, 206);
    await mounted.vendor.set({ faults: [{ at: "cdn.file", times: 1, status: 403, body: steal }] });
    assert.equal((await part(mounted, "personal")).status, 206);
    assert.equal(await mounted.count("web.download_info"), 2);
    assert.deepEqual(await mounted.violations(), []);
  });
});

describe("a HEAD that the CDN refuses", { concurrency: 3 }, () => {
  for (const [status, requests] of [[405, 1], [501, 1], [403, 2], [400, 2]]) {
    test(`(${status}) is answered at no new link's cost`, async () => {
      const mounted = await openMounted("personal");
      const { size } = await mounted.vendor.node(FILES.personal);
      // So that the link is there, and where it leads is known.
      assert.equal((await part(mounted, "personal")).status, 206);
      await mounted.vendor.set({ quirks: { head_status: status } });
      const before = await mounted.calls();
      const { status: got, headers } = await mounted.get(FILES.personal, { method: "HEAD" });
      assert.deepEqual([got, headers["content-length"], headers["content-type"], headers["accept-ranges"]],
        [200, String(size), "video/mp4", "bytes"]);
      const after = await mounted.calls();
      assert.equal(after["web.download_info"], before["web.download_info"]);
      assert.equal(after["cdn.file"] - before["cdn.file"], requests);
      assert.equal((await part(mounted, "personal")).status, 206, "the link is not taken for dead");
      assert.equal(await mounted.count("web.download_info"), 1);
      assert.deepEqual(await mounted.violations(), []);
    });
  }
});

test("head = \"local\" answers for a mount without a link", async () => {
  const mounted = await openMounted("personal", { vars: { RULES: [{ path: "/my", head: "local" }] } });
  const { size } = await mounted.vendor.node(FILES.personal);
  const { status, headers } = await mounted.get(FILES.personal, { method: "HEAD" });
  assert.deepEqual([status, headers["content-length"], headers["content-type"]], [200, String(size), "video/mp4"]);
  assert.ok(headers["last-modified"]);
  assert.equal(await mounted.count("web.download_info"), 0);
  assert.equal(await mounted.count("cdn.file"), 0);
  assert.deepEqual(await mounted.violations(), []);
});
