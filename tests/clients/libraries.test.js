// Libraries that programs mount WebDAV with: from PyPI webdavclient3, webdav4 and OpenDAL, from npm `webdav`.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { beforeEach, describe, test } from "node:test";
import { run } from "../e2e/support/clients.js";
import { LOCKED, LOGIN, OPEN, UNLISTED, WRONG, crawlWithNpm, crawlWithPython } from "../e2e/support/dav.js";
import { ROOT } from "../e2e/support/worker.js";
import { habits, openClients, report } from "./support/clients.js";

const clients = await openClients();
const { dav, cdn, front, address, forget } = clients;
beforeEach(forget);

/** Each client: the folder of its Python, its habits, how it names a refusal, and which names it can't download. */
const PYTHON = {
  webdavclient3: { environment: "readers", refusal: /\b401\b/, passesReferer: false, fails: /$^/ },
  // It sends the names of a listing back without encoding them.
  webdav4: { environment: "dav_clients", refusal: /\b401\b/, passesReferer: false, fails: /[%#?]/ },
  opendal: { environment: "dav_clients", refusal: /status: 401/, passesReferer: true, fails: /$^/ },
};

async function versionOf(client, environment) {
  const python = path.join(ROOT, "target/tools", environment, "bin/python");
  const program = `from importlib.metadata import version; print(version("${client}"))`;
  return (await run(python, ["-c", program], { cwd: "/" })).stdout.trim();
}

for (const [client, { environment, refusal, passesReferer, fails }] of Object.entries(PYTHON)) {
  describe(client, () => {
    const can = (names) => names.filter((name) => !fails.test(name));
    const cannot = (names) => names.filter((name) => fails.test(name));

    /** Lists and downloads all below the root: `names` alone are there, and those that it can download have their bytes. */
    async function assertCrawl(login, names) {
      const { files, failed, error } = await crawlWithPython(client, address("/"), login, environment);
      assert.equal(error, undefined);
      assert.deepEqual(Object.keys(failed).toSorted(), cannot(names).toSorted(), JSON.stringify(failed));
      dav.assertFiles(files, can(names));
    }

    test("lists and downloads what is open", async () => {
      await assertCrawl({}, OPEN);
      dav.assertSigned();
    });

    test("with the password of a folder gets that too", async () => {
      await assertCrawl(LOGIN, [...OPEN, ...LOCKED]);
      const expected = { login: "at once", follows: true, passesPassword: false, passesReferer };
      report(client, await versionOf(client, environment), habits(clients), expected);
    });

    test("with a token gets the folder that it was made for", async () => {
      await assertCrawl(await dav.token(), [...OPEN, ...UNLISTED]);
    });

    test("with a wrong password, or none, gets nothing from the folder", async () => {
      for (const login of [WRONG, undefined]) {
        assert.match((await crawlWithPython(client, address("/locked/"), login, environment)).error, refusal);
      }
      assert.deepEqual(cdn.log, []);
    });
  });
}

describe("webdav from npm", () => {
  test("lists and downloads what is open", async () => {
    dav.assertFiles(await crawlWithNpm(address("/")), OPEN);
    dav.assertSigned();
  });

  test("with the password of a folder gets that too", async () => {
    dav.assertFiles(await crawlWithNpm(address("/"), LOGIN), [...OPEN, ...LOCKED]);
    const { version } = JSON.parse(await readFile(path.join(ROOT, "node_modules/webdav/package.json"), "utf8"));
    const expected = { login: "at once", follows: true, passesPassword: false, passesReferer: false };
    report("webdav (npm)", version, habits(clients), expected);
  });

  test("with a token gets the folder that it was made for", async () => {
    dav.assertFiles(await crawlWithNpm(address("/"), await dav.token()), [...OPEN, ...UNLISTED]);
  });

  test("with a wrong password, or none, gets nothing from the folder", async () => {
    for (const login of [WRONG, undefined]) await assert.rejects(crawlWithNpm(address("/locked/"), login), { status: 401 });
    assert.deepEqual(cdn.log, []);
  });

  test("of a whole tree in one request is refused, by the condition that RFC 4918 has for it", async () => {
    const { createClient } = await import("webdav");
    await assert.rejects(createClient(address("/")).getDirectoryContents("/", { deep: true }), { status: 403 });
    assert.equal(front.log.at(-1).headers.depth, "infinity");
  });

  test("reads a range", async () => {
    const { createClient } = await import("webdav");
    const stream = createClient(address("/")).createReadStream("/large.bin", { range: { start: 2_000_000, end: 2_000_009 } });
    assert.ok(Buffer.concat(await stream.toArray()).equals(dav.bytes("/large.bin").subarray(2_000_000, 2_000_010)));
    assert.equal(cdn.log.at(-1).status, 206);
  });
});
