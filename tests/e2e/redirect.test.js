// Responses for a file: the signed 302, JSON and text formats, and other methods.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertErrorJson, assertRedirect, assertSigned } from "./support/expect.js";
import { FILES, KEY, TREE, UID, encodePath, fileAt } from "./support/library.js";
import { openSite } from "./support/site.js";

const now = () => Math.floor(Date.now() / 1000);
const HELLO = fileAt("/hello.txt");
const SECRETS = { URL_TREE: TREE, PRIVATE_KEY: KEY, UID };

const site = await openSite({ secrets: SECRETS });

test("every file answers with a 302 that is signed, never cached and sends no referrer", async () => {
  for (const file of FILES) {
    const answer = await site.request(encodePath(file.path));
    assertSigned(assertRedirect(answer), file.url);
    assert.equal(answer.body.length, 0, "a redirect needs no body");
  }
});

test("each answer has a rand of its own and expires 30 minutes after the request", async () => {
  const rands = new Set();
  for (let count = 0; count < 20; count += 1) {
    const before = now();
    const location = assertRedirect(await site.request("/hello.txt"));
    const { expires, rand } = assertSigned(location, HELLO.url);
    assert.ok(expires >= before + 1800 && expires <= now() + 1800, `${expires - before} s`);
    rands.add(rand);
  }
  assert.equal(rands.size, 20);
});

test("HEAD mirrors GET without a body", async () => {
  for (const path of ["/hello.txt", "/hello.txt?format=json", "/hello.txt?format=url", "/", "/nothing"]) {
    const [get, head] = [await site.request(path), await site.request(path, { method: "HEAD" })];
    assert.equal(head.status, get.status, path);
    assert.equal(head.body.length, 0, path);
    for (const name of ["content-type", "cache-control", "referrer-policy", "content-security-policy"]) {
      assert.equal(head.headers[name], get.headers[name], `${name} of ${path}`);
    }
  }
  const location = assertRedirect(await site.request("/hello.txt", { method: "HEAD" }));
  assertSigned(location, HELLO.url);
});

test("queries and headers of the request do not change the redirect", async () => {
  const browser = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";
  const requests = [
    ["/hello.txt?x=1&auth_key=1-2-3-4", {}],
    ["/hello.txt?", {}],
    ["/hello.txt", { range: "bytes=5-9" }],
    ["/hello.txt", { "if-none-match": "*", "if-modified-since": new Date().toUTCString() }],
    ["/hello.txt", { accept: "*/*" }],
    ["/hello.txt", { accept: browser }],
    ["/hello.txt", { accept: "image/*" }],
    ["/hello.txt", { host: "files.example.com", origin: "https://player.example", referer: "https://r/" }],
  ];
  for (const [path, headers] of requests) {
    assertSigned(assertRedirect(await site.request(path, { headers })), HELLO.url);
  }
});

test("?format=json and Accept give the file's data with a signed URL", async () => {
  const file = fileAt("/音乐/专辑/query.mp3");
  const path = encodePath(file.path);
  const ways = [
    await site.request(`${path}?format=json`),
    await site.request(path, { headers: { accept: "application/json" } }),
    await site.request(path, { headers: { accept: "application/json, text/plain;q=0.5" } }),
  ];
  for (const answer of ways) {
    assert.equal(answer.status, 200);
    assert.match(answer.headers["content-type"], /^application\/json/);
    assert.equal(answer.headers["cache-control"], "no-store");
    assert.equal(answer.headers["access-control-allow-origin"], "*");
    assert.equal(answer.headers.location, undefined);
    const { url, expires_at: expires, ...rest } = JSON.parse(answer.text);
    assert.deepEqual(rest, {
      name: "query.mp3", path: file.path, size: file.size, modified: file.modified,
    });
    assert.equal(assertSigned(url, file.url).expires, expires);
  }
});

test("the JSON of every file has the same link as its redirect", async () => {
  for (const file of FILES) {
    const { url, name, path } = await site.json(encodePath(file.path));
    assertSigned(url, file.url);
    assert.deepEqual([path, name], [file.path, file.path.split("/").at(-1)]);
  }
});

