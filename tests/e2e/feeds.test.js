// Feeds of folders: feed readers parse them, and download tools and players follow their links.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, test } from "node:test";
import { openCdn } from "./support/cdn.js";
import { aria2c, curl, filesBelow, proxied, run, scratch, wget } from "./support/clients.js";
import { API_TOKEN, KEYS, PATIENT, basic, cookieOf, logIn, openGuarded } from "./support/guarded.js";
import { ACCOUNTS, KEY, MODIFIED, UID, encodePath, treeOf } from "./support/library.js";
import { nextPart } from "./support/parts.js";
import { lint, read } from "./support/readers.js";
import { openSite } from "./support/site.js";
import { SECRETS, startVendor } from "./support/vendor.js";
import { ROOT } from "./support/worker.js";

const NAMES = [
  "<&>\"' ]]>.mp4", "a\n  dir=_tmp\nb.mkv", "..\\..\\evil.flac", "\u202e4pm.exe.mp4", "😀 中文 é.mp3", "100%25 #1?.webm",
  "<b>&amp;.epub", "]]><x>.pdf", "a,b - c.cbz", " out=x .txt", "-i.txt", "co:lon.bin",
];
const file = (name, { cdn = `/${UID}${name}`, size = 100 + (name.length * 37) % 900, modified = MODIFIED } = {}) => (
  { path: name, cdnPath: cdn, size, modified, url: `http://vip.123pan.cn${encodePath(cdn)}` }
);
const HOSTILE = NAMES.map((name, index) => file(`/odd/${name}`, { modified: MODIFIED + index }));
const FILES = [
  ...HOSTILE, file("/odd/sub <&>/x.epub"), file("/plain/a.mp4"), file("/plain/b.txt"), file("/books/b.epub"),
  file("/locked/film.mkv"), file("/locked/inner/secret.mkv"), file("/locked/own/secret.mkv"),
];
const RULES = [
  { path: "/locked", password: "WORD", share_hours: 2 },
  { path: "/locked/own", password: "OTHER", listed: true },
];
const WORD = "locked word";

const cdn = await openCdn({ accounts: ACCOUNTS });
for (const { cdnPath, size } of FILES) cdn.put(cdnPath, { size, uid: UID });
const site = await openGuarded(FILES, RULES, { secrets: { WORD, OTHER: "another word" } });

const at = (folder, format, more = "") => `${encodePath(folder)}?format=${format}${more}`;
const text = async (folder, format) => {
  const answer = await site.request(at(folder, format));
  assert.equal(answer.status, 200, answer.text);
  return answer.text;
};

/** Every file of these is in the folder, byte for byte, under whatever name; and nothing else. */
async function assertBytes(folder, files, ignored = []) {
  const found = await filesBelow(folder);
  for (const name of ignored) found.delete(`/${name}`);
  assert.equal(found.size, files.length, [...found.keys()].join(" "));
  const left = [...found.values()];
  for (const { path: name, cdnPath } of files) {
    const match = left.findIndex((bytes) => bytes.equals(cdn.bytes(cdnPath)));
    assert.ok(match >= 0, `the bytes of ${name}`);
    left.splice(match, 1);
  }
}

