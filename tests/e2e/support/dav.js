// A site for WebDAV clients: open, locked, link-only, denied and hidden entries, odd names, and a CDN at another host,
// so that clients show what they pass on when they are redirected.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import path from "node:path";
import { openCdn } from "./cdn.js";
import { run, scratch } from "./clients.js";
import { openGuarded, shared } from "./guarded.js";
import { ACCOUNTS, MODIFIED, ODD_NAMES, UID, encodePath } from "./library.js";
import { through } from "./upstream.js";
import { ROOT } from "./worker.js";

/** The login of the folder `/locked`: its path as the user name, so that it holds at any address. */
export const LOGIN = { user: "/locked", password: "right-password" };
export const WRONG = { user: "/locked", password: "wrong-password" };

/** The length of a name that most file systems still take: 255 bytes. */
const LONG = `${"长".repeat(83)}x.txt`;

export const OPEN = [
  "/large.bin", "/open/deep/1/2/deep.txt", ...[...ODD_NAMES, LONG].map((name) => `/open/${name}`),
];
export const LOCKED = ["/locked/secret.txt", "/locked/内部 资料/100% #1?.txt"];
export const UNLISTED = ["/link-only/unlisted.txt"];
const DENIED = ["/denied/refused.txt"];
const HIDDEN = ["/open/concealed.nfo"];

/** Words that no stranger may ever read. */
export const CONCEALED = /locked|link-only|denied|concealed|secret|unlisted|refused|内部/;

const RULES = [
  { path: "/", hide: ["*.nfo"] },
  { path: "/locked", password: "WORD" },
  { path: "/link-only", access: "link" },
  { path: "/denied", access: "deny" },
];

/**
 * Starts a CDN and a site whose links lead to it. `site` are fields of the setting SITE, `rules` more rules, `media` maps
 * the paths of more files to their bytes, `unsized` are those of files whose size the tree doesn't say.
 */
export async function openDav({ site: fields = {}, rules = [], media = {}, unsized = [] } = {}) {
  const hosts = [];
  const cdn = await openCdn({ accounts: ACCOUNTS, hosts });
  // Clients compare host names to decide what they pass on: the site is at 127.0.0.1.
  hosts.push(`localhost:${cdn.port}`);
  const all = [...OPEN, ...LOCKED, ...UNLISTED, ...DENIED, ...HIDDEN, ...Object.keys(media)];
  const files = all.map((name) => {
    const cdnPath = `/${UID}${name}`;
    const size = name === "/large.bin" ? 3 * 1024 * 1024 + 77 : undefined;
    const { length } = cdn.put(cdnPath, { size, uid: UID, modified: MODIFIED, body: media[name] });
    return { path: name, cdnPath, size: unsized.includes(name) ? undefined : length, modified: MODIFIED, url: `http://localhost:${cdn.port}${encodePath(cdnPath)}` };
  });
  const mount = { path: "/", source: "links", tree: "URL_TREE", uid: Number(UID), private_key: "PRIVATE_KEY", hosts };
  const site = await openGuarded(files, mergeRules(rules), {
    vars: { MOUNTS: [mount], SITE: fields },
    secrets: { WORD: LOGIN.password, UID: undefined },
    outbound: through(cdn),
  });
  return new DavSite(cdn, site);
}

/** Rules with one path are one rule. */
function mergeRules(more) {
  const others = more.filter(({ path: where }) => !RULES.some((rule) => rule.path === where));
  return [...RULES.map((rule) => ({ ...rule, ...more.find((each) => each.path === rule.path) })), ...others];
}

class DavSite {
  constructor(cdn, site) {
    Object.assign(this, { cdn, site });
  }

  /** The WebDAV address of a folder; `at` is another server in front of the site. */
  address(folder = "/", at = this.site.url) {
    return `${at}/dav${encodePath(folder)}`;
  }

  /** A login by a token made for WebDAV, which opens a folder that share links alone open. */
  async token(folder = "/link-only/") {
    const { user, password } = await shared(this.site, folder, { dav: true });
    return { user, password };
  }

  bytes(name) {
    return this.cdn.bytes(`/${UID}${name}`);
  }

  /** The requests that reached the CDN for a file. */
  requestsFor(name) {
    return this.cdn.requestsFor(`/${UID}${name}`);
  }

  /** Asserts that a client found these files and no others, each with its bytes; `found` maps paths to bytes or hashes. */
  assertFiles(found, wanted) {
    assert.deepEqual([...found.keys()].toSorted(), wanted.toSorted());
    for (const name of wanted) {
      const got = found.get(name);
      assert.equal(typeof got === "string" ? got : sha256(got), sha256(this.bytes(name)), `the bytes of ${name}`);
    }
  }

  /** Asserts that the CDN was asked, and refused nothing: every link was signed. */
  assertSigned() {
    assert.ok(this.cdn.log.length > 0, "the CDN was asked");
    const refused = this.cdn.log.filter(({ status }) => status >= 400);
    assert.deepEqual(refused.map(({ path: name, reason }) => [name, reason]), []);
  }
}

export function sha256(bytes) {
  return createHash("sha256").update(bytes).digest("hex");
}

/** The paths of files as a client sees them whose root is this folder. */
export function below(folder, files) {
  return files.filter((name) => name.startsWith(`${folder}/`)).map((name) => name.slice(folder.length));
}

/**
 * Lists and downloads all below an address with a client from PyPI: `{ files, failed }`, a map of paths to hashes and the
 * paths that it could not download, or `{ error }`. `environment` is the folder of its Python.
 */
export async function crawlWithPython(client, address, { user, password } = {}, environment = "readers") {
  const python = path.join(ROOT, "target/tools", environment, "bin/python");
  const script = path.join(ROOT, "tests/e2e/support/dav_client.py");
  const login = user === undefined ? [] : [user, password];
  const { status, stdout, stderr } = await run(python, [script, client, address, ...login], { cwd: scratch() });
  assert.equal(status, 0, stderr);
  const { files, failed, error } = JSON.parse(stdout);
  return error === undefined ? { files: new Map(Object.entries(files)), failed } : { error };
}

/** The same with the package `webdav` from npm, whose errors have a status: files are mapped to their bytes. */
export async function crawlWithNpm(address, { user, password } = {}) {
  const { createClient } = await import("webdav");
  const client = createClient(address, user === undefined ? {} : { username: user, password });
  const files = new Map();
  const folders = ["/"];
  while (folders.length > 0) {
    for (const { filename, type, size } of await client.getDirectoryContents(folders.pop())) {
      if (type === "directory") folders.push(filename);
      else {
        files.set(filename, await client.getFileContents(filename));
        assert.equal(size, files.get(filename).length, filename);
      }
    }
  }
  return files;
}