test("a redirect through the router, as for clients that may want JSON, equals one of the hot path", async () => {
  const ask = (accept) => site.request("/hello.txt", { headers: { accept } });
  const [long, short] = [await ask("text/html, application/json;q=0.1"), await ask("text/html")];
  for (const answer of [long, short]) assertSigned(assertRedirect(answer), HELLO.url);
  const headers = ({ rawHeaders }) => {
    const names = rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
    const pairs = names.map((name, index) => `${name}: ${rawHeaders[2 * index + 1]}`);
    return pairs.filter((pair) => !pair.startsWith("location:")).sort();
  };
  assert.deepEqual(headers(long), headers(short));
});

test("?format=url gives the signed URL as text", async () => {
  const answer = await site.request("/hello.txt?format=url");
  assert.equal(answer.status, 200);
  assert.match(answer.headers["content-type"], /^text\/plain/);
  assert.equal(answer.headers["cache-control"], "no-store");
  assert.equal(answer.headers["x-content-type-options"], "nosniff");
  assertSigned(answer.text.trimEnd(), HELLO.url);
});

test("a format that does not exist is refused, not guessed", async () => {
  for (const path of ["/hello.txt?format=xml", "/hello.txt?format=", "/hello.txt?format=JSON", "/?format=xml"]) {
    const answer = await site.request(path, { headers: { accept: "application/json" } });
    assertErrorJson(answer, 400);
  }
});

test("OPTIONS answers a preflight for any path", async () => {
  for (const path of ["/hello.txt", "/", "/nothing", "/-/health"]) {
    const answer = await site.request(path, {
      method: "OPTIONS",
      headers: {
        origin: "https://player.example",
        "access-control-request-method": "GET",
        "access-control-request-headers": "range",
      },
    });
    assert.equal(answer.status, 204, path);
    assert.equal(answer.headers["access-control-allow-origin"], "*");
    assert.match(answer.headers["access-control-allow-methods"], /\bGET\b.*\bHEAD\b/);
    assert.match(answer.headers["access-control-allow-headers"].toLowerCase(), /\*|\brange\b/);
    assert.ok(Number(answer.headers["access-control-max-age"]) > 0);
  }
});

test("every other method gets 405 with the ones that are allowed", async () => {
  // PROPFIND and the like must not be redirected: clients turn them into GET after a 302.
  const methods = ["POST", "PUT", "DELETE", "PATCH", "PROPFIND", "MKCOL", "MOVE", "LOCK", "REPORT", "TRACE"];
  for (const method of methods) {
    for (const path of ["/hello.txt", "/", "/nothing", "/-/health"]) {
      const answer = await site.request(path, { method });
      assert.equal(answer.status, 405, `${method} ${path}`);
      assert.equal(answer.headers.allow, "GET, HEAD, OPTIONS");
      assert.equal(answer.headers.location, undefined);
    }
  }
});

test("a missing path is a 404: a page for people, JSON for programs", async () => {
  for (const path of ["/nothing.txt", "/HELLO.TXT", "/hello", "/hello.txt/deeper", "/-/nothing", "/-/", "/-"]) {
    const page = await site.request(path);
    assert.equal(page.status, 404, path);
    assert.match(page.headers["content-type"], /^text\/html/);
    assert.match(page.headers["content-security-policy"], /default-src 'none'/);
    assert.equal(page.headers["x-content-type-options"], "nosniff");
    assertErrorJson(await site.request(path, { headers: { accept: "application/json" } }), 404);
  }
});

test("an error for ?format=json is JSON, too", async () => {
  for (const path of ["/nothing.txt", "/nothing/", "/-/nothing"]) {
    assertErrorJson(await site.request(`${path}?format=json`), 404);
  }
});

test("the Worker sends no request of its own, and no log line has a secret", async () => {
  assert.deepEqual(site.outbound, []);
  const log = site.logs.join("\n");
  for (const secret of [KEY, "auth_key", "vip.123pan.cn"]) assert.ok(!log.includes(secret), log);
});
