// HLS in remote mounts: playlists and segments in each source's delivery mode.
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { UID, assertNoViolations, openEverything } from "./support/remote_mounts.js";
import { urisOf } from "./support/hls.js";
import { openSite } from "./support/site.js";
import { SECRETS, startVendor } from "./support/vendor.js";

const CLOCK = "tests/e2e/support/clock_entry.js";
const MOUNTS = { "/my": "personal", "/shared": "share", "/open": "open", "/direct": "open, with direct links" };
const TEXT = [
  "#EXTM3U", "#EXT-X-MAP:URI=\"parts/init.mp4\"", "#EXTINF:4,", "parts/1.ts?auth_key=9", "#EXTINF:4,",
  "https://elsewhere.example/2.ts", "#EXT-X-ENDLIST", "",
].join("\n");

const vendor = await startVendor();
await vendor.change({ add_folder: { folder: "/", name: "film" } });
await vendor.change({ add_text: { folder: "/film", name: "index.m3u8", text: TEXT } });
await vendor.change({ add_file: { folder: "/film", name: "large.m3u8", size: 5 * 1024 * 1024 } });
await vendor.change({ add_folder: { folder: "/film", name: "parts" } });
for (const name of ["init.mp4", "1.ts"]) await vendor.change({ add_file: { folder: "/film/parts", name, size: 5_000 } });
for (const folder of ["/", "/film", "/film/parts"]) {
  await vendor.change({ direct: { path: folder } });
}
await openEverything(vendor);
await vendor.set({ quirks: { rate_limits: false } });
const site = await openSite({
  network: true,
  entry: CLOCK,
  secrets: SECRETS,
  vars: {
    MOUNTS: [
      vendor.mount("personal", "/my"),
      vendor.mount("share", "/shared", { account: "/my" }),
      vendor.mount("open", "/open"),
      vendor.mount("open", "/direct", {
        direct_link: true, uid: UID, private_key: "DIRECT_KEY", hosts: [`127.0.0.1:${vendor.port}`],
      }),
    ],
  },
});

for (const [at, source] of Object.entries(MOUNTS)) {
  describe(source, { timeout: 60_000 }, () => {
    let answer;
    before(async () => { answer = await site.request(`${at}/film/index.m3u8`); });

    test("serves a playlist whose segments are relative paths", () => {
      assert.equal(answer.status, 200, answer.text);
      assert.equal(answer.headers["content-type"], "application/vnd.apple.mpegurl");
      assert.deepEqual(urisOf(answer.text), ["parts/1.ts", "https://elsewhere.example/2.ts", "parts/init.mp4"]);
      assert.doesNotMatch(answer.text, /127\.0\.0\.1|auth_key/);
    });

    test("serves segments like any file", async () => {
      for (const part of ["1.ts", "init.mp4"]) {
        const want = await vendor.content(`/film/parts/${part}`);
        const own = await site.request(`${at}/film/parts/${part}`);
        const there = own.status === 302 ? await fetch(own.headers.location) : null;
        assert.equal(own.status, at === "/direct" ? 302 : 200);
        const bytes = there === null ? own.body : Buffer.from(await there.arrayBuffer());
        assert.ok(bytes.equals(want), part);
      }
    });

    test("refuses a playlist that is too large with that reason", async () => {
      const large = await site.request(`${at}/film/large.m3u8`);
      assert.equal(large.status, 502);
      assert.match(large.text, /4 MiB/);
    });
  });
}

test("an invalid link is renewed once, and an HTML page is not served as a playlist", async () => {
  await site.request("/test/clock?ms=120000");
  const links = await vendor.count("web.download_info");
  await vendor.set({ faults: [{ at: "cdn", times: 1, status: 403, body: "over" }] });
  const renewed = await site.request("/my/film/index.m3u8");
  assert.deepEqual([renewed.status, urisOf(renewed.text)[0]], [200, "parts/1.ts"]);
  assert.ok(await vendor.count("web.download_info") > links, "a new link was fetched");
  await site.request("/test/clock?ms=240000");
  await vendor.set({ faults: [{ at: "cdn", times: 3, body: "<!doctype html>no more traffic" }] });
  const regret = await site.request("/my/film/index.m3u8");
  assert.equal(regret.status, 502);
  assert.doesNotMatch(regret.text, /traffic/);
  await vendor.clear();
});

test("the fake vendor noted no violation", () => assertNoViolations(vendor));
