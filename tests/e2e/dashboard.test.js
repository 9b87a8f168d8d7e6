// Sites that are set up in Cloudflare's dashboard: JSON in secrets or text variables, and a tree in KV.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertRedirect, assertSigned, assertUnsigned } from "./support/expect.js";
import { KEYS } from "./support/guarded.js";
import { KEY, UID } from "./support/library.js";
import { openSite } from "./support/site.js";

const url = (name) => `http://vip.123pan.cn/${UID}/${name}`;
const TREE = `${url("a.txt")}\nlocked:\n  ${url("b.txt")}\n`;
const health = async (site) => JSON.parse((await site.request("/-/health")).text);

test("with nothing but KV and two secrets a site stands", async () => {
  const site = await openSite({ secrets: { PRIVATE_KEY: KEY, UID }, kv: { tree: TREE }, without: ["QUOTA", "ACCOUNTS", "GUESSES"] });
  assertSigned(assertRedirect(await site.request("/a.txt")), url("a.txt"));
  const { status, demo } = await health(site);
  assert.deepEqual([status, demo], ["ok", false]);
});

test("with two secrets and no tree in KV the site names the key", async () => {
  const site = await openSite({ secrets: { PRIVATE_KEY: KEY, UID } });
  const { status, text } = await site.request("/", { headers: { accept: "application/json" } });
  const [fault] = JSON.parse(text).error.faults;
  assert.deepEqual([status, fault.setting, fault.message], [503, "URL_TREE, or the KV key tree", "KV holds no tree under this key"]);
  assert.match(fault.mend, /--remote tree --path tree\.txt, or in Cloudflare's dashboard/);
});

test("a tree in KV alone takes the demo's place, with links that are not signed", async () => {
  const site = await openSite({ kv: { tree: TREE } });
  assertUnsigned(assertRedirect(await site.request("/a.txt")), url("a.txt"));
  assert.equal((await health(site)).demo, false);
});

test("SITE, MOUNTS and RULES work as JSON text in secrets", async () => {
  const secrets = {
    FILES: TREE, KEY, WORD: "open sesame", SITE_KEYS: KEYS,
    SITE: "{ \"title\": \"从控制台设置\" }",
    MOUNTS: JSON.stringify([{ path: "/", source: "links", tree: "FILES", uid: Number(UID), private_key: "KEY" }]),
    RULES: JSON.stringify([{ path: "/locked", password: "WORD" }], null, 2),
  };
  const site = await openSite({ secrets });
  assertSigned(assertRedirect(await site.request("/a.txt")), url("a.txt"));
  assert.equal((await site.request("/locked/b.txt")).status, 401);
  assert.match((await site.request("/")).text, /<title>从控制台设置/);
});

test("an error in JSON text names the secret or variable, the entry and the line, and the dashboard", async () => {
  const mounts = [{ path: "/", source: "links", tree: "FILES" }, { path: "/b", source: "links", tree: "FILES", colour: 1 }];
  const wrong = await openSite({ secrets: { FILES: TREE, MOUNTS: JSON.stringify(mounts) } });
  const faultsOf = async (site) => JSON.parse((await site.request("/", { headers: { accept: "application/json" } })).text).error.faults;
  const [field] = await faultsOf(wrong);
  assert.equal(field.setting, "the secret or variable MOUNTS, 2nd entry, colour");
  assert.match(field.mend, /dashboard under Settings, Variables and Secrets/);
  const broken = await openSite({ secrets: { URL_TREE: TREE, RULES: "[\n  { \"path\": \"/locked\" \"access\": \"deny\" }\n]" } });
  const [syntax] = await faultsOf(broken);
  assert.deepEqual([syntax.setting, syntax.line], ["the secret or variable RULES", 2]);
  assert.match(syntax.message, /expected `,` or `}`, column 23/);
  // As a table of wrangler.toml the same setting is named by that file.
  const [table] = await faultsOf(await openSite({ secrets: { FILES: TREE }, vars: { MOUNTS: mounts } }));
  assert.deepEqual([table.setting, /wrangler\.toml/.test(table.mend)], ["MOUNTS[1].colour", true]);
});

test("rules and trees that fail later are named as text, too", async () => {
  const secrets = {
    PRIVATE_KEY: KEY, SITE_KEYS: KEYS,
    MOUNTS: JSON.stringify([{ path: "/", source: "links", tree_kv: "files", uid: Number(UID), private_key: "PRIVATE_KEY" }]),
    RULES: JSON.stringify([{ path: "/gone", access: "deny" }]),
  };
  const site = await openSite({ secrets });
  const { text } = await site.request("/", { headers: { accept: "application/json" } });
  assert.equal(JSON.parse(text).error.faults[0].setting, "the secret or variable MOUNTS, 1st entry, tree_kv");
  const other = await openSite({ secrets, kv: { files: TREE } });
  await other.request("/");
  const { errors } = await health(other);
  assert.deepEqual(errors.map(({ setting }) => setting), ["the secret or variable RULES, 1st entry, path"]);
});
