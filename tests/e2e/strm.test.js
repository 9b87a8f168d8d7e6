// `signpost strm` against the built Worker: the files that it writes, what a second run leaves as it is, and that it
// touches nothing else.
import assert from "node:assert/strict";
import {
  existsSync, lstatSync, mkdirSync, readFileSync, readlinkSync, statSync, symlinkSync, utimesSync, writeFileSync,
} from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { openCdn } from "./support/cdn.js";
import { filesBelow, run, scratch } from "./support/clients.js";
import { KEYS, api, entry, linked, openGuarded, secretsOf, shared, signpost } from "./support/guarded.js";
import { ACCOUNTS, UID, encodePath } from "./support/library.js";
import { openMounted } from "./support/mounted.js";
import { led } from "./support/verify.js";

const BASE = "https://files.example.com";
const STATE = "/.signpost-strm.json";
const WORD = "a family word";
const RULES = [
  { path: "/Family", password: "WORD" }, { path: "/Family/own", password: "OTHER", listed: true },
];
const SECRETS = { WORD, OTHER: "another word" };
const odd = (file) => ({ ...entry(file), url: `http://vip.123pan.cn${encodePath(entry(file).cdnPath)}` });
const FILES = [
  entry("/Movies/A Film (1999).mkv", 1_000), entry("/Movies/A Film (1999).zh.srt", 300), entry("/Movies/poster.jpg", 400),
  entry("/Movies/notes.txt", 9), entry("/Movies/Show/Season 1/e01.mkv", 1_001), entry("/Movies/Show/Season 1/e02.mkv", 1_002),
  entry("/Movies/Twin.mkv", 5), entry("/Movies/Twin.mp4", 6),
  odd("/Movies/odd: names?/..evil.mkv"), odd("/Movies/odd: names?/a: b?.flac"), odd("/Movies/odd: names?/NUL.mp4"),
  odd(`/Movies/odd: names?/${"长".repeat(84)}.mkv`),
  entry("/Family/home.mp4", 700), entry("/Family/2024/trip.mp4", 701), entry("/Family/own/secret.mp4", 9),
];

const cdn = await openCdn({ accounts: ACCOUNTS });
for (const { cdnPath, size } of FILES) cdn.put(cdnPath, { size, uid: UID });
const site = await openGuarded(FILES, RULES, { secrets: SECRETS });

/** Writes a library: `{ lines, stderr }`, the lines sorted. */
async function strm(folder, out, args = [], wanted = 0) {
  const { status, stdout, stderr } = await signpost(["strm", folder, "--out", out, ...args]);
  assert.equal(status, wanted, stdout + stderr);
  assert.ok(!/~[\w-]{20,}/.test(stdout + stderr), "a share link is printed");
  return { lines: stdout.split("\n").filter(Boolean).sort(), stderr };
}

/** The files of a library by their paths, as text, without the state. */
async function library(out) {
  const files = await filesBelow(out);
  files.delete(STATE);
  return Object.fromEntries([...files].map(([name, bytes]) => [name, bytes.toString()]));
}

const movies = ["--base", `${BASE}/Movies/`];

test("a folder becomes a library in the same folders, whose addresses open", async () => {
  const out = path.join(scratch(), "new", "movies");
  const { lines, stderr } = await strm(`${site.url}/Movies/`, out, movies);
  const files = await library(out);
  const names = Object.keys(files).sort();
  assert.deepEqual(lines, names.map((name) => `new ${name.slice(1)}`));
  assert.deepEqual(names.filter((name) => !name.includes("长")), [
    "/A Film (1999).strm", "/Show/Season 1/e01.strm", "/Show/Season 1/e02.strm", "/Twin.mkv.strm", "/Twin.mp4.strm",
    "/odd_ names_/..evil.strm", "/odd_ names_/_NUL.strm", "/odd_ names_/a_ b_.strm",
  ]);
  assert.match(stderr, /^9 new, 0 changed, 0 gone, 0 unchanged; 4 folders, 4 requests$/m);
  const played = FILES.filter((file) => /^\/Movies.*\.(mkv|mp4|flac)$/.test(file.path));
  const want = played.map((file) => decodeURIComponent(file.path)).sort();
  assert.deepEqual(Object.values(files).map((text) => decodeURIComponent(new URL(text.trim()).pathname)).sort(), want);
  for (const text of Object.values(files)) {
    assert.ok(text.startsWith(`${BASE}/Movies/`) && text.endsWith("\n"), text);
    assert.equal((await site.request(text.trim().slice(BASE.length))).status, 302, text);
  }
});

