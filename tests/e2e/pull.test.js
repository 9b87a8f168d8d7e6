// `signpost pull` against the built Worker: the tree that it writes is read by `signpost check`, and served again.
import assert from "node:assert/strict";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import http from "node:http";
import path from "node:path";
import { after, test } from "node:test";
import { scratch } from "./support/clients.js";
import { API_TOKEN, entry, openGuarded, signpost } from "./support/guarded.js";
import { UID, ODD_NAMES, encodePath } from "./support/library.js";
import { openMounted } from "./support/mounted.js";

const BASE = `https://vip.123pan.cn/${UID}`;
const many = Array.from({ length: 1_203 }, (_, index) => entry(`/many/${String(index).padStart(4, "0")}.bin`, index + 1));
const odd = ODD_NAMES.map((name) => {
  const file = entry(`/Family/odd/${name}`, 7);
  return { ...file, url: `http://vip.123pan.cn${encodePath(file.cdnPath)}` };
});
const FILES = [
  entry("/root.txt", 5), entry("/Family/a b.mkv", 1_000), entry("/Family/Season 1/e01.mkv", 1_001), ...odd,
  entry("/Family/inner/x.txt", 9), entry("/Shown/y.txt", 9), entry("/Denied/z.txt", 9), ...many,
];
const RULES = [
  { path: "/Family", password: "FAMILY" }, { path: "/Shown", password: "FAMILY", listed: true },
  { path: "/Family/inner", password: "OTHER" }, { path: "/Denied", access: "deny" },
];
const SECRETS = { FAMILY: "a family word", OTHER: "another word" };
const site = await openGuarded(FILES, RULES, { secrets: SECRETS });

/** Pulls a folder: `{ tree, stderr, files }`, the files as `signpost check` reads them. */
async function pull(target, args = [], env = {}) {
  const { status, stdout, stderr } = await signpost(["pull", target, ...args], { env });
  assert.equal(status, 0, stderr);
  assert.doesNotMatch(stdout, /auth_key|\/~[\w-]{20,}\//, "a signature or a share link is in the tree");
  return { tree: stdout, stderr, files: await check(stdout) };
}

/** The files of a tree: `path size modified url`, sorted. */
async function check(tree) {
  const report = JSON.parse(signpost(["check", "--json", "-"], { input: tree }) );
  assert.deepEqual(report.errors, []);
  return report.files.map((file) => [file.path, file.size, file.modified, decodeURIComponent(file.url)]).sort();
}

const wanted = (files, from, url) => files.map((file) =>
  [file.path.slice(from.length), file.size, file.modified, url(file)]).sort();
const below = (folder) => FILES.filter((file) => file.path.startsWith(`${folder}/`));

test("a locked folder is pulled with the owner's token, as bare names below the base", async () => {
  const token = path.join(scratch(), "token.txt");
  writeFileSync(token, `${API_TOKEN}\n`);
  const base = `${BASE}/Family/`;
  const { tree, files, stderr } = await pull(`${site.url}/Family/`, ["--base", base, "--token-file", token]);
  const open = below("/Family").filter((file) => !file.path.startsWith("/Family/inner/"));
  assert.deepEqual(files, wanted(open, "/Family", (file) => `${BASE}${file.path}`));
  assert.match(tree, /^Season 1: https:\/\/vip\.123pan\.cn\/\d+\/Family\/Season%201\/\n {2}1001:1687269600:e01\.mkv$/m);
  assert.match(stderr, /\d+ files in 3 folders/);
  assert.ok(!stderr.includes(API_TOKEN));
});

test("the share link of a pull is revoked at its end", async () => {
  const seen = [];
  const front = http.createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    const { method, url, headers } = request;
    const passed = http.request({ host: "127.0.0.1", port: site.port, path: url, method, headers }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    request.pipe(passed);
  });
  await new Promise((resolve) => { front.listen(0, "127.0.0.1", resolve); });
  after(() => { front.closeAllConnections(); front.close(); });
  const at = `http://127.0.0.1:${front.address().port}`;
  await pull(`${at}/Family/Season%201/`, [], { API_TOKEN });
  const link = seen.find((each) => each.includes("/~")).split(" ")[1];
  assert.equal((await site.request(link)).status, 410, "the link is over");
  // A folder that is not there: the link of that pull is revoked, too.
  seen.length = 0;
  const { status, stderr } = await signpost(["pull", `${at}/nothing/`], { env: { API_TOKEN } });
  assert.equal(status, 2);
  assert.match(stderr, /\/nothing\/: the site answers 404 not_found/);
  assert.match(seen.at(-1), /^DELETE \/-\/api\/links\/[0-9a-f]+$/);
});

