// The workload: a library as owners of 123Pan direct links keep it, much as in benches/native.
import { createHash } from "node:crypto";

export const UID = "1812000499";
export const PRIVATE_KEY = "b7f3c0a45d1e4f60";

const FOLDERS = ["影视", "Music", "Software", "纪录片"];
const TITLES = ["一千零一夜", "The Long Way Round", "舌尖上的中国", "Cosmos", "三体"];

/**
 * `{ text, paths }`: a tree with `files` file lines in folders two levels deep, and the request path
 * of each file, shuffled.
 *
 * Of ten lines, eight are `SIZE:TIME:URL`, one is `NAME:SIZE:TIME:URL`, one is a bare URL; of ten
 * names, five are ASCII, three raw and two percent-encoded Chinese.
 */
export function sample(files) {
  const lines = [];
  const paths = [];
  let folder;
  for (let n = 0; n < files; n++) {
    if (n % 1000 === 0) lines.push(`${upper(n)}:`);
    if (n % 50 === 0) {
      folder = `${TITLES[(n / 50) % TITLES.length]} (${1900 + n / 50})`;
      lines.push(`  ${folder}:`);
    }
    const { line, name } = file(n);
    lines.push(`    ${line}`);
    paths.push(`/${[upper(n), folder, name].map(encodeURIComponent).join("/")}`);
  }
  const order = paths.map((path) => [digest(path), path]).sort(([a], [b]) => (a < b ? -1 : 1));
  return { text: `${lines.join("\n")}\n`, paths: order.map(([, path]) => path) };
}

function upper(n) {
  const number = Math.floor(n / 1000);
  return `${FOLDERS[number % FOLDERS.length]} ${number}`;
}

function file(n) {
  const tag = digest(String(n)).slice(0, 6);
  const numbers = `${(n + 1) * 317_011}:${1_500_000_000 + n * 1000}:`;
  const remote = `https://vip.123pan.cn/${UID}/${n % 100 < 50 ? "剧集" : "%E5%89%A7%E9%9B%86"}/${Math.floor(n / 50)}`;
  const plain = (name) => ({ name, line: `${numbers}${remote}/${name}` });
  switch (n % 10) {
    case 0: case 5: case 8:
      return plain(`Show.Name.S01E${n % 10}.1080p.WEB-DL.x264-${tag}.mkv`);
    case 1: case 4:
      return plain(`第${n % 10}集.国语中字.${tag}.mp4`);
    case 2: case 6: {
      const name = `第${n % 10}集.国语.${tag}.mp4`;
      return { name, line: `${numbers}${remote}/${encodeURIComponent(name)}` };
    }
    case 3: {
      const name = `第${n % 1000}集 ${TITLES[n % TITLES.length]}.mkv`;
      return { name, line: `${name}:${numbers}${remote}/Show.Name.${tag}.mkv` };
    }
    case 7: {
      const name = `第${n % 10}集.国语中字.${tag}.mp4`;
      return { name, line: `${remote}/${name}` };
    }
    default: {
      const name = `Disc ${n % 10} track ${tag}.flac`;
      return { name, line: `${numbers}${remote}/${encodeURIComponent(name)}` };
    }
  }
}

function digest(text) {
  return createHash("md5").update(text).digest("hex");
}
