// `signpost import`: a backup of OpenList, and a list of links, become sites that act as the report says.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { readFile, readdir, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, test } from "node:test";
import { openCdn } from "./support/cdn.js";
import { scratch } from "./support/clients.js";
import { PATIENT, basic, signpost, signpostBytes } from "./support/guarded.js";
import { ACCOUNTS, KEY, UID, encodePath } from "./support/library.js";
import { openSite, send } from "./support/site.js";
import { find, told, verifySite } from "./support/verify.js";
import { SECRETS, startVendor } from "./support/vendor.js";
import { ROOT } from "./support/worker.js";

const BACKUP = JSON.parse(await readFile(path.join(ROOT, "tests/data/openlist_backup.json"), "utf8"));
const TOKEN = "openlist-made-up-token-for-tests";
const CDN = `http://vip.123pan.cn/${UID}`;

/** The files of the storage `/pan`: their paths in OpenList, and at the CDN. */
const FILES = {
  "/pan/setup v2.exe": `/${UID}/soft/setup v2.exe`,
  "/pan/读我.txt?ver=2": `/${UID}/soft/读我.txt`,
  "/pan/Software/good.bin": `/${UID}/soft/good.bin`,
  "/pan/Software/old.bak": `/${UID}/soft/old.bak`,
  "/pan/Software/deep/~temp": `/${UID}/soft/deep/~temp`,
  "/pan/Photos/2025/a.jpg": `/${UID}/photos/2025/a.jpg`,
};
const ORIGIN_URLS = [
  "Ignored:",
  `\t1048576:1700000000:${CDN}/soft/setup%20v2.exe`,
  `${CDN}/soft/读我.txt?ver=2`,
  "Software:",
  `  1700000001:${CDN}/soft/good.bin`,
  `  ${CDN}/soft/old.bak`,
  "  deep:",
  `    ${CDN}/soft/deep/~temp`,
  "Photos:",
  "  2025:",
  `    ${CDN}/photos/2025/a.jpg`,
].join("\n");

const cdn = await openCdn({ accounts: ACCOUNTS });
for (const cdnPath of Object.values(FILES)) cdn.put(cdnPath, { uid: UID });
const vendor = await startVendor();

/** The fixture, with the accounts of the fakes in its storages; `change` edits it further. */
function backup(change = () => {}) {
  const copy = structuredClone(BACKUP);
  const storage = (path) => copy.storages.find((each) => each.mount_path === path);
  const set = (path, fields) => {
    const addition = { ...JSON.parse(storage(path).addition), ...fields };
    storage(path).addition = JSON.stringify(addition);
  };
  set("/pan", { origin_urls: ORIGIN_URLS, private_key: KEY, uid: Number(UID) });
  set("/drive", { username: SECRETS.PAN_USER, password: SECRETS.PAN_PASSWORD });
  set("/open", { ClientID: SECRETS.OPEN_ID, ClientSecret: SECRETS.OPEN_SECRET, DirectLink: false, root_folder_id: "0" });
  storage("/drive").disabled = false;
  copy.users.find((user) => user.username === "guest").disabled = false;
  // One password that can be set, in place of one that is too short.
  copy.metas.find((meta) => meta.path === "/drive").password = "drive word";
  change(copy);
  return copy;
}

/** Imports a file with the command line: `{ folder, settings, secrets, report, stdout }`. */
async function importFile(name, text, args = []) {
  const folder = scratch();
  const file = path.join(folder, name);
  await writeFile(file, text);
  const out = path.join(folder, "site");
  const { status, stdout, stderr } = await signpost(["import", file, "--out", out, ...args]);
  assert.equal(status, 0, stderr);
  const read = (each) => readFile(path.join(out, each), "utf8");
  const names = await readdir(out);
  return {
    out, names, stdout,
    settings: await read("wrangler.part.toml"),
    secrets: names.includes("secrets.json") ? JSON.parse(await read("secrets.json")) : {},
    report: await read("REPORT.md"),
  };
}

/** The variables of the project's wrangler.toml with the imported part at its end, as wrangler reads them. */
async function variables(imported) {
  const { unstable_readConfig: readConfig } = await import("wrangler");
  const file = path.join(imported.out, "wrangler.toml");
  const own = await readFile(path.join(ROOT, "wrangler.toml"), "utf8");
  await writeFile(file, `${own}\n${imported.settings}`);
  return readConfig({ config: file }, { hideWarnings: true }).vars;
}