test("the archive of the same folder has the same files", async () => {
  const [out, cwd] = [scratch(), scratch()];
  await strm(`${site.url}/Movies/`, out, ["--base", `${BASE}/Movies/`]);
  const { body } = await site.request("/Movies/?format=strm&depth=9");
  writeFileSync(path.join(cwd, "a.zip"), body);
  const unpacked = await run("unzip", ["-q", "a.zip", "-d", "out"], { cwd });
  assert.equal(unpacked.status, 0, unpacked.stderr);
  const files = await library(path.join(cwd, "out"));
  for (const name of Object.keys(files)) files[name] = files[name].replace(site.url, BASE);
  assert.deepEqual(files, await library(out));
});

test("a second run changes nothing but what changed, and a dry run nothing at all", async () => {
  const own = await openGuarded(FILES, RULES, { secrets: SECRETS });
  const out = scratch();
  await strm(`${own.url}/Movies/`, out, movies);
  const before = await library(out);
  for (const name of [...Object.keys(before), STATE, "/Show", "/"]) utimesSync(path.join(out, name), 1_000, 1_000);
  const times = () => Object.fromEntries([...Object.keys(before), STATE, "/Show", "/"].map(
    (name) => [name, existsSync(path.join(out, name)) && statSync(path.join(out, name)).mtimeMs]));
  const old = times();
  const { lines, stderr } = await strm(`${own.url}/Movies/`, out, [...movies, "--delete"]);
  assert.deepEqual([lines, times()], [[], old]);
  assert.match(stderr, /^0 new, 0 changed, 0 gone, 9 unchanged;/m);

  const files = FILES.filter((file) => !file.path.includes("e02")).concat(entry("/Movies/Show/Season 2/e01.mkv", 7));
  await own.restart({ secrets: secretsOf(files, SECRETS) });
  const change = ["gone Show/Season 1/e02.strm", "new Show/Season 2/e01.strm"];
  const dry = await strm(`${own.url}/Movies/`, out, [...movies, "--dry-run"]);
  assert.deepEqual([dry.lines, times(), await library(out)], [change, old, before]);
  const kept = await strm(`${own.url}/Movies/`, out, movies);
  assert.deepEqual(kept.lines, change);
  assert.match(kept.stderr, /1 gone: kept; --delete deletes them/);
  assert.ok(existsSync(path.join(out, "Show/Season 1/e02.strm")));
  const { lines: deleted } = await strm(`${own.url}/Movies/`, out, [...movies, "--delete"]);
  assert.deepEqual(deleted, ["deleted Show/Season 1/e02.strm"]);
  assert.deepEqual(Object.keys(await library(out)).filter((name) => name.includes("/e")).sort(),
    ["/Show/Season 1/e01.strm", "/Show/Season 2/e01.strm"]);
  assert.equal(times()["/A Film (1999).strm"], old["/A Film (1999).strm"]);
  // Another address changes every file, and only those.
  const moved = await strm(`${own.url}/Movies/`, out, ["--base", "https://other.example/m/"]);
  assert.equal(moved.lines.filter((line) => line.startsWith("changed ")).length, 9);
});

test("nothing that the command did not write is written over, deleted or followed", async () => {
  const [out, outside] = [scratch(), scratch()];
  mkdirSync(path.join(out, "Show"));
  writeFileSync(path.join(out, "Twin.mkv.strm"), "mine");
  writeFileSync(path.join(out, "mine.strm"), "mine");
  symlinkSync(outside, path.join(out, "Show", "Season 1"));
  const { lines, stderr } = await strm(`${site.url}/Movies/`, out, [...movies, "--delete"]);
  assert.ok(!lines.some((line) => line.includes("Twin.mkv") || line.includes("Season 1")), lines.join("\n"));
  assert.match(stderr, /warning: Twin\.mkv\.strm: left alone/);
  assert.match(stderr, /warning: Show\/Season 1\/e01\.strm: left alone/);
  assert.deepEqual([...await filesBelow(outside)], []);
  // What somebody changed is theirs.
  writeFileSync(path.join(out, "A Film (1999).strm"), "edited");
  const gone = await strm(`${site.url}/Movies/`, out, ["--base", "https://other.example/m/", "--delete"]);
  assert.match(gone.stderr, /A Film \(1999\)\.strm: left alone/);
  const files = await library(out);
  assert.deepEqual([files["/Twin.mkv.strm"], files["/mine.strm"], files["/A Film (1999).strm"]], ["mine", "mine", "edited"]);
  const other = await strm(`${site.url}/Family/`, out, ["--base", `${BASE}/Family/`], 2);
  assert.match(other.stderr, /the library of \/Movies\/: give each library a folder of its own/);
});

