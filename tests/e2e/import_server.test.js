// `signpost import` of an AList or OpenList server, against a fake of the API that the two share: the site that it
// writes is served by the built Worker.
import assert from "node:assert/strict";
import { readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import http from "node:http";
import path from "node:path";
import { after, test } from "node:test";
import { scratch } from "./support/clients.js";
import { assertRedirect, assertSigned } from "./support/expect.js";
import { PATIENT, signpost } from "./support/guarded.js";
import { KEY, UID, encodePath } from "./support/library.js";
import { openSite } from "./support/site.js";
import { ROOT as PROJECT } from "./support/worker.js";

const DIRECT = `https://vip.123pan.cn/${UID}`;
const TIME = "2023-12-26T12:23:59.259218+08:00";
const SECONDS = 1_703_564_639;
const TOKEN = "openlist-token-of-a-user";
const many = Object.fromEntries(Array.from({ length: 1_203 }, (_, index) => [`第${index}集.mp4`, { size: index, url: `${DIRECT}/many/第${index}集.mp4` }]));

/** Folders are objects without a size. `lock` needs the token; `fails` is an error of the storage. */
const ROOT = {
  Movies: {
    "a b.mkv": { size: 1_000, url: `${DIRECT}/movies/a b.mkv` },
    "c: \"d\".mkv": { size: 1_001, url: `${DIRECT}/movies/c: "d".mkv` },
    "renamed.exe": { size: 1_002, url: `${DIRECT}/8209290` },
    "Season 1": { "e01.mkv": { size: 1_003, url: `${DIRECT}/movies/Season 1/e01.mkv` } },
    Empty: {},
  },
  Private: { lock: true, "x.txt": { size: 5, url: `${DIRECT}/private/x.txt` } },
  Broken: { fails: true },
  Other: { "proxied.bin": { size: -1, sign: "aGVsbG8=:0", raw: "SERVER/p/Other/proxied.bin" },
    "signed.bin": { size: 6, raw: "https://cjjd.example.net/signed.bin?t=1&s=2" }, "none.bin": { size: 7, raw: "" },
    "own.bin": { size: 8, raw: `https://dl.example.org/own.bin?auth_key=1-2-${UID}-3` },
    "a\nb": { size: 9, url: `${DIRECT}/newline` } },
  "..": { "evil.txt": { size: 1, url: `${DIRECT}/evil.txt` } },
  many,
};
const isFile = (node) => typeof node.size === "number";
const names = (node) => Object.keys(node).filter((name) => typeof node[name] === "object");

/** Starts a server; `calls` are the paths that were asked for, with the token. */
async function serve({ guests = true, own = (_, response) => response.writeHead(404).end() } = {}) {
  const calls = [];
  const server = http.createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    if (!request.url.startsWith("/api/fs/")) return own(request, response);
    const asked = JSON.parse(Buffer.concat(chunks));
    const token = request.headers.authorization;
    calls.push({ call: request.url, token, ...asked });
    const say = (code, data, message = "success") => response.writeHead(200, { "content-type": "application/json" })
      .end(JSON.stringify({ code, message, data }));
    if (token !== undefined && token !== TOKEN) return say(401, null, "token is invalidated");
    if (token === undefined && !guests) return say(401, null, "Guest user is disabled, login please");
    let node = ROOT;
    for (const name of asked.path.split("/").filter(Boolean)) {
      node = node?.[name];
      if (node?.lock && token === undefined) return say(403, null, "password is incorrect or you have no permission");
    }
    if (node === undefined) return say(500, null, "object not found");
    if (node.fails) return say(500, null, "failed get objs: failed to list objs");
    if (request.url === "/api/fs/get") return say(200, { raw_url: node.raw?.replace("SERVER", `http://${request.headers.host}`) ?? `${node.url}?auth_key=1-2-${UID}-3`, sign: node.sign ?? "" });
    const entries = names(node).map((name) => ({
      name, size: isFile(node[name]) ? node[name].size : 0, is_dir: !isFile(node[name]),
      modified: isFile(node[name]) ? TIME : "0001-01-01T00:00:00Z", sign: node[name].sign ?? "", type: 0,
    }));
    const from = (asked.page - 1) * asked.per_page;
    const content = entries.slice(from, from + asked.per_page);
    return say(200, { content: entries.length === 0 ? null : content, total: entries.length, provider: "unknown" });
  });
  await new Promise((resolve) => { server.listen(0, "127.0.0.1", resolve); });
  after(() => { server.closeAllConnections(); server.close(); });
  return { url: `http://127.0.0.1:${server.address().port}`, calls };
}

