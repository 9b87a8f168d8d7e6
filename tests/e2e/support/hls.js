// Films in HLS, small ones that ffmpeg makes, and the players that show them.
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { filesBelow, run, scratch } from "./clients.js";

export const SECONDS = 4;
const PICTURE = ["-f", "lavfi", "-i", `testsrc=size=160x120:rate=10:duration=${SECONDS}`];
const SOUND = ["-f", "lavfi", "-i", `sine=frequency=440:duration=${SECONDS}`];
const CODE = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "10", "-c:a", "aac"];
const HLS = ["-f", "hls", "-hls_time", "1", "-hls_playlist_type", "vod"];

/**
 * Films by the path of each of their files: `/ladder` in two qualities with the sound apart, `/aes`
 * encrypted, its parts and its key named in full below `base`, and `/cmaf` in byte ranges of one file.
 */
export async function makeFilms(base) {
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

/** VLC, which refuses to be run by root and says of errors in its log only. */
async function playInVlc(url) {
  const cwd = scratch();
  const quiet = ["-I", "dummy", "--no-lua", "--no-dbus", "--vout", "none", "--aout", "none", "--no-interact"];
  const play = ["cvlc", ...quiet, url, "vlc://quit"];
  if (process.getuid() !== 0) return run(play[0], play.slice(1), { cwd });
  const nobody = ["--reuid=65534", "--regid=65534", "--clear-groups", "env", "HOME=/nonexistent"];
  return run("setpriv", [...nobody, ...play], { cwd });
}
