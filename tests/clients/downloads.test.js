// Download tools that get an address of `/dav/` with a password: which of them tell the CDN.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { beforeEach, describe, test } from "node:test";
import { aria2c, curl, run, scratch, wget } from "../e2e/support/clients.js";
import { LOCKED, LOGIN, WRONG } from "../e2e/support/dav.js";
import { habits, openClients, report } from "./support/clients.js";

const clients = await openClients();
const { dav, cdn, address, forget } = clients;
beforeEach(forget);

const AT_ONCE = { login: "at once", follows: true, passesPassword: false, passesReferer: false };
const CHALLENGED = { ...AT_ONCE, login: "after a challenge" };
const TOLD = { ...AT_ONCE, passesPassword: true };

/** The name of each way to call a tool, how it is called, and its habits. */
const TOOLS = [
  ["curl", "curl", ({ user, password }) => ["-fL", "-o", "file", "-u", `${user}:${password}`], AT_ONCE],
  ["wget", "wget", ({ user, password }) => ["-q", "-O", "file", "--user", user, "--password", password], CHALLENGED],
  ["wget --auth-no-challenge", "wget", ({ user, password }) => [
    "-q", "-O", "file", "--auth-no-challenge", "--user", user, "--password", password,
  ], TOLD],
  ["aria2c --http-user", "aria2c", ({ user, password }) => [
    "-q", "-o", "file", "--allow-overwrite", `--http-user=${user}`, `--http-passwd=${password}`,
  ], TOLD],
];
const RUN = { curl, wget, aria2c };

async function versionOf(program) {
  const { stdout } = await run(program, ["--version"], { cwd: scratch() });
  return /^(?:curl|GNU Wget|aria2 version) (\S+)/.exec(stdout)[1];
}

for (const [name, program, options, expected] of TOOLS) {
  describe(name, () => {
    test("downloads a locked file with its password", async () => {
      for (const file of LOCKED) {
        const cwd = scratch();
        const { status, stdout, stderr } = await RUN[program](cdn, [...options(LOGIN), address(file)], { cwd });
        assert.equal(status, 0, stdout + stderr);
        assert.ok((await readFile(path.join(cwd, "file"))).equals(dav.bytes(file)), file);
      }
      dav.assertSigned();
      report(name, await versionOf(program), habits(clients), expected);
    });

    test("fails with a wrong one, before the CDN is asked", async () => {
      const { status } = await RUN[program](cdn, [...options(WRONG), address(LOCKED[0])], { cwd: scratch() });
      assert.notEqual(status, 0);
      assert.deepEqual(cdn.log, []);
    });
  });
}
