// Valid configurations: the demo, three secrets, mounts, and the forms of a tree.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { test } from "node:test";
import { deflateRawSync } from "node:zlib";
import { assertMoved, assertRedirect, assertSigned, assertUnsigned } from "./support/expect.js";
import { FILES, KEY, TREE, UID, encodePath, fileAt } from "./support/library.js";
import { rows } from "./support/page.js";
import { openSite } from "./support/site.js";

const ROOT = { path: "/", source: "links", tree: "URL_TREE", uid: Number(UID), private_key: "PRIVATE_KEY" };
const url = (name) => `http://vip.123pan.cn/${UID}/${name}`;
const names = async (site, path) => (await site.json(path)).entries.map(({ name }) => name);
const health = async (site) => JSON.parse((await site.request("/-/health")).text);

test("with nothing set the demo tree is served, signed with the vendor's example, and says so", async () => {
  const site = await openSite();
  const accounts = { 13: "289ds32418bxdba" };
  let files = 0;
  const visit = async (path) => {
    const { text } = await site.request(path);
    assert.match(/<[a-z]+[^>]*\bclass="?[^">]*\bnotice\b[\s\S]*?>([\s\S]*?)<\//.exec(text)?.[1] ?? "", /demo/i, path);
    for (const { href } of rows(text)) {
      const target = new URL(href, `http://x${path}`).pathname;
      if (href.endsWith("/")) await visit(target);
      else {
        const { url: signed } = await site.json(target);
        assert.equal(new URL(signed).host, "vip.123pan.cn");
        assertSigned(assertRedirect(await site.request(target)), signed, { accounts, uid: 13 });
        files += 1;
      }
    }
  };
  await visit("/");
  assert.ok(files >= 3, `${files} files`);
  assert.equal((await health(site)).status, "ok");
});