/** Runs an import; `read` names a file of the folder that it wrote. */
async function run(url, args = [], env = {}) {
  const out = path.join(scratch(), "site");
  const { status, stdout, stderr } = await signpost(["import", url, "--out", out, ...args], { env });
  return { status, stdout, stderr, out, read: (name) => readFileSync(path.join(out, name), "utf8") };
}

/** Imports a server: `{ files, report, secrets, vars, said }`. */
async function importServer(url, args = [], env = {}) {
  const { status, stdout, stderr, out, read } = await run(url, args, env);
  assert.equal(status, 0, stderr);
  const { unstable_readConfig: readConfig } = await import("wrangler");
  const config = path.join(out, "wrangler.toml");
  writeFileSync(config, `${readFileSync(path.join(PROJECT, "wrangler.toml"), "utf8")}\n${read("wrangler.part.toml")}`);
  const secrets = JSON.parse(read("secrets.json"));
  assert.equal(statSync(path.join(out, "secrets.json")).mode & 0o777, 0o600);
  const tree = read("tree.txt");
  const all = readdirSync(out).map(read).join("\n") + stdout + stderr;
  assert.ok(!all.includes(TOKEN), "the server's token is written nowhere");
  return { tree, files: check(tree), report: read("REPORT.md"), secrets, vars: structuredClone(readConfig({ config }, { hideWarnings: true }).vars) };
}

/** The files of a tree: `path`, `[size, modified, url]`. */
function check(tree) {
  const { files, errors } = JSON.parse(signpost(["check", "--json", "-"], { input: tree }));
  assert.deepEqual(errors, []);
  return Object.fromEntries(files.map((file) => [file.path, [file.size, file.modified, decodeURIComponent(file.url)]]));
}

/** The lines of a section of the report. */
const section = (report, title) => report.split(`## ${title}\n`)[1]?.split("\n## ")[0] ?? "";

test("a guest's files are a tree with sizes, times and direct links without signatures", async () => {
  const server = await serve();
  const { tree, files, vars } = await importServer(server.url);
  assert.deepEqual(files["/Movies/a b.mkv"], [1_000, SECONDS, `${DIRECT}/movies/a b.mkv`]);
  assert.deepEqual(files["/Movies/c: \"d\".mkv"], [1_001, SECONDS, `${DIRECT}/movies/c: "d".mkv`]);
  assert.deepEqual(files["/Movies/renamed.exe"], [1_002, SECONDS, `${DIRECT}/8209290`]);
  assert.deepEqual(files["/Other/proxied.bin"], [null, SECONDS, `${server.url}/d/Other/proxied.bin?sign=aGVsbG8=:0`]);
  assert.equal(Object.keys(files).filter((name) => name.startsWith("/many/")).length, 1_203);
  assert.equal(Object.keys(files).length, 1_211);
  assert.ok(!tree.includes("auth_key") && !tree.includes("evil"));
  assert.match(tree, /^many: https:\/\/vip\.123pan\.cn\/\d+\/many\/$/m, "bare names below a base");
  const lists = server.calls.filter(({ call, path: folder }) => call === "/api/fs/list" && folder === "/many");
  assert.deepEqual(lists.map(({ page, per_page: size, refresh }) => [page, size, refresh]), [[1, 1_000, false], [2, 1_000, false]]);
  assert.deepEqual(vars.MOUNTS, [{ path: "/", source: "links", tree: "URL_TREE", uid: Number(UID) }]);
  assert.equal(vars.RULES?.length ?? 0, 0, "what guests see is open");
});

