// The fake vendor's sample files, the same for every source: as remote mounts and as a tree.
import assert from "node:assert/strict";
import { readFile, rm } from "node:fs/promises";
import path from "node:path";
import { run } from "./clients.js";
import { encodePath, treeOf } from "./library.js";

/** The account's uid (tests/it/support/vendor/accounts.rs). */
export const UID = 1_812_345_678;

/** Names of files in the sample's root that are difficult in URLs, headers or HTML (sample.rs in the same folder). */
export const NAMES = [
  "资料 a+b.txt", "空 格.txt", "100%.txt", "100%25.txt", "a#b.txt", "a&b=c.txt", "a+b.txt", "😀.bin",
  "it's (1) [2] {3}.txt", "~tilde!@$^,;`.txt", "-dash.txt", "末尾.TXT", "cafe\u0301.txt",
];

/** Names in `/forbidden` that would be another path. */
export const FORBIDDEN = ["..", ".", "a/b", "a\\b", "x\0y", "", "line\nbreak"];

/** Folders above `/deep/…/end.txt`, from the topmost on. */
export const LEVELS = ["deep", ...Array.from({ length: 15 }, (_, index) => `层${index + 2}`)];

/** The time of change in Unix seconds, as in our JSON. */
export const modified = (row) => Math.floor(row.modified_ms / 1000);

/** Rows that are listed: not in the trash or rejected, of a known kind, with a name that a path can have. */
export function usable(rows) {
  return rows.filter(({ type, status, trashed, name }) => (
    [0, 1].includes(type) && status <= 100 && !trashed && !FORBIDDEN.includes(name)
  ));
}

/** Makes all files available in the share and by direct links, as they are in the other sources. */
export async function openEverything(vendor) {
  await vendor.change({ share: { path: "/" } });
  await vendor.change({ direct: { path: "/" } });
}

/** The vendor's files as an UrlTree of direct links, each name once in a folder. */
export async function directLinkTree(vendor) {
  const files = [];
  const visit = async (folder) => {
    const used = new Set();
    for (const row of usable(await vendor.children(folder))) {
      const file = `${folder}${row.name}`;
      if (used.has(row.name)) continue;
      used.add(row.name);
      if (row.type === 1) await visit(`${file}/`);
      const url = `${vendor.url}/direct/${UID}${encodePath(file)}`;
      if (row.type === 0) files.push({ path: file, url, size: row.size, modified: modified(row) });
    }
  };
  await visit("/");
  return treeOf(files);
}

/**
 * Downloads a URL with curl: `{ bytes, how }`; `how` is the number of redirects and the last status. Fails on any
 * status above 399.
 */
export async function fetched(cwd, url, args = []) {
  const target = path.join(cwd, "fetched");
  await rm(target, { force: true });
  const form = ["-o", target, "-w", "%{num_redirects} %{http_code}"];
  const asWritten = ["-q", "-sSfL", "--globoff", "--path-as-is"];
  const result = await run("curl", [...asWritten, ...form, ...args, url], { cwd });
  assert.equal(result.status, 0, `${url}: ${result.stdout} ${result.stderr}`);
  const bytes = await readFile(target).catch(() => Buffer.alloc(0));
  return { bytes, how: result.stdout };
}

/** Asserts that the fake vendor noted no violation: that the Worker was a correct client. */
export async function assertNoViolations(vendor) {
  assert.deepEqual((await vendor.state()).violations, []);
}
