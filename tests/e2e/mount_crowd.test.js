// A hundred concurrent visitors: the vendor gets one call for each listing and link, at the spacing of its rate limits.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { names, openMounted, state } from "./support/mounted.js";
import { send } from "./support/site.js";

const CROWD = 100;
const PART = { headers: { range: "bytes=10-19" } };
const numbered = (count, name) => Array.from({ length: count }, (_, index) => name(index + 1));
const sorted = (list) => [...list].sort();

// The fake vendor's sample files: path → names in it. Listing pages have 100 rows.
const MANY = numbered(350, (index) => `第${index}集.mp4`);
const ACCOUNT = {
  "/音乐/": ["02.一千零一夜-李克勤.mp3"],
  "/empty/": [],
  "/dates/": ["fraction.txt", "int.txt", "iso.txt", "null.txt"],
  "/many/": MANY,
};
const SHARE = {
  "/": ["shared"],
  "/shared/": ["100%25.txt", "many", "readme.txt", "共享 文件.mp4", "子目录"],
  "/shared/子目录/": ["inner.txt"],
  "/shared/many/": numbered(150, (index) => `s${String(index).padStart(3, "0")}.txt`),
};

/** Of the row's first token, `token`, there is one; of `pages`, the pages of the folders and of the root. */
const SOURCES = [
  { name: "personal", folders: ACCOUNT, list: "web.list", pages: 8, token: "login.sign_in", spacing: 700,
    file: "/video.mp4", link: "web.download_info" },
  { name: "share", folders: SHARE, list: "share.get", pages: 5, spacing: 1_000,
    file: "/shared/共享 文件.mp4", link: "share.download", linkToken: "login.sign_in" },
  { name: "open", folders: ACCOUNT, list: "open.list", pages: 8, token: "open.access_token", spacing: 334,
    file: "/video.mp4", link: "open.download_info" },
  { name: "open", mount: { refresh_token: "OPEN_REFRESH" }, folders: ACCOUNT, list: "open.list", pages: 8,
    token: "open.oauth2", spacing: 334, file: "/video.mp4", link: "open.download_info" },
];
/**
 * The calls of an endpoint keep their spacing. It applies when they are sent, which the native tests of the rate
 * limiter check exactly. On a busy machine one may arrive late, so that the gap after it is short; the total is not.
 */
async function assertSpacing(mounted, endpoint, spacing) {
  const times = (await mounted.vendor.calls()).filter((call) => call.endpoint === endpoint).map((call) => call.now);
  const took = times.at(-1) - times[0];
  const gaps = times.slice(1).map((time, index) => time - times[index]);
  assert.ok(took >= (times.length - 2) * spacing, `${endpoint}: ${gaps} ms, not ${spacing}`);
}

describe("a hundred first visitors", { concurrency: 2 }, () => {
  for (const { name, mount, folders, list, pages, token, spacing, file, link, linkToken } of SOURCES) {
    const title = token === "open.oauth2" ? "open, with a refresh token" : name;
    test(`of ${title}: one sign-in, one listing of each folder, one link`, async () => {
      const mounted = await openMounted(name, { mount });
      const paths = Object.keys(folders);
      const asked = numbered(CROWD, (index) => paths[index % paths.length]);
      const answers = await Promise.all(asked.map((path) => mounted.list(encodeURI(path))));
      for (const [index, answer] of answers.entries()) {
        assert.deepEqual(sorted(names(answer)), sorted(folders[asked[index]]), asked[index]);
        assert.equal(state(answer), "fresh");
      }
      const once = token === undefined ? {} : { [token]: 1 };
      assert.deepEqual(await mounted.calls(), { ...once, [list]: pages });
      await assertSpacing(mounted, list, spacing);

      const links = await Promise.all(numbered(CROWD, () => mounted.get(encodeURI(file), PART)));
      const later = await mounted.calls();
      assert.equal(later[link], 1);
      assert.deepEqual([later[list], later[token ?? linkToken]], [pages, 1]);
      const bytes = (await mounted.vendor.content(file)).subarray(10, 20);
      for (const answer of links) assert.deepEqual([answer.status, answer.body], [206, bytes]);
      assert.deepEqual(await mounted.violations(), []);
    });
  }

  test("of one direct link: one call for the link and one for the account's uid, and no more later", async () => {
    const mounted = await openMounted("open", { mount: (vendor) => ({
      direct_link: true, private_key: "DIRECT_KEY", hosts: [`127.0.0.1:${vendor.port}`],
    }) });
    const url = (answer) => answer.headers.location;
    const links = await Promise.all(numbered(CROWD, () => mounted.get("/direct/video.mp4")));
    for (const answer of links) assert.equal(answer.status, 302, answer.text.slice(0, 200));
    const calls = await mounted.calls();
    assert.deepEqual(
      [calls["open.access_token"], calls["open.user_info"], calls["open.direct_url"], calls["open.list"]],
      [1, 1, 1, 2],
    );
    const content = await mounted.vendor.content("/direct/video.mp4");
    const { pathname, search } = new URL(url(links[0]));
    const file = await send({ port: mounted.vendor.port, path: pathname + search });
    assert.ok(file.status === 200 && file.body.equals(content), "the vendor takes the signature");
    // A permanent link outlives the process: the listing may be old by now, the link is as good.
    await mounted.restart();
    const again = await mounted.get("/direct/video.mp4");
    assert.equal(again.status, 302);
    assert.equal(url(again).split("?")[0], url(links[0]).split("?")[0]);
    assert.deepEqual(await mounted.calls(), { ...calls, "direct.file": 1 });
    assert.deepEqual(await mounted.violations(), []);
  });

  test("of a personal mount and of a share that uses its account cause one sign-in", async () => {
    const mounted = await openMounted("share");
    const files = ["/account/video.mp4", encodeURI("/shared/shared/共享 文件.mp4")];
    const answers = await Promise.all(numbered(CROWD, (index) => mounted.site.request(files[index % 2], PART)));
    for (const answer of answers) assert.equal(answer.status, 206, answer.text.slice(0, 200));
    const { "login.sign_in": signIns, "web.download_info": own, "share.download": shared } = await mounted.calls();
    assert.deepEqual([signIns, own, shared], [1, 1, 1]);
    assert.deepEqual(await mounted.violations(), []);
  });

  for (const [source, token, list] of [
    ["personal", "login.sign_in", "web.list"], ["open", "open.access_token", "open.list"],
  ]) {
    test(`with an expired token (${source}) cause one new token, and at most one more call for each listing`, async () => {
      const mounted = await openMounted(source);
      assert.equal((await mounted.list("/")).status, 200);
      // A token that is refused while it is young is a warning of its own; this one has served its time.
      await mounted.pass(900);
      await mounted.list("/");
      await mounted.vendor.set({ end_tokens: true });
      const before = await mounted.count(list);
      const paths = Object.keys(ACCOUNT).slice(0, 3).map(encodeURI);
      const answers = await Promise.all(numbered(CROWD, (index) => mounted.list(paths[index % 3])));
      for (const answer of answers) assert.equal(answer.status, 200, answer.text.slice(0, 200));
      const calls = await mounted.calls();
      assert.equal(calls[token], 2);
      // Three folders, the root that is old, and the calls that met the dead token.
      assert.ok(calls[list] - before <= 8, `${calls[list] - before} calls`);
      assert.deepEqual(await mounted.violations(), []);
      assert.equal((await mounted.health()).state === "stopped", false);
    });
  }
});
