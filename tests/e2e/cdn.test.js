// The fake CDN itself: it refuses what 123Pan's CDN refuses.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { afterEach, test } from "node:test";
import { openCdn } from "./support/cdn.js";
import { ACCOUNTS, KEY, UID } from "./support/library.js";
import { send } from "./support/site.js";

const RAND = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";
const PATH = `/${UID}/音乐/a b.txt`;
const WIRE = `/${UID}/%E9%9F%B3%E4%B9%90/a%20b.txt`;

const cdn = await openCdn({ accounts: ACCOUNTS, hosts: ["cdn.example.com"], foreign: ["foreign.example"] });
cdn.put(PATH, { size: 1000, uid: UID });
afterEach(() => cdn.reset());
const later = () => cdn.clock.now() + 60;

function key({ path = PATH, expires = later(), rand = RAND, uid = UID, secret = KEY } = {}) {
  const text = `${path}-${expires}-${rand}-${uid}-${secret}`;
  return `${expires}-${rand}-${uid}-${createHash("md5").update(text).digest("hex")}`;
}

function ask(path, { host = "vip.123pan.cn", method, headers } = {}) {
  return send({ port: cdn.port, path, method, headers: { host, ...headers } });
}

test("the vendor's published example opens, and no other hash does", async () => {
  const vendor = await openCdn({ accounts: { 13: "289ds32418bxdba" }, rand: /^\d+$/ });
  vendor.put("/13/files/1.txt", { body: Buffer.from("example") });
  vendor.clock.advance(1_689_220_700 - vendor.clock.now());
  const example = "/13/files/1.txt?auth_key=1689220731-123-13-3bdacc0e031fd67fe829152f37c8fbad";
  const right = await send({ port: vendor.port, path: example, headers: { host: "vip.123pan.cn" } });
  assert.deepEqual([right.status, right.text], [200, "example"]);
  const wrong = example.replace(/d$/, "e");
  const answer = await send({ port: vendor.port, path: wrong, headers: { host: "vip.123pan.cn" } });
  assert.deepEqual([answer.status, answer.headers["x-refused"]], [403, "wrong hash"]);
});

test("a valid signature opens the object whatever the spelling of its path", async () => {
  for (const path of [WIRE, WIRE.toLowerCase(), WIRE.replace("a%20b", "%61%20b")]) {
    const answer = await ask(`${path}?auth_key=${key()}`);
    assert.equal(answer.status, 200, path);
    assert.deepEqual(answer.body, cdn.bytes(PATH));
    assert.equal(answer.headers["access-control-allow-origin"], "*");
  }
});

test("everything but a valid signature is refused with the reason", async () => {
  const cases = [
    ["", "0 auth_key parameters"],
    [`auth_key=${key()}&auth_key=${key()}`, "2 auth_key parameters"],
    [`auth_key=${key()}&auth%5Fkey=${key()}`, "2 auth_key parameters"],
    [`auth_key=${key({ rand: "0f1e2d3c-4b5a" })}`, "5 parts in auth_key"],
    [`auth_key=${key({ expires: later() - 61 })}`, "expired"],
    [`auth_key=${key({ expires: `0${later()}` })}`, "expiry is not a number"],
    [`auth_key=${key({ rand: RAND.toUpperCase() })}`, "rand has the wrong form"],
    [`auth_key=${key({ rand: "123" })}`, "rand has the wrong form"],
    [`auth_key=${key({ uid: "14" })}`, "unknown uid"],
    [`auth_key=${key({ secret: "another" })}`, "wrong hash"],
    [`auth_key=${key({ path: WIRE })}`, "wrong hash"],
    [`auth_key=${key({ path: `${PATH}x` })}`, "wrong hash"],
  ];
  for (const [query, reason] of cases) {
    const answer = await ask(`${WIRE}?${query}`);
    assert.deepEqual([answer.status, answer.headers["x-refused"]], [403, reason], query);
    assert.equal(answer.body.length, 0);
  }
});

test("the clock can be moved past the expiry", async () => {
  const signed = `${WIRE}?auth_key=${key({ expires: later() + 540 })}`;
  cdn.clock.advance(540);
  assert.equal((await ask(signed)).status, 200);
  cdn.clock.advance(70);
  assert.equal((await ask(signed)).headers["x-refused"], "expired");
});

test("only the account's hosts are served, and a foreign host must not see a key", async () => {
  const signed = `${WIRE}?auth_key=${key()}`;
  const served = [
    "vip.123pan.cn", "vip.123pan.com", "vip.123pan.cn:80", "cdn.example.com",
    `${UID}.v.123pan.cn`, `${UID}.v.123yx.com`, `${UID}.cdn.123clouddisk.com`,
  ];
  for (const host of served) assert.equal((await ask(signed, { host })).status, 200, host);
  const refused = [
    "123pan.cn", "evil.vip.123pan.cn", "vip.123pan.cn.evil.com", "14.v.123pan.cn", "127.0.0.1",
    "14.v.123yx.com", "x.v.123yx.com", `evil${UID}.v.123yx.com`, `${UID}.v.123yx.com.evil.example`,
  ];
  for (const host of refused) assert.equal((await ask(signed, { host })).status, 403, host);
  assert.equal((await ask(signed, { host: "foreign.example" })).headers["x-refused"], "a key met a foreign host");
  assert.equal((await ask(WIRE, { host: "foreign.example" })).status, 200);
});

test("an object of another account, an unknown object and another method are refused", async () => {
  cdn.put(`/${UID}/theirs.txt`, { uid: "14" });
  const theirs = await ask(`/${UID}/theirs.txt?auth_key=${key({ path: `/${UID}/theirs.txt` })}`);
  assert.equal(theirs.headers["x-refused"], "another account's file");
  assert.equal((await ask(`/${UID}/x?auth_key=${key({ path: `/${UID}/x` })}`)).status, 404);
  for (const method of ["POST", "OPTIONS", "PUT"]) {
    assert.equal((await ask(`${WIRE}?auth_key=${key()}`, { method })).status, 403, method);
  }
  assert.equal((await ask(`/${UID}/%zz?auth_key=${key()}`)).headers["x-refused"], "malformed escape");
});

test("ranges and HEAD are answered as a CDN answers them", async () => {
  const all = cdn.bytes(PATH);
  const cases = [
    ["bytes=0-", 206, all],
    ["bytes=0-0", 206, all.subarray(0, 1)],
    ["bytes=990-", 206, all.subarray(990)],
    ["bytes=990-5000", 206, all.subarray(990)],
    ["bytes=-10", 206, all.subarray(990)],
    ["bytes=1000-", 416, Buffer.alloc(0)],
    ["bytes=0-1,5-6", 200, all],
    ["lines=0-1", 200, all],
  ];
  for (const [range, status, body] of cases) {
    const answer = await ask(`${WIRE}?auth_key=${key()}`, { headers: { range } });
    assert.equal(answer.status, status, range);
    assert.deepEqual(answer.body, body, range);
  }
  const head = await ask(`${WIRE}?auth_key=${key()}`, { method: "HEAD" });
  assert.deepEqual([head.status, head.headers["content-length"], head.body.length], [200, "1000", 0]);
});

test("requests are logged, those in a proxy's form under the host they name", async () => {
  cdn.forget();
  await ask(`http://vip.123pan.com${WIRE}?auth_key=${key()}`, { host: "x", headers: { referer: "http://r/" } });
  const [entry] = cdn.requestsFor(PATH);
  assert.deepEqual([entry.method, entry.host, entry.status], ["GET", "vip.123pan.com", 200]);
  assert.equal(entry.headers.referer, "http://r/");
});
