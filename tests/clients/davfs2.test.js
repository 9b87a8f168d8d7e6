// davfs2 mounts the site: the kernel's files, for any program.
import assert from "node:assert/strict";
import { chmodSync, chownSync, mkdirSync, statSync } from "node:fs";
import { readFile, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { beforeEach, describe, test } from "node:test";
import { run } from "../e2e/support/clients.js";
import { LOCKED, LOGIN, OPEN, UNLISTED, WRONG, below } from "../e2e/support/dav.js";
import { habits, openClients, report, whyNoFuse } from "./support/clients.js";
import { mountPoint, namesBelow } from "./support/mounts.js";

const skip = whyNoFuse({ root: true });
const clients = await openClients({ site: { dav: "login" } });
const { dav, cdn, address, forget } = clients;
const open = await openClients();
beforeEach(() => { forget(); open.forget(); });

/** In the root of a mount davfs2 shows a folder of its own. */
const OWN = "/lost+found";

/** Mounts an address, and unmounts after the test file: `{ status, stderr, point }`. */
async function mount(url, login, more = []) {
  const { cwd, point } = mountPoint(["umount", "-i"], hasEnded);
  const cache = path.join(cwd, "cache");
  mkdirSync(cache);
  // The process that serves a mount runs as the user davfs2.
  const { gid } = statSync("/var/cache/davfs2");
  chmodSync(cwd, 0o755);
  chownSync(cache, 0, gid);
  chmodSync(cache, 0o770);
  // Newer kernels (seen: 6.18) read a folder in larger pieces than davfs2 1.6 takes by default.
  const settings = ["use_locks 0", "ask_auth 0", "follow_redirect 1", "buf_size 64", `cache_dir ${cache}`, ...more];
  if (login) {
    const secrets = path.join(cwd, "secrets");
    await writeFile(secrets, `${url} ${login.user} ${login.password}\n`, { mode: 0o600 });
    settings.push(`secrets ${secrets}`);
  }
  const config = path.join(cwd, "davfs2.conf");
  await writeFile(config, settings.map((line) => `${line}\n`).join(""), { mode: 0o600 });
  return { point, ...(await run("/sbin/mount.davfs", ["-o", `ro,conf=${config}`, url, point], { cwd })) };
}

/** Whether no process of davfs2 has this mount in its arguments. */
async function hasEnded(point) {
  const ids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const commands = await Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, "utf8").catch(() => "")));
  return !commands.some((command) => command.includes("mount.davfs") && command.split("\0").includes(point));
}

async function version() {
  const { stdout, stderr } = await run("/sbin/mount.davfs", ["--version"], { cwd: "/" });
  return /davfs2 (\S+)/.exec(stdout + stderr)[1];
}

async function assertSame(point, names, source) {
  for (const name of names) assert.ok((await readFile(path.join(point, name))).equals(source.bytes(name)), name);
}

describe("davfs2", { skip }, () => {
  test("shows what is open, and reads each file", async () => {
    const { status, stderr, point } = await mount(open.address("/"));
    assert.equal(status, 0, stderr);
    const names = (await namesBelow(point)).filter((name) => !name.startsWith(OWN));
    assert.deepEqual(names.toSorted(), OPEN.toSorted());
    // In its cache a file's name is longer by seven bytes.
    const readable = OPEN.filter((name) => Buffer.byteLength(path.basename(name)) <= 248);
    assert.equal(readable.length, OPEN.length - 1);
    await assertSame(point, readable, open.dav);
    open.dav.assertSigned();
  });

  test("logs in when it is challenged, and shows the folder that the password opens", async () => {
    const { status, stderr, point } = await mount(address("/"), LOGIN);
    assert.equal(status, 0, stderr);
    const names = (await namesBelow(point)).filter((name) => !name.startsWith(OWN));
    assert.deepEqual(names.toSorted(), [...OPEN, ...LOCKED].toSorted());
    await assertSame(point, LOCKED, dav);
    const expected = { login: "after a challenge", follows: true, passesPassword: false, passesReferer: false };
    report("davfs2", await version(), habits(clients), expected);
  });

  test("with a token shows the folder that it was made for", async () => {
    const { status, stderr, point } = await mount(address("/"), await dav.token());
    assert.equal(status, 0, stderr);
    const names = (await namesBelow(point)).filter((name) => !name.startsWith(OWN));
    assert.deepEqual(names.toSorted(), [...OPEN, ...UNLISTED].toSorted());
    await assertSame(point, UNLISTED, dav);
  });

  test("mounts a locked folder with its password alone", async () => {
    const { status, stderr, point } = await mount(open.address("/locked/"), LOGIN);
    assert.equal(status, 0, stderr);
    const names = (await namesBelow(point)).filter((name) => !name.startsWith(OWN));
    assert.deepEqual(names.toSorted(), below("/locked", LOCKED).toSorted());
    for (const login of [WRONG, undefined]) {
      const refused = await mount(open.address("/locked/"), login);
      assert.notEqual(refused.status, 0);
      assert.match(refused.stderr, /Could not authenticate|authentication/i);
    }
  });

  test("without follow_redirect reads nothing, which dav = \"proxy\" is for", async () => {
    const { point } = await mount(open.address("/"), undefined, ["follow_redirect 0"]);
    await assert.rejects(readFile(path.join(point, "large.bin")));
    assert.deepEqual(open.cdn.log, []);
    const streamed = await openClients({ rules: [{ path: "/", dav: "proxy" }] });
    const proxied = await mount(streamed.address("/"), undefined, ["follow_redirect 0"]);
    await assertSame(proxied.point, ["/large.bin", "/open/100%25.txt"], streamed.dav);
    streamed.dav.assertSigned();
  });

  test("can't write", async () => {
    const { point } = await mount(open.address("/"));
    await assert.rejects(writeFile(path.join(point, "new.txt"), "x"), { code: "EROFS" });
  });
});
