// Configuration errors: 503 pages that name the setting and how to fix it, and no secret.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { assertErrorJson } from "./support/expect.js";
import { FILES, KEY, TREE, UID } from "./support/library.js";
import { textOf } from "./support/page.js";
import { openSite } from "./support/site.js";
import { ROOT as REPOSITORY } from "./support/worker.js";

/** Folders of the library's tree. */
const FOLDERS = new Set(FILES.flatMap(({ path }) => (
  path.split("/").slice(1, -1).map((_, index, names) => names.slice(0, index + 1).join("/"))
))).size;
const LINE = "sentinel-name.txt:https://vip.123pan.cn/13/sentinel-tail.txt\n";
const MOUNT = { path: "/", source: "links", tree: "URL_TREE", uid: 13, private_key: "PRIVATE_KEY" };
const SECRETS = { URL_TREE: LINE, PRIVATE_KEY: "sentinel-key" };
const mount = (changes) => ({ vars: { MOUNTS: [{ ...MOUNT, ...changes }] }, secrets: SECRETS });
const SIMPLE = { ...SECRETS, UID: "13" };
const packed = (text) => ({ secrets: { ...SIMPLE, URL_TREE: text } });
const TREE_ERRORS = `${LINE}\todd\n   three: \na:12k:https://vip.123pan.cn/sentinel-tail\nftp://sentinel-tail/\n`;

/** What is wrong → `[options, words that the setting's name holds, lines]`. */
const BROKEN = {
  "MOUNTS is a text": [{ vars: { MOUNTS: "/" }, secrets: SECRETS }, ["MOUNTS"]],
  "MOUNTS is an object": [{ vars: { MOUNTS: MOUNT }, secrets: SECRETS }, ["MOUNTS"]],
  "a mount is no object": [{ vars: { MOUNTS: ["/"] }, secrets: SECRETS }, ["MOUNTS"]],
  "a field that does not exist": [mount({ vaild_minutes: 5 }), ["MOUNTS", "vaild_minutes"]],
  "a source that does not exist": [mount({ source: "ftp" }), ["MOUNTS", "source"]],
  "no source": [mount({ source: undefined }), ["MOUNTS", "source"]],
  "no path": [mount({ path: undefined }), ["MOUNTS", "path"]],
  "a path without a slash": [mount({ path: "movies" }), ["MOUNTS", "path"]],
  "a path with dots": [mount({ path: "/a/../b" }), ["MOUNTS", "path"]],
  "a path of the site's own": [mount({ path: "/-/x" }), ["MOUNTS", "path"]],
  "two mounts at one path": [{ vars: { MOUNTS: [MOUNT, MOUNT] }, secrets: SECRETS }, ["MOUNTS", "path"]],
  "no tree": [mount({ tree: undefined }), ["MOUNTS", "tree"]],
  "two trees": [mount({ tree_kv: "tree" }), ["MOUNTS", "tree"]],
  "a key without a uid": [mount({ uid: undefined }), ["MOUNTS", "uid"]],
  "a uid with a fraction": [mount({ uid: 1.5 }), ["MOUNTS", "uid"]],
  "a negative uid": [mount({ uid: -13 }), ["MOUNTS", "uid"]],
  "a password named but not set": [
    { vars: { RULES: [{ path: "/", password: "P" }] }, secrets: SIMPLE }, ["RULES[0]", "password"],
  ],
  "a tree with a part missing": [{ secrets: { ...SIMPLE, URL_TREE_3: LINE } }, ["URL_TREE_2"]],
  "no lifetime at all": [mount({ valid_minutes: 0 }), ["MOUNTS", "valid_minutes"]],
  "a lifetime of more than a week": [mount({ valid_minutes: 10_081 }), ["MOUNTS", "valid_minutes"]],
  "a negative lifetime": [mount({ valid_minutes: -1 }), ["MOUNTS", "valid_minutes"]],
  "a host that is a URL": [mount({ hosts: ["https://cdn.example.com/"] }), ["MOUNTS", "hosts"]],
  "a path form that does not exist": [mount({ path_form: "raw" }), ["MOUNTS", "path_form"]],
  "a title that is no text": [{ vars: { SITE: { title: 5 } }, secrets: SIMPLE }, ["SITE", "title"]],
  "a secret named but not set": [mount({ private_key: "OTHER_KEY" }), ["MOUNTS", "private_key"]],
  "a tree named but not set": [mount({ tree: "OTHER_TREE" }), ["MOUNTS", "tree"]],
  "a key where its secret's name belongs": [mount({ private_key: "sentinel-key" }), ["MOUNTS", "private_key"]],
  "a tree where its secret's name belongs": [mount({ tree: LINE }), ["MOUNTS", "tree"]],
  "a KV key without a value": [mount({ tree: undefined, tree_kv: "no-such-key" }), ["MOUNTS", "tree_kv"]],
  "a key without its uid": [{ secrets: SECRETS }, ["UID"]],
  "a uid that is no number": [{ secrets: { ...SECRETS, UID: "13x" } }, ["UID"]],
  "a uid and a key without a tree": [{ secrets: { PRIVATE_KEY: "sentinel-key", UID: "13" } }, ["URL_TREE"]],
  "a packed tree that isn't base64": [packed("deflate:sentinel-tail!!"), ["URL_TREE"]],
  "a packed tree cut short": [packed("deflate:7cEBAQAAAIIg/69uSEAB"), ["URL_TREE"]],
  "a tree with four errors": [packed(TREE_ERRORS), ["URL_TREE"], [2, 3, 4, 5]],
};

