// Kodi, on a display that nobody sees.
import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { LOCKED, LOGIN, OPEN, WRONG } from "../e2e/support/dav.js";
import { shared } from "../e2e/support/guarded.js";
import { made } from "../e2e/support/media.js";
import { habits, openClients, report } from "./support/clients.js";
import { openKodi } from "./support/kodi.js";

const FILM = "/films/一部 电影 [1080p].mp4";
const LOCKED_FILM = "/locked/film.mp4";
// There is no sound card, without which Kodi plays no sound at all.
const film = made("mp4", "-t", "2", "-an");
const media = { [FILM]: film, [LOCKED_FILM]: film };
const open = await openClients({ media });
const asking = await openClients({ media, site: { dav: "login" } });

/** An address as Kodi's dialog for network locations makes it. */
function address({ front }, name, { user, password } = {}) {
  const login = user === undefined ? "" : `${encodeURIComponent(user)}:${encodeURIComponent(password)}@`;
  return `dav://${login}${new URL(front.url).host}/dav${name.split("/").map(encodeURIComponent).join("/")}`;
}

const link = await shared(open.dav.site, "/locked/");
const STRM = address(open, "/").replace("/dav/", "/dav-strm/");
const LOCKED_STRM = address(open, "/").replace("/dav/", `/${link.path.split("/")[1]}/dav-strm/locked/`);
const kodi = await openKodi([
  STRM, LOCKED_STRM,
  ...[open, asking].flatMap((clients) => [undefined, LOGIN, WRONG].map((login) => address(clients, "/", login))),
]);
beforeEach(() => { open.forget(); asking.forget(); });

/** The files below an address: their paths, and the addresses that Kodi has for them. */
async function crawl(root, prefix = "/dav") {
  const found = new Map();
  const folders = [root];
  while (folders.length > 0) {
    for (const { file, filetype } of await kodi.list(folders.pop())) {
      if (filetype === "directory") folders.push(file);
      else found.set(decodeURIComponent(new URL(file).pathname.slice(prefix.length)), file);
    }
  }
  return found;
}

/** Lists all below an address, and reads it. */
async function readAll(root) {
  const found = await crawl(root);
  const read = new Map();
  for (const [name, file] of found) read.set(name, await kodi.read(file));
  return read;
}

describe("Kodi", { timeout: 120_000 }, () => {
  test("lists what is open, and reads each file", async () => {
    open.dav.assertFiles(await readAll(address(open, "/")), [...OPEN, FILM]);
    open.dav.assertSigned();
  });

  test("shows names with a percent sign or a plus as if they were encoded", async () => {
    const labels = (await kodi.list(address(open, "/open/"))).map(({ label }) => label);
    assert.ok(labels.includes("plus sign.txt") && labels.includes("A.txt") && !labels.includes("%41.txt"), labels.join("\n"));
  });

  test("plays an open film to its end", async () => {
    await kodi.play(address(open, FILM));
    open.dav.assertSigned();
  });

  for (const [what, root, name] of [["an open", STRM, FILM], ["by a share link a locked", LOCKED_STRM, LOCKED_FILM]]) {
    test(`lists and plays ${what} film by its .strm file`, async () => {
      const found = await crawl(root, "");
      const files = [...found.values()].filter((file) => file.endsWith(".strm"));
      assert.equal(files.length, 1);
      assert.deepEqual(open.cdn.log, [], "no byte for a listing");
      await kodi.play(files[0]);
      assert.ok(open.dav.requestsFor(name).length > 0);
      open.dav.assertSigned();
    });
  }

  test("plays a locked film with its password, which the CDN is not told", async () => {
    await kodi.play(address(open, LOCKED_FILM, LOGIN));
    const expected = { login: "after a challenge", follows: true, passesPassword: false, passesReferer: false };
    report("Kodi", await kodi.version(), habits(open), expected);
  });

  test("shows the folder that a password opens where the root asks for it, and only there", async () => {
    const all = [...OPEN, FILM, ...LOCKED, LOCKED_FILM];
    asking.dav.assertFiles(await readAll(address(asking, "/", LOGIN)), all);
    assert.deepEqual([...(await crawl(address(open, "/", LOGIN))).keys()].toSorted(), [...OPEN, FILM].toSorted());
  });

  test("shows and reads nothing with a wrong password", async () => {
    await assert.rejects(kodi.list(address(open, "/locked/", WRONG)));
    assert.equal(await kodi.read(address(open, LOCKED_FILM, WRONG)), undefined);
    const refused = open.front.log.filter(({ headers }) => headers.authorization !== undefined);
    assert.deepEqual([...new Set(refused.map(({ status }) => status))], [401]);
    assert.deepEqual(open.cdn.log, []);
  });
});
