// rclone mounts the site.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { beforeEach, describe, test } from "node:test";
import { rclone, run, scratch } from "../e2e/support/clients.js";
import { LOCKED, LOGIN, OPEN, UNLISTED, WRONG } from "../e2e/support/dav.js";
import { habits, openClients, report, whyNoFuse } from "./support/clients.js";
import { bytesAt, mountPoint, namesBelow } from "./support/mounts.js";

const clients = await openClients();
const { dav, cdn, address, forget } = clients;
beforeEach(forget);

/** Mounts an address, and unmounts after the test file: `{ status, stderr, point }`. */
async function mount(url, login, more = []) {
  const { cwd, point } = mountPoint(["fusermount3", "-u"]);
  const env = {
    RCLONE_WEBDAV_URL: url, RCLONE_WEBDAV_VENDOR: "other",
    ...(login && { RCLONE_WEBDAV_USER: login.user, RCLONE_WEBDAV_PASS: await obscured(login.password) }),
  };
  const args = ["--read-only", "--daemon", "--cache-dir", path.join(cwd, "cache"), "--retries=1", "--low-level-retries=1"];
  const config = ["--config", path.join(cwd, "no-such.conf")];
  return { point, ...(await run("rclone", ["mount", ":webdav:", point, ...args, ...config, ...more], { cwd, env })) };
}

async function obscured(password) {
  const { stdout } = await rclone(cdn, ["obscure", password], { cwd: scratch() });
  return stdout.trim();
}

async function version() {
  const { stdout } = await rclone(cdn, ["version"], { cwd: scratch() });
  return /^rclone v?(\S+)/.exec(stdout)[1];
}

describe("rclone mount", { skip: whyNoFuse() }, () => {
  test("shows what is open, and reads each file", async () => {
    const { status, stderr, point } = await mount(address("/"));
    assert.equal(status, 0, stderr);
    assert.deepEqual((await namesBelow(point)).toSorted(), OPEN.toSorted());
    const original = path.join(scratch(), "original");
    for (const name of OPEN) {
      await writeFile(original, dav.bytes(name));
      const { status: differs, stdout } = await run("cmp", [original, path.join(point, name)], { cwd: "/" });
      assert.equal(differs, 0, `${name}: ${stdout}`);
    }
    dav.assertSigned();
  });

  test("reads from the middle of a file, and asks the CDN for that alone", async () => {
    const { point } = await mount(address("/"), undefined, ["--vfs-read-chunk-size=64k", "--buffer-size=0"]);
    const offset = 2_500_003;
    const got = await bytesAt(path.join(point, "large.bin"), offset, 1_000);
    assert.ok(got.equals(dav.bytes("/large.bin").subarray(offset, offset + 1_000)));
    const ranges = cdn.requestsFor("/1812000499/large.bin").map(({ headers }) => headers.range);
    assert.ok(ranges.some((range) => Number(/^bytes=(\d+)-/.exec(range)?.[1]) > 2_000_000), ranges.join(" "));
  });

  test("with a password shows the folder that it opens; a Referer tells the CDN the address, the password stays", async () => {
    const { point } = await mount(address("/"), LOGIN);
    assert.deepEqual((await namesBelow(point)).toSorted(), [...OPEN, ...LOCKED].toSorted());
    for (const name of LOCKED) {
      const { length } = dav.bytes(name);
      assert.ok((await bytesAt(path.join(point, name), 0, length + 1)).equals(dav.bytes(name)), name);
    }
    const expected = { login: "at once", follows: true, passesPassword: false, passesReferer: true };
    report("rclone", await version(), habits(clients), expected);
    assert.ok(cdn.log.every(({ headers }) => headers.referer.startsWith(address("/"))));
  });

  test("with a token shows the folder that it was made for", async () => {
    const { point } = await mount(address("/"), await dav.token());
    assert.deepEqual((await namesBelow(point)).toSorted(), [...OPEN, ...UNLISTED].toSorted());
    assert.ok((await bytesAt(path.join(point, UNLISTED[0]), 0, 9_999)).equals(dav.bytes(UNLISTED[0])));
  });

  test("with an empty Referer tells the CDN nothing", async () => {
    const { point } = await mount(address("/"), undefined, ["--header", "Referer:"]);
    await bytesAt(path.join(point, "large.bin"), 0, 10);
    assert.deepEqual(cdn.log.map(({ headers }) => headers.referer || undefined), [undefined]);
  });

  test("with a wrong password, or none, shows nothing of a locked folder", async () => {
    for (const login of [WRONG, undefined]) {
      // It mounts whatever it is told, and fails at the first listing.
      const { point } = await mount(address("/locked/"), login);
      await assert.rejects(namesBelow(point), { code: "EIO" });
    }
    assert.deepEqual(cdn.log, []);
  });
});
