// Films in HLS, small ones that ffmpeg makes, a site that shows them, and players.
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
 * Films by the path of each of their files: `/ladder` in two qualities with the sound apart, `/aes`
 * encrypted, its parts and its key named in full below `base`, and `/cmaf` in byte ranges of one file.
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

/** A CDN with these films below `/films`, and sites that have them. */
export class Cinema {
  /** Starts the CDN and makes the films; it ends with the file that opened it. */
  static async open() {
    // A domain of the account's own with a port, so that every player finds it without a word.
    const hosts = [];
    const cdn = await openCdn({ accounts: ACCOUNTS, hosts });
    hosts.push(`127.0.0.1:${cdn.port}`);
    const base = `${cdn.url}/${UID}`;
    return new Cinema(cdn, base, await makeFilms(`${base}/films`));
  }

  constructor(cdn, base, films) {
    Object.assign(this, { cdn, base, films });
    for (const [file, body] of films) this.put(`/films${file}`, named(file, body));
    /** What each film is played by, and the files without which it isn't played whole. */
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

  /** A site with the films: all in a remote folder, and one line by line. */
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

  /** The files that the CDN gave; that it refused none. */
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

/** ffmpeg names what lies beside the playlist; other tools begin at the root, or name all in full. */
function named(file, body) {
  if (file === "/cmaf/index.m3u8") return body.toString().replaceAll("all.m4s", `/${UID}/films/cmaf/all.m4s`);
  return body;
}

/** The URIs of a playlist, as a player reads them. */
export function urisOf(text) {
  const lines = text.split(/\r?\n/).filter((line) => line !== "" && !line.startsWith("#"));
  return [...lines, ...[...text.matchAll(/URI="([^"]*)"/g)].map(([, uri]) => uri)];
}

/** Players by name, each a function of an address that plays it whole and gives how that ended. */
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
 * VLC, which refuses to be run by root and reports errors in its log only. It is told to play the best quality:
 * by itself it chooses by how fast the last requests were, and on a slow machine never asks for some parts.
 */
async function playInVlc(url) {
  const cwd = scratch();
  const quiet = ["-I", "dummy", "--no-lua", "--no-dbus", "--vout", "none", "--aout", "none", "--no-interact"];
  const play = ["cvlc", ...quiet, "--adaptive-logic=highest", url, "vlc://quit"];
  if (process.getuid() !== 0) return run(play[0], play.slice(1), { cwd });
  const nobody = ["--reuid=65534", "--regid=65534", "--clear-groups", "env", "HOME=/nonexistent"];
  return run("setpriv", [...nobody, ...play], { cwd });
}