/** As our own links are written. */
const encode = (text) => (
  encodePath(text).replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`)
);
const inOdd = (name) => `${site.url}${encode(`/odd/${name}`)}`;
const XSPF = ["--relaxng", path.join(ROOT, "tests/data/xspf.rng")];
const PLAYABLE = NAMES.filter((name) => /\.(mp4|mkv|flac|mp3|webm)$/.test(name));
const sorted = (list) => [...list].sort();

describe("readers", () => {
  for (const [format, version] of [["rss", "rss20"], ["atom", "atom10"]]) {
    test(`feedparser reads ${format} with every name as it is`, async () => {
      const body = await text("/odd/", format);
      await lint(body);
      const feed = await read("feed", body);
      assert.deepEqual([feed.bozo, feed.version, feed.title], [false, version, "odd"], feed.why);
      assert.deepEqual(feed.entries.map(({ title }) => title), [...NAMES].reverse().map((name) => name.trim()));
      for (const [index, entry] of feed.entries.entries()) {
        const of = HOSTILE[HOSTILE.length - 1 - index];
        assert.deepEqual([entry.id, entry.link], [inOdd(NAMES.at(-1 - index)), inOdd(NAMES.at(-1 - index))]);
        assert.deepEqual(entry.enclosures.map(([href, length]) => [href, length]), [[entry.link, String(of.size)]]);
        assert.deepEqual(entry.updated.slice(0, 6), utc(of.modified));
      }
      assert.deepEqual((await read("feed", await text("/odd/sub <&>/", format))).entries.length, 1);
    });
  }

  test("a folder's page says where its feeds are", async () => {
    const { headers } = await site.request("/odd/");
    const links = headers.link.split(", ").map((link) => /^<(\?format=[a-z]+)>; rel="alternate"; type="([^"]+)"$/.exec(link));
    assert.deepEqual(links.map(([, address]) => address), ["?format=atom", "?format=rss", "?format=opds"]);
    for (const [, address, type] of links) {
      const { status, headers: of, text: body } = await site.request(`/odd/${address}`);
      assert.deepEqual([status, of["content-type"].split("; ")[0]], [200, type]);
      assert.equal((await read("feed", body)).bozo, false);
    }
  });

  test("m3u8 reads the playlist, a name and an address each", async () => {
    const segments = await read("playlist", await text("/odd/", "m3u8"));
    const want = PLAYABLE.map((name) => [name.replaceAll("\n", " "), inOdd(name), -1]);
    assert.deepEqual(sorted(segments.map(String)), sorted(want.map(String)));
    const { headers } = await site.request(at("/odd/", "m3u8"));
    assert.equal(headers["content-type"], "audio/x-mpegurl");
    assert.equal(headers["content-disposition"], "attachment; filename=\"files.m3u8\"; filename*=UTF-8''odd.m3u8");
  });

  test("xmllint finds the playlist valid XSPF, in one folder and in all below it", async () => {
    for (const folder of ["/odd/", "/odd/?depth=9", "/?depth=9"]) {
      const { status, headers, text: body } = await site.request(`${folder}${folder.includes("?") ? "&" : "?"}format=xspf`);
      assert.deepEqual([status, headers["content-type"]], [200, "application/xspf+xml"]);
      await lint(body, ...XSPF);
      const locations = [...body.matchAll(/<location>([^<]+)<\/location>/g)].map(([, url]) => url);
      const films = PLAYABLE.map(inOdd);
      const all = folder.startsWith("/?") ? [...films, `${site.url}/plain/a.mp4`] : films;
      assert.deepEqual(sorted(locations), sorted(all));
    }
  });

  test("unzip and Python find the archive valid, and no name leads out of its folder", async () => {
    const cwd = scratch();
    const { body, headers } = await site.request(at("/odd/", "strm"));
    assert.equal(headers["content-type"], "application/zip");
    await writeFile(path.join(cwd, "a.zip"), body);
    const tested = await run("unzip", ["-t", "a.zip"], { cwd });
    assert.equal(tested.status, 0, tested.stdout + tested.stderr);
    const { bad, files } = await read("zip", body);
    assert.equal(bad, null);
    assert.deepEqual(sorted(files.map(([, url]) => url)), sorted(PLAYABLE.map((name) => `${inOdd(name)}\n`)));
    for (const [name] of files) assert.match(name, /^[^/\\\p{Cc}]+\.strm$/u);
    const out = path.join(cwd, "out");
    const unpacked = await run("unzip", ["-q", "a.zip", "-d", out], { cwd });
    assert.equal(unpacked.status, 0, unpacked.stderr);
    assert.equal((await filesBelow(out)).size, PLAYABLE.length);
    assert.deepEqual(sorted((await filesBelow(cwd)).keys()).filter((name) => !name.startsWith("/out/")), ["/a.zip"]);
  });

  test("an empty folder gives an empty list in every format", async () => {
    const empty = await openSite({ secrets: { URL_TREE: "empty:\n  sub:\n    a.txt:http://vip.123pan.cn/a.txt\n" } });
    for (const format of ["m3u8", "xspf", "strm", "aria2", "metalink", "wget", "rss", "atom", "opds", "opds-books"]) {
      const { status, body, text: document } = await empty.request(at("/empty/", format));
      assert.equal(status, 200, format);
      if (document.startsWith("<?xml")) await lint(document, ...(format === "xspf" ? XSPF : []));
      if (format === "strm") assert.deepEqual(await read("zip", body), { bad: null, files: [] });
      if (["rss", "atom", "opds-books"].includes(format)) assert.deepEqual((await read("feed", document)).entries, []);
      if (format === "m3u8") assert.deepEqual(await read("playlist", document), []);
    }
  });

  test("ten thousand rows are all there", { timeout: 120_000 }, async () => {
    const files = Array.from({ length: 10_000 }, (_, number) => file(`/all/${number} & <${number % 7}>.mp4`, { size: number }));
    const large = await openSite({ secrets: { URL_TREE: treeOf(files), PRIVATE_KEY: KEY, UID } });
    for (const [format, kind, count] of [
      ["m3u8", "playlist", (body) => body.length], ["strm", "zip", (body) => body.files.length],
    ]) {
      const { status, body } = await large.request(at("/all/", format));
      assert.equal(status, 200);
      assert.equal(count(await read(kind, body)), 10_000, format);
    }
    for (const [format, mark] of [["aria2", "\n  out="], ["wget", "\n"], ["metalink", "<file "]]) {
      const { text: body } = await large.request(at("/all/", format));
      assert.equal(body.split(mark).length, 10_001, format);
    }
    // Feeds that readers subscribe to come in parts, each with a link to the next (RFC 5005).
    for (const format of ["rss", "atom"]) {
      const [titles, parts] = [new Set(), []];
      for (let next = `?format=${format}`; next; ) {
        const answer = await large.request(`/all/${next}`);
        const { entries } = await read("feed", answer.body);
        parts.push(entries.length);
        for (const { title } of entries) titles.add(title);
        next = nextPart(answer);
        assert.equal(new RegExp(`${format}&amp;page=${parts.length + 1}" rel="next"`).test(answer.text), next !== undefined);
      }
      assert.deepEqual([parts, titles.size], [Array(10).fill(1_000), 10_000], format);
    }
  });
});

