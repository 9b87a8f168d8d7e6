// Attacks: header injection, foreign hosts, raw bytes, and names that are markup.
import assert from "node:assert/strict";
import { test } from "node:test";
import { KEY, UID, encodePath } from "./support/library.js";
import { links, rows } from "./support/page.js";
import { openSite } from "./support/site.js";

// No slash in any of them: a name can't contain one.
const NAMES = [
  "<script>alert(1)<!--.txt", "\"><img src=x onerror=alert(1)>.txt", "' onmouseover='alert(1).txt",
  "&lt;b&gt;&amp;.txt", "javascript:alert(1)", "data:text,x.txt", "{{7*7}}${7*7}.txt",
  "line\nbreak.txt", "a\r\nSet-Cookie: x=1.txt", "tab\there.txt", "\u202etxt.exe", "\u2028sep.txt",
];
const FOLDER = "\"><script>alert(2)<!--";
const quote = (name) => `"${name.replace(/["\\]/g, "\\$&")}"`;
const file = (name) => `http://vip.123pan.cn/${UID}/${encodeURIComponent(name)}`;
const tree = [
  ...NAMES.map(file),
  `${quote(FOLDER)}:`, `  ${file("inside.txt")}`,
  "evil.example:", `  ${file("evil.txt")}`,
  `${quote("\\\\evil.example")}:`, `  ${file("evil2.txt")}`,
].join("\n");
const site = await openSite({ secrets: { URL_TREE: tree, PRIVATE_KEY: KEY, UID } });

test("names that are markup are shown as text and stay clickable", async () => {
  for (const path of ["/", `${encodePath(`/${FOLDER}`)}/`, "/%3Cscript%3Ealert(3)%3C/script%3E", "/%22%3E%3Cb%3E"]) {
    const { text } = await site.request(path);
    assert.doesNotMatch(text, /<script>alert|<img src=x|<b>/i, path);
    for (const [tag] of text.matchAll(/<[a-z][^>]*>/gi)) assert.doesNotMatch(tag, /\son[a-z]+\s*=/i, path);
  }
  const { text } = await site.request("/");
  const names = rows(text).map((row) => row.text.trim().replace(/\/$/, ""));
  for (const name of NAMES) assert.ok(names.includes(name.trim()), JSON.stringify([name, names]));
  for (const { href } of links(text)) assert.doesNotMatch(href, /^(javascript|data):|^\/\/|^\\/i);
  for (const row of rows(text).filter(({ href }) => !href.endsWith("/"))) {
    assert.equal((await site.request(new URL(row.href, "http://x/").pathname)).status, 302, row.href);
  }
});

test("no path injects a header, a line or a foreign host into a response", async () => {
  const paths = [
    "/%0d%0aSet-Cookie:%20x=1", "/%0d%0a%0d%0a%3Cscript%3E", "/a%0aX-Injected:%201/",
    "/evil.example%0d%0aX-Injected:%201",
    "/?x=%0d%0aX-Injected:%201", "/evil.example?%0d%0aX-Injected:%201",
    `${encodePath(`/${FOLDER}`)}?x=%0d%0aX-Injected:1`,
    "/?format=%0d%0aX-Injected:%201", "/%E5%98%8A%E5%98%8DX-Injected:%201", "/a%0d%0aSet-Cookie%3A%20x%3D1.txt",
  ];
  for (const path of paths) {
    for (const headers of [{}, { accept: "application/json" }]) {
      const answer = await site.request(path, { headers });
      assert.ok(answer.status < 500, `${path}: ${answer.status}`);
      assert.equal(answer.headers["x-injected"], undefined, path);
      assert.equal(answer.headers["set-cookie"], undefined, path);
      for (const value of answer.rawHeaders) assert.doesNotMatch(value, /[\r\n]/, path);
    }
  }
});

