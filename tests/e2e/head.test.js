// HEAD of a file: answered by the Worker where a rule says so, and in proxy mode where the CDN refuses the method.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Response } from "miniflare";
import { openCdn } from "./support/cdn.js";
import { curl, rclone, scratch } from "./support/clients.js";
import { entry, openGuarded } from "./support/guarded.js";
import { ACCOUNTS, UID } from "./support/library.js";
import { through } from "./support/upstream.js";

const FILES = [
  entry("/local/a b.txt", 1_234), entry("/local/app.apk", 4_321), entry("/local/empty.txt", 0),
  entry("/via/a b.txt", 1_234), entry("/via/音乐.flac", 5_678), entry("/via/empty.bin", 0), entry("/via/missing.txt", 10),
  // Of this size the tree says nothing.
  { ...entry("/via/unknown.bin", 777), size: undefined },
];
const RULES = [{ path: "/local", head: "local" }, { path: "/via", mode: "proxy" }];
const cdn = await openCdn({ accounts: ACCOUNTS });
for (const { cdnPath, size = 777 } of FILES) if (!cdnPath.includes("missing")) cdn.put(cdnPath, { size, uid: UID });
const site = await openGuarded(FILES, RULES, { outbound: through(cdn) });
const head = (target) => site.request(encodeURI(target), { method: "HEAD" });
const MODIFIED = "Tue, 20 Jun 2023 14:00:00 GMT";

describe("head = \"local\"", { timeout: 60_000 }, () => {
  test("answers with size, type, date and ranges, and the CDN is not asked", async () => {
    cdn.forget();
    for (const [target, size, type] of [["/local/a b.txt", 1_234, "text/plain"],
      ["/local/app.apk", 4_321, "application/vnd.android.package-archive"], ["/local/empty.txt", 0, "text/plain"]]) {
      const { status, headers } = await head(target);
      assert.deepEqual([status, headers["content-length"], headers["content-type"], headers["last-modified"],
        headers["accept-ranges"], headers.location], [200, String(size), type, MODIFIED, "bytes", undefined], target);
    }
    const url = `${site.url}/local/a%20b.txt`;
    const { stdout } = await curl(cdn, ["-sI", "-o", "/dev/null", "-w", "%{http_code} %header{content-length}", url],
      { cwd: scratch() });
    assert.equal(stdout, "200 1234");
    assert.equal((await site.request("/local/a%20b.txt")).status, 302, "a GET as ever");
    assert.deepEqual(cdn.log, []);
  });

  test("rclone lists sizes and dates without a request to the CDN", async () => {
    cdn.forget();
    const listed = await rclone(cdn, ["lsf", "--format", "pst", "--http-url", `${site.url}/local/`, ":http:"],
      { cwd: scratch() });
    assert.equal(listed.status, 0, listed.stderr);
    const lines = listed.stdout.trim().split("\n").sort();
    assert.deepEqual(lines.map((line) => line.split(";").slice(0, 2)),
      [["a b.txt", "1234"], ["app.apk", "4321"], ["empty.txt", "0"]]);
    for (const line of lines) assert.equal(line.split(";")[2].slice(0, 8), "2023-06-", line);
    assert.deepEqual(cdn.log, []);
  });
});

describe("HEAD in proxy mode where the CDN refuses it", { timeout: 60_000 }, () => {
  for (const status of [405, 501]) {
    test(`${status}: is answered from what is known, or else from the first byte`, async () => {
      cdn.refuseHead(status);
      cdn.forget();
      const known = await head("/via/a b.txt");
      assert.deepEqual([known.status, known.headers["content-length"], known.headers["content-type"],
        known.headers["last-modified"], known.headers["accept-ranges"]],
      [200, "1234", "text/plain", MODIFIED, "bytes"]);
      assert.match(known.headers["content-security-policy"], /^sandbox;/);
      assert.equal(known.headers["cache-control"], "private, no-store");
      assert.deepEqual(cdn.log.map(({ method }) => method), ["HEAD"]);
      cdn.forget();
      const unknown = await head("/via/unknown.bin");
      assert.deepEqual([unknown.status, unknown.headers["content-length"], unknown.headers["content-range"],
        unknown.headers["accept-ranges"]], [200, "777", undefined, "bytes"]);
      assert.deepEqual(cdn.log.map(({ method, headers }) => [method, headers.range]),
        [["HEAD", undefined], ["GET", "bytes=0-0"]]);
      cdn.reset();
    });
  }

  for (const status of [403, 400]) {
    test(`${status}: is answered from the first byte, and a missing file is none`, async () => {
      cdn.refuseHead(status);
      for (const [target, size] of [["/via/a b.txt", 1_234], ["/via/unknown.bin", 777], ["/via/empty.bin", 0]]) {
        cdn.forget();
        const answer = await head(target);
        assert.deepEqual([answer.status, answer.headers["content-length"], answer.headers["content-range"]],
          [200, String(size), undefined], target);
        assert.deepEqual(cdn.log.map(({ method, headers }) => [method, headers.range]),
          [["HEAD", undefined], ["GET", "bytes=0-0"]], target);
      }
      assert.equal((await head("/via/missing.txt")).status, 404);
      cdn.reset();
    });
  }

  // A part of one byte would say that the file has one.
  for (const [what, status, headers] of [
    ["a part of a whole of unknown length", 206, { "Content-Range": "bytes 0-0/*", "Content-Length": "1" }],
    ["a part without its place", 206, { "Content-Length": "1" }],
    ["a whole of a length that nobody states", 200, {}],
  ]) {
    test(`a first byte that comes as ${what} is no answer`, async () => {
      const asked = [];
      const odd = await openGuarded(FILES, RULES, {
        outbound: (request) => {
          asked.push([request.method, request.headers.get("range")]);
          if (request.method === "HEAD") return new Response(null, { status: 403 });
          const bytes = new ReadableStream({ start(to) { to.enqueue(new Uint8Array(1)); to.close(); } });
          return new Response(bytes, { status, headers, encodeBody: "manual" });
        },
      });
      for (const target of ["/via/unknown.bin", "/via/a%20b.txt"]) {
        asked.length = 0;
        const answer = await odd.request(target, { method: "HEAD" });
        assert.equal(answer.status, 502, JSON.stringify(answer.headers));
        assert.notEqual(answer.headers["content-length"], "1");
        assert.equal(answer.headers["content-range"], undefined);
        assert.deepEqual(asked, [["HEAD", null], ["GET", "bytes=0-0"]]);
      }
    });
  }

  test("a GET is not touched, and a CDN that answers HEAD is asked nothing else", async () => {
    cdn.forget();
    const answer = await head("/via/a b.txt");
    assert.deepEqual([answer.status, answer.headers["content-length"]], [200, "1234"]);
    assert.deepEqual(cdn.log.map(({ method }) => method), ["HEAD"]);
    cdn.refuseHead(405);
    assert.equal((await site.request("/via/a%20b.txt")).body.length, 1_234);
    cdn.reset();
  });
});
