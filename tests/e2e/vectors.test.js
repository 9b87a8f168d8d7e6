// The test vectors of signatures, computed by the built Worker's code inside workerd.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { assertLeadsTo, meaning } from "./support/expect.js";
import { openSite } from "./support/site.js";

const VECTORS = readFileSync(new URL("../data/vectors/auth_key.jsonl", import.meta.url), "utf8")
  .trimEnd().split("\n").map((line) => JSON.parse(line));

const site = await openSite({ entry: "tests/e2e/support/vectors_entry.js" });
const asked = VECTORS.map((each) => [each.origin_url, each.private_key, String(each.uid), each.expires, each.rand]);
const answer = await site.request("/", { method: "POST", body: JSON.stringify(asked) });
assert.equal(answer.status, 200, answer.text);
const signed = JSON.parse(answer.text);

test("every vector has a result", () => {
  assert.ok(VECTORS.length >= 80);
  assert.equal(signed.length, VECTORS.length);
});

test("every vector gets its auth_key once, and leads to the signed object", () => {
  for (const [index, vector] of VECTORS.entries()) {
    const url = signed[index];
    assert.equal(typeof url, "string", vector.origin_url);
    assert.deepEqual(new URL(url).searchParams.getAll("auth_key"), [vector.auth_key], vector.origin_url);
    assertLeadsTo(url, vector.origin_url);
    // The vector's own URL may be spelt in another way, but not mean anything else.
    assertLeadsTo(url, vector.signed_url);
    assert.equal(meaning(new URL(url).pathname), vector.signed_path);
  }
});
