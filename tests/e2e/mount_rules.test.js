// Rules on remote mounts: the same decisions as on trees, and no call of the vendor for a refused visitor.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { filesBelow, rclone, scratch, wget } from "./support/clients.js";
import { NAMES, assertNoViolations, fetched, usable } from "./support/remote_mounts.js";
import { assertErrorJson } from "./support/expect.js";
import { API_TOKEN, KEYS, PATIENT, basic, bearer, shared } from "./support/guarded.js";
import { encodePath } from "./support/library.js";
import { openMounted } from "./support/mounted.js";
import { openSite } from "./support/site.js";
import { SECRETS, startVendor } from "./support/vendor.js";

const RULES = [
  { path: "/my", hide: { unlisted: ["zero.bin"], closed: ["empty"], blocked: ["duplicates"] } },
  { path: "/my/deep", password: "WORD", listed: true },
  { path: "/my/shared", access: "link" },
  { path: "/my/states", access: "deny" },
  { path: "/my/many", md5: true },
  { path: "/my/dates", mode: "redirect" },
  { path: "/my/counted", budget: { month: 250 } },
  { path: "/open/shared", mode: "redirect" },
];
const WORD = "deep word";

const vendor = await startVendor();
await vendor.change({ add_folder: { folder: "/", name: "counted" } });
for (const name of ["a.bin", "b.bin", "c.bin"]) {
  await vendor.change({ add_file: { folder: "/counted", name, size: 100 } });
}
const site = await openSite({
  network: true,
  ratelimits: PATIENT,
  secrets: { ...SECRETS, SITE_KEYS: KEYS, API_TOKEN, WORD },
  vars: {
    RULES,
    MOUNTS: [
      vendor.mount("personal", "/my"),
      vendor.mount("open", "/open"),
      vendor.mount("open", "/quick", { fresh_minutes: 1 }),
    ],
  },
});
const json = { accept: "application/json" };
const get = (target, headers = {}, method = "GET") => site.request(encodePath(target), { method, headers });
const status = async (...asked) => (await get(...asked)).status;
const namesIn = (answer) => JSON.parse(answer.text).entries.map(({ name }) => name);
/** The number of calls of the web API and of sign-ins so far: the cost of `/my`. */
const calls = async () => [await vendor.count("login"), await vendor.count("web")];

/** An answer with the path it was asked for taken out. */
function shape({ status: code, headers, text }, target) {
  const { date: _, ...others } = headers;
  const known = [target, encodePath(target), target.replaceAll("&", "&amp;")];
  return { code, headers: others, text: known.reduce((rest, each) => rest.replaceAll(each, "PATH"), text) };
}

describe("a remote mount", { concurrency: true, timeout: 150_000 }, () => {
  describe("under rules", { concurrency: 1 }, underRules);

  test("without a refresh, a change is listed once the listing is stale", async () => {
    // workerd's clock can't be moved, so the minute is real. The others run meanwhile.
    const ask = () => site.request("/quick/empty/?format=json");
    const first = await ask();
    assert.deepEqual(namesIn(first), []);
    assert.match(first.headers["x-signpost-cache"], /^fresh; age=\d+$/);
    const start = performance.now();
    await vendor.change({ add_file: { folder: "/empty", name: "late.txt", size: 1 } });
    const marks = new Set();
    for (let answer = first; namesIn(answer).length === 0; answer = await ask()) {
      marks.add(answer.headers["x-signpost-cache"].split(";")[0]);
      assert.ok(performance.now() - start < 90_000, "not within a minute and a half");
      await pause(500);
    }
    const took = performance.now() - start;
    assert.ok(took > 55_000, `listed after ${took} ms: it was fresh`);
    assert.deepEqual([...marks], ["fresh", "stale"], "and nobody waited for the vendor");
    assert.deepEqual(namesIn(await ask()), ["late.txt"]);
  });
});

test("the fake vendor noted no violation", () => assertNoViolations(vendor));

