// Files that were replaced at 123Pan: the new one has another id, and the old one fails with 5066.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { openMounted } from "./support/mounted.js";

const FILES = { personal: "/video.mp4", open: "/video.mp4", share: "/shared/readme.txt" };
const LINKS = { personal: "web.download_info", open: "open.download_info", share: "share.download" };
const LISTS = { personal: "web.list", open: "open.list", share: "share.get" };
// A listing that is fresh for an hour is not read again by itself.
const MOUNT = { mount: { fresh_minutes: 60 } };
const SIZE = 4_321;

describe("a replaced file", { concurrency: 3 }, () => {
  for (const source of ["personal", "share", "open"]) {
    test(`(${source}) is followed by its name, and its folder read once more`, async () => {
      const mounted = await openMounted(source, MOUNT);
      const path = FILES[source];
      assert.equal((await mounted.get(path)).status, 200);
      await mounted.pass(601);
      const lists = await mounted.count(LISTS[source]);
      await mounted.vendor.change({ replace: { path, size: SIZE } });
      const answer = await mounted.get(path);
      assert.equal(answer.status, 200, answer.text.slice(0, 200));
      assert.equal(answer.body.length, SIZE);
      assert.deepEqual(answer.body, await mounted.vendor.content(path));
      assert.ok(await mounted.count(LISTS[source]) > lists, "the folder was read");
      const calls = await mounted.calls();
      for (let wave = 0; wave < 3; wave += 1) {
        assert.deepEqual((await mounted.get(path)).body, answer.body);
        await mounted.pass(20);
      }
      const later = await mounted.calls();
      assert.deepEqual([later[LISTS[source]], later[LINKS[source]]], [calls[LISTS[source]], calls[LINKS[source]]]);
      assert.deepEqual(await mounted.violations(), []);
    });
  }

  test("whose link still seems good is followed when the CDN has no such file any more", async () => {
    const mounted = await openMounted("personal", MOUNT);
    assert.equal((await mounted.get(FILES.personal)).status, 200);
    await mounted.vendor.change({ replace: { path: FILES.personal, size: SIZE } });
    await mounted.pass(30);
    const answer = await mounted.get(FILES.personal);
    assert.equal(answer.status, 200, answer.text.slice(0, 200));
    assert.deepEqual(answer.body, await mounted.vendor.content(FILES.personal));
    assert.deepEqual(await mounted.violations(), []);
  });

  test("in mode redirect leads to the new one", async () => {
    const mounted = await openMounted("open", { ...MOUNT, vars: { RULES: [{ path: "/open", mode: "redirect" }] } });
    const before = (await mounted.get(FILES.open)).headers.location;
    await mounted.pass(601);
    await mounted.vendor.change({ replace: { path: FILES.open, size: SIZE } });
    const { id } = await mounted.vendor.node(FILES.open);
    const { status, headers } = await mounted.get(FILES.open);
    assert.equal(status, 302);
    assert.notEqual(headers.location, before);
    assert.ok(headers.location.includes(`/${id}/`), "the new file");
    assert.deepEqual(await mounted.violations(), []);
  });
});

describe("the charge for a replaced file", { concurrency: 2 }, () => {
  for (const [source, rule] of [["personal", {}], ["open", { mode: "redirect" }]]) {
    const root = source === "personal" ? "/my" : "/open";
    const open = (day) => openMounted(source, { ...MOUNT, vars: { RULES: [{ path: root, budget: { day }, ...rule }] } });
    const expected = source === "personal" ? 200 : 302;

    test(`(${source}) is by its own size where that is smaller`, async () => {
      const mounted = await open("310 KB");
      assert.equal((await mounted.get("/a%2Bb.txt")).status, expected, "the listing is there");
      await mounted.vendor.change({ replace: { path: "/video.mp4", size: SIZE } });
      await mounted.pass(30);
      assert.equal((await mounted.get("/video.mp4")).status, expected);
      assert.equal((await mounted.get("/direct/video.mp4")).status, expected, "200,000 of what 300,000 would leave");
      assert.deepEqual(await mounted.violations(), []);
    });

    test(`(${source}) is by its own size where that is larger`, async () => {
      const mounted = await open("310 KB");
      assert.equal((await mounted.get("/a%2Bb.txt")).status, expected, "the listing is there");
      await mounted.vendor.change({ replace: { path: "/video.mp4", size: 320_000 } });
      await mounted.pass(30);
      assert.equal((await mounted.get("/video.mp4")).status, 429);
      assert.deepEqual(await mounted.violations(), []);
    });
  }

  test("is made where the CDN has no such file any more, too", async () => {
    const mounted = await openMounted("personal", { ...MOUNT, vars: { RULES: [{ path: "/my", budget: { day: "310 KB" } }] } });
    assert.equal((await mounted.get("/video.mp4", { method: "HEAD" })).status, 200);
    await mounted.vendor.change({ replace: { path: "/video.mp4", size: 320_000 } });
    await mounted.pass(30);
    assert.equal((await mounted.get("/video.mp4")).status, 429);
    assert.deepEqual(await mounted.violations(), []);
  });
});

test("a removed file is not found, which is remembered", async () => {
  const mounted = await openMounted("personal", MOUNT);
  assert.equal((await mounted.get(FILES.personal)).status, 200);
  await mounted.pass(601);
  await mounted.vendor.change({ remove: { path: FILES.personal } });
  assert.equal((await mounted.get(FILES.personal)).status, 404);
  const calls = await mounted.calls();
  for (let wave = 0; wave < 5; wave += 1) {
    assert.equal((await mounted.get(FILES.personal)).status, 404);
    await mounted.pass(5);
  }
  const later = await mounted.calls();
  assert.deepEqual([later["web.list"], later["web.download_info"]], [calls["web.list"], calls["web.download_info"]]);
  assert.ok(calls["web.download_info"] <= 2);
  assert.deepEqual(await mounted.violations(), []);
});
