// Small HLS films made with ffmpeg, sites that serve them, and players.
import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { openCdn } from "./cdn.js";
import { filesBelow, run, scratch } from "./clients.js";
import { API_TOKEN, KEYS, PATIENT } from "./guarded.js";
import { ACCOUNTS, KEY, UID } from "./library.js";
import { openSite } from "./site.js";
import { through } from "./upstream.js";

export const SECONDS = 4;
const PICTURE = ["-f", "lavfi", "-i", `testsrc=size=160x120:rate=10:duration=${SECONDS}`];
const SOUND = ["-f", "lavfi", "-i", `sine=frequency=440:duration=${SECONDS}`];
const CODE = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "10", "-c:a", "aac"];
const HLS = ["-f", "hls", "-hls_time", "1", "-hls_playlist_type", "vod"];

/**
 * Makes the films, as bytes by path: `/ladder` in two qualities with separate audio, `/aes` encrypted, with absolute
 * URLs of segments and key below `base`, and `/cmaf` in byte ranges of one file.
 */
async function makeFilms(base) {
  const folder = scratch();
  for (const name of ["ladder", "aes", "cmaf"]) await mkdir(path.join(folder, name));
  await ffmpeg(path.join(folder, "ladder"), [
    ...PICTURE, ...SOUND, "-map", "0:v", "-map", "0:v", "-map", "1:a", ...CODE, "-b:v:0", "60k", "-b:v:1", "200k", ...HLS,
    "-var_stream_map", "v:0,agroup:snd,name:low v:1,agroup:snd,name:high a:0,agroup:snd,name:sound,default:yes",
    "-master_pl_name", "master.m3u8", "-hls_segment_filename", "%v/seg%d.ts", "%v/index.m3u8",
  ]);
  const aes = path.join(folder, "aes");
  await writeFile(path.join(aes, "key.bin"), "sixteen bytes ..");
  const info = path.join(scratch(), "info");
  await writeFile(info, `${base}/aes/key.bin\n${path.join(aes, "key.bin")}\n`);
  await ffmpeg(aes, [
    ...PICTURE, ...SOUND, ...CODE, ...HLS, "-hls_key_info_file", info, "-hls_base_url", `${base}/aes/`,
    "-hls_segment_filename", "seg%d.ts", "index.m3u8",
  ]);
  await ffmpeg(path.join(folder, "cmaf"), [
    ...PICTURE, ...SOUND, ...CODE, ...HLS, "-hls_segment_type", "fmp4", "-hls_flags", "single_file",
    "-hls_segment_filename", "all.m4s", "index.m3u8",
  ]);
  return filesBelow(folder);
}

async function ffmpeg(cwd, args) {
  const { status, stderr } = await run("ffmpeg", ["-nostdin", "-v", "error", ...args], { cwd });
  if (status !== 0) throw new Error(stderr);
}

/** A CDN with the films below `/films`, and sites that serve them. */
export class Cinema {
  /** Makes the films and starts the CDN, which is stopped after the test file. */
  static async open() {
    // A custom domain of the account with a port, so that every player connects without options.
    const hosts = [];
    const cdn = await openCdn({ accounts: ACCOUNTS, hosts });
    hosts.push(`127.0.0.1:${cdn.port}`);
    const base = `${cdn.url}/${UID}`;
    return new Cinema(cdn, base, await makeFilms(`${base}/films`));
  }

  constructor(cdn, base, films) {
    Object.assign(this, { cdn, base, films });
    for (const [file, body] of films) this.put(`/films${file}`, named(file, body));
    /** For each film the playlist to play, and the files that a player has to request. */
    this.shows = {
      "/films/ladder/master.m3u8": this.#parts("ladder", ["high", "sound"]),
      "/films/aes/index.m3u8": this.#parts("aes", [""]),
      "/films/cmaf/index.m3u8": this.#parts("cmaf", [""]),
    };
  }

  put(file, body) {
    this.cdn.put(`/${UID}${file}`, { body: Buffer.from(body), uid: UID });
  }

  bytes(file) {
    return this.cdn.bytes(`/${UID}${file}`);
  }

