// The contract of sources: one suite over a tree and the four kinds of remote mounts, with the same contents in all of
// them.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { run, scratch } from "./support/clients.js";
import {
  FORBIDDEN, LEVELS, NAMES, UID, assertNoViolations, fetched, modified, openEverything, directLinkTree, usable,
} from "./support/remote_mounts.js";
import { assertErrorJson, assertMoved, assertRefused } from "./support/expect.js";
import { encodePath } from "./support/library.js";
import { html } from "./support/guarded.js";
import { rows } from "./support/page.js";
import { wholeListing } from "./support/parts.js";
import { openSite } from "./support/site.js";
import { SECRETS, startVendor } from "./support/vendor.js";

/**
 * `proxied`: the Worker sends the bytes itself, since the vendor's links need a header that browsers don't send, and a
 * client in the same city as the caller of the API.
 * `signed`: a redirect leads to a direct link with an `auth_key`.
 */
const SOURCES = [
  { source: "links", at: "/links", signed: true, isTree: true },
  { source: "personal", at: "/my", proxied: true },
  { source: "share", at: "/shared", proxied: true },
  { source: "open", at: "/open", proxied: true, isOpen: true },
  { source: "open, with direct links", at: "/direct", signed: true },
  { source: "personal, with links made of paths", at: "/my-paths", signed: true, isByPath: true },
  { source: "open, with links made of paths", at: "/open-paths", signed: true, isByPath: true, isOpen: true },
];

const vendor = await startVendor();
await openEverything(vendor);
// The vendor chooses the size of listing pages. 42 of these are more than one request may fetch.
await vendor.set({ quirks: { page_size: 240, rate_limits: false } });
const hosts = [`127.0.0.1:${vendor.port}`];
const signing = { private_key: "DIRECT_KEY", hosts };
const direct_base = `${vendor.url}/direct/${UID}/`;
const site = await openSite({
  network: true,
  kv: { tree: await directLinkTree(vendor) },
  secrets: SECRETS,
  vars: {
    MOUNTS: [
      { path: "/links", source: "links", tree_kv: "tree", uid: UID, ...signing },
      vendor.mount("personal", "/my"),
      vendor.mount("share", "/shared", { account: "/my" }),
      vendor.mount("open", "/open"),
      vendor.mount("open", "/direct", { direct_link: true, ...signing }),
      vendor.mount("personal", "/my-paths", { direct_base, uid: UID, ...signing }),
      vendor.mount("open", "/open-paths", { direct_base, uid: UID, ...signing }),
    ],
  },
});
/** The entries of a folder as our JSON lists them, by name. */
async function list(source, folder) {
  const answer = await site.request(`${source.at}${encodePath(folder)}?format=json`);
  assert.equal(answer.status, 200, `${folder}: ${answer.text}`);
  const json = JSON.parse(answer.text);
  assert.equal(json.path, source.at + folder);
  assert.equal(json.loading, undefined);
  return new Map(json.entries.map((entry) => [entry.name, entry]));
}

/** What our JSON says of a row of the vendor's. A tree knows nothing of folders but their names. */
function described(source, folder, row) {
  const isFolder = row.type === 1;
  return {
    name: row.name,
    type: isFolder ? "folder" : "file",
    path: `${source.at}${folder}${row.name}${isFolder ? "/" : ""}`,
    size: isFolder ? null : row.size,
    modified: isFolder && source.isTree ? null : modified(row),
  };
}

/** curl gets these bytes, and from where this source has them. */
async function assertBytes(source, cwd, href, want) {
  const { bytes, how } = await fetched(cwd, site.url + href);
  assert.equal(how, source.proxied ? "0 200" : "1 200", href);
  assert.ok(bytes.equals(want), `the bytes of ${href}`);
}

describe("a mount", { concurrency: true, timeout: 240_000 }, () => {
  for (const source of SOURCES) describe(source.source, { concurrency: 1 }, () => contract(source));
});

test("the fake vendor noted no violation", () => assertNoViolations(vendor));

