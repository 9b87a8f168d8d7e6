// Request paths: every name is reachable by its escaped spellings, and no other entry is.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertErrorJson, assertMoved, assertRedirect, assertRefused, assertSigned } from "./support/expect.js";
import { FILES, KEY, TREE, UID, encodePath, fileAt } from "./support/library.js";
import { openSite } from "./support/site.js";

const site = await openSite({ secrets: { URL_TREE: TREE, PRIVATE_KEY: KEY, UID } });
const legacy = await openSite({
  secrets: {
    URL_TREE: `音乐:\n  一千零一夜.txt:https://vip.123pan.cn/${UID}/1.txt\ncafé.txt:https://vip.123pan.cn/${UID}/2.txt\n`,
    PRIVATE_KEY: KEY, UID,
  },
});

/** Every byte escaped, in lower case: the longest spelling of a path. */
function escapeAll(path) {
  return path.split("/").map((name) => (
    [...Buffer.from(name)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("")
  )).join("/");
}

/** What a browser sends for a link that stands raw in a page; `%`, `?`, `#` and `\` can't. */
function rawInPage(path) {
  return new URL(path.replace(/[%?#\\]/g, encodeURIComponent), site.url).pathname;
}

test("an odd name is reachable however a client escapes it", async () => {
  for (const file of FILES) {
    for (const spelling of [encodePath(file.path), escapeAll(file.path), rawInPage(file.path)]) {
      assertSigned(assertRedirect(await site.request(spelling)), file.url);
    }
  }
});

test("names that differ only in escaping or in normal form are different files", async () => {
  const pairs = [
    ["/odd%20names/100%25.txt", "100%.txt"], ["/odd%20names/100%2525.txt", "100%25.txt"],
    ["/odd%20names/%2541.txt", "%41.txt"],
    ["/odd%20names/nfc-%C3%A9.txt", "nfc-\u00e9.txt"], ["/odd%20names/nfd-e%CC%81.txt", "nfd-e\u0301.txt"],
    ["/odd%20names/plus+sign.txt", "plus+sign.txt"], ["/odd%20names/plus%2Bsign.txt", "plus+sign.txt"],
  ];
  for (const [path, name] of pairs) {
    assertSigned(assertRedirect(await site.request(path)), fileAt(`/odd names/${name}`).url);
  }
  const nothing = [
    "odd%20names/A", "odd%20names/%41", "odd%20names/plus%20sign", "odd+names/100%25", "odd%2520names/100%25",
  ];
  for (const path of nothing) assertRefused(await site.request(`/${path}.txt`), [404], path);
});

test("a malformed or forbidden path is refused and never another entry", async () => {
  const paths = [
    "/%zz", "/%", "/%4", "/hello.txt%", "/odd%20names/100%.txt", "/%ff", "/%c0%af", "/%ed%a0%80", "/hello.txt%ff",
    "/%00", "/hello.txt%00", "/hello.txt%00.png", "/numbers%2fa1.txt", "/numbers%2Fa1.txt", "/%2fhello.txt",
    "//hello.txt", "///hello.txt", "/numbers//a1.txt", "/numbers//a1.txt/", "/nothing//",
    "/.", "/..", "/./hello.txt", "/numbers/../hello.txt", "/numbers/./a1.txt", "/numbers/..", "/../hello.txt",
    "/%2e", "/%2e%2e", "/%2E%2e/hello.txt", "/numbers/%2e%2e/hello.txt", "/numbers/.%2e/hello.txt", "/%2e/hello.txt",
    "/numbers/..;/hello.txt", "/numbers/%2e%2e%2fhello.txt", "/numbers\\a1.txt", "/numbers%5Ca1.txt", "/\\hello.txt",
    "/numbers/..%5chello.txt", "/numbers/..\\hello.txt",
    "/%252e%252e/hello.txt", "/numbers/%252e%252e/hello.txt", "/numbers%252fa1.txt", "/%2568ello.txt",
    "/hello.txt%20", "/%20hello.txt",
  ];
  for (const path of paths) {
    for (const headers of [{}, { accept: "application/json" }]) {
      assertRefused(await site.request(path, { headers }), [400, 404], path);
    }
  }
});

test("a missing or surplus slash at the end moves to the right form", async () => {
  const odd = encodePath("/odd names");
  const cases = [
    ["/numbers", "/numbers/"],
    ["/deep/1/2", "/deep/1/2/"],
    [encodePath("/音乐/专辑"), `${encodePath("/音乐/专辑")}/`],
    [odd, `${odd}/`],
    ["/hello.txt/", "/hello.txt"],
    ["/numbers/a1.txt/", "/numbers/a1.txt"],
    [`${odd}/100%2525.txt/`, `${odd}/100%2525.txt`],
    [`${odd}/question%3Fmark.txt/`, `${odd}/question%3Fmark.txt`],
    [`${odd}/back%5Cslash.txt/`, `${odd}/back%5Cslash.txt`],
    ["/numbers//", "/numbers/"],
    ["/deep/1/2///?x", "/deep/1/2/?x"],
    ["/hello.txt//", "/hello.txt"],
    ["//", "/"],
    ["///", "/"],
    ["/numbers?format=json", "/numbers/?format=json"],
    ["/numbers?a=%2F&b=c%20d", "/numbers/?a=%2F&b=c%20d"],
    ["/hello.txt/?format=url", "/hello.txt?format=url"],
  ];
  for (const [from, to] of cases) {
    for (const method of ["GET", "HEAD"]) assertMoved(await site.request(from, { method }), from, to);
    const accept = { headers: { accept: "application/json" } };
    assertMoved(await site.request(from, accept), from, to);
  }
  assertRefused(await site.request("/nothing/"), [404], "a folder that isn't there");
});

test("what is the site's own is never an entry, and no page links to it", async () => {
  const url = (name) => `https://vip.123pan.cn/${UID}/${name}`;
  const own = ["~x", '"-":', "  health", "  other", "sub:", "  ~y"];
  const tree = own.map((line) => (line.endsWith(":") ? line : `${line}:${url(line.trim())}`)).join("\n");
  const site = await openSite({ secrets: { URL_TREE: tree, PRIVATE_KEY: KEY, UID } });
  for (const path of ["/~x", "/%7Ex", "/-", "/-/", "/%2D/", "/-/other", "/%2D/health", "/-/%68ealth"]) {
    assertRefused(await site.request(path), [404], path);
  }
  assert.equal((await site.json("/-/health")).status, "ok");
  assert.deepEqual((await site.json("/")).entries.map(({ name }) => name), ["sub"]);
  assertSigned(assertRedirect(await site.request("/sub/~y")), url("~y"));
});

test("an explicit entry wins over a remote folder's prefix, which signs whatever lies below it", async () => {
  const tree = [
    `hls/*: http://vip.123pan.cn/${UID}/video 1/`,
    "  listed.txt:http://vip.123pan.cn/" + UID + "/elsewhere/listed.txt",
    `plain.txt:http://vip.123pan.cn/${UID}/plain.txt`,
  ].join("\n");
  const remote = await openSite({ secrets: { URL_TREE: tree, PRIVATE_KEY: KEY, UID } });
  const below = `http://vip.123pan.cn/${UID}/video%201`;
  const cases = [
    ["/hls/master.mp4", `${below}/master.mp4`],
    ["/hls/720p/seg%200.ts", `${below}/720p/seg%200.ts`],
    ["/hls/a/b/c/100%25.ts", `${below}/a/b/c/100%25.ts`],
    ["/hls/%E4%B8%AD%23%3F%5C.ts", `${below}/%E4%B8%AD%23%3F%5C.ts`],
    ["/hls/%252e%252e/x.ts", `${below}/%252e%252e/x.ts`],
    ["/hls/x.ts?y=1", `${below}/x.ts?y=1`],
    ["/hls/listed.txt", `http://vip.123pan.cn/${UID}/elsewhere/listed.txt`],
  ];
  for (const [path, url] of cases) assertSigned(assertRedirect(await remote.request(path)), url);
  const refused = [
    "/hls/../plain.txt", "/hls/%2e%2e/plain.txt", "/hls//x.ts", "/hls/a%2fb.ts", "/hls/%00", "/hls/%zz", "/hls/..",
    "/hls/%2e%2e%2f", "/hlsx/y.ts", "/other/y.ts",
  ];
  for (const path of refused) assertRefused(await remote.request(path), [400, 404], path);
  const { entries } = await remote.json("/hls/");
  assert.deepEqual(entries.map(({ name }) => name), ["listed.txt"], "nothing remote is listed");
});

test("a path in GBK or Latin-1 moves to the entry that it means, and else names the address to use", async () => {
  for (const [target, path] of [
    ["/%D2%F4%C0%D6/%D2%BB%C7%A7%C1%E3%D2%BB%D2%B9.txt?x=%E9", "/音乐/一千零一夜.txt"], ["/caf%E9.txt?x=%E9", "/café.txt"],
  ]) {
    assertMoved(await legacy.request(target), target, `${encodePath(path)}?x=%E9`);
  }
  const missing = await legacy.request("/%D2%F4.txt", { headers: { accept: "application/json" } });
  const { code, encoding, address } = assertErrorJson(missing, 400);
  assert.deepEqual([code, encoding], ["bad_path", "GBK"]);
  assert.ok(address.endsWith(encodePath("/音.txt")) && new URL(address).port === String(legacy.port), address);
  // Half a letter is no GBK, and what the platform's decoder refuses ends nothing.
  const half = await legacy.request("/%D2%F4%C0.txt", { headers: { accept: "application/json" } });
  assert.equal(assertErrorJson(half, 400).encoding, "Latin-1 (ISO 8859-1)");
});
