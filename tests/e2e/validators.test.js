// Validators of proxied files. 123Pan's CDN uses a file's MD5 as its entity tag, and whoever knows size and MD5 can get
// the file: without `md5 = true` no response contains it, or confirms a guess.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile, truncate } from "node:fs/promises";
import path from "node:path";
import { describe, test } from "node:test";
import { Response } from "miniflare";
import { run, scratch } from "./support/clients.js";
import { assertNoViolations } from "./support/remote_mounts.js";
import { entry, openGuarded } from "./support/guarded.js";
import { openSite } from "./support/site.js";
import { SECRETS, startVendor } from "./support/vendor.js";

const FILE = "/my/video.mp4";
const TOLD = "/my/shared/readme.txt";
const LONG_AGO = "Thu, 01 Jan 1970 00:00:01 GMT";
const OTHER = "0123456789abcdef0123456789abcdef";

const vendor = await startVendor();
const site = await openSite({
  network: true,
  secrets: SECRETS,
  vars: { RULES: [{ path: "/my/shared", md5: true }], MOUNTS: [vendor.mount("personal", "/my")] },
});
const bytes = await vendor.content("/video.mp4");
const md5 = createHash("md5").update(bytes).digest();
const { headers: first } = await site.request(FILE);
const modified = first["last-modified"];

/** A response without its time, for comparison. */
function comparable({ status, rawHeaders, body }) {
  const pairs = rawHeaders.map((name, at) => [name.toLowerCase(), rawHeaders[at + 1]]).filter((_, at) => at % 2 === 0);
  return { status, headers: pairs.filter(([name]) => name !== "date"), body: body.toString("latin1") };
}

function assertNoDigest(answer, what) {
  const text = answer.rawHeaders.join("\n");
  assert.equal(answer.headers.etag, undefined, what);
  for (const form of ["hex", "base64", "base64url"]) {
    assert.ok(!text.toLowerCase().includes(md5.toString(form).toLowerCase()), `${what}: ${text}`);
  }
}

describe("without a rule that publishes the MD5", { timeout: 60_000 }, () => {
  test("no response contains the MD5", async () => {
    for (const method of ["GET", "HEAD"]) {
      for (const [headers, status] of [[{}, 200], [{ range: "bytes=0-9" }, 206], [{ range: "bytes=999999-" }, 416],
        [{ "if-modified-since": modified }, 304], [{ "if-unmodified-since": LONG_AGO }, 412]]) {
        const answer = await site.request(FILE, { method, headers });
        const what = `${method} ${JSON.stringify(headers)}`;
        if (method === "GET") assert.equal(answer.status, status, what);
        assertNoDigest(answer, what);
        assert.equal(answer.headers["last-modified"], modified, what);
      }
    }
  });

  test("no conditional request confirms a guess of the MD5", async () => {
    const forms = [(tag) => `"${tag}"`, (tag) => `W/"${tag}"`, (tag) => tag, (tag) => `"${tag.toUpperCase()}"`,
      (tag) => `"x", "${tag}"`];
    const part = { range: "bytes=0-9" };
    const conditions = ["if-none-match", "if-match", "if-range", "if-modified-since", "if-unmodified-since"];
    for (const method of ["GET", "HEAD"]) {
      for (const name of conditions) {
        for (const form of forms) {
          for (const others of [{}, part, { ...part, "if-range": modified }]) {
            const ask = (tag) => site.request(FILE, { method, headers: { ...others, [name]: form(tag) } });
            const [right, wrong] = [await ask(md5.toString("hex")), await ask(OTHER)];
            const what = `${method} ${name}: ${form(OTHER)} ${JSON.stringify(others)}`;
            assert.deepEqual(comparable(right), comparable(wrong), what);
            assertNoDigest(right, what);
          }
        }
      }
    }
  });

  test("an old entity tag does not match: the file is sent whole, or not at all", async () => {
    const tag = `"${OTHER}"`;
    for (const [headers, status] of [[{ range: "bytes=0-9", "if-range": tag }, 200], [{ "if-none-match": tag }, 200],
      [{ "if-none-match": tag, "if-modified-since": modified }, 200], [{ "if-match": tag }, 412],
      [{ "if-match": "*" }, 200], [{ range: "bytes=0-9", "if-match": tag }, 412]]) {
      const answer = await site.request(FILE, { headers });
      assert.equal(answer.status, status, JSON.stringify(headers));
      assert.ok(status !== 200 || answer.body.equals(bytes), JSON.stringify(headers));
    }
  });

  test("downloads resume, and browsers revalidate, by Last-Modified", async () => {
    for (const [headers, status, body] of [
      [{ range: "bytes=10-19", "if-range": modified }, 206, bytes.subarray(10, 20)],
      [{ range: "bytes=10-19", "if-range": LONG_AGO }, 200, bytes],
      [{ range: "bytes=10-19", "if-unmodified-since": modified }, 206, bytes.subarray(10, 20)],
      [{ "if-modified-since": modified }, 304, Buffer.alloc(0)],
      [{ "if-modified-since": LONG_AGO }, 200, bytes],
    ]) {
      const answer = await site.request(FILE, { headers });
      assert.equal(answer.status, status, JSON.stringify(headers));
      assert.ok(answer.body.equals(body), JSON.stringify(headers));
    }
    const cwd = scratch();
    const clients = [["curl", "-q", "-sSf", "-C", "-"], ["wget", "-q", "-c"], ["aria2c", "-q", "-c", "--no-conf"]];
    for (const [program, ...args] of clients) {
      const name = `${program}.mp4`;
      const output = program === "wget" ? ["-O", name] : ["-o", name];
      const fetched = () => run(program, [...args, ...output, site.url + FILE], { cwd });
      assert.equal((await fetched()).status, 0, program);
      await truncate(path.join(cwd, name), 123_456);
      const { status, stderr } = await fetched();
      assert.equal(status, 0, `${program}: ${stderr}`);
      assert.ok((await readFile(path.join(cwd, name))).equals(bytes), program);
    }
  });
});