function contract(source) {
  const { at } = source;
  const cwd = scratch();
  const status = async (target, options) => (await site.request(at + encodePath(target), options)).status;

  test("lists a folder with kinds, sizes and times", async () => {
    // A tree has no folder without files.
    const there = usable(await vendor.children("/")).filter(({ name }) => !source.isTree || name !== "empty");
    const want = there.map((row) => described(source, "/", row));
    const found = await list(source, "/");
    assert.deepEqual([...found.keys()].sort(), want.map(({ name }) => name).sort());
    for (const entry of want) assert.deepEqual(found.get(entry.name), entry);
    const page = await site.request(`${at}/`);
    const names = rows(page.text).map(({ text }) => text.trim().replace(/\/$/, ""));
    assert.deepEqual(names.sort(), [...found.keys()].sort(), "the page");
  });

  test("gives the same fields in a file's JSON as in its folder's, and a link", async () => {
    const answer = await site.request(`${at}/video.mp4?format=json`);
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.headers["cache-control"], "no-store");
    const { url, expires_at: expires, ...fields } = JSON.parse(answer.text);
    const row = await vendor.node("/video.mp4");
    const want = { name: "video.mp4", path: `${at}/video.mp4`, size: 300_000, modified: modified(row) };
    assert.deepEqual(fields, want);
    if (source.proxied) assert.equal(url, `${site.url}${at}/video.mp4`);
    else assert.ok(url.startsWith(`${vendor.url}/direct/`), url);
    assert.equal(typeof expires, source.signed ? "number" : "object");
  });

  test("gives a file's bytes to curl, whole and in part", async () => {
    const want = await vendor.content("/video.mp4");
    assert.equal(want.length, 300_000);
    await assertBytes(source, cwd, `${at}/video.mp4`, want);
    for (const [range, part] of [["1000-1999", want.subarray(1000, 2000)], ["-7", want.subarray(-7)]]) {
      const { bytes, how } = await fetched(cwd, `${site.url}${at}/video.mp4`, ["--range", range]);
      assert.equal(how, source.proxied ? "0 206" : "1 206");
      assert.ok(bytes.equals(part), range);
    }
    const head = await run("curl", ["-q", "-sSfIL", `${site.url}${at}/video.mp4`], { cwd });
    assert.equal(head.status, 0, head.stderr);
    assert.match(head.stdout, source.proxied ? /^HTTP\/1\.1 200/ : /^HTTP\/1\.1 302/);
    assert.match(head.stdout, /content-length: 300000\r/i);
  });

  test("redirects to the vendor with the required parameters only", async () => {
    const { status: code, headers } = await site.request(`${at}/video.mp4`);
    if (source.proxied) {
      assert.deepEqual([code, headers.location], [200, undefined]);
      return;
    }
    assert.equal(code, 302);
    assert.deepEqual([headers["cache-control"], headers["referrer-policy"]], ["no-store", "no-referrer"]);
    const { pathname, search, searchParams } = new URL(headers.location);
    const ask = async (query) => (await vendor.fetch(pathname + query)).status;
    assert.equal(await ask(search), 200);
    assert.equal(await ask(""), 403, "without its query it is worth nothing");
    const [expires, , uid] = searchParams.get("auth_key").split("-").map(Number);
    assert.equal(uid, UID);
    const left = expires - Date.now() / 1000;
    assert.ok(left > 29 * 60 && left <= 30 * 60, `${left} s left`);
  });

  test("links every odd name from its page", async () => {
    const page = rows((await site.request(`${at}/`)).text);
    for (const name of NAMES) {
      const [row, ...others] = page.filter(({ text }) => text === name);
      assert.deepEqual(others, [], name);
      const { pathname } = new URL(row.href, `${site.url}${at}/`);
      await assertBytes(source, cwd, pathname, await vendor.content(`/${name}`));
    }
  });

  test("answers 404 for missing paths", async () => {
    for (const path of [
      "/nope.txt", "/nope/", "/nope/deeper/still", "/音乐/nope.mp3", "/VIDEO.mp4",
      "/video.mp4/inside", "/video.mp4/a/", "/cafe\u0301.TXT", "/caf\u00e9.txt",
    ]) {
      assert.equal(await status(path), 404, path);
    }
    const accept = { headers: { accept: "application/json" } };
    assert.equal(assertErrorJson(await site.request(`${at}/nope.txt`, accept), 404).code, "not_found");
  });

  test("redirects a file to its path without a slash and a folder to its path with one", async () => {
    for (const [path, to] of [
      ["/video.mp4/", "/video.mp4"], ["/空 格.txt/", "/空 格.txt"], ["/音乐", "/音乐/"], ["", "/"],
      ["/deep/层2", "/deep/层2/"],
    ]) {
      const [asked, target] = [at + encodePath(path), at + encodePath(to)];
      assertMoved(await site.request(asked), asked, target);
    }
  });

  test("opens a path of sixteen folders", async () => {
    let folder = "/";
    for (const [index, level] of LEVELS.entries()) {
      folder += `${level}/`;
      const [entry, ...others] = [...(await list(source, folder)).values()];
      assert.deepEqual(others, []);
      assert.equal(entry.name, LEVELS[index + 1] ?? "end.txt");
    }
    const end = `${folder}end.txt`;
    await assertBytes(source, cwd, at + encodePath(end), await vendor.content(end));
  });

  test("gives each of several entries with one name a path of its own", { skip: source.isTree }, async () => {
    const [first, second, folder] = await vendor.children("/duplicates");
    const found = await list(source, "/duplicates/");
    const names = ["same.txt", `same~${second.id}.txt`, `same.txt~${folder.id}`];
    assert.deepEqual([...found.keys()].sort(), names.toSorted());
    assert.deepEqual(names.map((name) => found.get(name).size), [first.size, second.size, null]);
    await assertBytes(source, cwd, `${at}/duplicates/same.txt`, await vendor.content(first.id));
    const [inside] = (await list(source, `/duplicates/${names[2]}/`)).values();
    assert.deepEqual([inside.name, inside.size], ["inside.txt", 5]);
    // A direct link is a path at the vendor, too, and leads to the first of that name. Where links are made of paths,
    // the second gets one from the API.
    if (source.signed && !source.isByPath) return;
    await assertBytes({ ...source, proxied: true }, cwd, `${at}/duplicates/${names[1]}`, await vendor.content(second.id));
  });

  test("lists no name that would be another path", async () => {
    const found = await list(source, "/forbidden/");
    assert.deepEqual([...found.keys()], ["fine.txt"]);
    for (const name of FORBIDDEN.filter(Boolean)) {
      const asked = `${at}/forbidden/${encodeURIComponent(name)}`;
      assertRefused(await site.request(asked), [400, 404], asked);
    }
  });

  test("lists no entry that is in the trash, rejected or of an unknown kind", async () => {
    assert.deepEqual([...(await list(source, "/states/")).keys()], ["usable.txt"]);
    for (const path of ["/states/rejected.txt", "/states/unknown type", "/states/binned/", "/binned.txt"]) {
      assert.equal(await status(path), 404, path);
    }
  });

  test("parses the vendor's times in every format, and leaves out missing ones", async () => {
    const found = await list(source, "/dates/");
    assert.equal(found.size, 4);
    for (const row of await vendor.children("/dates")) {
      const isWeb = source.proxied || source.isByPath;
      const isUnknown = isWeb && !source.isOpen && row.name === "null.txt";
      assert.equal(found.get(row.name).modified, isUnknown ? null : modified(row), row.name);
    }
  });

  test("opens an empty folder and an empty file", async () => {
    if (!source.isTree) {
      assert.equal((await list(source, "/empty/")).size, 0);
      assert.equal((await site.request(`${at}/empty/`)).status, 200);
    }
    const { status: code, headers, body } = await site.request(`${at}/zero.bin`);
    // The vendor has a direct link to it, and no other.
    if (source.signed) await assertBytes(source, cwd, `${at}/zero.bin`, Buffer.alloc(0));
    else assert.deepEqual([code, headers["content-length"], body.length], [200, "0", 0]);
  });

  test("lists a folder of 350, with numbers in order", async () => {
    const found = await list(source, "/many/");
    const want = Array.from({ length: 350 }, (_, index) => `第${index + 1}集.mp4`);
    assert.deepEqual([...found.keys()], want);
    assert.deepEqual([...found.values()].map(({ size }) => size), want.map((_, index) => index + 1));
  });

  test("lists a folder of 10,000 over several requests, and loses nothing", async () => {
    const ask = () => wholeListing((target) => site.request(target), `${at}/big/`);
    let json = await ask();
    assert.equal(json.loading, source.isTree ? undefined : true, "more than one answer may fetch");
    if (json.loading) {
      const page = await site.request(`${at}/big/`, { headers: html });
      assert.deepEqual([page.status, page.headers.refresh], [200, "3"]);
      assert.match(page.headers["x-signpost-cache"], /^loading; age=\d+$/);
      assert.match(page.text, /still loading/);
      // One API lists the newest first, the other the oldest.
      const isThere = (name) => json.entries.some((entry) => entry.name === name);
      const late = ["f00001.bin", "f10000.bin"].find((name) => !isThere(name));
      const answer = await site.request(`${at}/big/${late}`, { headers: { accept: "application/json" } });
      assert.equal(assertErrorJson(answer, 503).code, "still_loading");
      assert.equal(answer.headers["retry-after"], "3");
    }
    for (let before = json; json.loading; before = json) {
      await pause(1_000);
      json = await ask();
      assert.ok(json.entries.length >= before.entries.length, "what was there is there");
    }
    const names = new Set(json.entries.map(({ name }) => name));
    assert.deepEqual([json.entries.length, names.size], [10_000, 10_000]);
    for (const name of ["f00001.bin", "f10000.bin"]) assert.ok(names.has(name), name);
    await assertBytes(source, cwd, `${at}/big/f10000.bin`, await vendor.content("/big/f10000.bin"));
  });
}