test("three secrets make one signed mount at the root, and no demo", async () => {
  const site = await openSite({ secrets: { URL_TREE: TREE, PRIVATE_KEY: KEY, UID } });
  assertSigned(assertRedirect(await site.request("/hello.txt")), fileAt("/hello.txt").url);
  assert.doesNotMatch((await site.request("/")).text, /class="?notice/);
  const { mounts } = await health(site);
  assert.deepEqual(mounts.map(({ path, source, signed }) => [path, source, signed]), [["/", "links", true]]);
});

test("mounts nest: the deepest one serves, each with its own account and link lifetime", async () => {
  const tree = [url("top.txt"), "team:", `  ${url("sibling.txt")}`, "  inner:", `    ${url("hidden.txt")}`];
  const inner = { path: "/team/inner", source: "links", tree: "TEAM_TREE" };
  const site = await openSite({
    secrets: {
      URL_TREE: tree.join("\n"),
      PRIVATE_KEY: KEY,
      TEAM_TREE: "x.txt:https://vip.123pan.cn/77/x.txt\nsub:\n  y.txt:https://vip.123pan.cn/77/y.txt\n",
      TEAM_KEY: "other-key",
      LOCKED_TREE: "z.txt:https://vip.123pan.cn/88/z.txt",
    },
    vars: {
      MOUNTS: [
        ROOT,
        { ...inner, uid: 77, private_key: "TEAM_KEY", valid_minutes: 5 },
        { path: "/far/away/中 文", source: "links", tree: "LOCKED_TREE" },
      ],
    },
  });
  const team = { accounts: { 77: "other-key" }, uid: 77, minutes: 5 };
  const location = async (path) => assertRedirect(await site.request(encodePath(path)));
  assertSigned(await location("/top.txt"), url("top.txt"));
  assertSigned(await location("/team/sibling.txt"), url("sibling.txt"));
  assertSigned(await location("/team/inner/x.txt"), "https://vip.123pan.cn/77/x.txt", team);
  assertSigned(await location("/team/inner/sub/y.txt"), "https://vip.123pan.cn/77/y.txt", team);
  assertUnsigned(await location("/far/away/中 文/z.txt"), "https://vip.123pan.cn/88/z.txt");
  assert.equal((await site.request("/team/inner/hidden.txt")).status, 404, "what a mount covers is not served");
  assert.equal((await site.request("/team/innerx.txt")).status, 404);
  // Every mount is found by following links from the root, also where no tree has its folders.
  assert.deepEqual(await names(site, "/"), ["far", "team", "top.txt"]);
  assert.deepEqual(await names(site, "/far/"), ["away"]);
  assert.deepEqual(await names(site, "/far/away/"), ["中 文"]);
  assert.deepEqual(await names(site, "/team/"), ["inner", "sibling.txt"]);
  assert.deepEqual(await names(site, "/team/inner/"), ["sub", "x.txt"]);
  assertMoved(await site.request("/team/inner"), "/team/inner", "/team/inner/");
  assertMoved(await site.request("/far/away"), "/far/away", "/far/away/");
  const { mounts } = await health(site);
  const signed = Object.fromEntries(mounts.map((mount) => [mount.path, mount.signed]));
  assert.deepEqual(signed, { "/": true, "/team/inner": true, "/far/away/中 文": false });
});

test("a mount need not stand at the root", async () => {
  const site = await openSite({
    secrets: { URL_TREE: TREE, PRIVATE_KEY: KEY }, vars: { MOUNTS: [{ ...ROOT, path: "/files" }] },
  });
  assert.deepEqual(await names(site, "/"), ["files"]);
  assertSigned(assertRedirect(await site.request("/files/hello.txt")), fileAt("/hello.txt").url);
  assert.equal((await site.request("/hello.txt")).status, 404);
});

test("lifetimes from one minute to a week are kept", async () => {
  for (const minutes of [1, 60, 10_080]) {
    const site = await openSite({
      secrets: { URL_TREE: TREE, PRIVATE_KEY: KEY }, vars: { MOUNTS: [{ ...ROOT, valid_minutes: minutes }] },
    });
    assertSigned(assertRedirect(await site.request("/hello.txt")), fileAt("/hello.txt").url, { minutes });
    await site.close();
  }
});

test("path_form as_is hashes the path as the owner wrote it", async () => {
  const origin = url("%E4%B8%AD%20a.txt");
  const site = await openSite({
    secrets: { URL_TREE: `a.txt:${origin}`, PRIVATE_KEY: KEY }, vars: { MOUNTS: [{ ...ROOT, path_form: "as_is" }] },
  });
  const location = assertRedirect(await site.request("/a.txt"));
  const [expires, rand, uid, hash] = new URL(location).searchParams.get("auth_key").split("-");
  const text = `/${UID}/%E4%B8%AD%20a.txt-${expires}-${rand}-${uid}-${KEY}`;
  assert.equal(hash, createHash("md5").update(text).digest("hex"));
  assert.equal(location.split("?")[0], origin);
});

test("a tree too large for one secret is split over several, plain or packed", async () => {
  const want = FILES.map(({ path }) => path);
  const lines = TREE.split("\n");
  const half = Math.floor(lines.length / 2);
  // Random names so that the packed text is long, too.
  const many = Array.from({ length: 400 }, (_, index) => `${index}-${randomBytes(24).toString("hex")}.bin`);
  const packed = `deflate:${deflateRawSync(TREE + many.map((name) => `${url(name)}\n`).join("")).toString("base64")}`;
  const third = Math.floor(packed.length / 3);
  const forms = {
    "plain, cut after a line": [`${lines.slice(0, half).join("\n")}\n`, lines.slice(half).join("\n")],
    "plain, without a last line end": [lines.slice(0, half).join("\n"), lines.slice(half, -1).join("\n")],
    "plain, CRLF and a byte order mark": [`\ufeff${TREE.replaceAll("\n", "\r\n")}`],
    "packed, one secret": [packed],
    "packed, cut anywhere": [packed.slice(0, third), packed.slice(third, 2 * third + 1), packed.slice(2 * third + 1)],
  };
  for (const [form, parts] of Object.entries(forms)) {
    const secrets = { PRIVATE_KEY: KEY, UID };
    parts.forEach((part, index) => { secrets[index === 0 ? "URL_TREE" : `URL_TREE_${index + 1}`] = part; });
    const site = await openSite({ secrets });
    for (const path of want) {
      const answer = await site.request(encodePath(path));
      assert.equal(answer.status, 302, `${form}: ${path}`);
    }
    if (form.startsWith("packed")) assert.equal((await site.request(`/${many.at(-1)}`)).status, 302, form);
    await site.close();
  }
});

test("a folder with a base gives its URL to bare names and bare sub-folders", async () => {
  const tree = [
    `Movies: ${url("movies/")}`,
    "  a.mkv",
    "  127451136:1694101621:b c.mkv",
    "  7::100%25 #?.txt",
    '  "co:lon \\"q\\".txt"',
    "  第 1 季:",
    "    e01.mkv",
    `  elsewhere.txt:${url("x.txt")}`,
    `Raw 电影: http://vip.123pan.cn/${UID}/电影 x/`,
    "  片.mp4",
  ].join("\n");
  const site = await openSite({ secrets: { URL_TREE: tree, PRIVATE_KEY: KEY, UID } });
  const cases = [
    ["/Movies/a.mkv", url("movies/a.mkv")],
    ["/Movies/b c.mkv", url("movies/b%20c.mkv")],
    ["/Movies/100%25 #?.txt", url("movies/100%2525%20%23%3F.txt")],
    ['/Movies/co:lon "q".txt', url("movies/co%3Alon%20%22q%22.txt")],
    ["/Movies/第 1 季/e01.mkv", url("movies/%E7%AC%AC%201%20%E5%AD%A3/e01.mkv")],
    ["/Movies/elsewhere.txt", url("x.txt")],
    ["/Raw 电影/片.mp4", url("%E7%94%B5%E5%BD%B1%20x/%E7%89%87.mp4")],
  ];
  for (const [path, origin] of cases) assertSigned(assertRedirect(await site.request(encodePath(path))), origin);
  const { size, modified } = await site.json(encodePath("/Movies/b c.mkv"));
  assert.deepEqual([size, modified], [127451136, 1694101621]);
});

test("the four documented forms give size and time, a lone number by where it lies", async () => {
  const forms = {
    "both.bin": ["1048577:1687269600:", 1048577, 1687269600],
    "size.bin": ["1048577:", 1048577, null],
    "time.bin": ["1687269600:", null, 1687269600],
    "large.bin": ["4572117713:", 4572117713, null],
    "none.bin": ["", null, null],
    "surely-size.bin": ["1687269600::", 1687269600, null],
    "surely-time.bin": [":1048577:", null, 1048577],
  };
  const direct = Object.entries(forms).map(([name, [prefix]]) => `${prefix}${url(name)}`);
  const named = Object.entries(forms).map(([name, [prefix]]) => `named-${name}:${prefix}${url(name)}`);
  const tree = ["# a comment", "", ...direct, "  # another", ...named].join("\n");
  const site = await openSite({ secrets: { URL_TREE: tree, PRIVATE_KEY: KEY, UID } });
  for (const [name, [prefix, size, modified]] of Object.entries(forms)) {
    for (const path of [`/${name}`, `/named-${name}`]) {
      const file = await site.json(path);
      assert.deepEqual([file.size, file.modified], [size, modified], `${prefix} ${path}`);
    }
  }
});