test("a share link for ever opens a locked library until it is revoked", async () => {
  const out = scratch();
  const link = await shared(site, "/Family/", { forever: true });
  assert.equal(link.expires_at, null);
  const { lines, stderr } = await strm(`${site.url}${link.path}`, out, ["--base", `${BASE}${link.path}`]);
  assert.deepEqual(lines, ["new 2024/trip.strm", "new home.strm"]);
  assert.match(stderr, /warning: \/Family\/own: locked; make a library of it by its own share link/);
  const address = (await library(out))["/home.strm"].trim();
  assert.equal(address, `${BASE}${link.path}home.mp4`);
  assert.equal((await site.request(address.slice(BASE.length))).status, 302);
  assert.ok(!readFileSync(path.join(out, STATE), "utf8").includes(link.path.split("/")[1]), "no token in the state");
  // One that the command line made by the keys alone does, too.
  const made = await linked("/Family/", ["--forever"], KEYS);
  const changed = await strm(`${site.url}${made.path}`, out, ["--base", `${BASE}${made.path}`]);
  assert.deepEqual(changed.lines, ["changed 2024/trip.strm", "changed home.strm"]);
  assert.equal((await api(site, "DELETE", { id: made.id })).status, 204);
  assert.equal((await site.request(`${made.path}home.mp4`)).status, 410);
  // A link that is over reads nothing: so nothing is gone.
  const over = await strm(`${site.url}${made.path}`, out, ["--base", `${BASE}${made.path}`, "--delete"], 2);
  assert.match(over.stderr, /\/Family\/: the site answers 410/);
  assert.equal(Object.keys(await library(out)).length, 2);
});

test("a password reads a locked folder once, and the files say nothing of it", async () => {
  const [out, file] = [scratch(), path.join(scratch(), "word")];
  writeFileSync(file, `${WORD}\n`);
  const { lines } = await strm(`${site.url}/Family/`, out, ["--base", `${BASE}/Family/`, "--password-file", file]);
  assert.deepEqual(lines, ["new 2024/trip.strm", "new home.strm"]);
  assert.equal((await library(out))["/home.strm"], `${BASE}/Family/home.mp4\n`);
  writeFileSync(file, "another");
  const wrong = await strm(`${site.url}/Family/`, out, ["--base", `${BASE}/Family/`, "--password-file", file], 2);
  assert.match(wrong.stderr, /\/Family\/: the password is wrong/);
});

test("sidecars are fetched from the CDN, once, and again when they change", async () => {
  const own = await openGuarded(FILES, RULES, { secrets: SECRETS });
  const out = scratch();
  const args = [...movies, "--sidecars", "fetch", ...led(cdn.port)];
  cdn.forget();
  const { lines } = await strm(`${own.url}/Movies/`, out, args);
  const sidecars = ["A Film (1999).zh.srt", "poster.jpg"];
  assert.deepEqual(lines.filter((line) => !line.endsWith(".strm")), sidecars.map((name) => `new ${name}`));
  for (const name of sidecars) {
    assert.ok(readFileSync(path.join(out, name)).equals(cdn.bytes(`/${UID}/Movies/${name}`)), name);
  }
  assert.equal(cdn.log.length, 2);
  assert.ok(cdn.log.every(({ headers }) => headers.referer === undefined && headers.cookie === undefined));
  assert.deepEqual((await strm(`${own.url}/Movies/`, out, args)).lines, []);
  assert.equal(cdn.log.length, 2, "nothing was fetched again");
  const files = FILES.map((file) => (file.path.endsWith(".srt") ? { ...file, modified: file.modified + 1 } : file));
  await own.restart({ secrets: secretsOf(files, SECRETS) });
  assert.deepEqual((await strm(`${own.url}/Movies/`, out, args)).lines, ["changed A Film (1999).zh.srt"]);
  // Without them, those that are there stay.
  assert.deepEqual((await strm(`${own.url}/Movies/`, out, [...movies, "--delete"])).lines, []);
  // One that the CDN does not have is said, and tried again.
  const more = [...files, entry("/Movies/lost.nfo", 10)];
  await own.restart({ secrets: secretsOf(more, SECRETS) });
  const failed = await strm(`${own.url}/Movies/`, out, args, 2);
  assert.match(failed.stderr, /warning: lost\.nfo: vip\.123pan\.cn answers 404/);
  assert.match(failed.stderr, /1 file failed; the next run tries again/);
});

