// AList's API over a mount of 123Pan's: the owner has a folder read again, others don't.
import assert from "node:assert/strict";
import { test } from "node:test";
import { API_TOKEN } from "./support/guarded.js";
import { openMounted } from "./support/mounted.js";

test("the owner alone has a folder read again", { timeout: 60_000 }, async () => {
  const mounted = await openMounted("personal");
  const { site, vendor, root } = mounted;

  /** The names in the folder, as a client of AList's API reads them. */
  async function list(fields = {}, authorization = "") {
    const body = JSON.stringify({ path: `${root}/empty`, password: "", page: 1, per_page: 0, ...fields });
    const headers = { authorization, "content-length": Buffer.byteLength(body) };
    const answer = await site.request("/api/fs/list", { method: "POST", headers, body });
    const { code, message, data } = JSON.parse(answer.text);
    assert.deepEqual([answer.status, code, message], [200, 200, "success"]);
    return data.content.map(({ name }) => name);
  }

  assert.deepEqual(await list(), []);
  await vendor.change({ add_file: { folder: "/empty", name: "new.txt", size: 9 } });
  assert.deepEqual(await list(), [], "the listing is fresh");
  assert.deepEqual(await list({ refresh: true }), [], "a guest's wish is ignored");
  assert.deepEqual(await list({ refresh: true }, API_TOKEN), ["new.txt"]);
  assert.deepEqual(await list(), ["new.txt"], "for everybody");
  assert.deepEqual(await mounted.violations(), []);
});
