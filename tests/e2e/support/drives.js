// The fake vendor's sample drive, whole, behind every source: one content, five ways to it.
import assert from "node:assert/strict";
import { readFile, rm } from "node:fs/promises";
import path from "node:path";
import { run } from "./clients.js";
import { encodePath, treeOf } from "./library.js";

/** The account's number (tests/it/support/vendor/accounts.rs). */
export const UID = 1_812_345_678;

/** Names of files in the sample's root that trip over in URLs, headers or HTML (sample.rs beside it). */
export const NAMES = [
  "资料 a+b.txt", "空 格.txt", "100%.txt", "100%25.txt", "a#b.txt", "a&b=c.txt", "a+b.txt", "😀.bin",
  "it's (1) [2] {3}.txt", "~tilde!@$^,;`.txt", "-dash.txt", "末尾.TXT", "cafe\u0301.txt",
];

/** Names in `/forbidden` that would be another path. */
export const FORBIDDEN = ["..", ".", "a/b", "a\\b", "x\0y", "", "line\nbreak"];

/** Folders above `/deep/…/end.txt`, from the topmost on. */
export const LEVELS = ["deep", ...Array.from({ length: 15 }, (_, index) => `层${index + 2}`)];

/** Seconds since 1970, as our JSON has it. */
export const modified = (row) => Math.floor(row.modified_ms / 1000);

/** Rows that a visitor may see: not binned or rejected, of a known kind, with a name that a path can have. */
export function usable(rows) {
  return rows.filter(({ type, status, trashed, name }) => (
    [0, 1].includes(type) && status <= 100 && !trashed && !FORBIDDEN.includes(name)
  ));
}

/** Gives the whole drive to the share and to direct links, as the other sources have it. */
export async function openEverything(vendor) {
  await vendor.change({ share: { path: "/" } });
  await vendor.change({ direct: { path: "/" } });
}

/** The drive as an UrlTree of direct links. A name that is there twice is there once. */
export async function treeOfDrive(vendor) {
  const files = [];
  const visit = async (folder) => {
    const seen = new Set();
    for (const row of usable(await vendor.children(folder))) {
      const file = `${folder}${row.name}`;
      if (seen.has(row.name)) continue;
      seen.add(row.name);
      if (row.type === 1) await visit(`${file}/`);
      const url = `${vendor.url}/direct/${UID}${encodePath(file)}`;
      if (row.type === 0) files.push({ path: file, url, size: row.size, modified: modified(row) });
    }
  };
  await visit("/");
  return treeOf(files);
}

/**
 * curl follows redirects, as given: `{ bytes, how }`, `how` the number of redirects and the last status.
 * It fails on any status above 399.
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

/** The end of a file of tests: a correct client was all that the vendor met. */
export async function assertNoViolations(vendor) {
  assert.deepEqual((await vendor.state()).violations, []);
}
