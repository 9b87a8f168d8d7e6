// Trees for folder pages: a hundred realistic names, and hostile names.
import { KEY, UID } from "./library.js";

const STEMS = [
  "第{n}集 深海里的光.1080p.mkv", "Interstellar.{n}.BluRay.mkv", "周杰伦 - 七里香 {n}.flac", "Season {n} 幕后花絮.mp4",
  "2024-05-{n} 春游照片.jpg", "app-release-{n}.arm64.apk", "说明文档 Read me {n}.pdf", "字幕合集 subtitles.{n}.zip",
  "The Way Home 归途 {n}.webm", "讲座录音 Lecture {n}.m4a",
];

/** Names of 20 to 30 characters, Latin and Chinese mixed. */
export function realNames(count) {
  return Array.from({ length: count }, (_, at) => STEMS[at % STEMS.length].replace("{n}", String(at).padStart(4, "0")));
}

/** Names that could be read as markup, URLs, patterns or other names; the last is 255 bytes long. */
export const EVIL_NAMES = [
  "<img src=x onerror=alert(1)>.txt", "\"><script>alert(1)", "' onclick='alert(1).txt", "&amp;&lt;b&gt;.txt",
  "javascript:alert(1)", "\u202egnp.exe", "rtl \u05d0\u05d1\u05d2 \u200f.txt", "😀👩‍👩‍👧.gif",
  "{n} {name} $& $1.txt", "a%2fb%00.txt", "`${alert(1)}`.txt", "--option.txt", `${"长".repeat(83)}ab.txt`,
];

/** A tree of files of these names: size and age of each grow with its index. */
export function treeOfNames(names, { now = Math.floor(Date.now() / 1000), folders = [] } = {}) {
  const line = (name, at) => `${JSON.stringify(name)}:${sizeAt(at)}:${now - agoAt(at)}:http://vip.123pan.cn/${UID}/${at}`;
  return [...folders.flatMap((name) => [`${name}:`, `  1:http://vip.123pan.cn/${UID}/in`]), ...names.map(line)].join("\n");
}

/** The size of the file at an index. */
export const sizeAt = (at) => Math.floor(1000 * 1.7 ** (at % 30)) + at;
/** The age of the file at an index, in seconds. */
export const agoAt = (at) => Math.floor(50 * 2.1 ** (at % 20)) + at;

/** The secrets of a site with such a tree. */
export function secretsOf(tree) {
  return { URL_TREE: tree, PRIVATE_KEY: KEY, UID };
}