  /** A site with the films: all in a remote folder, and one with a line for each file. */
  site(rules = [], { secrets = {}, vars = {}, ...options } = {}) {
    const hosts = [new URL(this.base).host];
    const mount = { path: "/", source: "links", tree: "URL_TREE", uid: Number(UID), private_key: "PRIVATE_KEY", hosts };
    return openSite({
      ratelimits: PATIENT,
      outbound: through(this.cdn),
      vars: { MOUNTS: [mount], RULES: rules, ...vars },
      secrets: { URL_TREE: this.#tree(), PRIVATE_KEY: KEY, SITE_KEYS: KEYS, API_TOKEN, ...secrets },
      ...options,
    });
  }

  /** The files that the CDN has served; asserts that it has refused none. */
  given() {
    const refused = this.cdn.log.filter(({ status }) => status >= 400);
    assert.deepEqual(refused.map(({ path: asked, query, reason }) => [asked, query, reason]), []);
    return new Set(this.cdn.log.map(({ path: asked }) => asked.slice(`/${UID}`.length)));
  }

  #parts(film, folders) {
    return [...this.films.keys()].filter((file) => (
      /\.(ts|m4s|bin)$/.test(file) && folders.some((folder) => file.startsWith(`/${film}/${folder}`))
    )).map((file) => `/films${file}`);
  }

  #tree() {
    const lines = ["films/*: ", this.base, "/films/\n", "影片 一:\n"];
    for (const folder of ["", "high", "low", "sound"]) {
      if (folder !== "") lines.push(`  ${folder}:\n`);
      const here = [...this.films.keys()].filter((file) => path.dirname(file) === path.join("/ladder", folder));
      for (const file of here) lines.push(`${folder === "" ? "  " : "    "}${this.base}/films${file}\n`);
    }
    return lines.join("");
  }
}

/** The playlist with paths from the root in one film: ffmpeg writes relative URIs, other tools paths or full URLs. */
function named(file, body) {
  if (file === "/cmaf/index.m3u8") return body.toString().replaceAll("all.m4s", `/${UID}/films/cmaf/all.m4s`);
  return body;
}

/** The URIs of a playlist. */
export function urisOf(text) {
  const lines = text.split(/\r?\n/).filter((line) => line !== "" && !line.startsWith("#"));
  return [...lines, ...[...text.matchAll(/URI="([^"]*)"/g)].map(([, uri]) => uri)];
}

/** Players by name: functions that play a URL to its end, and return how the process exited. */
export const PLAYERS = {
  ffprobe: async (url) => {
    const args = ["-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", url];
    const { stdout, ...ended } = await run("ffprobe", args, { cwd: scratch() });
    return { ...ended, seconds: Number(stdout) };
  },
  ffmpeg: (url) => run("ffmpeg", ["-nostdin", "-v", "error", "-xerror", "-i", url, "-f", "null", "-"], { cwd: scratch() }),
  mpv: (url) => run("mpv", [
    "--no-config", "--vo=null", "--ao=null", "--untimed", "--hls-bitrate=max", "--msg-level=all=error", url,
  ], { cwd: scratch() }),
  "yt-dlp": (url) => run("yt-dlp", ["--ignore-config", "--no-cache-dir", "--quiet", "--output", "film.mp4", url],
    { cwd: scratch() }),
  vlc: playInVlc,
};

/**
 * VLC, which refuses to run as root and reports errors in its log only. It is set to the best quality: adaptively it
 * chooses by the speed of the last requests, and on a slow machine never requests some segments.
 */
async function playInVlc(url) {
  const cwd = scratch();
  const quiet = ["-I", "dummy", "--no-lua", "--no-dbus", "--vout", "none", "--aout", "none", "--no-interact"];
  const play = ["cvlc", ...quiet, "--adaptive-logic=highest", url, "vlc://quit"];
  if (process.getuid() !== 0) return run(play[0], play.slice(1), { cwd });
  const nobody = ["--reuid=65534", "--regid=65534", "--clear-groups", "env", "HOME=/nonexistent"];
  return run("setpriv", [...nobody, ...play], { cwd });
}