function utc(seconds) {
  const date = new Date(seconds * 1000);
  return [
    date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate(),
    date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds(),
  ];
}

describe("download tools", () => {
  const BELOW = [...HOSTILE, ...FILES.filter((each) => /^\/odd\/sub/.test(each.path))];

  test("aria2c and wget download all of a tree of folders, aria2c into folders", async () => {
    for (const format of ["aria2", "metalink"]) {
      const cwd = scratch();
      const list = path.join(scratch(), format === "aria2" ? "list.txt" : "list.meta4");
      const { text: body } = await site.request(at("/odd/", format, "&depth=1"));
      await writeFile(list, body);
      const { status, stdout, stderr } = await aria2c(cdn, [format === "aria2" ? "-i" : "-M", list], { cwd });
      assert.equal(status, 0, stdout + stderr);
      await assertBytes(cwd, BELOW);
      const inside = [...(await filesBelow(cwd)).keys()].filter((name) => name.lastIndexOf("/") > 0);
      // aria2 makes &#38; of a metalink's &.
      assert.deepEqual(inside.map((name) => name.replaceAll("&#38;", "&")), ["/sub _&_/x.epub"], format);
    }
    const cwd = scratch();
    const list = path.join(scratch(), "list.txt");
    await writeFile(list, (await site.request(at("/odd/", "wget", "&depth=1"))).text);
    const { status, stderr } = await wget(cdn, ["-q", "--restrict-file-names=nocontrol", "-i", list], { cwd });
    assert.equal(status, 0, stderr);
    await assertBytes(cwd, BELOW);
  });

  test("curl gets an unchanged archive once only", async () => {
    const cwd = scratch();
    const get = async () => {
      const args = ["-o", "a.zip", "-w", "%{http_code}", "--etag-save", "tag", "--etag-compare", "tag"];
      return (await curl(cdn, [...args, `${site.url}${at("/odd/", "strm", "&depth=9")}`], { cwd })).stdout;
    };
    assert.deepEqual([await get(), await get()], ["200", "304"]);
    const since = async (seconds) => {
      const { body } = await site.request(at("/odd/", "strm", `&depth=9&since=${seconds}`));
      return (await read("zip", body)).files.length;
    };
    const last = Math.max(...HOSTILE.filter(({ path: name }) => PLAYABLE.includes(name.slice(5))).map(({ modified }) => modified));
    assert.deepEqual([await since(0), await since(last), await since(last + 1)], [PLAYABLE.length, 1, 0]);
  });

  test("aria2c downloads what its list names, into its folder", async () => {
    const cwd = scratch();
    const list = path.join(scratch(), "list.txt");
    await writeFile(list, await text("/odd/", "aria2"));
    const { status, stdout, stderr } = await aria2c(cdn, ["-i", list], { cwd });
    assert.equal(status, 0, stdout + stderr);
    await assertBytes(cwd, HOSTILE);
    assert.ok((await filesBelow(cwd)).has("/a_  dir=_tmp_b.mkv"));
  });

  // Of a name's & aria2 makes &#38;, whatever way it is written.
  test("aria2c follows a metalink, by its address and from a file", async () => {
    const [byAddress, byFile] = [scratch(), scratch()];
    const followed = await aria2c(cdn, [`${site.url}${at("/odd/", "metalink")}`], { cwd: byAddress });
    assert.equal(followed.status, 0, followed.stdout + followed.stderr);
    const kept = [...(await filesBelow(byAddress)).keys()].filter((name) => name.endsWith(".meta4"));
    await assertBytes(byAddress, HOSTILE, kept.map((name) => name.slice(1)));
    const list = path.join(scratch(), "list.meta4");
    await writeFile(list, await text("/odd/", "metalink"));
    const read = await aria2c(cdn, ["-M", list], { cwd: byFile });
    assert.equal(read.status, 0, read.stdout + read.stderr);
    await assertBytes(byFile, HOSTILE);
  });

  test("aria2c finds that a file is not as long as the metalink says", async () => {
    const cwd = scratch();
    const list = path.join(scratch(), "list.meta4");
    const right = await text("/plain/", "metalink");
    await writeFile(list, right.replace(/<size>\d+<\/size>/, "<size>99999</size>"));
    assert.notEqual((await aria2c(cdn, ["-M", list], { cwd })).status, 0);
  });

  test("wget -i downloads what the list names", async () => {
    const cwd = scratch();
    const list = path.join(scratch(), "list.txt");
    await writeFile(list, await text("/odd/", "wget"));
    const { status, stderr } = await wget(cdn, ["-q", "--restrict-file-names=nocontrol", "-i", list], { cwd });
    assert.equal(status, 0, stderr);
    await assertBytes(cwd, HOSTILE);
  });
});

