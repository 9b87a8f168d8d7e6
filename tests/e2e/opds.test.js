// OPDS catalogues of folders: read by a published OPDS parser, which follows the feeds' own links, and validated by a
// schema.
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import opds from "opds-feed-parser";
import { basic, openGuarded } from "./support/guarded.js";
import { MODIFIED, UID, encodePath } from "./support/library.js";
import { lint, read } from "./support/readers.js";
import { ROOT } from "./support/worker.js";

const ODD = [
  "<b>&amp;.epub", "]]><x>.pdf", "a,b - c.cbz", " out=x .txt", "-i.txt", "100%25 #1?.PDF", "..\\..\\evil.mobi",
  "\u202efdp.epub", "😀 中文 é.epub", "{a}|b^`c[1].azw3", "a\nb.fb2",
];
const IN_PLAIN = ["one.epub", "two.pdf"];
const SIZE = 1_300_000;
const entry = (name) => (
  { path: name, size: SIZE, modified: MODIFIED, url: `http://vip.123pan.cn${encodePath(`/${UID}${name}`)}` }
);
const FILES = [
  ...ODD.map((name) => entry(`/odd/${name}`)), entry("/odd/film.mp4"), entry("/odd/sub <&>'\"/x.epub"),
  ...IN_PLAIN.map((name) => entry(`/plain/${name}`)), entry("/plain/b.bin"), entry("/films/a.mp4"),
  entry("/locked/a.epub"), entry("/locked/inner/b.epub"), entry("/locked/own/secret.epub"),
];
const RULES = [
  { path: "/locked", password: "WORD", share_hours: 2 },
  { path: "/locked/own", password: "OTHER", listed: true },
];
const WORD = "locked word";
const site = await openGuarded(FILES, RULES, { secrets: { WORD, OTHER: "another word" } });

const CATALOG = "application/atom+xml;profile=opds-catalog";
const ACQUISITION = "http://opds-spec.org/acquisition";
const SCHEMA = ["--relaxng", path.join(ROOT, "tests/data/opds.rng")];
const reader = new opds.default();
const sorted = (list) => [...list].sort();
/** The links of a feed or an entry that have this relation. */
const linked = ({ links }, rel) => links.filter((link) => link.rel === rel);
const titles = ({ entries }) => entries.map(({ title }) => title);

/** A feed as the reader has it, and that it is the kind of feed which it says it is. */
async function open(address, headers = {}) {
  const answer = await site.request(address.slice(site.url.length), { headers });
  assert.equal(answer.status, 200, answer.text);
  const type = answer.headers["content-type"];
  assert.ok(type.startsWith(CATALOG), type);
  await lint(answer.text, ...SCHEMA);
  assert.equal((await read("feed", answer.text)).bozo, false, address);
  const feed = await reader.parse(answer.text);
  const [self, ...more] = linked(feed, "self");
  assert.deepEqual(more, []);
  const kind = { navigation: opds.NavigationFeed, acquisition: opds.AcquisitionFeed }[self.type.split("kind=")[1]];
  assert.ok(feed instanceof kind, `${self.type}: ${answer.text}`);
  assert.ok(!Number.isNaN(Date.parse(feed.updated)), feed.updated);
  return feed;
}

/** Every feed that leads on from this one, by its address. */
async function walk(address, headers = {}, feeds = new Map()) {
  if (feeds.has(address)) return feeds;
  const feed = await open(address, headers);
  feeds.set(address, feed);
  const onward = [...linked(feed, "up"), ...feed.links.filter((link) => link instanceof opds.OPDSCatalogRootLink)];
  for (const entry of feed.entries) onward.push(...linked(entry, "subsection"));
  for (const { href, type } of onward) {
    await walk(href, headers, feeds);
    assert.ok(linked(feeds.get(href), "self")[0].type.startsWith(type), `${href} is ${type}`);
  }
  return feeds;
}

const feeds = await walk(`${site.url}/?format=opds`);
const at = (folder, format = "opds") => feeds.get(`${site.url}${encode(folder)}?format=${format}`);
/** As our own links are written. */
function encode(text) {
  return encodePath(text).replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
}

