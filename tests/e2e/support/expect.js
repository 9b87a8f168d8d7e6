// Assertions about responses and URLs that tests share.
import assert from "node:assert/strict";
import { refusal, decodePath } from "./cdn_auth.js";
import { ACCOUNTS, UID } from "./library.js";

const now = () => Math.floor(Date.now() / 1000);

/** Splits a URL's text into its parts, without the normalization of the URL class. */
function split(text) {
  const [, scheme, host, path, query = ""] = /^(https?):\/\/([^/?#]*)([^?#]*)(?:\?([^#]*))?/.exec(text);
  return { scheme, host, path, query };
}

/** Percent-decodes a path to bytes. A `%` that begins no escape, as owners may write, stands for itself. */
export function meaning(path) {
  const escaped = path.replace(/%(?![0-9A-Fa-f]{2})/g, "%25");
  return decodePath(Buffer.from(escaped, "utf8").toString("latin1")).toString("utf8");
}

/** The decoded pairs of a query, sorted, without the signature. */
function pairs(query) {
  return [...new URLSearchParams(query)]
    .filter(([name]) => name !== "auth_key")
    .map((pair) => JSON.stringify(pair))
    .sort();
}

/** Asserts that a URL leads to the same object as `origin`, read as text and by the URL class. */
export function assertLeadsTo(location, origin) {
  assert.match(location, /^[\x21-\x7e]+$/, `not ASCII: ${location}`);
  const want = split(origin);
  const parsed = new URL(location);
  const readings = {
    text: split(location),
    browser: {
      scheme: parsed.protocol.slice(0, -1), host: parsed.host, path: parsed.pathname, query: parsed.search.slice(1),
    },
  };
  for (const [reader, got] of Object.entries(readings)) {
    const note = `${reader} of ${location}, from ${origin}`;
    assert.equal(got.scheme, want.scheme, note);
    assert.equal(got.host, want.host, note);
    assert.equal(decodePath(got.path)?.toString("utf8"), meaning(want.path), note);
    assert.deepEqual(pairs(got.query), pairs(want.query), note);
  }
  assert.equal(parsed.hash, "", location);
}

/**
 * Asserts that a URL is `origin`, signed for `uid` until `minutes` from now. Returns the parts of its `auth_key`:
 * `{ expires, rand }`.
 */
export function assertSigned(location, origin, { accounts = ACCOUNTS, uid = UID, minutes = 30 } = {}) {
  assertLeadsTo(location, origin);
  const parsed = new URL(location);
  const reason = refusal({
    path: decodePath(parsed.pathname), query: parsed.search.slice(1), accounts, now: now(),
  });
  assert.equal(reason, null, location);
  const [expires, rand, signer] = parsed.searchParams.get("auth_key").split("-");
  assert.equal(signer, String(uid));
  const lifetime = Number(expires) - now();
  assert.ok(Math.abs(lifetime - minutes * 60) <= 5, `expires in ${lifetime} s, not ${minutes * 60}`);
  return { expires: Number(expires), rand };
}

/** Asserts that a URL is `origin` without a signature. */
export function assertUnsigned(location, origin) {
  assertLeadsTo(location, origin);
  assert.equal(new URL(location).searchParams.has("auth_key"), false, location);
}

/** Asserts that a response is a 302 with the headers of every redirect; returns its `Location`. */
export function assertRedirect(answer) {
  assert.equal(answer.status, 302, answer.text.slice(0, 500));
  const names = answer.rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
  assert.equal(names.filter((name) => name === "location").length, 1);
  assert.equal(answer.headers["cache-control"], "no-store");
  assert.equal(answer.headers["referrer-policy"], "no-referrer");
  assert.equal(answer.headers["access-control-allow-origin"], "*");
  return answer.headers.location;
}

/** Asserts that a response is a permanent redirect to a path of the same site, whatever the base URL. */
export function assertMoved(answer, from, to) {
  assert.equal(answer.status, 308, `${from}: ${answer.text.slice(0, 200)}`);
  const base = "http://site.example";
  const target = new URL(answer.headers.location.replace(/^https?:\/\/127\.0\.0\.1:\d+/, base), base + from);
  assert.equal(target.href, base + to, `Location: ${answer.headers.location}`);
}

/** Asserts that a response is a refusal: one of `statuses`, without a `Location`, and not cacheable. */
export function assertRefused(answer, statuses, note) {
  assert.ok(statuses.includes(answer.status), `${note}: ${answer.status}`);
  assert.equal(answer.headers.location, undefined, note);
}

/** Asserts that a response is an error in JSON with status, code and message; returns the error. */
export function assertErrorJson(answer, status) {
  assert.equal(answer.status, status);
  assert.match(answer.headers["content-type"], /^application\/json/);
  const { error } = JSON.parse(answer.text);
  for (const name of ["status", "code", "message"]) assert.ok(name in error, `${name} in ${answer.text}`);
  assert.equal(error.status, status);
  assert.match(error.code, /^[a-z][a-z_]*$/);
  assert.ok(error.message.length > 0);
  return error;
}