test("sidecars are links to where the folder is mounted, and cost no download", async () => {
  const [out, mounted] = [scratch(), scratch()];
  const fetched = [...movies, "--sidecars", "fetch", ...led(cdn.port)];
  const linked = [...movies, "--sidecars", "link", "--mounted", mounted];
  await strm(`${site.url}/Movies/`, out, fetched);
  cdn.forget();
  assert.deepEqual((await strm(`${site.url}/Movies/`, out, linked)).lines,
    ["changed A Film (1999).zh.srt", "changed poster.jpg"]);
  assert.deepEqual([readlinkSync(path.join(out, "poster.jpg")), cdn.log], [path.join(mounted, "poster.jpg"), []]);
  assert.deepEqual((await strm(`${site.url}/Movies/`, out, linked)).lines, []);
  assert.equal((await strm(`${site.url}/Movies/`, out, fetched)).lines.length, 2, "and back again");
  assert.ok(lstatSync(path.join(out, "poster.jpg")).isFile());
  const relative = await strm(`${site.url}/Movies/`, out, [...movies, "--sidecars", "link", "--mounted", "films"], 2);
  assert.match(relative.stderr, /--mounted: give the absolute path/);
});

test("where 123Pan can't be asked nothing is deleted", async () => {
  const mounted = await openMounted("open", { mount: { fresh_minutes: 1 } });
  const out = scratch();
  const args = ["--base", `${BASE}/open/`, "--delete"];
  const { lines } = await strm(`${mounted.site.url}/open/`, out, args);
  assert.ok(lines.length > 0);
  const files = await library(out);
  // Something of an earlier run that the site does not have.
  const state = JSON.parse(readFileSync(path.join(out, STATE), "utf8"));
  const [name, written] = Object.entries(state.files)[0];
  writeFileSync(path.join(out, "gone.strm"), files[`/${name}`]);
  writeFileSync(path.join(out, STATE), JSON.stringify({ ...state, files: { ...state.files, "gone.strm": written } }));
  const again = await strm(`${mounted.site.url}/open/`, out, args.slice(0, 2));
  assert.deepEqual(again.lines, ["gone gone.strm"]);
  await mounted.pass(3_600);
  await mounted.vendor.set({ faults: [{ at: "open.list", status: 301 }] });
  const old = await strm(`${mounted.site.url}/open/`, out, args);
  assert.match(old.stderr, /warning: \/open\/: the site's listing is old/);
  assert.match(old.stderr, /1 gone: kept, since not every folder could be read in full and anew/);
  assert.deepEqual(old.lines, ["gone gone.strm"]);
  assert.ok(existsSync(path.join(out, "gone.strm")));
});

test("a tree of a mount is whole or still loading, and never answered in part", async () => {
  const mounted = await openMounted("open");
  const names = Array.from({ length: 24 }, (_, number) => `s${String(number).padStart(2, "0")}`);
  for (const name of names) {
    await mounted.vendor.change({ add_folder: { folder: "/empty", name } });
    await mounted.vendor.change({ add_file: { folder: `/empty/${name}`, name: "e.mkv", size: 9 } });
  }
  const statuses = [];
  for (let answer; answer?.status !== 200;) {
    answer = await mounted.get("/empty/?format=wget&depth=9");
    statuses.push(answer.status);
    const [status, wait] = [answer.status, answer.headers["retry-after"]];
    if (status !== 200) assert.deepEqual([status, wait], [503, "3"], answer.text);
    else assert.deepEqual(answer.text.split("\n").slice(0, -1), names.map((name) => `${mounted.site.url}/open/empty/${name}/e.mkv`));
    assert.ok(statuses.length < 10, statuses.join(" "));
  }
  assert.ok(statuses.length > 1, "one request loads twenty folders at most");
  assert.deepEqual(await mounted.violations(), []);
});

test("what no player could reach, and what is no folder, is refused with what to do", async () => {
  const out = path.join(scratch(), "none");
  for (const [args, message] of [
    [[`${site.url}/Movies/`], /the site's is this machine's own address.*--base https:\/\/files\.example\.com\/Movies\//s],
    [[`${site.url}/Movies/`, "--base", "http://localhost/Movies/"], /--base is this machine's own address/],
    [[`${site.url}/Movies/`, "--base", "https://h/Movies"], /--base: .* write it like/],
    [[`${site.url}/nothing/`, ...movies], /\/nothing\/: the site answers 404/],
    [["/Movies/", ...movies], /a path needs --site/],
    [[`${site.url}/~random/Movies/`, ...movies], /no folder's address/],
  ]) {
    const { status, stderr } = await signpost(["strm", ...args, "--out", out]);
    assert.equal(status, 2, stderr);
    assert.match(stderr, message);
  }
  assert.ok(!existsSync(out));
  const { lines } = await strm("/Movies/", out, ["--site", site.url, ...movies]);
  assert.equal(lines.length, 9);
});
