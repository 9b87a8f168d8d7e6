// Real WebDAV clients: curl, rclone, a package from PyPI and one from npm. `make clients` tries more.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { beforeEach, describe, test } from "node:test";
import { curl, filesBelow, rclone, scratch } from "./support/clients.js";
import { CONCEALED, LOCKED, LOGIN, OPEN, UNLISTED, WRONG, below, crawlWithNpm, crawlWithPython, openDav } from "./support/dav.js";
import { KEYS, linked, shared } from "./support/guarded.js";

const dav = await openDav();
const { cdn } = dav;
beforeEach(() => cdn.forget());

/** rclone's options of a remote at an address. */
async function remote(address, login) {
  const options = ["--webdav-url", address, "--webdav-vendor", "other"];
  if (login === undefined) return options;
  const { stdout } = await rclone(cdn, ["obscure", login.password], { cwd: scratch() });
  return [...options, "--webdav-user", login.user, "--webdav-pass", stdout.trim()];
}

const listed = (stdout) => stdout.trimEnd().split("\n").map((name) => `/${name}`);

describe("curl", () => {
  test("gets each file of a listing through a redirect, without the password", async () => {
    const cwd = scratch();
    for (const [name, login] of [["/open/100%25.txt"], ["/open/hash#mark.txt"], [LOCKED[1], LOGIN]]) {
      const args = ["-fL", "-o", "file", "-w", "%{num_redirects}", dav.address(name)];
      const { status, stdout, stderr } = await curl(cdn, login ? ["-u", `x:${login.password}`, ...args] : args, { cwd });
      assert.deepEqual([status, stdout], [0, "1"], stderr);
      assert.ok((await readFile(path.join(cwd, "file"))).equals(dav.bytes(name)), name);
    }
    dav.assertSigned();
    for (const { headers } of cdn.log) assert.equal(headers.authorization, undefined);
  });

  test("sees in PROPFIND what a stranger may, and is challenged for what is locked", async () => {
    const cwd = scratch();
    const propfind = ["-X", "PROPFIND", "-H", "Depth: 1", "-w", "\n%{http_code}"];
    const { stdout } = await curl(cdn, [...propfind, dav.address("/")], { cwd });
    assert.match(stdout, /\n207$/);
    assert.match(stdout, />\/dav\/large\.bin</);
    assert.doesNotMatch(stdout, CONCEALED);
    for (const folder of ["/locked/", "/locked/nothing/"]) {
      const answer = await curl(cdn, ["-i", ...propfind, dav.address(folder)], { cwd });
      assert.match(answer.stdout, /\n401$/);
      assert.match(answer.stdout, /^www-authenticate: Basic /im);
    }
  });
});

describe("rclone", () => {
  test("lists and copies what is open", async () => {
    const cwd = scratch();
    const options = await remote(dav.address("/"));
    const { status, stdout, stderr } = await rclone(cdn, ["lsf", "-R", "--files-only", ...options, ":webdav:"], { cwd });
    assert.equal(status, 0, stderr);
    assert.deepEqual(listed(stdout).toSorted(), OPEN.toSorted());
    const copy = await rclone(cdn, ["copy", ...options, ":webdav:", "out"], { cwd });
    assert.equal(copy.status, 0, copy.stderr);
    dav.assertFiles(await filesBelow(path.join(cwd, "out")), OPEN);
    dav.assertSigned();
  });

  test("with the password of a folder copies that too, and passes no password on", async () => {
    const cwd = scratch();
    const options = await remote(dav.address("/"), LOGIN);
    const copy = await rclone(cdn, ["copy", ...options, ":webdav:", "out"], { cwd });
    assert.equal(copy.status, 0, copy.stderr);
    dav.assertFiles(await filesBelow(path.join(cwd, "out")), [...OPEN, ...LOCKED]);
    for (const { headers } of cdn.log) assert.equal(headers.authorization, undefined);
  });

  test("with a wrong password, or none, gets nothing from the folder", async () => {
    const cwd = scratch();
    for (const login of [WRONG, undefined]) {
      const options = await remote(dav.address("/locked"), login);
      const copy = await rclone(cdn, ["copy", ...options, ":webdav:", "out"], { cwd });
      assert.notEqual(copy.status, 0);
      assert.match(copy.stderr, /401 Unauthorized/);
    }
    assert.deepEqual(cdn.log, []);
  });
});

describe("what share links alone open", () => {
  test("opens by a token of `signpost link --dav`, at the root as well", async () => {
    const { user, password } = await linked("/link-only/", ["--dav"], KEYS);
    const cwd = scratch();
    const copy = await rclone(cdn, ["copy", ...(await remote(dav.address("/"), { user, password })), ":webdav:", "out"], { cwd });
    assert.equal(copy.status, 0, copy.stderr);
    dav.assertFiles(await filesBelow(path.join(cwd, "out")), [...OPEN, ...UNLISTED]);
    for (const { headers } of cdn.log) assert.equal(headers.authorization, undefined);
    const other = await rclone(cdn, ["lsf", ...(await remote(dav.address("/locked"), { user, password })), ":webdav:"], { cwd });
    assert.match(other.stderr, /401 Unauthorized/);
  });

  test("opens by a share link's address without a login, and no more does", async () => {
    const link = await shared(dav.site, "/link-only/");
    const token = link.path.split("/")[1];
    const cwd = scratch();
    const address = `${dav.site.url}/${token}/dav/link-only/`;
    const copy = await rclone(cdn, ["copy", ...(await remote(address)), ":webdav:", "out"], { cwd });
    assert.equal(copy.status, 0, copy.stderr);
    const found = await filesBelow(path.join(cwd, "out"));
    assert.deepEqual([...found.keys()], below("/link-only", UNLISTED));
    const stranger = await rclone(cdn, ["lsf", ...(await remote(dav.address("/link-only/"))), ":webdav:"], { cwd });
    assert.match(stranger.stderr, /not found|404/i);
  });
});

describe("webdavclient3", () => {
  test("lists and downloads what is open", async () => {
    const { files, failed, error } = await crawlWithPython("webdavclient3", dav.address("/"));
    assert.deepEqual([error, failed], [undefined, {}]);
    dav.assertFiles(files, OPEN);
  });

  test("gets a locked folder with its password alone", async () => {
    const { files, failed, error } = await crawlWithPython("webdavclient3", dav.address("/locked/"), LOGIN);
    assert.deepEqual([error, failed], [undefined, {}]);
    dav.assertFiles(new Map([...files].map(([name, hash]) => [`/locked${name}`, hash])), LOCKED);
    cdn.forget();
    for (const login of [WRONG, undefined]) {
      assert.match((await crawlWithPython("webdavclient3", dav.address("/locked/"), login)).error, /401/);
    }
    assert.deepEqual(cdn.log, []);
  });
});

describe("webdav from npm", () => {
  test("lists and downloads what is open", async () => {
    dav.assertFiles(await crawlWithNpm(dav.address("/")), OPEN);
    dav.assertSigned();
  });

  test("gets a locked folder with its password alone", async () => {
    const found = await crawlWithNpm(dav.address("/locked/"), LOGIN);
    assert.deepEqual([...found.keys()].toSorted(), below("/locked", LOCKED).toSorted());
    cdn.forget();
    for (const login of [WRONG, undefined]) {
      await assert.rejects(crawlWithNpm(dav.address("/locked/"), login), { status: 401 });
    }
    assert.deepEqual(cdn.log, []);
  });
});
