// What the tests of clients share: the site and what is in front of it, their reports, and what a mount needs.
import assert from "node:assert/strict";
import { accessSync, constants, existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { openDav } from "../../e2e/support/dav.js";
import { ROOT } from "../../e2e/support/worker.js";
import { openFront } from "./front.js";

/** The reports of clients, one file each: table.js makes them the documentation's table. */
export const REPORTS = path.join(ROOT, "target/clients");

/** A site with the front that clients are given. Its `address` is the front's. */
export async function openClients(options, answer) {
  const dav = await openDav(options);
  const front = await openFront(dav.site, answer);
  const forget = () => { dav.cdn.forget(); front.forget(); };
  return { dav, cdn: dav.cdn, front, forget, address: (folder) => dav.address(folder, front.url) };
}

/**
 * What the requests of one client show: whether it sends its password unasked, follows redirects to the CDN, and passes
 * a password or a Referer on to it.
 */
export function habits({ front, cdn }) {
  const [first] = front.log.filter(({ headers, status }) => headers.authorization !== undefined || status === 401);
  return {
    login: first && (first.headers.authorization === undefined ? "after a challenge" : "at once"),
    follows: cdn.log.length > 0,
    passesPassword: cdn.log.some(({ headers }) => headers.authorization !== undefined),
    passesReferer: cdn.log.some(({ headers }) => Boolean(headers.referer)),
  };
}

/** Asserts a client's habits, so that a change is seen, and keeps them with its version for the table. */
export function report(client, version, found, expected) {
  assert.deepEqual(found, expected, `the habits of ${client} ${version}`);
  mkdirSync(REPORTS, { recursive: true });
  const name = client.replace(/\W+/g, "_");
  writeFileSync(path.join(REPORTS, `${name}.json`), JSON.stringify({ client, version, ...found }));
}

/** Why file systems can't be mounted here, or `false`. */
export function whyNoFuse({ root = false } = {}) {
  if (root && process.getuid() !== 0) return "only root may mount";
  if (!existsSync("/dev/fuse")) return "there is no /dev/fuse";
  try {
    accessSync("/dev/fuse", constants.R_OK | constants.W_OK);
    return false;
  } catch {
    return "/dev/fuse can't be opened";
  }
}