test("redirects of paths stay on the site", async () => {
  const paths = [
    "//evil.example", "//evil.example/", "//evil.example/%2e%2e", "/\\evil.example", "/\\evil.example/",
    "/%5C%5Cevil.example", "/%5Cevil.example",
    "/%2F%2Fevil.example", "/%2fevil.example/", "/.//evil.example", "/..//evil.example", "///evil.example",
    "/evil.example", "/evil.example/evil.txt/",
    "/http://evil.example/", "/https:evil.example", "/evil.example;@evil.example", "/@evil.example/",
    "/evil.example?//evil.example/", "/%09/evil.example/",
  ];
  for (const path of paths) {
    for (const host of [`127.0.0.1:${site.port}`, "files.example.com", "evil.example"]) {
      const { status, headers } = await site.request(path, { headers: { host } });
      assert.ok(status < 500, `${path}: ${status}`);
      if (headers.location === undefined) continue;
      // A relative Location, or one at the host that was asked: nothing that a path could choose.
      const base = `http://${host}`;
      const target = new URL(headers.location, base + path.replaceAll("\\", "%5C"));
      const ours = target.origin === base || (status === 302 && target.host === "vip.123pan.cn");
      assert.ok(ours, `${path} at ${host} → ${headers.location}`);
      if (status === 308) assert.doesNotMatch(headers.location, /^[/\\]{2}/, path);
    }
  }
});

/** `Host` as it comes, or several, or none. */
function get(target, host = ["127.0.0.1"]) {
  const lines = [`GET ${target} HTTP/1.1`, ...host.map((each) => `Host: ${each}`), "Connection: close", "", ""];
  return site.raw(Buffer.from(lines.join("\r\n"), "latin1"));
}

/** `{ status, headers }` of a raw answer. */
function parse(raw) {
  const [head] = raw.split("\r\n\r\n");
  const [line, ...headers] = head.split("\r\n");
  return { status: Number(line.split(" ")[1]), headers: headers.map((each) => each.toLowerCase()) };
}

test("raw bytes, absolute forms and nonsense in the request line never crash the Worker", async () => {
  const targets = [
    "/\xff\xfe", "/\xc3\xa9", "/a\tb", "/a b", "/<>\"{}|^`", "/a\x00b", "/\x7f", "*", "hello", "?x", "#", "",
    "http://evil.example/", "http://evil.example//evil.example/", "https://[::1]/", "/a#b", "/evil.example#x",
    "/..\\..\\x", "/%", "/?%zz", "/?format=json&format=url", "/?&=&format",
  ];
  for (const target of targets) {
    const { status, headers } = parse(await get(target));
    assert.ok(status >= 200 && status < 500, `${JSON.stringify(target)}: ${status}`);
    assert.ok(!headers.some((each) => each.startsWith("location:") && each.includes("evil.example//")), target);
  }
  assert.equal((await site.request("/")).status, 200);
});

test("the Host header affects neither the entry nor the target of a redirect", async () => {
  const hosts = [
    "evil.example", "evil.example:1", "evil.example/evil.example/x", "evil.example?x", "evil.example#x",
    "user@evil.example", "EVIL.example.", "[::1]",
  ];
  for (const host of hosts) {
    const moved = parse(await get("/evil.example", [host]));
    assert.ok(moved.status < 500, `${host}: ${moved.status}`);
    const location = moved.headers.find((each) => each.startsWith("location:"));
    if (location) assert.match(location, /^location: (?:https?:\/\/[^/]+)?\/evil\.example\/$/, host);
    const entry = parse(await get("/evil.example/evil.txt", [host]));
    const signed = `location: http://vip.123pan.cn/${UID}/evil.txt?`;
    if (entry.status === 302) assert.ok(entry.headers.some((each) => each.startsWith(signed)), host);
    // A host with a ? or # in it swallows the path: that is the root then, or nothing.
    else assert.ok([200, 400, 404].includes(entry.status), `${host}: ${entry.status}`);
  }
});

test("a very long URL gets a response, and so does the next request", async () => {
  const long = [
    "a".repeat(16_000), "%41".repeat(5_000), "a/".repeat(7_000), "%2541".repeat(3_000),
    encodeURIComponent("中".repeat(1_500)), `?${"x=1&".repeat(4_000)}`, "%2e%2e/".repeat(2_000), "%".repeat(9_000),
  ];
  for (const path of long) {
    const { status, text } = await site.request(`/${path}`);
    assert.ok([200, 400, 404, 414].includes(status), String(status));
    assert.ok(text.length < 100_000);
  }
  assert.equal((await site.request("/")).status, 200);
});

test("conditional, range and body headers of any size don't reach the page or break it", async () => {
  const strange = {
    range: "bytes=0-0,1-1,".repeat(50), "if-none-match": "\"x\"".repeat(50), cookie: "a=b; ".repeat(500),
    accept: "*/*,".repeat(200), "x-forwarded-host": "evil.example", "x-original-url": "/evil",
  };
  const { status, text } = await site.request("/", { headers: strange });
  assert.equal(status, 200);
  assert.doesNotMatch(text, /x-forwarded|bytes=/);
});
