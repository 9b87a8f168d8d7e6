// Makes single requests, and verifies their responses.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import http from "node:http";
import { PRIVATE_KEY, UID } from "./sample.js";

const PATIENCE_MS = 10_000;

/** `{ status, headers }` of a GET of `path` as written; no redirect is followed. */
export function get(url, path, headers = {}) {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const request = http.get({ hostname, port, path, headers, agent: false }, (response) => {
      response.resume();
      response.on("end", () => resolve({ status: response.statusCode, headers: response.headers }));
      response.on("error", reject);
    });
    request.setTimeout(PATIENCE_MS, () => request.destroy(new Error(`no answer to ${path}`)));
    request.on("error", reject);
  });
}

/** The `Location` of a redirect; throws if the response is anything but a redirect of this site. */
export async function redirect(url, path) {
  const { status, headers } = await get(url, path);
  assert.equal(status, 302, `status of ${path}`);
  assert.equal(headers["cache-control"], "no-store");
  assert.equal(headers["referrer-policy"], "no-referrer");
  assert.equal(headers["access-control-allow-origin"], "*");
  return headers.location;
}

/** Throws unless a `Location` is a link to a file of this name in the sample, validly signed. */
export function verify(location) {
  const url = new URL(location);
  assert.equal(url.host, "vip.123pan.cn");
  const [expires, rand, uid, hash] = url.searchParams.get("auth_key").split("-");
  assert.ok(Number(expires) > Date.now() / 1000, "it has not expired");
  assert.match(rand, /^[0-9a-f]{32}$/);
  assert.equal(uid, UID);
  const path = decodeURIComponent(url.pathname);
  const text = `${path}-${expires}-${rand}-${UID}-${PRIVATE_KEY}`;
  assert.equal(hash, createHash("md5").update(text).digest("hex"), `signature of ${location}`);
}
