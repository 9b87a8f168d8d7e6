// Shortcuts (`~latest`, `~random`): real clients follow them to the right bytes, and they lead to no protected entry.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { openCdn } from "./support/cdn.js";
import { aria2c, curl, filesBelow, rclone, scratch, wget } from "./support/clients.js";
import { basic, entry, html, linked, openGuarded } from "./support/guarded.js";
import { ACCOUNTS, UID, encodePath } from "./support/library.js";

const FILES = [
  entry("/Software/app-1.9.apk", 301), entry("/Software/app-1.10.apk", 302), entry("/Software/app-1.10-rc1.apk", 303),
  entry("/Software/app-9.0-secret.apk", 304), entry("/图片/一 (1).png", 305), entry("/图片/二.jpg", 306),
  entry("/图片/film.mp4", 307), entry("/window/a.txt", 308), entry("/window/b.txt", 309), entry("/window/c.txt", 310),
  entry("/locked/app-2.apk", 311), entry("/locked/app-10.apk", 312),
];
const RULES = [
  { path: "/Software/app-9.0-secret.apk", access: "link" },
  { path: "/window", window_minutes: 60 },
  { path: "/locked", password: "WORD" },
];
const WORD = "locked word";

const cdn = await openCdn({ accounts: ACCOUNTS });
for (const { cdnPath, size } of FILES) cdn.put(cdnPath, { size, uid: UID });
const site = await openGuarded(FILES, RULES, { secrets: { WORD } });

const bytes = (name) => cdn.bytes(FILES.find((each) => each.path === name).cdnPath);
const quit = ({ stdout, stderr }) => `${stdout}\n${stderr}`;

test("curl, wget, aria2c and rclone follow the latest to its bytes", async () => {
  const url = `${site.url}/~latest/Software/app-*.apk`;
  const want = bytes("/Software/app-1.10.apk");
  const cwd = scratch();
  const by = [
    ["curl", await curl(cdn, ["-fL", "-o", "curl", url], { cwd })],
    ["wget", await wget(cdn, ["-q", "-O", "wget", url], { cwd })],
    ["aria2c", await aria2c(cdn, ["-o", "aria2c", url], { cwd })],
    ["rclone", await rclone(cdn, ["copyurl", url, path.join(cwd, "rclone")], { cwd })],
  ];
  for (const [name, result] of by) {
    assert.equal(result.status, 0, `${name}: ${quit(result)}`);
    assert.ok((await readFile(path.join(cwd, name))).equals(want), name);
  }
  // Two redirects: our own may be cached, the signed one never.
  const { stdout } = await curl(cdn, ["-sIL", "-o", "/dev/null", "-w", "%{num_redirects} %{url_effective}", url], { cwd });
  assert.match(stdout, /^2 http:\/\/vip\.123pan\.cn\/\d+\/Software\/app-1\.10\.apk\?auth_key=/);
});

test("wget names the file by the shortcut's target", async () => {
  const cwd = scratch();
  const result = await wget(cdn, ["-q", "--trust-server-names", `${site.url}/~latest/Software/app-*`], { cwd });
  assert.equal(result.status, 0, quit(result));
  assert.deepEqual([...(await filesBelow(cwd)).keys()].map((name) => name.split("?")[0]), ["/app-1.10.apk"]);
});

test("~random leads to files of that type, and in time to each of them", async () => {
  const targets = new Set();
  for (let count = 0; count < 60; count += 1) {
    const answer = await site.request("/~random/%E5%9B%BE%E7%89%87/?type=image");
    assert.deepEqual([answer.status, answer.headers["cache-control"]], [302, "no-store"]);
    targets.add(answer.headers.location);
  }
  const paths = ["/图片/一 (1).png", "/图片/二.jpg"].map((name) => encodePath(name).replace("(", "%28").replace(")", "%29"));
  assert.deepEqual([...targets].sort(), paths.sort());
  const cwd = scratch();
  const got = await curl(cdn, ["-fL", "-o", "film", `${site.url}/~random/图片/?type=video`], { cwd });
  assert.equal(got.status, 0, quit(got));
  assert.ok((await readFile(path.join(cwd, "film"))).equals(bytes("/图片/film.mp4")));
  assert.equal((await site.request("/~random?type=image")).status, 404, "the root has no files");
});

test("within a window ~random stays with one file", async () => {
  const answers = [];
  for (let count = 0; count < 12; count += 1) answers.push(await site.request("/~random/window/"));
  const ends = answers.map(({ headers }) => Number(/^public, max-age=(\d+)$/.exec(headers["cache-control"])[1]));
  assert.ok(ends.every((seconds) => seconds >= 0 && seconds <= 3_600), ends.join(" "));
  // At most one hour ends while the test runs.
  assert.ok(new Set(answers.map(({ headers }) => headers.location)).size <= 2);
});

test("a glob that is too complex is refused", async () => {
  const glob = (letters) => `/~latest/Software/[a${"%01-%02".repeat(letters / 3)}]pp-*`;
  assert.equal((await site.request(glob(90))).status, 302);
  assert.equal((await site.request(glob(6_000))).status, 404);
});

test("entries that the visitor may not see are never picked", async () => {
  for (const glob of ["app-9*", "*secret*", "app-9.0-secret.apk"]) {
    assert.equal((await site.request(`/~latest/Software/${glob}`)).status, 404, glob);
  }
  const secret = await linked("/Software/app-9.0-secret.apk");
  assert.equal((await site.request(secret.path)).status, 302);
  const answer = await site.request("/~latest/locked/app-*");
  assert.equal(answer.status, 401);
  assert.ok(!answer.text.includes("app-"), answer.text);
  const form = await site.request("/~latest/locked/app-*", { headers: html });
  assert.match(form.text, /name="back" value="\/locked\/"/, "after the password: the folder");
  const opened = await site.request("/~latest/locked/app-*", { headers: basic(WORD) });
  assert.deepEqual([opened.status, opened.headers.location], [302, "/locked/app-10.apk"]);
  assert.equal(opened.headers["cache-control"], "private, no-store");
});

test("a shortcut below a share link stays within it", async () => {
  const { path: link } = await linked("/locked/");
  const token = link.split("/")[1];
  const cwd = scratch();
  const got = await curl(cdn, ["-fL", "-o", "app", `${site.url}/${token}/~latest/locked/app-*.apk`], { cwd });
  assert.equal(got.status, 0, quit(got));
  assert.ok((await readFile(path.join(cwd, "app"))).equals(bytes("/locked/app-10.apk")));
  assert.equal((await site.request(`/${token}/~latest/Software/app-*`)).status, 404);
  assert.equal((await site.request(`/${token}/~random`)).status, 404);
});

test("a HEAD, an OPTIONS and another method are answered as a file's are", async () => {
  for (const target of ["/~latest/Software/app-*.apk", "/~random/Software/"]) {
    assert.equal((await site.request(target, { method: "HEAD" })).status, 302);
    const options = await site.request(target, { method: "OPTIONS" });
    assert.deepEqual([options.status, options.headers.allow], [204, "GET, HEAD, OPTIONS"]);
    assert.equal((await site.request(target, { method: "PUT" })).status, 405);
  }
  const url = await site.request("/~latest/Software/app-*.apk?format=url");
  assert.equal(url.headers.location, "/Software/app-1.10.apk?format=url");
});