for (const [what, [options, words, lines]] of Object.entries(BROKEN)) {
  test(`${what}: the site answers 503 with the setting and the hint`, async () => {
    const site = await openSite(options);
    const answers = [];
    for (const path of ["/", "/sentinel-name.txt", "/nothing/"]) {
      const page = await site.request(path);
      assert.equal(page.status, 503, path);
      assert.match(page.headers["content-type"], /^text\/html/);
      assert.equal(page.headers["cache-control"], "no-store");
      const shown = textOf(page.text);
      for (const word of words) assert.ok(shown.includes(word), `${word} on the page: ${shown}`);
      for (const line of lines ?? []) assert.match(shown, new RegExp(`\\b${line}\\b`));
      const json = await site.request(path, { headers: { accept: "application/json" } });
      assertErrorJson(json, 503);
      answers.push(page, json);
    }
    const answer = await site.request("/-/health");
    const { status, errors } = JSON.parse(answer.text);
    assert.equal(status, "broken");
    assert.ok(errors.length > 0);
    for (const error of errors) {
      for (const name of ["setting", "message", "mend"]) assert.ok(error[name]?.length > 2, JSON.stringify(error));
      assert.ok(textOf(answers[0].text).includes(error.mend), `${error.mend} on the page`);
    }
    for (const word of words) assert.ok(JSON.stringify(errors).includes(word), answer.text);
    if (lines) assert.deepEqual(errors.map(({ line }) => line), lines);
    const output = [...answers, answer].map(({ text, rawHeaders }) => text + rawHeaders).join() + site.logs.join();
    assert.doesNotMatch(output, /sentinel-(key|tail)|123pan\.cn|289ds32418bxdba/);
    assert.equal((await site.request("/", { method: "OPTIONS" })).status, 204);
    assert.equal((await site.request("/", { method: "POST" })).status, 405);
  });
}

test("health has version, mounts and warnings, and neither a secret nor a link", async () => {
  const version = /^version = "([^"]+)"/m.exec(readFileSync(`${REPOSITORY}/Cargo.toml`, "utf8"))[1];
  const site = await openSite({
    secrets: { URL_TREE: `${TREE}foreign.txt:https://foreign.example/sentinel-tail.txt\n`, PRIVATE_KEY: KEY, UID },
  });
  for (const accept of ["*/*", "text/html", "application/json"]) {
    const answer = await site.request("/-/health", { headers: { accept } });
    assert.equal(answer.status, 200);
    assert.match(answer.headers["content-type"], /^application\/json/);
    assert.equal(answer.headers["cache-control"], "no-store");
    const health = JSON.parse(answer.text);
    assert.equal(health.version, version);
    assert.equal(health.status, "ok");
    assert.deepEqual(health.errors, []);
    const [{ path, source, entries, signed }] = health.mounts;
    assert.deepEqual([path, source, entries, signed], ["/", "links", FILES.length + FOLDERS + 1, true]);
    const last = TREE.split("\n").length;
    assert.ok(health.warnings.some(({ lines }) => lines.includes(last)), "a foreign host's line");
    assert.doesNotMatch(answer.text, new RegExp(`sentinel|123pan|foreign|hello\\.txt|音乐|${KEY}|://[a-z0-9]`));
  }
});

test("an error in a later part of a tree is reported with its line in that part", async () => {
  const secrets = { ...SIMPLE, URL_TREE_2: `${LINE}\tbad\n`, URL_TREE_3: "worse" };
  const site = await openSite({ secrets });
  const { errors } = await site.json("/-/health");
  assert.deepEqual(errors.map(({ setting, line }) => [setting, line]), [["URL_TREE_2", 2], ["URL_TREE_3", 1]]);
});

test("an ambiguous line of a tree is a warning with its line number, and the site serves", async () => {
  const at = (name) => `https://vip.123pan.cn/13/${name}`;
  const tree = [
    `1687269600:${at("lone.txt")}`, at("twice.txt"), at("twice.txt"), "http://vip.123pan.cn/13/plain.txt",
    "https://foreign.example/x.txt", "folder:", `      ${at("deep.txt")}`, "Base: https://vip.123pan.cn/13/",
    "  bare%20name.txt", at("frag.txt#part"), `"~mine":${at("reserved.txt")}`,
  ].join("\n");
  const site = await openSite({ secrets: { ...SIMPLE, URL_TREE: tree } });
  const { status, warnings, errors } = await site.json("/-/health");
  assert.deepEqual([status, errors], ["ok", []]);
  const lines = warnings.flatMap((warning) => warning.lines).sort((a, b) => a - b);
  assert.deepEqual(lines, [1, 3, 4, 5, 7, 9, 10, 11]);
  for (const { message, mend } of warnings) assert.ok(message.length > 5 && mend.length > 5);
  assert.equal((await site.request("/folder/deep.txt")).status, 302);
});

test("a site whose configuration is corrected serves again with the next deploy", async () => {
  const site = await openSite(mount({ valid_minutes: 0 }));
  assert.equal((await site.request("/sentinel-name.txt")).status, 503);
  await site.restart(mount({ valid_minutes: 1 }));
  assert.equal((await site.request("/sentinel-name.txt")).status, 302);
});