function underRules() {
  test("a refused visitor costs no call, and learns nothing about the contents", async () => {
    await compare([
      ["/my/deep/", "/my/deep/nope/", 401], ["/my/deep/层2/", "/my/deep/层9/", 401],
      ["/my/deep/层2/a.txt", "/my/deep/nope.txt", 401],
    ]);
    for (const wrong of ["", "wrong", WORD.toUpperCase()]) {
      assert.equal(await status("/my/deep/", basic(wrong)), 401);
    }
    assert.equal(await status("/~AAAA/my/shared/"), 404);
    assert.deepEqual(await calls(), [0, 0], "nobody even signed in");
  });

  test("a denied path has the same response and cost as a missing one", async () => {
    await compare([
      ["/my/shared/", "/my/shared/nope/", 404], ["/my/shared/readme.txt", "/my/shared/nope.txt", 404],
      ["/my/states/", "/my/states/nope/", 404], ["/my/states/usable.txt", "/my/states/nope.txt", 404],
      ["/my/duplicates/", "/my/duplicates/nope/", 404],
    ]);
    assert.deepEqual(await calls(), [1, 1], "the folder above was listed, as for any name in it");
  });

  async function compare(pairs) {
    for (const [there, nowhere, want] of pairs) {
      for (const headers of [{}, json]) {
        const [one, other] = [await get(there, headers), await get(nowhere, headers)];
        assert.equal(one.status, want, there);
        assert.deepEqual(shape(one, there), shape(other, nowhere));
      }
      assert.equal(await status(there, {}, "HEAD"), want, there);
    }
  }

  test("a password opens its folder and all below, and the folder above shows it locked", async () => {
    const page = await get("/my/deep/", { ...basic(WORD), ...json });
    assert.deepEqual([page.status, namesIn(page)], [200, ["层2"]]);
    assert.equal(await status("/my/deep/层2/层3/", basic(WORD)), 200);
    assert.equal(await status("/my/deep/层2/nope.txt", basic(WORD)), 404, "which they may know");
    const { entries } = await site.json("/my/");
    const { locked, size, modified } = entries.find(({ name }) => name === "deep");
    assert.deepEqual([locked, size, modified], [true, null, null]);
  });

  test("link-only, denied and hidden entries are in no listing", async () => {
    const names = (await site.json("/my/")).entries.map(({ name }) => name);
    for (const name of ["shared", "states", "zero.bin", "empty", "duplicates"]) {
      assert.equal(names.includes(name), false, name);
    }
    for (const name of ["video.mp4", "many", "音乐", ...NAMES]) assert.ok(names.includes(name), name);
    const page = await get("/my/");
    assert.doesNotMatch(page.text, /zero\.bin|duplicates|shared|states/);
    assert.equal(await status("/my/zero.bin"), 200, "unlisted, not closed");
    assert.equal(await status("/my/empty/"), 404, "closed");
    assert.equal(await status("/my/duplicates/same.txt"), 404, "blocked");
  });

  test("a share link opens its folder of the mount and nothing else", async () => {
    const link = await shared(site, "/my/shared/");
    const token = link.path.split("/")[1];
    const answer = await site.request(link.path, { headers: json });
    const all = ["100%25.txt", "many", "readme.txt", "共享 文件.mp4", "子目录"];
    assert.deepEqual(namesIn(answer).sort(), all.toSorted());
    const { bytes, how } = await fetched(scratch(), `${site.url}${link.path}readme.txt`);
    assert.equal(how, "0 200");
    assert.ok(bytes.equals(await vendor.content("/shared/readme.txt")));
    const file = JSON.parse((await site.request(`${link.path}readme.txt?format=json`)).text);
    assert.equal(file.url, `${site.url}${link.path}readme.txt`, "and the link is not bypassed");
    for (const [target, want] of [["/my/shared/nope.txt", 404], ["/my/states/", 404], ["/my/", 404],
      ["/my/deep/", 404], ["/my/shared/子目录", 308], ["/my/shared/子目录/", 200]]) {
      assert.equal((await site.request(`/${token}${encodePath(target)}`)).status, want, target);
    }
    const capped = await shared(site, "/my/shared/readme.txt", { uses: 1 });
    const from = (address) => ({ headers: { "cf-connecting-ip": address } });
    assert.equal((await site.request(capped.path, from("203.0.113.1"))).status, 200);
    assert.equal((await site.request(capped.path, from("203.0.113.2"))).status, 429);
  });

  test("an MD5 is shown only where a rule publishes it", async () => {
    const rows = await vendor.children("/many");
    const { entries } = await site.json("/my/many/");
    assert.equal(entries.length, 350);
    for (const { name, md5 } of entries) assert.equal(md5, rows.find((row) => row.name === name).etag);
    const file = await site.json(`/my/many/${encodeURIComponent("第7集.mp4")}`);
    assert.equal(file.md5, rows.find(({ name }) => name === "第7集.mp4").etag);
    for (const folder of ["/my/", "/open/many/"]) {
      assert.doesNotMatch((await get(folder, json)).text, /md5/, folder);
    }
    assert.doesNotMatch((await get("/my/video.mp4", json)).text, /md5|[0-9a-f]{32}/);
  });

  test("mode overrides a source's default delivery", async () => {
    const proxied = await get("/open/dates/iso.txt");
    assert.deepEqual([proxied.status, proxied.headers.location], [200, undefined]);
    assert.ok(proxied.body.equals(await vendor.content("/dates/iso.txt")));
    assert.equal(proxied.headers["cache-control"], "private, no-cache");
    assert.doesNotMatch((await get("/open/dates/iso.txt", json)).text, /\/cdn\//);
    // The vendor binds a link to the city of the API's caller: the client of the redirect is in another one.
    const browser = { "user-agent": "Mozilla/5.0", referer: "https://www.123pan.com/" };
    for (const [target, headers] of [
      ["/open/shared/readme.txt", {}], ["/open/shared/readme.txt", browser], ["/my/dates/iso.txt", browser],
    ]) {
      const redirect = await get(target);
      assert.equal(redirect.status, 302, target);
      const { pathname, search } = new URL(redirect.headers.location);
      const refused = await vendor.fetch(pathname + search, headers);
      assert.equal(refused.status, 403, target);
      assert.match(refused.text, /"code":1010,"message":"forbidden realc:[^"]+ city arg_c:[^"]+ city"/, target);
    }
  });

  test("a budget counts a proxied file's whole size, whatever range is requested", async () => {
    assert.equal(await status("/my/counted/"), 200, "a page costs nothing");
    assert.equal(await status("/my/counted/a.bin", { range: "bytes=0-0" }), 206);
    assert.equal(await status("/my/counted/a.bin"), 200, "the same again");
    assert.equal(await status("/my/counted/b.bin", {}, "HEAD"), 200);
    const fetches = async () => [await vendor.count("web"), await vendor.count("cdn")];
    const before = await fetches();
    const over = await get("/my/counted/c.bin", json);
    assert.equal(assertErrorJson(over, 429).code, "budget_used_up");
    assert.deepEqual(await fetches(), before, "what is refused is not fetched");
    assert.equal(await status("/my/counted/b.bin"), 200);
  });

  // The sample's folder of odd names: every file in it and below.
  const inside = async () => {
    const below = usable(await vendor.children("/direct")).filter(({ type }) => type === 0);
    return ["音乐/一千零一夜.mp3", ...below.map(({ name }) => name)];
  };
  const noProxy = { url: "http://127.0.0.1:9" };

  test("rclone copies a folder of a remote mount from its pages, byte for byte", async () => {
    const cwd = scratch();
    const out = path.join(cwd, "out");
    const remote = ["copy", "--http-url", `${site.url}/my/direct/`, ":http:", out];
    const result = await rclone(noProxy, remote, { cwd });
    assert.equal(result.status, 0, result.stderr);
    const found = await filesBelow(out);
    const want = await inside();
    assert.deepEqual([...found.keys()].sort(), want.map((name) => `/${name}`).sort());
    for (const name of want) {
      assert.ok(found.get(`/${name}`).equals(await vendor.content(`/direct/${name}`)), name);
    }
  });

  test("wget -r fetches a folder of a remote mount from its pages", async () => {
    const cwd = scratch();
    const tree = ["-q", "-r", "-l", "inf", "-np", "-nH", "--cut-dirs=2", "-e", "robots=off"];
    // wget decodes a name twice before it writes the file.
    const names = ["--restrict-file-names=nocontrol", "--reject-regex", "100%2525"];
    const result = await wget(noProxy, [...tree, ...names, `${site.url}/my/direct/`], { cwd });
    assert.equal(result.status, 0, result.stderr);
    for (const name of (await inside()).filter((each) => each !== "100%25.txt")) {
      assert.ok((await readFile(path.join(cwd, name))).equals(await vendor.content(`/direct/${name}`)), name);
    }
  });

  test("POST /-/api/refresh reloads one folder, with the API token only", async () => {
    const refresh = (target, headers = bearer) => (
      site.request(`/-/api/refresh?path=${encodeURIComponent(target)}`, { method: "POST", headers })
    );
    const names = async () => namesIn(await get("/my/音乐/", json));
    const before = await names();
    await vendor.change({ add_file: { folder: "/音乐", name: "new.txt", size: 9 } });
    assert.deepEqual(await names(), before, "what is fresh is not asked for again");
    const [signIns, web] = await calls();
    for (const headers of [{}, { authorization: "Bearer wrong" }, basic(API_TOKEN)]) {
      assert.equal((await refresh("/my/音乐/", headers)).status, 401);
    }
    assert.deepEqual(await calls(), [signIns, web], "a stranger's costs nothing");
    const asked = Math.floor(Date.now() / 1000);
    const answer = await refresh("/my/音乐/");
    assert.equal(answer.status, 200, answer.text);
    const { read_at: readAt, ...refreshed } = JSON.parse(answer.text);
    assert.deepEqual(refreshed, { path: "/my/音乐", entries: 2, whole: true, left_out: 0 });
    assert.ok(readAt >= asked && readAt <= Date.now() / 1000, `${readAt - asked} s`);
    assert.deepEqual(await calls(), [signIns, web + 1], "one folder, one page");
    assert.deepEqual(await names(), [...before, "new.txt"]);
    const states = JSON.parse((await refresh("/my/states/")).text);
    assert.deepEqual([states.entries, states.left_out], [1, 4], "for its owner the rules are no bar");
    for (const [target, want] of [["/my/nope/", 404], ["/my/video.mp4", 404], ["/nope/", 404], ["/", 404]]) {
      assert.equal((await refresh(target)).status, want, target);
    }
    assert.equal((await site.request("/-/api/refresh", { method: "POST", headers: bearer })).status, 400);
  });

  test("health shows strangers the states of accounts, and nothing of their contents", async () => {
    await site.request("/open/");
    const stranger = await site.request("/-/health");
    const { mounts } = JSON.parse(stranger.text);
    const states = mounts.map((mount) => [mount.source, mount.vendor.state, mount.vendor.signed_in]);
    assert.deepEqual(states, [["personal", "ok", true], ["open", "ok", true], ["open", "ok", true]]);
    assert.equal(mounts[0].path, undefined, "a mount with closed folders");
    assert.doesNotMatch(stranger.text, /deep|shared|states|video|音乐|duplicates|FAKEsecret|\/my/);
    const owner = JSON.parse((await site.request("/-/health", { headers: bearer })).text);
    assert.deepEqual(owner.mounts.map((mount) => mount.path), ["/my", "/open", "/quick"]);
    const warned = owner.warnings.map(({ mount, setting }) => [mount, setting]);
    assert.deepEqual(warned, [["/my", "RULES[5].mode"], ["/open", "RULES[7].mode"]]);
    assert.deepEqual(JSON.parse(stranger.text).warnings, []);
  });
}

describe("a closed folder of a remote mount", { timeout: 150_000 }, () => {
  test("costs the same calls as a missing one, and fails in the same way", async () => {
    const rules = [{ path: "/my", hide: { closed: ["deep", "empty"] } }];
    const mounted = await openMounted("personal", { vars: { RULES: rules } });
    // The root's listing is in memory from here on.
    assert.equal((await mounted.get("/ghost")).status, 404);
    const before = await mounted.count("web.list");
    for (const faults of [[], [{ at: "web.list", status: 500, code: -1, message: "internal" }]]) {
      await mounted.vendor.set({ faults });
      for (const form of ["", "/", "/?format=json", "/?format=rss", "/?search=a", "/?view"]) {
        for (const [closed, ghost] of [["/deep", "/ghos"], ["/empty", "/ghost"]]) {
          const [answer, nothing] = [await mounted.get(closed + form), await mounted.get(ghost + form)];
          assert.equal(answer.status, 404, `${closed}${form}: ${answer.text.slice(0, 200)}`);
          assert.deepEqual(shape(answer, mounted.root + closed), shape(nothing, mounted.root + ghost), closed + form);
        }
      }
      assert.equal(await mounted.count("web.list"), before, "nobody is asked for either");
    }
    assert.deepEqual(await mounted.violations(), []);
  });
});
