// Real download tools fetch the tree through the redirects, byte for byte.
import assert from "node:assert/strict";
import { readFile, truncate } from "node:fs/promises";
import path from "node:path";
import { afterEach, test } from "node:test";
import { openCdn } from "./support/cdn.js";
import { aria2c, curl, filesBelow, rclone, scratch, wget } from "./support/clients.js";
import { ACCOUNTS, FILES, KEY, TREE, UID, encodePath, fileAt, stock, treeOf } from "./support/library.js";
import { openSite } from "./support/site.js";

const cdn = await openCdn({ accounts: ACCOUNTS });
stock(cdn);
const site = await openSite({ secrets: { URL_TREE: TREE, PRIVATE_KEY: KEY, UID } });

afterEach(() => cdn.reset());

const LARGE = fileAt("/large.bin");
const link = (file) => site.url + encodePath(file.path);
const quit = (result) => `${result.stdout}\n${result.stderr}`;

/** A folder holds the whole tree, each file with the bytes of its object, besides `extra` files. */
async function assertWholeTree(folder, files, extra = () => false) {
  const found = await filesBelow(folder);
  for (const file of files) {
    assert.ok(found.has(file.path), `${file.path} is missing; there is ${[...found.keys()].join(" ")}`);
    assert.ok(found.get(file.path).equals(cdn.bytes(file.cdnPath)), `the bytes of ${file.path}`);
    found.delete(file.path);
  }
  assert.deepEqual([...found.keys()].filter((each) => !extra(each)), []);
}

test("curl -L downloads each file of the tree", async () => {
  const cwd = scratch();
  for (const [index, file] of FILES.entries()) {
    const target = path.join(cwd, String(index));
    const result = await curl(cdn, ["-fL", "-o", target, "-w", "%{num_redirects} %{http_code}", link(file)], { cwd });
    assert.deepEqual([result.status, result.stdout], [0, "1 200"], `${file.path}: ${quit(result)}`);
    assert.ok((await readFile(target)).equals(cdn.bytes(file.cdnPath)), file.path);
  }
});

test("curl -C - resumes a download that was cut short, asking the CDN for the rest only", async () => {
  const cwd = scratch();
  const target = path.join(cwd, "large.bin");
  await curl(cdn, ["-fL", "-o", target, link(LARGE)], { cwd });
  await truncate(target, 1_234_567);
  cdn.forget();
  const result = await curl(cdn, ["-fL", "-C", "-", "-o", target, link(LARGE)], { cwd });
  assert.equal(result.status, 0, quit(result));
  assert.ok((await readFile(target)).equals(cdn.bytes(LARGE.cdnPath)));
  const [request] = cdn.requestsFor(LARGE.cdnPath);
  assert.deepEqual([request.status, request.headers.range], [206, "bytes=1234567-"]);
});

test("curl -I sees the CDN's length and type behind the redirect", async () => {
  const { status, stdout } = await curl(cdn, ["-fsIL", link(LARGE)], { cwd: scratch() });
  assert.equal(status, 0);
  assert.match(stdout, /^HTTP\/1\.1 302/);
  assert.match(stdout, new RegExp(`content-length: ${LARGE.size}`, "i"));
});

test("a link works until it expires and then gets the CDN's 403; a new one works again", async () => {
  const cwd = scratch();
  const { headers: { location } } = await site.request("/hello.txt");
  const code = async (url) => (
    await curl(cdn, ["-L", "-o", path.join(cwd, "x"), "-w", "%{http_code}", url], { cwd })
  ).stdout;
  assert.equal(await code(location), "200");
  cdn.clock.advance(30 * 60 - 20);
  assert.equal(await code(location), "200", "just before");
  cdn.clock.advance(40);
  assert.equal(await code(location), "403", "just after");
  assert.equal(cdn.log.at(-1).reason, "expired");
  const failing = await curl(cdn, ["-fL", "-o", path.join(cwd, "x"), `${site.url}/hello.txt`], { cwd });
  assert.equal(failing.status, 22, "curl -f fails on the 403 of a CDN that is ahead");
  cdn.clock.reset();
  assert.equal(await code(`${site.url}/hello.txt`), "200");
});

