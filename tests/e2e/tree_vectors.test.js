// The test vectors of trees in the built Worker: their files, or the errors of invalid ones.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { assertSigned } from "./support/expect.js";
import { KEY, UID, encodePath } from "./support/library.js";
import { openSite } from "./support/site.js";

const VECTORS = readFileSync(new URL("../data/vectors/url_tree.jsonl", import.meta.url), "utf8")
  .trimEnd().split("\n").map((line) => JSON.parse(line));
const GOOD = VECTORS.filter(({ error }) => !error);
const BAD = VECTORS.filter(({ error }) => error);

test("every valid text serves its files, and no others, with size, time and signed link", async () => {
  assert.ok(GOOD.length >= 25);
  const site = await openSite({
    secrets: { PRIVATE_KEY: KEY, ...Object.fromEntries(GOOD.map(({ text }, index) => [`TREE_${index}`, text])) },
    vars: {
      MOUNTS: GOOD.map((_, index) => ({
        path: `/v${index}`, source: "links", tree: `TREE_${index}`, uid: Number(UID), private_key: "PRIVATE_KEY",
      })),
    },
  });
  const below = async (path) => {
    const { entries } = await site.json(encodePath(path));
    const found = entries.map(({ type, name }) => (type === "folder" ? below(`${path}${name}/`) : [path + name]));
    return (await Promise.all(found)).flat();
  };
  for (const [index, { files }] of GOOD.entries()) {
    // A path that stands twice is served by its first line.
    const first = new Map(files.map((file) => [`/v${index}${file.path}`, file]).reverse());
    assert.deepEqual((await below(`/v${index}/`)).sort(), [...first.keys()].sort());
    for (const [path, want] of first) {
      const { url, size, modified } = await site.json(encodePath(path));
      assert.deepEqual([size, modified], [want.size, want.modified], path);
      assertSigned(url, want.url);
    }
  }
});

test("every invalid text is refused with a line number", async () => {
  assert.ok(BAD.length >= 1);
  for (const { text } of BAD) {
    const site = await openSite({ secrets: { URL_TREE: text, PRIVATE_KEY: KEY, UID } });
    assert.equal((await site.request("/")).status, 503, text);
    const { errors } = await site.json("/-/health");
    assert.ok(errors.length > 0);
    for (const { setting, line } of errors) assert.ok(setting === "URL_TREE" && line >= 1, JSON.stringify(errors));
    await site.close();
  }
});
