// Clients without scripts on folder pages: mirroring tools and a text browser, with Chinese names that are not
// escaped in the links.
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { openCdn } from "./support/cdn.js";
import { filesBelow, proxied, rclone, run, scratch, wget } from "./support/clients.js";
import { ACCOUNTS, KEY, UID, encodePath, stock, treeOf } from "./support/library.js";
import { openSite } from "./support/site.js";

const FILES = [
  "/剧集/第一季/第01集 深海里的光.mkv", "/剧集/第一季/第02集 [1080p] 风&雨.mkv", "/剧集/说明.txt",
  "/Ünïcödé/мир.txt", "/Ünïcödé/日本語 の ファイル.txt", "/plain/a b+c.txt", "/plain/100% #1.txt", "/top.bin",
].map((each, at) => ({
  path: each, size: 1000 + at, modified: 1_700_000_000,
  cdnPath: `/${UID}${each}`, url: `http://vip.123pan.cn/${UID}${encodePath(each)}`,
}));

const cdn = await openCdn({ accounts: ACCOUNTS });
stock(cdn, FILES);
const site = await openSite({ secrets: { URL_TREE: treeOf(FILES), PRIVATE_KEY: KEY, UID } });

/** A folder holds every file, byte for byte, and no other but those of `extra`. */
async function assertMirror(folder, extra = () => false) {
  const found = await filesBelow(folder);
  for (const file of FILES) {
    assert.ok(found.get(file.path)?.equals(cdn.bytes(file.cdnPath)), `${file.path} in ${[...found.keys()].join(" ")}`);
    found.delete(file.path);
  }
  assert.deepEqual([...found.keys()].filter((each) => !extra(each)), []);
}

const isOurs = (name) => /(^|\/)index\.html$/.test(name) || name.startsWith("/-/");

test("wget -r mirrors the site, whatever the locale", async () => {
  for (const locale of ["C.UTF-8", "C"]) {
    const cwd = scratch();
    const args = ["-q", "-r", "-l", "inf", "-np", "-nH", "-e", "robots=off", "--restrict-file-names=nocontrol"];
    const env = { ...proxied(cdn), LANG: locale, LC_ALL: locale };
    const result = await run("wget", ["--no-config", "--tries=1", "--timeout=20", ...args, `${site.url}/`], { cwd, env });
    assert.equal(result.status, 0, `${locale}: ${result.stderr}`);
    await assertMirror(cwd, isOurs);
  }
});

test("wget -r -np stays in the folder that it was given", async () => {
  const cwd = scratch();
  const result = await wget(cdn, ["-q", "-r", "-np", "-nH", "-e", "robots=off", `${site.url}/plain/`], { cwd });
  assert.equal(result.status, 0, result.stderr);
  const found = [...(await filesBelow(cwd)).keys()].filter((each) => !isOurs(each));
  assert.deepEqual(found.toSorted(), ["/plain/100% #1.txt", "/plain/a b+c.txt"]);
});

test("rclone's http remote lists and copies the site", async () => {
  const cwd = scratch();
  const remote = ["--http-url", `${site.url}/`, ":http:"];
  const listing = await rclone(cdn, ["lsf", "-R", "--files-only", "--format", "sp", "--separator", "\t", ...remote], { cwd });
  assert.equal(listing.status, 0, listing.stderr);
  const want = FILES.map((file) => `${file.size}\t${file.path.slice(1)}`);
  assert.deepEqual(listing.stdout.trimEnd().split("\n").toSorted(), want.toSorted());
  const out = path.join(cwd, "out");
  assert.equal((await rclone(cdn, ["copy", ...remote, out], { cwd })).status, 0);
  await assertMirror(out);
});

test("lftp mirrors the site", async () => {
  const cwd = scratch();
  const out = path.join(cwd, "out");
  const settings = "set net:max-retries 1; set net:timeout 10; set cmd:fail-exit yes; set http:use-propfind no";
  const commands = `${settings}; open ${site.url}/; mirror --no-perms --exclude-glob -/ . ${out}`;
  const result = await run("lftp", ["--norc", "-c", commands], { cwd, env: { ...proxied(cdn), LFTP_HOME: cwd } });
  assert.equal(result.status, 0, result.stderr);
  await assertMirror(out);
});

test("lynx shows a readable page", async () => {
  const cwd = scratch();
  const args = ["-dump", "-nolist", "-width=120", "-cfg=/dev/null", "-display_charset=utf-8"];
  const { status, stdout } = await run("lynx", [...args, `${site.url}/plain/`], { cwd });
  assert.equal(status, 0);
  const lines = stdout.split("\n").map((line) => line.trim().replace(/\s+/g, " "));
  assert.ok(lines.some((line) => line.includes("/ plain")), stdout);
  assert.ok(lines.some((line) => line.endsWith("2 files · 2.0 KB · times in UTC+08:00")), stdout);
  for (const name of ["a b+c.txt", "100% #1.txt"]) {
    assert.ok(lines.some((line) => line.startsWith(`${name} 1005 B`) || line.startsWith(`${name} 1006 B`)), stdout);
    assert.ok(lines.some((line) => line.endsWith("2023-11-15 06:13")), stdout);
  }
});

test("rclone, wget and lftp see all of a folder of 2,500 files", async () => {
  const names = Array.from({ length: 2_500 }, (_, at) => `第${at + 1}集 & more.mp4`);
  const files = names.map((name) => ({ path: `/many/${name}`, size: 1, modified: 1_700_000_000, url: `http://vip.123pan.cn/${UID}/${encodePath(`/${name}`)}` }));
  const many = await openSite({ secrets: { URL_TREE: treeOf(files), PRIVATE_KEY: KEY, UID } });
  const cwd = scratch();
  const args = ["lsf", "--http-no-head", "--http-url", `${many.url}/`, ":http:many/"];
  const listing = await rclone(cdn, args, { cwd });
  assert.equal(listing.status, 0, listing.stderr);
  assert.deepEqual(listing.stdout.trimEnd().split("\n").toSorted(), names.toSorted());
  const commands = `set net:max-retries 1; set net:timeout 10; set cmd:fail-exit yes; set http:use-propfind no; open ${many.url}/many/; cls -1`;
  const lftp = await run("lftp", ["--norc", "-c", commands], { cwd, env: proxied(cdn) });
  assert.equal(lftp.status, 0, lftp.stderr);
  assert.equal(lftp.stdout.trimEnd().split("\n").filter((line) => line.endsWith(".mp4")).length, names.length);
  const page = await wget(cdn, ["-q", "-O", "-", `${many.url}/many/`], { cwd });
  assert.equal(page.stdout.split("<a href=").length - 1, names.length + 1);
});