describe("a locked folder", () => {
  const film = file("/locked/film.mkv");

  test("the links of its lists open for the tool that downloads them, and the CDN gets no referrer", async () => {
    const cwd = scratch();
    const list = path.join(scratch(), "list.txt");
    const { status, text: body, headers } = await site.request(at("/locked/", "aria2", "&hours=1"), { headers: basic(WORD) });
    assert.deepEqual([status, headers["cache-control"]], [200, "private, no-store"]);
    assert.match(body, new RegExp(`^${site.url}/~[\\w-]+/locked/film\\.mkv\n`));
    assert.ok(!body.includes("secret") && !body.includes("own"), body);
    await writeFile(list, body);
    cdn.forget();
    const got = await aria2c(cdn, ["-i", list], { cwd });
    assert.equal(got.status, 0, got.stdout + got.stderr);
    await assertBytes(cwd, [film]);
    assert.ok(cdn.log.every(({ headers: sent }) => !JSON.stringify(sent).includes("~")));
    const token = new URL(body.split("\n")[0]).pathname.split("/")[1];
    assert.equal((await site.request(`/${token}/locked/inner/secret.mkv`)).status, 302);
    assert.equal((await site.request(`/${token}/locked/own/secret.mkv`)).status, 401);
    assert.equal((await site.request(`/${token}/plain/b.txt`)).status, 404);
  });

  test("the links of its lists expire when the visitor says, and never later than the rule permits", async () => {
    const own = await openGuarded(FILES, RULES, { secrets: { WORD, OTHER: "x word" }, entry: "tests/e2e/support/clock_entry.js" });
    const formats = ["m3u8", "xspf", "strm", "aria2", "metalink", "wget", "rss", "atom", "opds", "opds-books"];
    const choices = { "": 2, "&hours=1": 1, "&hours=2": 2, "&hours=3": 2, "&hours=65536": 2, "&hours=99999999999999999999": 2 };
    const made = [];
    const since = Date.now();
    for (const format of formats) {
      for (const [choice, hours] of Object.entries(choices)) {
        const { status, body } = await own.request(at("/locked/", format, choice), { headers: basic(WORD) });
        assert.equal(status, 200, format + choice);
        const [token] = /~[\w-]{20,}/.exec(body.toString("latin1"));
        made.push({ hours, token, what: format + choice });
      }
      for (const choice of ["0", "-1", "1.5", "x", "1h", "%31"]) {
        const { status, text: body } = await own.request(at("/locked/", format, `&hours=${choice}`), { headers: basic(WORD) });
        assert.deepEqual([status, body.includes("/~")], [400, false], format + choice);
      }
    }
    const late = Math.ceil((Date.now() - since) / 1000) + 20;
    for (const [seconds, alive] of [[3_600 - late, [1, 2]], [3_600 + late, [2]], [7_200 - late, [2]], [7_200 + late, []]]) {
      await own.request(`/test/clock?ms=${seconds * 1000}`);
      for (const { hours, token, what } of made) {
        const { status } = await own.request(`/${token}/locked/film.mkv`);
        assert.equal(status, alive.includes(hours) ? 302 : 410, `${what} after ${seconds} s`);
      }
    }
  });

  test("a logged-in browser gets a link to pass on", async () => {
    const cookie = cookieOf(await logIn(site, "/locked/", WORD));
    const ask = async (fields, headers) => {
      const body = new URLSearchParams(fields).toString();
      const sent = { "content-type": "application/x-www-form-urlencoded", "content-length": Buffer.byteLength(body) };
      return site.request("/-/api/share", { method: "POST", headers: { ...sent, ...headers }, body });
    };
    const before = Math.floor(Date.now() / 1000);
    const answer = await ask({ path: "/locked/film.mkv", hours: "99" }, { cookie, origin: site.url });
    const { url, expires_at: end } = JSON.parse(answer.text);
    assert.ok(end >= before + 7_200 && end <= Date.now() / 1000 + 7_200, "two hours, as the rule says");
    assert.equal((await site.request(new URL(url).pathname)).status, 302);
    assert.equal((await ask({ path: "/locked/film.mkv" }, {})).status, 401);
    assert.equal((await ask({ path: "/locked/film.mkv" }, { cookie, origin: "https://evil.example" })).status, 403);
    assert.equal((await ask({ path: "/locked/own/secret.mkv" }, { cookie })).status, 401);
    assert.deepEqual(JSON.parse((await ask({ path: "/plain/b.txt" }, {})).text), { url: `${site.url}/plain/b.txt`, expires_at: null });
  });

  test("without a password there is no list", async () => {
    for (const format of ["m3u8", "strm", "aria2", "metalink", "wget", "rss", "atom", "opds", "opds-books"]) {
      const answer = await site.request(at("/locked/", format));
      assert.equal(answer.status, 401, format);
      assert.ok(!answer.text.includes("film"), format);
    }
  });
});