/** The site of an import. Its mounts of 123Pan call the fake vendor. */
async function openImported(imported, options = {}) {
  const vars = await variables(imported);
  for (const mount of vars.MOUNTS.filter(({ source }) => source !== "links")) {
    const { api, login } = vendor.mount(mount.source, mount.path);
    Object.assign(mount, { api, ...(login && { login }) });
  }
  return openSite({ network: true, ratelimits: PATIENT, vars, secrets: imported.secrets, ...options });
}

/** OpenList's signature of a path, for ever. */
function sign(path) {
  const mac = createHmac("sha256", TOKEN).update(`${path}:0`).digest("base64");
  return `${mac.replaceAll("+", "-").replaceAll("/", "_")}:0`;
}

/** The bytes to which a redirect of the site leads at the CDN. */
async function follow(answer) {
  assert.equal(answer.status, 302, answer.text);
  const url = new URL(answer.headers.location);
  const got = await send({ port: cdn.port, path: url.pathname + url.search, headers: { host: url.host } });
  assert.equal(got.status, 200, `${url}: ${got.headers["x-refused"]}`);
  return got.body;
}

const status = async (site, target, headers = {}) => (await site.request(target, { headers })).status;
const names = async (site, folder, headers = {}) => {
  const answer = await site.request(`${encodePath(folder)}?format=json`, { headers });
  assert.equal(answer.status, 200, answer.text);
  return JSON.parse(answer.text).entries.map(({ name }) => name);
};

describe("a backup of OpenList", async () => {
  const imported = await importFile("openlist_backup.json", JSON.stringify(backup()));
  const site = await openImported(imported);

  test("loads without errors, and its files are as private as they have to be", async () => {
    const { status: health, errors = [] } = JSON.parse((await site.request("/-/health")).text);
    assert.equal(health, "ok", JSON.stringify(errors));
    const { mode } = await stat(path.join(imported.out, "secrets.json"));
    assert.equal(mode & 0o777, 0o600);
    for (const secret of [KEY, SECRETS.PAN_PASSWORD, SECRETS.OPEN_SECRET, "family", TOKEN]) {
      assert.ok(JSON.stringify(imported.secrets).includes(secret));
      assert.ok(!`${imported.report}${imported.settings}${imported.stdout}`.includes(secret), secret);
    }
  });

  test("verify finds no leak in it but the budget that no backup has", async () => {
    await variables(imported);
    const { rows } = await verifySite(site, [], { config: path.join(imported.out, "wrangler.toml"), cdnPort: cdn.port });
    assert.deepEqual(told(rows, "leak").filter((row) => !row.startsWith("limits ")), []);
    for (const locked of ["/pan/Photos", "/drive"]) assert.equal(find(rows, "closed", locked)?.outcome, "ok", locked);
    // A share without an account is only listed, and the other host does not exist.
    const failed = told(rows, "failed").filter((row) => !/^files \/from-friend\/|files\.example\.org/.test(row));
    assert.deepEqual(failed, []);
  });

  test("every open file keeps its path, and the CDN takes its link", async () => {
    for (const file of ["/pan/setup v2.exe", "/pan/读我.txt?ver=2", "/pan/Software/good.bin"]) {
      const body = await follow(await site.request(encodePath(file)));
      assert.deepEqual(body, cdn.bytes(FILES[file]), file);
    }
    const manual = await site.request(encodePath("/urls/Docs/手册.pdf"));
    assert.equal(manual.headers.location, "https://files.example.org/manual.pdf");
  });

  test("locks ask for their passwords, and a nearer meta without one opens nothing", async () => {
    for (const target of ["/pan/Photos/", "/pan/Photos/2025/", "/pan/Photos/2025/a.jpg", "/drive/", "/drive/docs/"]) {
      assert.equal(await status(site, target), 401, target);
      assert.equal(await status(site, target, basic("wrong word")), 401, target);
    }
    await follow(await site.request("/pan/Photos/2025/a.jpg", { headers: basic("family") }));
    assert.match(imported.report, /`\/pan\/Photos\/2025`:\*\* it has no password.*stays closed/);
    assert.deepEqual(await names(site, "/pan/"), ["Ignored", "Photos", "Software", "setup v2.exe", "读我.txt?ver=2"]);
  });

  test("what metas hide is neither listed nor opened, in folders below either", async () => {
    assert.deepEqual(await names(site, "/pan/Software/"), ["deep", "good.bin"]);
    assert.deepEqual(await names(site, "/pan/Software/deep/"), []);
    for (const target of ["/pan/Software/old.bak", "/pan/Software/deep/~temp"]) {
      assert.equal(await status(site, target), 404, target);
      assert.equal(await status(site, `${target}?sign=${sign(target)}`), 404, target);
    }
    assert.match(imported.report, /`hide` `\\\.bak\$`: `\*\.bak`/);
  });

  test("published signatures live on, also behind a lock", async () => {
    const file = "/pan/Photos/2025/a.jpg";
    await follow(await site.request(`${file}?sign=${sign(file)}`));
    assert.equal(await status(site, `${file}?sign=${sign("/pan/Photos/2025/b.jpg")}`), 401);
    const moved = await site.request(`/d${file}?sign=${sign(file)}`);
    const answer = moved.status === 302 && !moved.headers.location.startsWith("/")
      ? moved : await site.request(moved.headers.location);
    await follow(answer);
  });

  test("drives, shares and the open platform list what 123Pan lists", async () => {
    const root = (await vendor.children("/")).filter(({ trashed }) => !trashed).map(({ name }) => name);
    for (const [folder, headers] of [["/open/", {}], ["/drive/", basic("drive word")]]) {
      const listed = await names(site, folder, headers);
      assert.ok(listed.length > 0 && listed.every((name) => root.includes(name)), `${folder}: ${listed}`);
    }
    assert.ok((await names(site, "/from-friend/")).length > 0);
  });
});