test("with a rule that publishes the MD5 the entity tag is passed on, and conditions use it", async () => {
  const body = await vendor.content("/shared/readme.txt");
  const etag = `"${createHash("md5").update(body).digest("hex")}"`;
  for (const [headers, status] of [[{}, 200], [{ "if-none-match": etag }, 304], [{ "if-match": `"${OTHER}"` }, 412],
    [{ range: "bytes=0-3", "if-range": etag }, 206], [{ range: "bytes=0-3", "if-range": `"${OTHER}"` }, 200]]) {
    const answer = await site.request(TOLD, { headers });
    assert.deepEqual([answer.status, answer.headers.etag], [status, etag], JSON.stringify(headers));
  }
});

describe("another upstream", () => {
  const NOW = "Tue, 14 Nov 2023 22:13:20 GMT";
  const LATER = "Wed, 15 Nov 2023 22:13:20 GMT";
  const WHOLE = "0123456789";
  const HASHED = {
    etag: `"${OTHER}"`, "content-md5": "ASNFZ4mrze8BI0VniavN7w==", digest: "md5=ASNFZ4mrze8BI0VniavN7w==",
    "repr-digest": "md5=:ASNFZ4mrze8BI0VniavN7w==:", "content-digest": "md5=:ASNFZ4mrze8BI0VniavN7w==:",
    "x-amz-meta-md5": OTHER, "x-amz-checksum-md5": OTHER, "x-oss-hash-crc64ecma": "1", "x-oss-meta-md5": OTHER,
    "x-cos-meta-md5": OTHER, "x-goog-hash": "md5=ASNFZ4mrze8BI0VniavN7w==", "x-bs-meta-md5": OTHER,
  };
  const open = (outbound, rule = {}) =>
    openGuarded([entry("/via/a.txt", 10)], [{ path: "/via", mode: "proxy", ...rule }], { outbound });

  test("no header with a digest is passed on, whatever the rule", async () => {
    for (const isMd5Published of [false, true]) {
      const own = await open(() => new Response(WHOLE, { headers: { ...HASHED, "last-modified": NOW } }), { md5: isMd5Published });
      const { headers } = await own.request("/via/a.txt");
      for (const name of Object.keys(HASHED)) {
        assert.equal(headers[name], isMd5Published && name === "etag" ? HASHED.etag : undefined, name);
      }
      assert.equal(headers["last-modified"], NOW);
    }
  });

  test("without support for If-Range no two versions are spliced", async () => {
    const asked = [];
    const parts = (request) => {
      asked.push(request.headers.get("range"));
      const headers = { ...HASHED, "last-modified": LATER, "content-length": "10" };
      if (asked.at(-1) === null) return new Response(WHOLE, { headers });
      return new Response("56789", { status: 206, headers: { ...headers, "content-length": "5",
        "content-range": "bytes 5-9/10" } });
    };
    for (const rule of [{}, { md5: true }]) {
      const own = await open(parts, rule);
      const ask = (condition) => own.request("/via/a.txt", { headers: { range: "bytes=5-", "if-range": condition } });
      const changed = await ask(NOW);
      assert.deepEqual([changed.status, changed.text, changed.headers["content-range"]], [200, WHOLE, undefined]);
      const same = await ask(LATER);
      assert.deepEqual([same.status, same.text], [206, "56789"]);
    }
    const own = await open(parts, { md5: true });
    for (const [tag, want] of [[HASHED.etag, 206], ["\"other\"", 200], [`W/${HASHED.etag}`, 200]]) {
      const headers = { range: "bytes=5-", "if-range": tag };
      assert.equal((await own.request("/via/a.txt", { headers })).status, want, tag);
    }
  });

  test("a file older than the visitor's copy is another version", async () => {
    // As the vendor's store has it: the date is that of the first upload of these bytes, by anybody.
    const older = (request) => {
      const since = Date.parse(request.headers.get("if-modified-since"));
      const headers = { ...HASHED, "last-modified": NOW };
      return since >= Date.parse(NOW) ? new Response(null, { status: 304, headers }) : new Response(WHOLE, { headers });
    };
    const own = await open(older);
    const ask = (date) => own.request("/via/a.txt", { headers: { "if-modified-since": date } });
    const [changed, same] = [await ask(LATER), await ask(NOW)];
    assert.deepEqual([changed.status, changed.text], [200, WHOLE]);
    assert.deepEqual([same.status, same.headers.etag], [304, undefined]);
  });
});

test("the fake vendor noted no violation", () => assertNoViolations(vendor));