test("a reader gets from the first feed to all others, and to no locked entry", () => {
  const folders = ["/", "/odd/", "/odd/sub <&>'\"/", "/plain/", "/films/"].map((each) => `${encode(each)}?format=opds`);
  const want = [...folders, "/odd/?format=opds-books"].map((each) => site.url + each);
  assert.deepEqual(sorted(feeds.keys()), sorted(want));
});

test("folders lead to folders, and to their own books", () => {
  assert.deepEqual(sorted(titles(at("/"))), ["films", "odd", "plain"]);
  assert.deepEqual(titles(at("/odd/")), ["Books in this folder", "sub <&>'\""]);
  for (const folder of ["/", "/odd/"]) assert.ok(at(folder) instanceof opds.NavigationFeed);
  const above = (feed) => linked(feed, "up").map(({ href }) => href);
  assert.deepEqual(above(at("/")), []);
  assert.deepEqual(above(at("/odd/")), [`${site.url}/?format=opds`]);
  assert.deepEqual(above(at("/odd/", "opds-books")), [`${site.url}/odd/?format=opds`]);
  for (const feed of feeds.values()) {
    const roots = feed.links.filter((link) => link instanceof opds.OPDSCatalogRootLink);
    assert.deepEqual(roots.map(({ href }) => href), [`${site.url}/?format=opds`]);
  }
});

test("books have their names, types and URLs, whatever the names contain", async () => {
  const types = {
    epub: "application/epub+zip", pdf: "application/pdf", cbz: "application/vnd.comicbook+zip", txt: "text/plain",
    mobi: "application/x-mobipocket-ebook", azw3: "application/vnd.amazon.ebook", fb2: "application/x-fictionbook+xml",
  };
  for (const [folder, format, names] of [["/odd/", "opds-books", ODD], ["/plain/", "opds", IN_PLAIN]]) {
    const { entries } = at(folder, format);
    assert.deepEqual(sorted(entries.map(({ title }) => title)), sorted(names));
    for (const { title, id, links, summary } of entries) {
      const [book, ...more] = links;
      assert.deepEqual(more, []);
      assert.ok(book instanceof opds.OPDSAcquisitionLink);
      const extension = title.split(".").at(-1);
      const href = `${site.url}${encode(folder + title)}`;
      assert.deepEqual([book.rel, book.type, book.href], [ACQUISITION, types[extension.toLowerCase()], href]);
      assert.deepEqual([id, summary.content], [href, `${extension.toUpperCase()} · 1.2 MB`]);
      assert.equal((await site.request(book.href.slice(site.url.length))).status, 302);
    }
  }
});

test("a folder without books is a feed without entries", () => {
  assert.ok(at("/films/") instanceof opds.AcquisitionFeed);
  assert.deepEqual(at("/films/").entries, []);
});

test("no two entries have the same id", () => {
  const ids = [...feeds.values()].flatMap(({ entries }) => entries.map(({ id }) => id));
  assert.equal(new Set(ids).size, ids.length, ids.join("\n"));
});

test("behind a password the catalogue's links are share links, and lead no further than its folder", async () => {
  const first = await open(`${site.url}/locked/?format=opds`, basic(WORD));
  const [root] = first.links.filter((link) => link instanceof opds.OPDSCatalogRootLink);
  assert.match(root.href, /\/~[\w-]+\/locked\/\?format=opds$/);
  const below = await walk(root.href);
  assert.ok([...below.keys()].every((address) => address.startsWith(root.href.split("?")[0])), [...below.keys()].join(" "));
  const books = [...below.values()].flatMap(({ entries }) => entries.flatMap((each) => linked(each, ACQUISITION)));
  assert.deepEqual(sorted(books.map(({ href }) => href.split("/locked/")[1])), ["a.epub", "inner/b.epub"]);
  for (const { href } of books) assert.equal((await site.request(href.slice(site.url.length))).status, 302);
});

test("a catalogue speaks the reader's language", async () => {
  const feed = await open(`${site.url}/odd/?format=opds`, { "accept-language": "zh-CN" });
  assert.equal(titles(feed)[0], "本文件夹中的书");
});
