// gio, by which Nautilus and other programs of GNOME open WebDAV, in a session of its own.
import assert from "node:assert/strict";
import { readFile, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { beforeEach, describe, test } from "node:test";
import { run, scratch } from "../e2e/support/clients.js";
import { LOCKED, LOGIN, OPEN, UNLISTED, WRONG, below } from "../e2e/support/dav.js";
import { encodePath } from "../e2e/support/library.js";
import { habits, openClients, report } from "./support/clients.js";

const clients = await openClients();
const login = await openClients({ site: { dav: "login" } });
const { address, forget } = clients;
beforeEach(() => { forget(); login.forget(); });

/** The address of a folder for gio, with a user in it. */
function davAddress(url, user) {
  const { host, pathname } = new URL(url);
  return `dav://${user === undefined ? "" : `${encodeURIComponent(user)}@`}${host}${pathname}`;
}

/** Runs a script of bash in a new session, in a folder of its own: `{ status, stdout, stderr, cwd }`. */
async function inSession(script) {
  const cwd = scratch();
  await writeFile(path.join(cwd, "script.sh"), `set -eu\n${script}`);
  // Else gvfs mounts itself in the session's folder, too.
  const env = { GVFS_DISABLE_FUSE: "1", XDG_RUNTIME_DIR: cwd, XDG_CONFIG_HOME: cwd, XDG_DATA_HOME: cwd };
  return { cwd, ...(await run("dbus-run-session", ["--", "bash", "script.sh"], { cwd, env })) };
}

const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/** Mounts an address, lists each folder and copies each of these files: `{ status, stderr, names, files }`. */
async function copyAll(url, files, { user, password } = {}) {
  const root = davAddress(url, user).replace(/\/$/, "");
  const folders = [...new Set(files.map((name) => path.posix.dirname(name)))];
  const steps = [
    `${password === undefined ? "" : `echo ${quoted(password)} | `}gio mount ${quoted(`${root}/`)} </dev/stdin`,
    ...folders.map((folder, at) => `gio list -h ${quoted(root + encodePath(folder))} >list-${at}`),
    ...files.map((name, at) => `gio copy ${quoted(root + encodePath(name))} copy-${at}`),
  ];
  const { status, stderr, cwd } = await inSession(steps.join("\n"));
  const kept = await readdir(cwd);
  const bytes = files.map(async (name, at) => [name, kept.includes(`copy-${at}`) && (await readFile(path.join(cwd, `copy-${at}`)))]);
  const lists = folders.map(async (folder, at) => (
    kept.includes(`list-${at}`) ? [folder, (await readFile(path.join(cwd, `list-${at}`), "utf8")).split("\n").filter(Boolean)] : [folder, []]
  ));
  return { status, stderr, files: new Map(await Promise.all(bytes)), lists: new Map(await Promise.all(lists)) };
}

/** The names in a folder: files and folders. */
function namesIn(folder, files) {
  const inside = folder === "/" ? files : below(folder, files);
  return [...new Set(inside.map((name) => name.split("/")[1]))];
}

async function version() {
  const { stdout } = await run("gio", ["version"], { cwd: "/" });
  return stdout.trim();
}

describe("gio", () => {
  test("lists what is open, and copies each file", async () => {
    const { status, stderr, files, lists } = await copyAll(address("/"), OPEN);
    assert.equal(status, 0, stderr);
    clients.dav.assertFiles(files, OPEN);
    for (const [folder, names] of lists) assert.deepEqual(names.toSorted(), namesIn(folder, OPEN).toSorted(), folder);
    clients.dav.assertSigned();
  });

  test("asks for the password of a locked folder, and sends it to the site alone", async () => {
    const inside = below("/locked", LOCKED);
    const { status, stderr, files } = await copyAll(address("/locked/"), inside, LOGIN);
    assert.equal(status, 0, stderr);
    for (const name of inside) assert.ok(files.get(name).equals(clients.dav.bytes(`/locked${name}`)), name);
    const expected = { login: "after a challenge", follows: true, passesPassword: false, passesReferer: false };
    report("gio", await version(), habits(clients), expected);
  });

  test("asks for it at the root where the site challenges there, and shows all that it opens", async () => {
    const all = [...OPEN, ...LOCKED];
    const { status, stderr, files, lists } = await copyAll(login.address("/"), all, LOGIN);
    assert.equal(status, 0, stderr);
    login.dav.assertFiles(files, all);
    assert.deepEqual(lists.get("/").toSorted(), namesIn("/", all).toSorted());
  });

  test("with a token shows the folder that it was made for", async () => {
    const { status, stderr, files } = await copyAll(login.address("/"), UNLISTED, await login.dav.token());
    assert.equal(status, 0, stderr);
    login.dav.assertFiles(files, UNLISTED);
  });

  test("mounts nothing with a wrong password, or none", async () => {
    for (const wrong of [WRONG, undefined]) {
      const { status, stderr } = await copyAll(address("/locked/"), [], wrong);
      assert.equal(status, 2, stderr);
      assert.match(stderr, /Unauthorized/);
    }
    assert.deepEqual(clients.cdn.log, []);
  });
});