test("the report names what was left out, by its path, and what its links are", async () => {
  const server = await serve();
  const { report } = await importServer(server.url);
  assert.doesNotMatch(report, / line \d/);
  const at = (entry) => `- **\`${server.url}\` \`${entry}\`:** `;
  const says = (title, entry, words) => {
    const line = section(report, title).split("\n").find((each) => each.startsWith(at(entry)));
    assert.match(line ?? "", words, `${title} ${entry}`);
  };
  says("Not brought", "/Private", /shows it to no guest: it is locked there/);
  says("Not brought", "/Broken", /can't list it \(code 500\)/);
  says("Not brought", "/..", /no tree can hold the name/);
  says("Not brought", "/Other/a\\nb", /no tree can hold the name/);
  says("Acts differently", "/Other/proxied.bin", /passes its bytes through itself\. Its address on the server stands in the tree/);
  says("Acts differently", "/Other/signed.bin", /its link is on `cjjd\.example\.net`, and may end/);
  says("Acts differently", "/Other/none.bin", /hands out no link for it/);
  assert.match(report, /links on `127\.0\.0\.1:\d+`, `dl\.example\.org` are not signed; a direct-link domain of your own belongs into `hosts`/);
  assert.match(section(report, "Acts differently"), /read as a guest.*passwords of its folders are not visible this way/);
  assert.match(section(report, "Not brought"), /settings, users, passwords, readmes and storages/);
});

test("what a user's token shows opens through share links alone, and the report says how to open it", async () => {
  const server = await serve();
  const file = path.join(scratch(), "token.txt");
  writeFileSync(file, `${TOKEN}\n`);
  const { files, report, secrets, vars } = await importServer(server.url, ["--token-file", file]);
  assert.deepEqual(files["/Private/x.txt"], [5, SECONDS, `${DIRECT}/private/x.txt`]);
  assert.deepEqual(vars.RULES, [{ path: "/", access: "link" }]);
  assert.match(section(report, "Closed, because it was unsure"), /read with a user's token.*not visible this way.*To open it/);
  assert.doesNotMatch(report, /open to everybody/);
  const site = await openSite({ ratelimits: PATIENT, vars, secrets });
  assert.equal(JSON.parse((await site.request("/-/health")).text).status, "ok");
  for (const target of ["/", "/Private/", "/Private/x.txt", "/Movies/", "/Movies/a%20b.mkv"]) {
    assert.equal((await site.request(target)).status, 404, target);
  }
});

test("a user's token opens what it may list, and is sent to this server alone, as it is", async () => {
  const server = await serve({ guests: false });
  const closed = await run(server.url, [], { API_TOKEN: TOKEN });
  assert.equal(closed.status, 2);
  assert.match(closed.stderr, /401 Guest user is disabled, login please; give a user's token/);
  assert.ok(server.calls.every(({ token }) => token === undefined), "the token of a Signpost is not sent");
  const { files } = await importServer(`${server.url}/Private`, [], { OPENLIST_TOKEN: TOKEN });
  assert.deepEqual(files, { "/x.txt": [5, SECONDS, `${DIRECT}/private/x.txt`] });
  const wrong = await run(server.url, [], { OPENLIST_TOKEN: "another" });
  assert.match(wrong.stderr, /401 token is invalidated; the token is wrong/);
});

test("--base makes links of names, and no file is asked for", async () => {
  const server = await serve();
  const { files } = await importServer(`${server.url}/Movies/`, ["--base", `${DIRECT}/elsewhere/`]);
  assert.deepEqual(files["/Season 1/e01.mkv"], [1_003, SECONDS, `${DIRECT}/elsewhere/Season 1/e01.mkv`]);
  assert.ok(server.calls.every(({ call }) => call === "/api/fs/list"));
});

test("the site is served, and each file signed by the built Worker with the key of --key-file", async () => {
  const server = await serve();
  const keys = path.join(scratch(), "key.txt");
  writeFileSync(keys, KEY);
  const { vars, secrets } = await importServer(`${server.url}/Movies`, ["--key-file", keys]);
  const site = await openSite({ ratelimits: PATIENT, vars, secrets });
  for (const [name, { url }] of Object.entries(ROOT.Movies).filter(([, node]) => isFile(node))) {
    assertSigned(assertRedirect(await site.request(encodePath(`/${name}`))), encodeURI(url));
  }
});

test("a server that is no OpenList, a path that is not there, and a wrong use are told", async () => {
  const page = await serve({ own: (_, response) => response.writeHead(200).end("<html>") });
  const { url } = await serve();
  const other = await openSite({ vars: { SITE: { alist: false } } });
  for (const [args, message] of [
    [[`${url}/nothing`], /\/nothing: the server refuses it: 500 object not found/],
    [[other.url], /and not as AList or OpenList does/],
    [[`${page.url}/Broken`], /500 failed get objs/],
    [[`${url}/Movies/Empty`], /no file in it that can be brought/],
    [["http://alist.example.com/"], /over plain http anybody on the way could read/],
    [["links.txt", ["--base", `${DIRECT}/`]].flat(), /--base is for one server/],
    [[url, "--base", "vip.123pan.cn/13/"], /--base: .* write it like/],
  ]) {
    const [target, ...more] = args;
    const { status, stderr } = await run(target, more);
    assert.equal(status, 2, `${args}: ${stderr}`);
    assert.match(stderr, message);
  }
});

test("a server's own words move no cursor of the terminal", async () => {
  const words = JSON.stringify({ code: 500, message: "a\u001b[2Jb\u009b1mc", data: null });
  const evil = http.createServer((_, response) => response.end(words));
  await new Promise((resolve) => { evil.listen(0, "127.0.0.1", resolve); });
  after(() => { evil.closeAllConnections(); evil.close(); });
  const { url } = await serve({ guests: false });
  for (const target of [`http://127.0.0.1:${evil.address().port}`, `${url}/%1b%5b2J`]) {
    const { status, stderr } = await run(target);
    assert.equal(status, 2);
    assert.doesNotMatch(stderr, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  }
});
