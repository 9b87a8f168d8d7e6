// A file of a tree that does not say its size: the listing has none either, and clients differ in what they make of it.
import assert from "node:assert/strict";
import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { beforeEach, describe, test } from "node:test";
import { rclone, run, scratch } from "../e2e/support/clients.js";
import { crawlWithPython, sha256 } from "../e2e/support/dav.js";
import { openClients, whyNoFuse } from "./support/clients.js";
import { mountPoint } from "./support/mounts.js";

const NAME = "/films/unsized.bin";
const clients = await openClients({ media: { [NAME]: Buffer.alloc(100_000, 7) }, unsized: [NAME] });
const { dav, cdn, forget } = clients;
const address = clients.address("/films/");
const remote = ["--webdav-url", address, ":webdav:"];
beforeEach(forget);

describe("a file of unknown size", () => {
  test("is copied by rclone with --ignore-size alone", async () => {
    const cwd = scratch();
    const copy = await rclone(cdn, ["copy", ...remote, "out"], { cwd });
    assert.equal(copy.status, 1);
    assert.match(copy.stderr, /sizes differ 0 vs 100000/);
    const again = await rclone(cdn, ["copy", "--ignore-size", ...remote, "out"], { cwd });
    assert.equal(again.status, 0, again.stderr);
    assert.ok((await readFile(path.join(cwd, "out/unsized.bin"))).equals(dav.bytes(NAME)));
  });

  test("is empty in a mount of rclone", { skip: whyNoFuse() }, async () => {
    const { cwd, point } = mountPoint(["fusermount3", "-u"]);
    const { status, stderr } = await run("rclone", ["mount", "--webdav-url", address, ":webdav:", point, "--daemon", "--read-only"], { cwd });
    assert.equal(status, 0, stderr);
    assert.equal((await stat(path.join(point, "unsized.bin"))).size, 0);
    assert.deepEqual(cdn.log, []);
  });

  test("is downloaded by webdavclient3 and webdav4", async () => {
    for (const [client, environment] of [["webdavclient3", "readers"], ["webdav4", "dav_clients"]]) {
      const { files, error } = await crawlWithPython(client, address, {}, environment);
      assert.deepEqual([error, files?.get("/unsized.bin")], [undefined, sha256(dav.bytes(NAME))]);
    }
  });

  test("is downloaded by webdav from npm, which lists it as empty", async () => {
    const { createClient } = await import("webdav");
    const client = createClient(address);
    assert.equal((await client.getDirectoryContents("/"))[0].size, 0);
    assert.ok((await client.getFileContents("/unsized.bin")).equals(dav.bytes(NAME)));
  });

  test("makes OpenDAL refuse the folder's listing", async () => {
    const { error } = await crawlWithPython("opendal", address, {}, "dav_clients");
    assert.match(error, /does not contain file content length/);
  });
});
