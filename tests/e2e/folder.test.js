// Folder pages: contents, order, links and headers.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertErrorJson } from "./support/expect.js";
import { FILES, KEY, MODIFIED, TREE, UID, encodePath } from "./support/library.js";
import { element, links, rows, textOf } from "./support/page.js";
import { openSite } from "./support/site.js";

const site = await openSite({
  secrets: { URL_TREE: TREE, PRIVATE_KEY: KEY, UID }, vars: { SITE: { title: "Tom & <Anna>'s files" } },
});
const json = { headers: { accept: "application/json" } };

async function page(path, options) {
  const answer = await (options?.site ?? site).request(path);
  assert.equal(answer.status, 200, `${path}: ${answer.text.slice(0, 300)}`);
  return answer.text;
}

/** Where a link leads that stands on the page of `path`. */
function resolve(href, path) {
  return new URL(href, `http://site.example${path}`).pathname;
}

test("following the pages' own links from the root finds every file and nothing else", async () => {
  const found = new Map();
  const visit = async (path, shown) => {
    for (const { href, text } of rows(await page(path))) {
      // Letters of any script stand as they are, which keeps pages in Chinese short; all else is escaped.
      assert.match(href, /^[!-~\p{L}\p{N}]+$/u, href);
      // rclone drops links with a query, and a name with a colon must not read as a scheme.
      assert.doesNotMatch(href, /[?#]|^\/|^[a-z][a-z0-9+.-]*:/i, href);
      const target = resolve(href, path);
      const name = decodeURIComponent(target.split("/").filter(Boolean).at(-1));
      assert.equal(text.trim().replace(/\/$/, ""), name.trim());
      assert.equal(resolve(`${target.endsWith("/") ? "../" : "./"}`, target), path, `${href} is a child of ${path}`);
      if (href.endsWith("/")) await visit(target, `${shown}${name}/`);
      else found.set(`${shown}${name}`, target);
    }
  };
  await visit("/", "/");
  assert.deepEqual([...found.keys()].sort(), FILES.map(({ path }) => path).sort());
  for (const target of found.values()) assert.equal((await site.request(target)).status, 302, target);
});

test("folders come first, and numbers in names sort as numbers", async () => {
  const names = ["b.txt", "a10.txt", "a2.txt", "A1.txt", "z/", "f10/", "f9/", "音 2.txt", "音 10.txt"];
  const tree = names.map((name) => {
    const file = (each) => `"${each}":http://vip.123pan.cn/${UID}/${encodeURIComponent(each)}`;
    return name.endsWith("/") ? `${name.slice(0, -1)}:\n  ${file("x")}` : file(name);
  });
  const sorted = await openSite({ secrets: { URL_TREE: tree.join("\n"), PRIVATE_KEY: KEY, UID } });
  const want = ["f9/", "f10/", "z/", "A1.txt", "a2.txt", "a10.txt", "b.txt", "音 2.txt", "音 10.txt"];
  const hrefs = rows(await page("/", { site: sorted })).map(({ href }) => href.replace(/^\.\//, ""));
  assert.deepEqual(hrefs.map(decodeURIComponent), want);
  const { entries } = await sorted.json("/");
  assert.deepEqual(entries.map(({ name, type }) => (type === "folder" ? `${name}/` : name)), want);
});

test("a row has name, size and date, and leaves out unknown ones", async () => {
  const large = rows(await page("/")).find(({ href }) => href.endsWith("large.bin"));
  assert.match(large.cells.join("|"), /\b5(\.\d+)? ?M/);
  assert.match(large.cells.join("|"), new RegExp(new Date(MODIFIED * 1000).toISOString().slice(0, 10)));
  const tree = `http://vip.123pan.cn/${UID}/x.txt\n`;
  const bare = await openSite({ secrets: { URL_TREE: tree, PRIVATE_KEY: KEY, UID } });
  const html = await page("/", { site: bare });
  const [row] = rows(html);
  assert.doesNotMatch(row.cells.join("|"), /\d{4}|null|NaN|undefined|\b0\b|None/);
  assert.deepEqual((await bare.json("/")).entries, [
    { name: "x.txt", type: "file", path: "/x.txt", size: null, modified: null },
  ]);
});

test("breadcrumbs lead to every folder above, and the parent is linked but at the root", async () => {
  const path = "/deep/1/2/3/";
  const html = await page(path);
  const crumbs = links(element(html, "nav")).map(({ href, text }) => [resolve(href, path), text.trim()]);
  const wanted = [["/deep/", "deep"], ["/deep/1/", "1"], ["/deep/1/2/", "2"]];
  assert.equal(crumbs[0][0], "/");
  for (const crumb of wanted) assert.ok(crumbs.some((each) => each.join() === crumb.join()), `${crumb} in ${crumbs}`);
  assert.match(textOf(element(html, "nav")), /3/);
  assert.ok(links(html).some(({ href }) => href === "../"));
  assert.ok(!links(await page("/")).some(({ href }) => href === "../"));
  const odd = encodePath("/音乐/专辑/");
  const above = links(element(await page(odd), "nav")).map(({ href }) => resolve(href, odd));
  assert.ok(above.includes(encodePath("/音乐/")), above.join());
});

test("the page's policy allows only its own scripts and styles", async () => {
  for (const path of ["/", "/numbers/", "/nothing"]) {
    const { headers, text } = await site.request(path);
    assert.match(headers["content-type"], /^text\/html; ?charset=utf-8$/i);
    assert.equal(headers["x-content-type-options"], "nosniff");
    const policy = new Map(headers["content-security-policy"].split(";").map((each) => {
      const [name, ...values] = each.trim().split(/\s+/);
      return [name, values.join(" ")];
    }));
    assert.equal(policy.get("default-src"), "'none'");
    for (const name of ["base-uri", "form-action", "frame-ancestors"]) {
      assert.match(policy.get(name) ?? "missing", /^'(none|self)'$/, name);
    }
    // Downloads are loaded in frames, from wherever a redirect leads.
    const frames = policy.get("frame-src");
    policy.delete("frame-src");
    assert.ok(path === "/nothing" ? frames === undefined : frames === "'self' https: http:", frames);
    assert.doesNotMatch([...policy.values()].join(" "), /unsafe|\*|data:|https?:/);
    assert.doesNotMatch(text, /\son[a-z]+\s*=\s*["']|javascript:|\sstyle\s*=/i);
    assert.match(text, /^<!doctype html>\s*<html lang="[a-z-]+"/i);
    assert.match(text, /<meta name="?viewport"?/);
    // Light enough to be the first thing that a phone on a slow line shows.
    assert.ok(text.length < 40_000, `${text.length} bytes`);
  }
});

test("the title is the owner's, as text", async () => {
  const html = await page("/");
  assert.match(textOf(element(html, "title")), /Tom & <Anna>'s files/);
  assert.doesNotMatch(html, /<Anna>/);
});

test("HEAD gives the page's headers alone", async () => {
  const head = await site.request("/numbers/", { method: "HEAD" });
  assert.deepEqual([head.status, head.body.length], [200, 0]);
  assert.match(head.headers["content-type"], /^text\/html/);
});

test("?format=json and Accept give the same entries as the page", async () => {
  for (const answer of [await site.request("/numbers/?format=json"), await site.request("/numbers/", json)]) {
    assert.equal(answer.status, 200);
    assert.match(answer.headers["content-type"], /^application\/json/);
    assert.equal(answer.headers["access-control-allow-origin"], "*");
    const entry = (name) => {
      const { path, size, modified } = FILES.find((each) => each.path === `/numbers/${name}`);
      return { name, type: "file", path, size, modified };
    };
    assert.deepEqual(JSON.parse(answer.text), {
      path: "/numbers/", name: "numbers", entries: ["a1.txt", "a2.txt", "a10.txt"].map(entry),
      total: 3, page: 1, pages: 1,
    });
  }
  const root = await site.json("/");
  assert.equal(root.path, "/");
  assert.deepEqual(root.entries.find(({ name }) => name === "音乐"), {
    name: "音乐", type: "folder", path: "/音乐/", size: null, modified: null,
  });
  const listed = (await site.json(encodePath("/odd names/"))).entries;
  for (const { path } of listed) assert.equal((await site.request(encodePath(path))).status, 302, path);
});

test("the same address gives the page to a browser and JSON to a program, and caches know", async () => {
  const browser = { headers: { accept: "text/html,application/xhtml+xml,*/*;q=0.8" } };
  assert.match((await site.request("/", browser)).headers["content-type"], /^text\/html/);
  assert.match((await site.request("/", { headers: { accept: "*/*" } })).headers["content-type"], /^text\/html/);
  for (const options of [browser, json]) {
    const { headers } = await site.request("/", options);
    const { vary = "", "cache-control": cache = "" } = headers;
    assert.ok(/\baccept\b/i.test(vary) || /no-store/.test(cache), `${vary}; ${cache}`);
  }
  assertErrorJson(await site.request("/nothing/", json), 404);
  assertErrorJson(await site.request("/?format=xml", json), 400);
});

test("folders of the same name are merged, and a repeated path is listed once", async () => {
  const url = (name) => `http://vip.123pan.cn/${UID}/${name}`;
  const tree = `A:\n  ${url("1.txt")}\nB:\n  ${url("2.txt")}\nA:\n  ${url("3.txt")}\n  7:${url("1.txt")}?second\n`;
  const merged = await openSite({ secrets: { URL_TREE: tree, PRIVATE_KEY: KEY, UID } });
  assert.deepEqual((await merged.json("/")).entries.map(({ name }) => name), ["A", "B"]);
  const { entries } = await merged.json("/A/");
  assert.deepEqual(entries.map(({ name, size }) => [name, size]), [["1.txt", null], ["3.txt", null]]);
  assert.doesNotMatch((await merged.request("/A/1.txt")).headers.location, /second/);
});

test("a part beyond the last one is the last one, also where its number needs more than 32 bits", async () => {
  const all = await site.json("/odd%20names/");
  const rest = all.entries.length % 4 || 4;
  for (const number of ["99", "4294967296", "5000000000", "99999999999999999999"]) {
    const answer = await site.request(`/odd%20names/?format=json&per_page=4&page=${number}`);
    assert.equal(answer.status, 200, number);
    const { page, pages, entries } = JSON.parse(answer.text);
    assert.deepEqual([page, entries], [pages, all.entries.slice(-rest)], number);
  }
});