test("aria2c verifies files of a remote mount by the MD5 that a rule publishes", { timeout: 120_000 }, async () => {
  const vendor = await startVendor();
  const mounted = await openSite({
    network: true,
    ratelimits: PATIENT,
    secrets: { ...SECRETS, SITE_KEYS: KEYS, API_TOKEN },
    vars: { MOUNTS: [vendor.mount("personal", "/my")], RULES: [{ path: "/my/many", md5: true }] },
  });
  const { status, text: body, headers } = await mounted.request(at("/my/many/", "aria2"));
  assert.equal(status, 200, body);
  assert.match(headers["x-signpost-cache"], /^(fresh|loading); age=\d+$/);
  const [first] = body.match(/^http.*\n  out=.*\n  checksum=md5=[0-9a-f]{32}\n/m);
  const list = path.join(scratch(), "list.txt");
  const got = async (lines) => {
    await writeFile(list, lines);
    return aria2c(cdn, ["-i", list], { cwd: scratch() });
  };
  const right = await got(first);
  assert.equal(right.status, 0, right.stdout + right.stderr);
  const wrong = await got(first.replace(/md5=.*/, `md5=${"0".repeat(32)}`));
  assert.match(wrong.stdout + wrong.stderr, /[Cc]hecksum/);
  assert.notEqual(wrong.status, 0);
  const metalink = await mounted.request(at("/my/many/", "metalink"));
  await lint(metalink.text);
  assert.match(metalink.text, new RegExp(`<hash type="md5">${/md5=(.*)/.exec(first)[1]}</hash>`));
  const plain = await mounted.request(at("/my/", "aria2"));
  assert.doesNotMatch(plain.text, /checksum/);
});
