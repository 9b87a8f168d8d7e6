// The tree that most tests serve: files with Chinese and odd names, large files and folders, and the account that signs
// for them. The CDN has each file under the decoded path of its URL.

export const UID = "1812000499";
export const KEY = "a-Key-with-hyphens_01";
export const ACCOUNTS = { [UID]: KEY };
export const MODIFIED = 1_687_269_600;

const CDN = `http://vip.123pan.cn/${UID}`;
const MIB = 1024 * 1024;

/** Names that are difficult for some client, encoder or parser. */
export const ODD_NAMES = [
  "a b  c.txt", " lead and trail .txt", "plus+sign.txt", "per%cent.txt", "100%.txt", "100%25.txt",
  "%41.txt", "hash#mark.txt", "question?mark.txt", "amp&ersand=x.txt", "semi;colon,comma.txt",
  "it's \"quoted\".txt", "back\\slash.txt", "co:lon.txt", "[1080p] (2024) {x}.txt",
  "<b>bold.txt", "pipe|caret^tick`.txt", "~tilde!*@$.txt", "...dots.txt", "😀 emoji 👩‍👩‍👧.txt",
  "nfc-\u00e9.txt", "nfd-e\u0301.txt", "Ünïcödé мир 日本語 한국어 عربى.txt", "no extension", "-dash.txt",
];

/** `{ path, url, cdnPath, size }` in the order of the tree's text. */
export const FILES = [
  file("/hello.txt", { size: 13 }),
  file("/large.bin", { size: 5 * MIB + 77 }),
  file("/音乐/一千零一夜 - 李克勤.wma", { size: MIB + 1 }),
  // As owners copy them, mostly without percent-encoding.
  file("/音乐/raw 空格 [x].txt", { url: `${CDN}/音乐/raw 空格 [x].txt` }),
  file("/音乐/专辑/02. 歌.mp3"),
  file("/音乐/专辑/query.mp3", { url: `${CDN}/%e9%9f%b3%e4%b9%90/query.mp3?v=2&x=%20y` }),
  ...ODD_NAMES.map((name) => file(`/odd names/${name}`)),
  file("/deep/1/2/3/4/5/deep.txt"),
  file("/numbers/a10.txt"), file("/numbers/a2.txt"), file("/numbers/a1.txt"),
];

/** The UrlTree of {@link FILES}. */
export const TREE = treeOf(FILES);

/** Stores every file of the library in a fake CDN. */
export function stock(cdn, files = FILES) {
  for (const { cdnPath, size } of files) cdn.put(cdnPath, { size, uid: UID, modified: MODIFIED });
}

/** The file at a path of the tree, to which its `Location` must lead. */
export function fileAt(path) {
  return FILES.find((each) => each.path === path);
}

/** A path as our pages and any client write it: each segment percent-encoded. */
export function encodePath(path) {
  return path.split("/").map(encodeURIComponent).join("/");
}

/** An UrlTree text; `files` are `{ path, url, size, modified }`. */
export function treeOf(files) {
  const root = new Map();
  for (const each of files) {
    const names = each.path.split("/").slice(1, -1);
    let folder = root;
    for (const name of names) {
      if (!folder.has(name)) folder.set(name, new Map());
      folder = folder.get(name);
    }
    folder.set(each, each);
  }
  return lines(root, 0).join("\n") + "\n";
}

function lines(folder, depth) {
  const indent = "  ".repeat(depth);
  return [...folder].flatMap(([key, value]) => (
    value instanceof Map
      ? [`${indent}${key}:`, ...lines(value, depth + 1)]
      : [indent + (value.size === undefined ? value.url : `${value.size}:${value.modified}:${value.url}`)]
  ));
}

function file(path, { url = CDN + encodePath(path), size = 100 + (path.length * 7919) % 3000 } = {}) {
  const cdnPath = decodeURIComponent(url.slice("http://vip.123pan.cn".length).split("?")[0]);
  return { path, url, cdnPath, size, modified: MODIFIED };
}
