// cadaver, which follows no redirect: for it a rule says `dav = "proxy"`.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { beforeEach, describe, test } from "node:test";
import { run, scratch } from "../e2e/support/clients.js";
import { LOCKED, LOGIN, OPEN, UNLISTED, WRONG, below } from "../e2e/support/dav.js";
import { habits, openClients, report } from "./support/clients.js";

const clients = await openClients({ rules: [{ path: "/", dav: "proxy" }] });
const redirecting = await openClients();
const { dav, address, forget } = clients;
beforeEach(() => { forget(); redirecting.forget(); });

/** Runs commands of cadaver's at an address: `{ cwd, text }`, all that it printed. */
async function cadaver(url, commands, login) {
  const cwd = scratch();
  const machine = `machine 127.0.0.1 login ${login?.user} password ${login?.password}\n`;
  await writeFile(path.join(cwd, ".netrc"), login ? machine : "", { mode: 0o600 });
  const child = spawn("cadaver", [url], {
    cwd, env: { PATH: process.env.PATH, HOME: cwd, LANG: "C.UTF-8", LC_ALL: "C.UTF-8", TERM: "dumb" },
    stdio: ["pipe", "pipe", "pipe"], timeout: 60_000, killSignal: "SIGKILL",
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (piece) => { text += piece; });
  child.stdin.end(`${[...commands, "quit"].join("\n")}\n`);
  await new Promise((resolve, reject) => { child.on("error", reject).on("close", resolve); });
  return { cwd, text };
}

/** A name as cadaver's command line takes it. */
const quoted = (name) => `"${name.replace(/["\\]/g, "\\$&")}"`;

async function version() {
  const { stdout } = await run("cadaver", ["--version"], { cwd: scratch() });
  return /cadaver (\S+)/.exec(stdout)[1];
}

describe("cadaver", () => {
  test("lists a folder, and gets each file", async () => {
    const folder = "/open/";
    const names = OPEN.filter((name) => name.startsWith(folder) && !name.slice(folder.length).includes("/"))
      .map((name) => name.slice(folder.length));
    const { cwd, text } = await cadaver(address(folder), ["ls", ...names.map((name, at) => `get ${quoted(name)} file-${at}`)]);
    assert.match(text, /Listing collection `\/dav\/open\/': succeeded/);
    for (const [at, name] of names.entries()) {
      assert.ok(text.includes(name), `${name} in ${text}`);
      assert.ok((await readFile(path.join(cwd, `file-${at}`))).equals(dav.bytes(folder + name)), name);
    }
    dav.assertSigned();
  });

  test("shows no stranger a locked folder, and opens it with its password", async () => {
    const stranger = await cadaver(address("/"), ["ls"]);
    assert.doesNotMatch(stranger.text, /locked/);
    const [name] = below("/locked", LOCKED);
    const { cwd, text } = await cadaver(address("/locked/"), ["ls", `get ${quoted(name.slice(1))} file`], LOGIN);
    assert.match(text, /Listing collection `\/dav\/locked\/': succeeded/);
    assert.ok((await readFile(path.join(cwd, "file"))).equals(dav.bytes(LOCKED[0])));
  });

  test("asks for no login where nothing is shown, and has none for a token", async () => {
    const { text } = await cadaver(address("/link-only/"), ["ls"], await dav.token());
    assert.match(text, /404 Not Found|does not exist|Could not open/);
    const asking = await openClients({ site: { dav: "login" }, rules: [{ path: "/", dav: "proxy" }] });
    const { cwd, text: shown } = await cadaver(asking.address("/"), ["ls", `get ${quoted(UNLISTED[0].slice(1))} file`], await asking.dav.token());
    assert.match(shown, /link-only/);
    assert.ok((await readFile(path.join(cwd, "file"))).equals(asking.dav.bytes(UNLISTED[0])));
  });

  test("gets nothing with a wrong password", async () => {
    const { text } = await cadaver(address("/locked/"), ["ls"], WRONG);
    assert.match(text, /Could not (open|access)|authenticate|authentication/i);
    assert.doesNotMatch(text, /secret\.txt/);
  });

  test("changes nothing", async () => {
    const { text } = await cadaver(address("/"), ["put .netrc new.txt", "mkcol folder", "delete large.bin"]);
    assert.equal(text.match(/405 Method Not Allowed|403 Forbidden/g)?.length, 3, text);
  });

  test("says where a redirect leads, and gets no byte", async () => {
    const { cwd, text } = await cadaver(redirecting.address("/locked/"), ["get secret.txt file"], LOGIN);
    assert.match(text, /redirect to http:\/\/localhost:/);
    assert.equal((await stat(path.join(cwd, "file"))).size, 0);
    const expected = { login: "after a challenge", follows: false, passesPassword: false, passesReferer: false };
    report("cadaver", await version(), habits(redirecting), expected);
  });
});