test("without a token what a stranger sees is pulled, with the site's own addresses", async () => {
  const { files, stderr } = await pull(`${site.url}/`);
  const open = FILES.filter((file) => /^\/(root|many)/.test(file.path));
  assert.deepEqual(files, wanted(open, "", (file) => site.url + file.path));
  assert.match(stderr, /\/Shown: locked; pull it by its own URL/);
  assert.ok(!/Family|Denied/.test(stderr));
});

test("a folder of more than a thousand entries is pulled in its parts", async () => {
  const { files, stderr } = await pull(`${site.url}/many/`, ["--base", `${BASE}/many/`]);
  assert.deepEqual(files, wanted(many, "/many", (file) => BASE + file.path));
  assert.match(stderr, /^1203 files in 1 folder, 2 requests/m);
});

test("--links takes each file's direct link without its signature", async () => {
  const { tree, files } = await pull(`${site.url}/Family/`, ["--links"], { API_TOKEN });
  const open = below("/Family").filter((file) => !file.path.startsWith("/Family/inner/"));
  assert.deepEqual(files, wanted(open, "/Family", (file) => decodeURIComponent(file.url)));
  assert.match(tree, /^odd: http:\/\/vip\.123pan\.cn\/\d+\/Family\/odd\/$/m, "by its base");
});

test("the tree of a mount that 123Pan lists is served again with the same names and sizes", async () => {
  const mounted = await openMounted("open");
  const file = path.join(scratch(), "tree.txt");
  const { status, stderr } = await signpost(["pull", `${mounted.site.url}/open/shared/`, "--base", `${BASE}/shared/`, "-o", file]);
  assert.equal(status, 0, stderr);
  assert.equal(statSync(file).mode & 0o777, 0o600, "direct links are for nobody else on the machine");
  const tree = readFileSync(file, "utf8");
  const copy = await openGuarded([], [], { secrets: { URL_TREE: tree, SITE_KEYS: undefined, API_TOKEN: undefined } });
  const listed = async (own, folder, root) => {
    const answer = JSON.parse((await own.request(`${root}${encodePath(folder)}?format=json`)).text);
    const entries = answer.entries.map(({ name, type, size, modified }) => ({ name, type, size, modified }));
    const folders = entries.filter(({ type }) => type === "folder");
    const inside = await Promise.all(folders.map(({ name }) => listed(own, `${folder}${name}/`, root)));
    return [entries.filter(({ type }) => type === "file"), ...inside.filter((each) => each.flat(9).length > 0)];
  };
  const both = await Promise.all([listed(mounted.site, "/", "/open/shared"), listed(copy, "/", "")]);
  assert.ok(both[0].flat(9).length > 5, "the fake has files");
  assert.deepEqual(both[1], both[0]);
});

test("what can't be pulled is said with exit status 2, and without the token", async () => {
  for (const [args, message] of [
    [[`${site.url}/Family/`], /\/Family\/: the site answers 401 password_required/],
    [[`${site.url}/root.txt`], /the site answers 308|not a listing/],
    [[`${site.url}/?x=1`], /not the address of a site/],
    [[`${site.url}/`, "--base", "vip.123pan.cn/13/"], /--base: .* write it like/],
    [[`${site.url}/`, "--base", "https://h/", "--links"], /cannot be used with/],
  ]) {
    const { status, stderr } = await signpost(["pull", ...args]);
    assert.equal(status, 2, `${args}: ${stderr}`);
    assert.match(stderr, message);
  }
  const plain = await signpost(["pull", "http://files.example.com/"], { env: { API_TOKEN } });
  assert.match(plain.stderr, /over plain http anybody on the way could read the token/);
  const wrong = await signpost(["pull", `${site.url}/`], { env: { API_TOKEN: "a-wrong-token-that-is-long-enough-0123" } });
  assert.equal(wrong.status, 2);
  assert.match(wrong.stderr, /not the site's API_TOKEN/);
  assert.ok(!wrong.stderr.includes("a-wrong-token"));
});
