// Players that are given a film's address below `/dav/`, with the user and the password in it.
import assert from "node:assert/strict";
import { chmod, readFile } from "node:fs/promises";
import path from "node:path";
import { beforeEach, describe, test } from "node:test";
import { run, scratch } from "../e2e/support/clients.js";
import { LOGIN, WRONG } from "../e2e/support/dav.js";
import { shared } from "../e2e/support/guarded.js";
import { made } from "../e2e/support/media.js";
import { habits, openClients, report } from "./support/clients.js";

const OPEN_FILM = "/films/一部 电影 [1080p].mp4";
const LOCKED_FILM = "/locked/film.mp4";
const UNLISTED_FILM = "/link-only/film.mp4";
const film = made("mp4", "-t", "2");
const clients = await openClients({ media: { [OPEN_FILM]: film, [LOCKED_FILM]: film, [UNLISTED_FILM]: film } });
const { dav, cdn, forget } = clients;
beforeEach(forget);

/** A film's address, with a login in it as players take it. */
function address(name, login) {
  const url = new URL(clients.address(name));
  if (login) Object.assign(url, { username: encodeURIComponent(login.user), password: encodeURIComponent(login.password) });
  return url.href;
}

/** VLC does not run as root. */
function asNobody(command, cwd) {
  const nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
  const [program, ...args] = process.getuid() === 0 ? [...nobody, ...command] : command;
  return run(program, args, { cwd });
}

/** Plays a film to its end, and returns the samples that came out. */
const PLAYERS = {
  mpv: async (url) => {
    const cwd = scratch();
    const sound = ["--ao=pcm", "--ao-pcm-file=sound.wav"];
    const args = ["--no-config", "--no-ytdl", ...sound, "--vo=null", "--no-terminal", url];
    return { cwd, ...(await run("mpv", args, { cwd })) };
  },
  VLC: async (url) => {
    const cwd = scratch();
    await chmod(cwd, 0o777);
    const output = ["--aout=afile", "--audiofile-file=sound.wav", "--vout=dummy"];
    const vlc = ["cvlc", "--no-media-library", "--ignore-config", "--no-interact", "--keystore=memory", ...output, "--play-and-exit", url, "vlc://quit"];
    return { cwd, ...(await asNobody(vlc, cwd)) };
  },
};
/** Whether it sends a login where none is asked for: nobody is asked where nothing is to be known of. */
const OPENS_UNASKED = { mpv: false, VLC: true };
const LOGINS = { mpv: "after a challenge", VLC: "at once" };

/** The seconds of sound that a player put out: 44.1 kHz of 16 bits, with one channel or two. */
async function secondsOf(file) {
  const body = await readFile(file).catch(() => Buffer.alloc(44));
  const channels = body.readUInt16LE(22) || 1;
  return (body.length - 44) / (44_100 * 2 * channels);
}

async function versionOf(program) {
  const { stdout } = await asNobody([program, "--version"], "/");
  return /(?:mpv|VLC version) (\S+)/.exec(stdout)[1];
}

for (const [player, play] of Object.entries(PLAYERS)) {
  describe(player, { timeout: 60_000 }, () => {
    test("plays an open film", async () => {
      const { cwd, stdout, stderr } = await play(address(OPEN_FILM));
      assert.ok((await secondsOf(path.join(cwd, "sound.wav"))) > 1.9, stdout + stderr);
      dav.assertSigned();
    });

    test("plays a locked film with its password, which the CDN is not told", async () => {
      const { cwd, stdout, stderr } = await play(address(LOCKED_FILM, LOGIN));
      assert.ok((await secondsOf(path.join(cwd, "sound.wav"))) > 1.9, stdout + stderr);
      const expected = { login: LOGINS[player], follows: true, passesPassword: false, passesReferer: false };
      report(player, await versionOf(player === "VLC" ? "vlc" : player), habits(clients), expected);
    });

    test("plays by the address of a share link what those alone open", async () => {
      const link = await shared(dav.site, "/link-only/");
      const { cwd, stdout, stderr } = await play(`${clients.front.url}/${link.path.split("/")[1]}/dav${UNLISTED_FILM}`);
      assert.ok((await secondsOf(path.join(cwd, "sound.wav"))) > 1.9, stdout + stderr);
    });

    test(`${OPENS_UNASKED[player] ? "plays" : "does not play"} what share links alone open with a token`, async () => {
      const { cwd, stdout, stderr } = await play(address(UNLISTED_FILM, await dav.token()));
      assert.equal((await secondsOf(path.join(cwd, "sound.wav"))) > 1.9, OPENS_UNASKED[player], stdout + stderr);
    });

    test("plays nothing with a wrong password, or none", async () => {
      for (const login of [WRONG, undefined]) {
        const { cwd } = await play(address(LOCKED_FILM, login));
        assert.equal(await secondsOf(path.join(cwd, "sound.wav")), 0);
      }
      assert.deepEqual(cdn.log, []);
    });
  });
}
