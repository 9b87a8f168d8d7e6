// `signpost pull --openlist` against a fake of the API that AList and OpenList share: the tree that it writes is served
// by the built Worker.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import http from "node:http";
import path from "node:path";
import { after, test } from "node:test";
import { scratch } from "./support/clients.js";
import { assertRedirect, assertSigned } from "./support/expect.js";
import { signpost } from "./support/guarded.js";
import { KEY, UID, encodePath } from "./support/library.js";
import { openSite } from "./support/site.js";

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
  Other: { "proxied.bin": { size: -1, sign: "aGVsbG8=:0", raw: "http://alist.example.com/p/Other/proxied.bin" } },
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
    if (request.url === "/api/fs/get") return say(200, { raw_url: node.raw ?? `${node.url}?auth_key=1-2-${UID}-3`, sign: node.sign ?? "" });
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

const pull = (url, args = [], env = {}) => signpost(["pull", "--openlist", url, ...args], { env });

/** The files of a tree: `path`, `[size, modified, url]`. */
function check(tree) {
  const { files, errors } = JSON.parse(signpost(["check", "--json", "-"], { input: tree }));
  assert.deepEqual(errors, []);
  return Object.fromEntries(files.map((file) => [file.path, [file.size, file.modified, decodeURIComponent(file.url)]]));
}

test("a guest's files are a tree with sizes, times and direct links without signatures", async () => {
  const server = await serve();
  const { status, stdout, stderr } = await pull(server.url);
  assert.equal(status, 0, stderr);
  const files = check(stdout);
  assert.deepEqual(files["/Movies/a b.mkv"], [1_000, SECONDS, `${DIRECT}/movies/a b.mkv`]);
  assert.deepEqual(files["/Movies/c: \"d\".mkv"], [1_001, SECONDS, `${DIRECT}/movies/c: "d".mkv`]);
  assert.deepEqual(files["/Movies/renamed.exe"], [1_002, SECONDS, `${DIRECT}/8209290`]);
  assert.deepEqual(files["/Other/proxied.bin"], [null, SECONDS, `${server.url}/d/Other/proxied.bin?sign=aGVsbG8=:0`]);
  assert.equal(Object.keys(files).filter((name) => name.startsWith("/many/")).length, 1_203);
  assert.equal(Object.keys(files).length, 1_208);
  assert.ok(!stdout.includes("auth_key") && !stdout.includes("evil"));
  assert.match(stdout, /^many: https:\/\/vip\.123pan\.cn\/\d+\/many\/$/m, "bare names below a base");
  assert.match(stderr, /\/Private: locked/);
  assert.match(stderr, /\/Broken: could not be read in full/);
  assert.match(stderr, /\/Other\/proxied\.bin: has no direct link/);
  assert.match(stderr, /\/\.\.: no path of a site can hold this name/);
  const lists = server.calls.filter(({ call, path: folder }) => call === "/api/fs/list" && folder === "/many");
  assert.deepEqual(lists.map(({ page, per_page: size, refresh }) => [page, size, refresh]), [[1, 1_000, false], [2, 1_000, false]]);
});

test("a user's token opens what it may list, and is sent to this server alone, as it is", async () => {
  const server = await serve({ guests: false });
  const closed = await pull(server.url, [], { API_TOKEN: TOKEN });
  assert.equal(closed.status, 2);
  assert.match(closed.stderr, /401 Guest user is disabled, login please; give a user's token/);
  assert.ok(server.calls.every(({ token }) => token === undefined), "the token of a Signpost is not sent");
  const file = path.join(scratch(), "token.txt");
  writeFileSync(file, `${TOKEN}\n`);
  for (const [args, env] of [[["--token-file", file], {}], [[], { OPENLIST_TOKEN: TOKEN }]]) {
    const { status, stdout, stderr } = await pull(`${server.url}/Private`, args, env);
    assert.equal(status, 0, stderr);
    assert.deepEqual(check(stdout), { "/x.txt": [5, SECONDS, `${DIRECT}/private/x.txt`] });
    assert.ok(!`${stdout}${stderr}`.includes(TOKEN));
  }
  const wrong = await pull(server.url, [], { OPENLIST_TOKEN: "another" });
  assert.match(wrong.stderr, /401 token is invalidated; the token is wrong/);
});

test("--base makes links of names, and no file is asked for", async () => {
  const server = await serve();
  const { stdout } = await pull(`${server.url}/Movies/`, ["--base", `${DIRECT}/elsewhere/`]);
  assert.deepEqual(check(stdout)["/Season 1/e01.mkv"], [1_003, SECONDS, `${DIRECT}/elsewhere/Season 1/e01.mkv`]);
  assert.ok(server.calls.every(({ call }) => call === "/api/fs/list"));
});

test("the tree is served, and each file signed by the built Worker", async () => {
  const server = await serve();
  const { stdout } = await pull(`${server.url}/Movies`);
  const site = await openSite({ secrets: { URL_TREE: stdout, PRIVATE_KEY: KEY, UID } });
  for (const [name, { url }] of Object.entries(ROOT.Movies).filter(([, node]) => isFile(node))) {
    assertSigned(assertRedirect(await site.request(encodePath(`/${name}`))), encodeURI(url));
  }
});

test("a server that is no OpenList, and a path that is not there, are told", async () => {
  const page = await serve({ own: (_, response) => response.writeHead(200).end("<html>") });
  const { url } = await serve();
  const other = await openSite();
  for (const [target, message] of [
    [`${url}/nothing`, /\/nothing: the server refuses it: 500 object not found/],
    [other.url, /and not as AList or OpenList does/],
    [`${page.url}/Broken`, /500 failed get objs/],
  ]) {
    const { status, stderr } = await pull(target);
    assert.equal(status, 2);
    assert.match(stderr, message);
  }
});

test("a token goes over plain http in one's own network alone", async () => {
  const { status, stderr } = await pull("http://alist.invalid", [], { OPENLIST_TOKEN: TOKEN });
  assert.equal(status, 2);
  assert.match(stderr, /over plain http anybody on the way could read the token/);
});

test("a server's own words move no cursor of the terminal", async () => {
  const server = await serve({ guests: false, own: (_, response) => response.end() });
  const evil = http.createServer((_, response) => response.end(JSON.stringify({ code: 500, message: "a\u001b[2Jb\u009b1mc", data: null })));
  await new Promise((resolve) => { evil.listen(0, "127.0.0.1", resolve); });
  after(() => { evil.closeAllConnections(); evil.close(); });
  for (const url of [`http://127.0.0.1:${evil.address().port}`, `${server.url}/%1b%5b2J`]) {
    const { status, stderr } = await pull(url);
    assert.equal(status, 2);
    assert.doesNotMatch(stderr, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  }
});
