// SDKs for AList from PyPI: they list, get, search and download as a guest, with a password, and with the API's token.
import assert from "node:assert/strict";
import path from "node:path";
import { describe, test } from "node:test";
import { openCdn } from "../e2e/support/cdn.js";
import { proxied, run, scratch } from "../e2e/support/clients.js";
import { API_TOKEN, entry, openGuarded } from "../e2e/support/guarded.js";
import { ACCOUNTS, UID } from "../e2e/support/library.js";
import { through } from "../e2e/support/upstream.js";
import { ROOT } from "../e2e/support/worker.js";

const OPEN = [entry("/Movies/a b.mkv", 30), entry("/Movies/剧 [1]+&.mkv", 40), entry("/top.txt", 10)];
const LOCKED = [entry("/locked/s.mkv", 50), entry("/locked/深/t.mkv", 60)];
const LINKED = [entry("/linked/l.mkv", 70)];
const FILES = [...OPEN, ...LOCKED, ...LINKED];
const PASSWORD = "open sesame 1";
const cdn = await openCdn({ accounts: ACCOUNTS });
for (const { cdnPath, size } of FILES) cdn.put(cdnPath, { size, uid: UID });

/** Through the Worker, since aiohttp knows no proxy that would lead it to the fake CDN. */
const RULES = [
  { path: "/", mode: "proxy" }, { path: "/locked", password: "LOCKED" }, { path: "/linked", access: "link" },
];
const site = await openGuarded(FILES, RULES, {
  secrets: { LOCKED: PASSWORD }, vars: { SITE: { title: "Films" } }, outbound: through(cdn),
});

/** What an SDK makes of the site; see alist_sdks.py. */
async function use(sdk, { user = "", password = "", token = "" } = {}) {
  const script = path.join(ROOT, "tests/clients/support/alist_sdks.py");
  const python = path.join(ROOT, "target/tools/alist_sdks/bin/python");
  const { status, stdout, stderr } = await run(python, [script, sdk, site.url, user, password, token],
    { cwd: scratch(), env: proxied(cdn) });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout.trim().split("\n").at(-1));
}

const bytesOf = (files) => Object.fromEntries(files.map(({ path: file, size }) => [file, size]));
const films = (files) => files.map(({ path: file }) => file).filter((file) => file.endsWith(".mkv")).toSorted();

function assertHas(got, files) {
  assert.deepEqual(got.sizes, bytesOf(files));
  assert.deepEqual(got.files, bytesOf(files));
  assert.deepEqual(got.found.toSorted(), films(files));
}

describe("alist-sdk", () => {
  test("reads what is public as a guest", async () => {
    const got = await use("alist-sdk");
    assertHas(got, OPEN);
    assert.deepEqual([got.me, got.dirs, got.exists], ["guest", ["Movies"], false]);
    assert.deepEqual(got.missing, [500, "object not found"]);
  });

  test("reads what a password opens", async () => {
    const got = await use("alist-sdk", { user: "/locked", password: PASSWORD });
    assert.equal(got.me, "/locked");
    assertHas(got, [...OPEN, ...LOCKED]);
  });

  test("reads all with the API's token", async () => {
    assertHas(await use("alist-sdk", { token: API_TOKEN }), FILES);
  });
});

describe("alist3", () => {
  test("reads what is public as a guest", async () => {
    const got = await use("alist3");
    assertHas(got, OPEN);
    assert.deepEqual([got.me, got.title], ["guest", "Films"]);
  });

  test("logs in by a hash, which is refused with a message, and reads all with the API's token", async () => {
    const got = await use("alist3", { user: "/locked", password: PASSWORD, token: API_TOKEN });
    assert.match(got.login, /\/api\/auth\/login/);
    assert.equal(got.me, "admin");
    assertHas(got, FILES);
  });
});
