// Mounts of WebDAV in the file system of this machine, and what is read from them.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { open, readFile, readdir } from "node:fs/promises";
import path from "node:path";
import { after } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { run, scratch } from "../../e2e/support/clients.js";

const PATIENCE_MS = 20_000;

/**
 * An empty folder to mount in, `{ cwd, point }`, and after the test file: unmounted by `command`, once that process has
 * ended of which `hasEnded` tells, and removed.
 */
export function mountPoint(command, hasEnded = async () => true) {
  const place = {};
  // Registered before the folder is, whose removal would otherwise read the mount, and wait for it: that ends never.
  after(() => unmount(command, place.point, () => hasEnded(place.point)));
  place.cwd = scratch();
  place.point = path.join(place.cwd, "mounted");
  mkdirSync(place.point);
  return place;
}

/** Whether something is mounted at a path. */
async function isMounted(point) {
  const rows = (await readFile("/proc/self/mountinfo", "utf8")).split("\n");
  return rows.some((row) => row.split(" ")[4] === point);
}

async function unmount(command, point, hasEnded) {
  if (!(await isMounted(point))) return;
  const { status, stderr } = await run(command[0], [...command.slice(1), point], { cwd: "/" });
  assert.equal(status, 0, stderr);
  const end = performance.now() + PATIENCE_MS;
  while ((await isMounted(point)) || !(await hasEnded())) {
    assert.ok(performance.now() < end, `${point} is still mounted`);
    await wait(20);
  }
}

/** The names below a folder: files alone, their paths beginning with `/`. */
export async function namesBelow(folder, prefix = "") {
  const entries = await readdir(folder, { withFileTypes: true });
  const found = await Promise.all(entries.map((entry) => (
    entry.isDirectory()
      ? namesBelow(path.join(folder, entry.name), `${prefix}/${entry.name}`)
      : [`${prefix}/${entry.name}`]
  )));
  return found.flat();
}

/** Some bytes from the middle of a file, as a player's seek reads them. */
export async function bytesAt(file, offset, length) {
  const handle = await open(file);
  try {
    const buffer = Buffer.alloc(length);
    const { bytesRead } = await handle.read(buffer, 0, length, offset);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