test("without the redirect's signature the CDN gives nothing", async () => {
  for (const file of FILES.slice(0, 3)) {
    const result = await curl(cdn, ["-o", "/dev/null", "-w", "%{http_code}", file.url], { cwd: scratch() });
    assert.equal(result.stdout, "403");
  }
});

test("curl does not take a password of ours along to the CDN", async () => {
  cdn.forget();
  const args = ["-fL", "-u", "user:password", "-o", "/dev/null", link(fileAt("/hello.txt"))];
  const result = await curl(cdn, args, { cwd: scratch() });
  assert.equal(result.status, 0, quit(result));
  assert.equal(cdn.log[0].headers.authorization, undefined);
});

test("aria2c splits a large file over four connections", async () => {
  const cwd = scratch();
  cdn.forget();
  cdn.pauseMs = 50;
  const result = await aria2c(cdn, ["-x4", "-s4", "-k1M", "-o", "large.bin", link(LARGE)], { cwd });
  assert.equal(result.status, 0, quit(result));
  assert.ok((await readFile(path.join(cwd, "large.bin"))).equals(cdn.bytes(LARGE.cdnPath)));
  const ranges = cdn.requestsFor(LARGE.cdnPath).map(({ headers }) => headers.range).filter(Boolean);
  assert.ok(new Set(ranges).size >= 3, `ranges: ${ranges.join(" ")}`);
});

test("wget -c resumes too", async () => {
  const cwd = scratch();
  await wget(cdn, ["-q", "-O", "large.bin", link(LARGE)], { cwd });
  await truncate(path.join(cwd, "large.bin"), 3_000_001);
  cdn.forget();
  const result = await wget(cdn, ["-q", "-c", link(LARGE)], { cwd });
  assert.equal(result.status, 0, quit(result));
  assert.ok((await readFile(path.join(cwd, "large.bin"))).equals(cdn.bytes(LARGE.cdnPath)));
  assert.ok(cdn.requestsFor(LARGE.cdnPath).some(({ headers }) => headers.range === "bytes=3000001-"));
});

test("wget -r fetches the whole tree from the folder pages", async () => {
  // wget decodes a name twice before it writes the file: those that this changes are left out.
  const files = FILES.filter(({ path: each }) => !/%[0-9a-f]{2}/i.test(each));
  const plain = await openSite({ secrets: { URL_TREE: treeOf(files), PRIVATE_KEY: KEY, UID } });
  const cwd = scratch();
  const everything = ["-q", "-r", "-l", "inf", "-np", "-nH", "-e", "robots=off"];
  const asWritten = "--restrict-file-names=nocontrol";
  cdn.forget();
  const result = await wget(cdn, [...everything, asWritten, `${plain.url}/`], { cwd });
  assert.equal(result.status, 0, quit(result));
  await assertWholeTree(cwd, files, (name) => name.endsWith("/index.html") || name.startsWith("/-/"));
  assert.deepEqual(cdn.log.filter(({ status }) => status >= 400), []);
});

test("rclone lists and copies the whole tree from the folder pages", async () => {
  const cwd = scratch();
  const out = path.join(cwd, "out");
  const remote = ["--http-url", `${site.url}/`, ":http:"];
  const sizesAndPaths = ["-R", "--files-only", "--format", "sp", "--separator", "\t"];
  const listing = await rclone(cdn, ["lsf", ...sizesAndPaths, ...remote], { cwd });
  assert.equal(listing.status, 0, quit(listing));
  const listed = listing.stdout.trimEnd().split("\n").sort();
  assert.deepEqual(listed, FILES.map(({ path: name, size }) => `${size}\t${name.slice(1)}`).sort());
  const copy = await rclone(cdn, ["copy", ...remote, out], { cwd });
  assert.equal(copy.status, 0, quit(copy));
  await assertWholeTree(out, FILES);
});