test("a backup without guests is a site that opens nothing but published links", async () => {
  const text = JSON.stringify(backup((copy) => {
    copy.users.find((user) => user.username === "guest").disabled = true;
  }));
  const imported = await importFile("backup.json", text);
  assert.match(imported.report, /user `guest` is disabled/);
  const site = await openImported(imported);
  for (const target of ["/", "/pan/", "/pan/setup%20v2.exe", "/pan/Photos/", "/drive/", "/open/", "/from-friend/"]) {
    assert.equal(await status(site, target), 404, target);
    assert.equal(await status(site, target, basic("family")), 404, target);
  }
  const file = "/pan/setup v2.exe";
  await follow(await site.request(`${encodePath(file)}?sign=${encodeURIComponent(sign(file))}`));
});

test("pasted links become folders, and a key signs them", async () => {
  const paths = ["films/a b.mkv", "films/中文.mkv", "music/c.mp3"];
  const text = paths.map((each) => `${CDN}/share/${encodePath(each)}`).join("\n");
  for (const each of paths) cdn.put(`/${UID}/share/${each}`, { uid: UID });
  const keys = path.join(scratch(), "key.txt");
  await writeFile(keys, KEY);
  const imported = await importFile("links.txt", text, ["--key-file", keys]);
  const site = await openImported(imported);
  assert.deepEqual(await names(site, "/"), ["films", "music"]);
  for (const each of paths) {
    assert.deepEqual(await follow(await site.request(encodePath(`/${each}`))), cdn.bytes(`/${UID}/share/${each}`));
  }
});

test("a tree that is too large for secrets is served from KV under the key that the report names", async () => {
  const link = (n) => `${CDN}/many/${(n * 2_654_435_761 % 2 ** 32).toString(16)}${(n * n * 7_919).toString(36)}.bin`;
  const text = Array.from({ length: 30_000 }, (_, n) => link(n + 1)).join("\n");
  const imported = await importFile("links.txt", text);
  assert.match(imported.report, /wrangler kv key put --binding KV --remote url-tree --path url-tree\.packed/);
  // As the report says: compiled first.
  const packed = signpostBytes(["pack", "--kv", path.join(imported.out, "tree.txt")]);
  const site = await openImported(imported, { kv: { "url-tree": packed } });
  const answer = await site.request(`/${link(7).split("/").at(-1)}`);
  assert.equal(answer.headers.location, link(7));
});
